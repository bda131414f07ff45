"""What can be done in joint training, and what follows from it."""
