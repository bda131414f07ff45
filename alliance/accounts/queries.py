"""What the pages of a team ask for."""

from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Length
from django.forms import Form

from . import policies
from .models import Duty, Invitation, JoinRequest, Organisation, User
from .roles import ROLES

FOUND_AT_ONCE = 20
FORMER_SHOWN = 20
LONGEST_QUERY = 80


@dataclass(frozen=True)
class Member:
    """A line of the team: a duty, and what the reader may do with it."""

    duty: Duty
    is_you: bool
    can_manage: bool
    is_later: bool


@dataclass(frozen=True)
class Letter:
    """A pending invitation, and whether the reader may send it again or take it back."""

    invitation: Invitation
    is_expired: bool
    can_manage: bool


@dataclass
class Asking:
    """Somebody who asks to join, with the forms of those who may decide; the one that was not in order stands open."""

    join_request: JoinRequest
    approve: Form | None = None
    refuse: Form | None = None
    is_open: bool = False


@dataclass
class Team:
    organisation: Organisation
    members: list[Member] = field(default_factory=list)
    former: list[Duty] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    asking: list[Asking] = field(default_factory=list)

    @property
    def duties(self) -> list[Duty]:
        return [member.duty for member in self.members]


def team_of(organisation: Organisation, reader: User) -> Team:
    """The team as this person may see and change it."""
    team = Team(organisation)
    duties = Duty.objects.filter(organisation=organisation).select_related("person", "substitute")
    rank = {code: number for number, code in enumerate(ROLES)}
    for duty in sorted(duties.current().order_by("starts_on", "pk"), key=lambda duty: rank[duty.role_code]):
        duty.organisation = organisation
        can_manage = policies.can_set_absence(reader, duty)
        team.members.append(Member(duty, duty.person_id == reader.pk, can_manage, not duty.is_active()))
    team.former = list(duties.ended().order_by("-ended_at", "-ends_on", "-pk")[:FORMER_SHOWN])
    pending = Invitation.objects.pending().filter(organisation=organisation).select_related("invited_by")
    for invitation in pending:
        invitation.organisation = organisation
        can_manage = policies.can_manage_invitation(reader, invitation)
        team.letters.append(Letter(invitation, invitation.is_expired(), can_manage))
    if policies.can_decide_join(reader, organisation):
        waiting = JoinRequest.objects.filter(organisation=organisation, state=JoinRequest.State.PENDING)
        for request in waiting.select_related("person").order_by("created_at"):
            request.organisation = organisation
            team.asking.append(Asking(request))
    return team


def clean_query(text: str) -> str:
    return " ".join(text.replace("\0", "").split())[:LONGEST_QUERY]


def find_organisations(query: str) -> tuple[list[Organisation], bool]:
    """Operators of parks whose name holds the words, or whose credit code this is; and whether there are more.

    The shortest name first: whoever types the whole name means that one.
    """
    if not query:
        return [], False
    operators = Organisation.objects.filter(kind=Organisation.Kind.PARK_OPERATOR).select_related("province")
    found = list(operators.filter(_named(query)).order_by(Length("name_zh"), "pk")[: FOUND_AT_ONCE + 1])
    return found[:FOUND_AT_ONCE], len(found) > FOUND_AT_ONCE


def organisations_for_desk(query: str, only: str) -> QuerySet[Organisation]:
    """Organisations for the desks, with how many act for them; `only` narrows to those that need a hand."""
    current = Duty.objects.active().filter(organisation=OuterRef("pk"))
    found = Organisation.objects.select_related("province").annotate(
        has_manager=Exists(current.filter(role_code="park_manager")),
        is_asked=Exists(JoinRequest.objects.filter(organisation=OuterRef("pk"), state=JoinRequest.State.PENDING)),
        people=Count("duties__person", filter=Q(duties__in=Duty.objects.active()), distinct=True),
    )
    if query:
        found = found.filter(_named(query))
    if only == "asked":
        found = found.filter(is_asked=True)
    elif only == "unmanaged":
        found = found.filter(kind=Organisation.Kind.PARK_OPERATOR, has_manager=False)
    return found.order_by("-is_asked", "pk")


def _named(query: str) -> Q:
    return Q(name_zh__icontains=query) | Q(name_en__icontains=query) | Q(credit_code=query.replace(" ", "").upper())
