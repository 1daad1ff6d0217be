"""How far a dataset can be trusted: every doubt with its count, its money and a mend."""
