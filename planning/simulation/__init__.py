"""What the plan would bring if demand came in many ways: paths, the walk, and what they add up to.

Source: Monte Carlo of the plan with re-planning at each review (DESIGN §6: projected KPIs come
from simulation; Law, Simulation Modeling and Analysis, 5th ed., chapter 9, for the intervals).
"""
