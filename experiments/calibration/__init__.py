"""Calibration on cost: one factor on the shortage cost, chosen and proved on the past."""
