"""Replay: what every policy would have cost on the past, knowing only what was known then."""
