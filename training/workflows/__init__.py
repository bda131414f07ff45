"""The lifecycles of joint training as tables of moves, a module for each noun."""
