"""The journey runs in an environment of its own, where the generated client is."""

collect_ignore = ["journey.py"]
