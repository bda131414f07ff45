from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.core import audit, workflow
from alliance.core.errors import RuleBroken

from .. import events, policies
from ..decided import JOIN_REQUESTS
from ..models import Duty, JoinRequest, Organisation, User
from ..roles import ROLES
from ..workflows import JOIN
from .people import has_confirmed

# Requests one person may have waiting, until the secretariat decides otherwise.
WAITING_AT_ONCE: int = JOIN_REQUESTS.default


@transaction.atomic
def ask_to_join(person: User, organisation: Organisation, role_code: str, *, message: str) -> JoinRequest:
    """Ask to act for an organisation that exists already. Its managers and the membership desk hear of it."""
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if not has_confirmed(person):
        raise RuleBroken(_("Please confirm your e-mail address first."))
    if organisation.kind != Organisation.Kind.PARK_OPERATOR or organisation.kind not in (
        ROLES[role_code].organisation_kinds
    ):
        raise RuleBroken(_("This organisation is joined by invitation only."))
    if Duty.objects.active().filter(person=person, organisation=organisation, role_code=role_code).exists():
        raise RuleBroken(_("You already hold this role here."))
    waiting = JoinRequest.objects.filter(person=person, state=JoinRequest.State.PENDING)
    if waiting.filter(organisation=organisation).exists():
        raise RuleBroken(_("You have already asked to join this organisation."))
    most = JOIN_REQUESTS.value()
    if waiting.count() >= most:
        raise RuleBroken(
            _("You are waiting for %(n)d answers already. Please wait for one of them, or withdraw a request.")
            % {"n": most}
        )
    request = JoinRequest.objects.create(
        person=person, organisation=organisation, role_code=role_code, message=message.strip()
    )
    audit.record(
        "join_request.asked",
        request,
        by=person,
        organisation=organisation.pk,
        role=role_code,
        message=audit.text_digest(request.message),
    )
    events.join_requested.tell(join_request=request)
    return request


def approve_join(
    request: JoinRequest,
    *,
    by: User,
    role_code: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> JoinRequest:
    """Let the person in, in the role they asked for or another one, for a term."""
    return workflow.apply(
        JOIN,
        request,
        "approve",
        by=by,
        on_behalf_of=policies.acts_there_for(by, request.organisation),
        role_code=role_code or request.role_code,
        starts_on=starts_on,
        ends_on=ends_on,
    )


def refuse_join(request: JoinRequest, *, by: User, reason: str) -> JoinRequest:
    acts_for = policies.acts_there_for(by, request.organisation)
    return workflow.apply(JOIN, request, "refuse", by=by, on_behalf_of=acts_for, reason=reason)


def withdraw_join(request: JoinRequest, *, by: User) -> JoinRequest:
    return workflow.apply(JOIN, request, "withdraw", by=by)
