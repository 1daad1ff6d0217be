"""Work that takes longer than a request: kinds of jobs, and the worker that does them."""

LEASE_SECONDS = 60.0
"""How long a worker that says nothing is believed to be at work."""
