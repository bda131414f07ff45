"""Who sees, joins and plans promotion events. Pure questions.

Promoters who take part see which investors do; an investor sees the projects, never another investor.
"""

from alliance.accounts.policies import Person

from . import policies
from . import policies_investors as allowed
from .models import EventInvestor, EventMeeting, EventProject, Investor, Project, PromotionEvent


def may_see_any(person: Person) -> bool:
    return policies.promotes_any(person) or policies.invests_any(person) or policies.oversees(person)


def can_see_event(person: Person, event: PromotionEvent) -> bool:
    """A draft is the desk's alone."""
    if event.state == PromotionEvent.State.DRAFT:
        return policies.oversees(person)
    return may_see_any(person)


def can_bring(person: Person, project: Project) -> bool:
    return policies.promotes(person, project)


def can_come_for(person: Person, investor: Investor) -> bool:
    return allowed.invests_for(person, investor) and investor.is_verified


def is_of_project(person: Person, part: EventProject) -> bool:
    return policies.promotes(person, part.project)


def is_of_investor(person: Person, part: EventInvestor) -> bool:
    return allowed.invests_for(person, part.investor)


def is_of_part(person: Person, part: EventProject | EventInvestor) -> bool:
    return is_of_project(person, part) if isinstance(part, EventProject) else is_of_investor(person, part)


def can_record(person: Person, meeting: EventMeeting) -> bool:
    """The parks say what came of it, as with other meetings; not who works for the investor."""
    return is_of_project(person, meeting.project) and not is_of_investor(person, meeting.investor)
