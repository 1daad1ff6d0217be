"""The HTTP API: routes under /v1, and everything that stands before them."""
