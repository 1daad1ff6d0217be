"""The global model: one set of boosted trees over all series, on what local models leave."""
