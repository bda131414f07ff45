"""Tables of parks, as the secretariat sends them (alliance/core/imports)."""

from .kind import PARKS

__all__ = ["PARKS"]
