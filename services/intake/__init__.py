"""Intake: takes in every question, clarifies it for the whole household, loses none."""
