"""Retraining: challengers made and judged beside the champion, and what follows from it."""
