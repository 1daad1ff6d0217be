"""File formats of a table, one file each."""
