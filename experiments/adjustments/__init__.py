"""Adjustments of the past, judged: error and money with a planner's word and without it."""
