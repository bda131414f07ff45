"""Is what was typed well formed? `signup` is asked by allauth while it loads: the rest is imported where it is used."""

from .signup import SignUpForm

__all__ = ["SignUpForm"]
