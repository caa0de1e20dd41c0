"""Questions for advice, with and without a person."""
