"""The page a planner can mail: what to order, what runs out, what does not move."""
