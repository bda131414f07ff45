"""Whether what was typed about training is well formed, a module for each noun."""
