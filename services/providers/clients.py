"""What the providers service asks of its peers: nothing. Whoever needs the registry asks it."""
