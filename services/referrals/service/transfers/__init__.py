"""Help that moves from a provider to the teams, in phases, person by person."""
