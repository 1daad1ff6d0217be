"""Days on which demand is known to differ: public holidays and shopping events."""
