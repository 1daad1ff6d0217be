"""One file a forecaster; each is a program."""
