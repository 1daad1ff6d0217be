"""The workshop: benchmarks and pictures."""
