"""Read models: one SQL statement each, in which PostgreSQL builds the JSON that is sent."""
