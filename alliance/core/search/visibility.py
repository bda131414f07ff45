"""Which documents a person may see, and who keeps the list of synonyms.

Core knows no duties: accounts, which does, says so when it is ready (`alliance/accounts/search.py`).
"""

from collections.abc import Callable, Iterable
from typing import Any

PUBLIC = ("public",)


def _nothing(person: Any) -> tuple[str, ...]:
    return ()


def _nobody(person: Any) -> bool:
    return False


_classes: Callable[[Any], Iterable[str]] = _nothing
_keeps_words: Callable[[Any], bool] = _nobody


def use(*, classes: Callable[[Any], Iterable[str]], keeps_words: Callable[[Any], bool]) -> None:
    """`classes(person)` names what a signed-in person sees beyond the public; `keeps_words(person)`: edits synonyms."""
    global _classes, _keeps_words
    _classes, _keeps_words = classes, keeps_words


def classes_for(person: Any) -> tuple[str, ...]:
    if person is None or not getattr(person, "is_authenticated", False):
        return PUBLIC
    return (*PUBLIC, *_classes(person))


def can_edit_synonyms(person: Any) -> bool:
    return _keeps_words(person)
