"""What the plans service asks of its peers: nothing. It tells them who is around a plan."""
