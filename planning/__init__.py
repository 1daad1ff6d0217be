"""The story: sales, demand, forecast, plan, and what is kept."""
