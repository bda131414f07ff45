"""What can be done in training, a module for each noun."""
