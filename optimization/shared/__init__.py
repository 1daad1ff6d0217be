"""Limits that several series share, and the plan that keeps them (DESIGN §6)."""
