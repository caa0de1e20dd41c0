"""Help arranged at once, and what is owed after it."""
