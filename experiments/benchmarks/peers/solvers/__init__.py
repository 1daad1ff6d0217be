"""One file a solver behind a user's own PuLP model; each is a program."""
