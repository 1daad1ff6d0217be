"""How good forecasts would have been: from days of the past, each knowing only what was known."""
