"""What a plan costs if things turn out worse than known, and which of its orders would change."""
