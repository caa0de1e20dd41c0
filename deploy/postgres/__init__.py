"""Roles and databases: the SQL that the embedded server, compose and the tests have in common."""
