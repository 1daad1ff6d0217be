"""What the service keeps: tables, plans, recommendations, jobs, keys and who changed what."""
