"""Tables of organisations and of people to invite, as the secretariat sends them (alliance/core/imports)."""

from . import personal  # noqa: F401  what such tables hold about people
from .organisations import ORGANISATIONS, hold_names
from .people import PEOPLE

__all__ = ["ORGANISATIONS", "PEOPLE", "hold_names"]
