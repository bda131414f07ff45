"""Whom notices of joint investment reach: the parks of a project, an investor's people, the investment desk."""

from collections.abc import Iterable

from alliance.accounts.models import Organisation, User
from alliance.accounts.permissions import Permission
from alliance.notifications import services

from ..models import Investor, Project


def promoters(project: Project, permission: Permission = Permission.PROMOTE) -> list[User]:
    """Whoever works on the project for one of its parks."""
    parks = project.parties.current().values_list("park__organisation", flat=True)
    people = services.people_with_each(permission, set(parks)).values()
    return list(User.objects.filter(pk__in={pk for some in people for pk in some}, is_active=True).order_by("pk"))


def lead_of(project: Project) -> Organisation:
    """The organisation whose tasks those of the project are."""
    return project.parties.current().select_related("park__organisation").get(is_lead=True).park.organisation


def people_of(investor: Investor, permission: Permission = Permission.INVEST) -> list[User]:
    return list(services.people_with(permission, investor.organisation))


def desk() -> list[User]:
    return list(services.people_with(Permission.OVERSEE_INVESTMENT, Organisation.objects.secretariat()))


def once(*groups: Iterable[User], but: User | None = None) -> list[User]:
    """Everybody in these groups, each once, without whoever did what is told."""
    found = {person.pk: person for group in groups for person in group}
    if but is not None:
        found.pop(but.pk, None)
    return list(found.values())
