"""The request, from making it to its end: one provider after another."""
