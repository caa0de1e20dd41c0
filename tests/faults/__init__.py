"""Broken peers, lost answers, killed processes: what the product does when things go wrong."""
