"""The slow way back for somebody who lost every second factor (platform spec, 6.10).

Asking takes the password; two people of the secretariat approve; hours pass in which the person, told at every address,
can stop it. Then, at the next sign-in, the old factors go and the account asks for new ones.
"""

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from alliance.core import alliance_settings, audit
from alliance.core.alliance_settings import PEOPLE, Setting
from alliance.core.errors import RuleBroken

from .. import emails, events, policies
from ..models import Duty, LostFactor, LostFactorApproval, Organisation, SecurityEvent, User
from . import security

APPROVALS = 2
LONGEST_NOTE = 300
WAIT = alliance_settings.register(
    Setting(
        "lost_factor_hours",
        gettext_lazy("Waiting time after a lost second factor"),
        gettext_lazy("How long the person can object before two approvals take effect."),
        default=24,
        minimum=24,
        maximum=168,
        group=PEOPLE,
        unit=gettext_lazy("hours"),
    )
)


@transaction.atomic
def ask(person: User, *, request: HttpRequest | None = None) -> LostFactor:
    """Somebody who has given their password says that every factor is lost. Asking twice changes nothing."""
    person = User.objects.select_for_update().get(pk=person.pk)
    known = LostFactor.objects.open().filter(person=person).first()
    if known:
        return known
    lost = LostFactor.objects.create(person=person, address=security.address_of(request), wait_hours=WAIT.value() or 24)
    audit.record("lost_factor.asked", lost, by=person, person=person.pk)
    security.note(SecurityEvent.Kind.FACTOR_LOST, person, request)
    emails.tell(person, "lost_factor_asked", lost=lost)
    events.factor_lost.tell(lost=lost)
    return lost


def approvers(lost: LostFactor) -> int:
    """How many people of the secretariat could approve this one."""
    return (
        Duty.objects.active()
        .filter(organisation__kind=Organisation.Kind.SECRETARIAT)
        .exclude(person=lost.person_id)
        .values("person")
        .distinct()
        .count()
    )


def missing_approvals(lost: LostFactor) -> int:
    return max(0, APPROVALS - lost.approvals.count())


def is_ready(lost: LostFactor) -> bool:
    """Whether two people have approved and the time has passed."""
    return lost.state == LostFactor.State.ASKED and not missing_approvals(lost) and timezone.now() >= lost.earliest_at


@transaction.atomic
def approve(lost: LostFactor, *, by: User) -> LostFactor:
    """One of two people confirms that it is really this person who asks. The second one need not be there at once."""
    lost = _locked(lost)
    if not policies.can_help_with_factors(by):
        raise RuleBroken(_("Only the secretariat can approve this."))
    if by.pk == lost.person_id:
        raise RuleBroken(_("Nobody approves their own request. Please ask two colleagues."))
    _approval, is_new = LostFactorApproval.objects.get_or_create(request=lost, officer=by)
    if not is_new:
        raise RuleBroken(_("You have approved this already. A second person of the secretariat must do so too."))
    audit.record("lost_factor.approved", lost, by=by, person=lost.person_id, number=lost.approvals.count())
    if not missing_approvals(lost):
        emails.tell(lost.person, "lost_factor_approved", lost=lost)
        events.factor_lost_decided.tell(lost=lost, by=by)
    return lost


@transaction.atomic
def refuse(lost: LostFactor, *, by: User, note: str) -> LostFactor:
    note = note.strip()[:LONGEST_NOTE]
    if not note:
        raise RuleBroken(_("Please give a reason. The person will read it."))
    lost = _locked(lost)
    if not policies.can_help_with_factors(by) or by.pk == lost.person_id:
        raise RuleBroken(_("Only the secretariat can decide this."))
    _close(lost, LostFactor.State.REFUSED, by=by, note=note)
    audit.record("lost_factor.refused", lost, by=by, person=lost.person_id, reason=audit.text_digest(note))
    emails.tell(lost.person, "lost_factor_refused", lost=lost)
    events.factor_lost_decided.tell(lost=lost, by=by)
    return lost


@transaction.atomic
def withdraw(lost: LostFactor) -> LostFactor:
    """The person, at one of their addresses, says: this was not me, or: I have found it again."""
    lost = _locked(lost)
    _close(lost, LostFactor.State.WITHDRAWN, by=lost.person)
    audit.record("lost_factor.withdrawn", lost, by=lost.person, person=lost.person_id)
    emails.tell(lost.person, "lost_factor_withdrawn", lost=lost)
    events.factor_lost_decided.tell(lost=lost, by=lost.person)
    return lost


@transaction.atomic
def begin_anew(lost: LostFactor, *, request: HttpRequest | None = None) -> User:
    """Take all factors away, once two have approved and the time has passed; every session of the person ends."""
    lost = _locked(lost)
    if not is_ready(lost):
        raise RuleBroken(_say_what_is_missing(lost))
    person = lost.person
    number, _rows = Authenticator.objects.filter(user=person).delete()
    _close(lost, LostFactor.State.DONE, by=person)
    audit.record("lost_factor.done", lost, by=person, person=person.pk, number=number)
    security.note(SecurityEvent.Kind.FACTOR_REMOVED, person, request, means="all")
    security.end_sessions(person)
    emails.tell(person, "lost_factor_done", lost=lost)
    return person


@transaction.atomic
def take_off_by_operator(person: User, *, reason: str) -> int:
    """Where two people of the secretariat cannot be had: whoever runs the portal answers for it, in the audit chain."""
    number, _rows = Authenticator.objects.filter(user=person).delete()
    audit.record("person.factors_taken_off", person, by=None, number=number, reason=audit.text_digest(reason))
    security.note(SecurityEvent.Kind.FACTOR_REMOVED, person, None, means="operator")
    security.end_sessions(person)
    emails.tell(person, "factors_taken_off")
    return number


def _say_what_is_missing(lost: LostFactor) -> str:
    missing = missing_approvals(lost)
    if missing:
        return ngettext(
            "%(number)d approval of the secretariat is still missing.",
            "%(number)d approvals of the secretariat are still missing.",
            missing,
        ) % {"number": missing}
    return _("The waiting time is not over yet.")


def _locked(lost: LostFactor) -> LostFactor:
    lost = LostFactor.objects.select_for_update(of=("self",)).select_related("person").get(pk=lost.pk)
    if lost.state != LostFactor.State.ASKED:
        raise RuleBroken(_("This request is closed already."))
    return lost


def _close(lost: LostFactor, state: str, *, by: User, note: str = "") -> None:
    lost.state, lost.decided_at, lost.decided_by, lost.note = state, timezone.now(), by, note
    lost.save(update_fields=["state", "decided_at", "decided_by", "note"])
