"""Policies on trial: how many items and weeks it takes, and what came of it."""
