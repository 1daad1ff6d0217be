"""`restock event`: is there enough for a coming event, and what its past ones did."""
