"""What planning by Restock returns on what it costs."""
