"""Clients that a provider registers itself, where the route has a direct track."""
