"""Who may do what with investors, interests and confidentiality agreements. Pure questions.

An investor's people write and read; its signatory alone binds it: hands documents in, sends and withdraws interest,
accepts an agreement. Promoters read and answer what was sent to their own projects; any of their parks may.
"""

from django.db.models import QuerySet

from alliance.accounts.permissions import Permission
from alliance.accounts.policies import Person, duties_of, organisations_with

from . import policies
from .models import Interest, Investor, Project


def invests_for(person: Person, investor: Investor) -> bool:
    """Whether the person works for this investor."""
    return any(one.pk == investor.organisation_id for one in organisations_with(person, Permission.INVEST))


def can_see_investor(person: Person, investor: Investor) -> bool:
    """Its own page, with its documents: its people and the investment desk."""
    return invests_for(person, investor) or policies.oversees(person)


def can_write_investor(person: Person, investor: Investor) -> bool:
    return invests_for(person, investor)


def can_decide_investor(person: Person, investor: Investor) -> bool:
    """The investment desk; nobody decides on an investor they work for."""
    return policies.oversees(person) and not invests_for(person, investor)


# Interests ----------------------------------------------------------------------------------------------------------


def sends_for(person: Person) -> list[Investor]:
    """The investors for which the person can write interests now: verified ones."""
    return [investor for investor in policies.investors_of(person) if investor.is_verified]


def can_write_interest(person: Person, interest: Interest) -> bool:
    return interest.state == Interest.State.DRAFT and invests_for(person, interest.investor)


def answers(person: Person, interest: Interest) -> bool:
    """Whether the person answers for a park that promotes the project. Who works for the investor does not."""
    return (
        interest.state != Interest.State.DRAFT
        and policies.promotes(person, interest.project)
        and not invests_for(person, interest.investor)
    )


def can_see_interest(person: Person, interest: Interest) -> bool:
    """Its investor; once it was sent, the promoters of its own project and the investment desk."""
    if invests_for(person, interest.investor):
        return True
    if interest.sent_at is None:
        return False
    return policies.oversees(person) or policies.promotes(person, interest.project)


def interests_of_investors(person: Person) -> QuerySet[Interest]:
    return Interest.objects.filter(investor__in=[investor.pk for investor in policies.investors_of(person)])


def projects_of(person: Person) -> QuerySet[Project]:
    """The projects that the person's parks promote now."""
    if not policies.promotes_any(person):
        return Project.objects.none()
    return Project.objects.of_parks(policies.promoting_parks(person))


def interests_in_projects(person: Person) -> QuerySet[Interest]:
    """What was sent to these projects."""
    return Interest.objects.sent().filter(project__in=projects_of(person).values("pk"))


# Agreements ---------------------------------------------------------------------------------------------------------


def can_write_agreement(person: Person, project: Project) -> bool:
    """The lead park writes it for all of them."""
    return policies.leads(person, project) and project.state not in Project.ENDED_STATES


def can_accept_agreement(person: Person, interest: Interest) -> bool:
    """D-3: a signatory, in an open dialogue, while its organisation is verified."""
    return (
        policies.is_signatory(person, interest.investor)
        and interest.investor.is_verified
        and interest.state in (Interest.State.ACCEPTED, *Interest.ROOM_STATES)
        and interest.frozen_at is None
    )


def is_new_here(person: Person) -> bool:
    """Somebody without any duty, who may have come to register an investor."""
    return person is not None and person.is_authenticated and not duties_of(person)
