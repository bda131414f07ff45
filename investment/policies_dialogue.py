"""Who asks, answers, moderates and meets. Pure questions.

An investor sees its own questions and meetings, published answers and offered times; never those of another investor.
"""

from django.db.models import Q, QuerySet

from alliance.accounts.policies import Person

from . import policies
from . import policies_investors as allowed
from .models import Interest, Meeting, Project, Question

# With an interest in one of these an investor is in dialogue on the project.
DIALOGUE_STATES = (Interest.State.ACCEPTED, *Interest.ROOM_STATES)


def in_dialogue(interest: Interest) -> bool:
    return interest.state in DIALOGUE_STATES and interest.frozen_at is None and interest.investor.is_verified


def dialogues_of(person: Person, project: Project) -> list[Interest]:
    """The interests with which the person is in dialogue on this project now."""
    mine = {investor.pk: investor for investor in policies.investors_of(person) if investor.is_verified}
    found = Interest.objects.filter(
        project=project, investor__in=mine, state__in=DIALOGUE_STATES, frozen_at__isnull=True
    ).order_by("pk")
    return list(found.select_related("investor__organisation", "project"))


def _parks_side(person: Person, project: Project, interest: Interest | None) -> bool:
    """Promoters; whoever works for the investor itself does not decide for the parks."""
    if not policies.promotes(person, project):
        return False
    return interest is None or not allowed.invests_for(person, interest.investor)


# Questions ----------------------------------------------------------------------------------------------------------


def can_ask(person: Person, interest: Interest) -> bool:
    return allowed.invests_for(person, interest.investor) and in_dialogue(interest)


def can_see_question(person: Person, question: Question) -> bool:
    """In the words in which it was asked: the investor itself, the promoters, the desk."""
    return (
        allowed.invests_for(person, question.interest.investor)
        or policies.promotes(person, question.project)
        or policies.oversees(person)
    )


def can_answer(person: Person, question: Question) -> bool:
    return _parks_side(person, question.project, question.interest)


def can_withdraw_question(person: Person, question: Question) -> bool:
    return allowed.invests_for(person, question.interest.investor)


def can_moderate(person: Person, question: Question) -> bool:
    """The investment desk; nobody moderates who asked or answered."""
    return (
        policies.oversees(person)
        and not allowed.invests_for(person, question.interest.investor)
        and not policies.promotes(person, question.project)
    )


def questions_of(person: Person) -> QuerySet[Question]:
    """Asked by the person's investors, or to their parks."""
    investors = [investor.pk for investor in policies.investors_of(person)]
    projects = allowed.projects_of(person).values("pk")
    return Question.objects.filter(Q(interest__investor__in=investors) | Q(project__in=projects))


# Meetings -----------------------------------------------------------------------------------------------------------


def can_see_meeting(person: Person, meeting: Meeting) -> bool:
    """Promoters and the desk; its investor; while it is only offered, every investor in dialogue on the project."""
    if policies.promotes(person, meeting.project) or policies.oversees(person):
        return True
    if meeting.interest is not None:
        return allowed.invests_for(person, meeting.interest.investor)
    return meeting.state == Meeting.State.OFFERED and bool(dialogues_of(person, meeting.project))


def can_offer(person: Person, project: Project) -> bool:
    return policies.promotes(person, project)


def can_request(person: Person, meeting: Meeting) -> bool:
    return not policies.promotes(person, meeting.project) and bool(dialogues_of(person, meeting.project))


def is_parks_side(person: Person, meeting: Meeting) -> bool:
    return _parks_side(person, meeting.project, meeting.interest)


def is_investor_side(person: Person, meeting: Meeting) -> bool:
    return meeting.interest is not None and allowed.invests_for(person, meeting.interest.investor)


def is_either_side(person: Person, meeting: Meeting) -> bool:
    return is_parks_side(person, meeting) or is_investor_side(person, meeting)


def meetings_of(person: Person) -> QuerySet[Meeting]:
    """Of the person's investors and of their parks."""
    investors = [investor.pk for investor in policies.investors_of(person)]
    projects = allowed.projects_of(person).values("pk")
    return Meeting.objects.filter(Q(interest__investor__in=investors) | Q(project__in=projects))


def talks(person: Person) -> bool:
    """Whether the person has questions and meetings at all; for menus, without asking the database."""
    return policies.promotes_any(person) or policies.invests_any(person)
