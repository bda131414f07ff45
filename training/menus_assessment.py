"""Where marks stand in the menus."""
