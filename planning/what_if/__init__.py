"""What a plan would order of one product if something were otherwise, without planning anew."""
