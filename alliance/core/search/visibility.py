"""Which documents a person may see. Core knows no duties: accounts, which does, says so when it is ready."""

from collections.abc import Callable
from typing import Any

PUBLIC = ("public",)

_rule: Callable[[Any], tuple[str, ...]] = lambda person: PUBLIC  # noqa: E731


def use(rule: Callable[[Any], tuple[str, ...]]) -> None:
    """`rule(person)` gives the visibility classes beyond the public one."""
    global _rule
    _rule = rule


def classes_for(person: Any) -> tuple[str, ...]:
    if person is None or not getattr(person, "is_authenticated", False):
        return PUBLIC
    return (*PUBLIC, *(name for name in _rule(person) if name not in PUBLIC))
