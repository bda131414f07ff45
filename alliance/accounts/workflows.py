"""The lifecycle of a request to join."""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.core.errors import RuleBroken
from alliance.core.workflow import Move, Workflow

from . import events, policies
from .models import JoinRequest, User


def _may_be_given(
    request: JoinRequest, *, by: User, role_code: str, starts_on: date | None, ends_on: date | None, **_data: object
) -> None:
    if role_code not in policies.grantable_roles(by, request.organisation):
        raise RuleBroken(_("You cannot give this role here."))
    if not request.person.is_active:
        raise RuleBroken(_("This person has closed their account."))


def _decided(request: JoinRequest, *, by: User, reason: str, **_data: object) -> Iterable[str]:
    request.decided_at, request.decided_by, request.decision_note = timezone.now(), by, reason
    return "decided_at", "decided_by", "decision_note"


def _approved(request: JoinRequest, *, by: User, role_code: str, **data: object) -> Iterable[str]:
    request.role_code = role_code
    return "role_code", *_decided(request, by=by, **data)  # type: ignore[arg-type]


def _take_in(
    request: JoinRequest, *, by: User, role_code: str, starts_on: date | None, ends_on: date | None, **_data: object
) -> None:
    from .services.duties import appoint  # the services lead here

    appoint(request.person, request.organisation, role_code, by=by, starts_on=starts_on, ends_on=ends_on)
    events.join_decided.tell(join_request=request)


def _tell(request: JoinRequest, **_data: object) -> None:
    events.join_decided.tell(join_request=request)


def _may_decide(person: User, request: JoinRequest) -> bool:
    return policies.can_decide_join(person, request.organisation)


JOIN = Workflow(
    code="join_request",
    title=gettext_lazy("Joining an organisation"),
    summary=gettext_lazy("A person with an account asks to act for a park that is in the directory already."),
    model=JoinRequest,
    field="state",
    initial=JoinRequest.State.PENDING,
    moves=(
        Move(
            verb="approve",
            sources=(JoinRequest.State.PENDING,),
            target=JoinRequest.State.APPROVED,
            who=_may_decide,
            who_label=gettext_lazy("A manager of the park, or the membership desk"),
            label=gettext_lazy("Approve"),
            done=gettext_lazy("The person has joined."),
            help=gettext_lazy("The person gets the role for the term you choose."),
            tone="ok",
            guard=_may_be_given,
            effect=_approved,
            then=_take_in,
        ),
        Move(
            verb="refuse",
            sources=(JoinRequest.State.PENDING,),
            target=JoinRequest.State.REFUSED,
            who=_may_decide,
            who_label=gettext_lazy("A manager of the park, or the membership desk"),
            label=gettext_lazy("Refuse"),
            done=gettext_lazy("The request was refused."),
            help=gettext_lazy("The person reads the reason."),
            needs_reason=True,
            tone="bad",
            effect=_decided,
            then=_tell,
        ),
        Move(
            verb="withdraw",
            sources=(JoinRequest.State.PENDING,),
            target=JoinRequest.State.WITHDRAWN,
            who=policies.can_withdraw_join,
            who_label=gettext_lazy("The person who asked"),
            label=gettext_lazy("Withdraw"),
            done=gettext_lazy("You have withdrawn your request."),
            effect=_decided,
            then=_tell,
        ),
    ),
)
