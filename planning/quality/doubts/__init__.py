"""One kind of doubt, one file."""
