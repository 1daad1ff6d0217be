"""What is read and kept: datasets, plans, workspaces."""
