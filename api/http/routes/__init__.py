"""The routes, a file a topic; every file has a `router`."""
