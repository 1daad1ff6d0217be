"""Sales in, demand distributions out."""
