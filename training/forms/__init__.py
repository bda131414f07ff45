"""Is what was typed about joint training well formed?"""
