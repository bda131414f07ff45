"""The lifecycles of training as tables of moves, a module for each noun."""
