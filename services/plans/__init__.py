"""Plans: one household, one plan, one coordinator; the only register of persons."""
