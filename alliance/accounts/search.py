"""Whom search shows what: core asks, the duties answer."""

from alliance.core.models import SearchDocument
from alliance.core.search import visibility

from . import policies
from .permissions import Permission
from .policies import Person


def classes(person: Person) -> list[str]:
    """People of the alliance see what is for members, the secretariat's desks also what is for the office."""
    seen: list[str] = []
    if policies.duties_of(person):
        seen.append(SearchDocument.Visibility.MEMBERS)
    if policies.can_see_office(person):
        seen.append(SearchDocument.Visibility.OFFICE)
    return seen


def keeps_words(person: Person) -> bool:
    return policies.has_desk_permission(person, Permission.CORRECT_DATA)


visibility.use(classes=classes, keeps_words=keeps_words)
