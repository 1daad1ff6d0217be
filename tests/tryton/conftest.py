"""The seed runs in Tryton's own environment."""

collect_ignore = ["seed.py"]
