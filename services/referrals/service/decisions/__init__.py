"""Applications, formal decisions, grants and objections."""
