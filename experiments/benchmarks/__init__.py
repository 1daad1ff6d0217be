"""What takes how long, and how much memory."""
