"""What came against what was forecast and planned, over time; and what moved abnormally."""
