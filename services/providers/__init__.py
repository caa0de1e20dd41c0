"""Providers: the registry of organisations, contracts, room and quality."""
