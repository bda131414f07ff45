"""Marks as people type and read them: points of a hundred, kept as basis points."""

import re

from django.utils.translation import gettext as _

from alliance.core.errors import RuleBroken

from .results import WHOLE

TYPED = re.compile(r"(\d{1,3})(?:[.,．。](\d{1,2}))?\s*(?:分|%)?")
WIDE = str.maketrans("０１２３４５６７８９", "0123456789")


def read(text: str) -> int:
    """The basis points of what was typed: 86, 86.5, 86,25, 86 分."""
    found = TYPED.fullmatch(text.strip().translate(WIDE))
    if found is None:
        raise RuleBroken(
            _("“%(typed)s” is no mark. Please write points from 0 to 100, such as 86 or 86.5.") % {"typed": text[:20]}
        )
    points, parts = found.groups()
    mark = int(points) * 100 + int((parts or "0").ljust(2, "0"))
    if mark > WHOLE:
        raise RuleBroken(_("“%(typed)s” is more than 100 points.") % {"typed": text[:20]})
    return mark


def shown(mark: int | None) -> str:
    """86, 86.5, 86.25."""
    if mark is None:
        return ""
    points, parts = divmod(mark, 100)
    return f"{points}.{parts:02d}".rstrip("0").rstrip(".") if parts else str(points)
