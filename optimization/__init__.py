"""Distribution and stock in, order quantities out: an exact plan and what it costs."""
