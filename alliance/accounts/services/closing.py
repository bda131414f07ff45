"""Requests about one's own data, and the closing of accounts (6.64)."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from alliance.core import audit
from alliance.core.calendar import add_working_days
from alliance.core.errors import RuleBroken

from .. import events, personal_data
from ..decided_privacy import CLOSING_DAYS, DATA_REQUEST_DAYS
from ..models import DataRequest, Duty, Invitation, JoinRequest, User
from ..personal import CLOSED, addresses_of, closed_email
from .duties import end_duty, is_last_holder
from .invitations import revoke_invitation

logger = logging.getLogger(__name__)

Kind, State = DataRequest.Kind, DataRequest.State
OPEN_AT_ONCE = 5


@dataclass(frozen=True)
class Part:
    """What happens to one kind of data on closing, for the page that says so before."""

    source: personal_data.Source
    rows: int


def what_happens(person: User) -> dict[str, list[Part]]:
    """By what is done: deleted, overwritten, kept with a number."""
    found: dict[str, list[Part]] = {way.value: [] for way in personal_data.Close}
    for source in personal_data.sources():
        if source.is_listed and (rows := source.of(person).count()):
            found[source.on_close.value].append(Part(source, rows))
    return found


def last_duties(person: User) -> list[Duty]:
    """Duties that somebody must hold and that nobody else holds."""
    held = Duty.objects.active().filter(person=person).select_related("organisation")
    return [duty for duty in held if is_last_holder(duty)]


# Asking ---------------------------------------------------------------------------------------------------------------


@transaction.atomic
def ask(person: User, kind: str, *, words: str = "") -> DataRequest:
    """Ask the data desk for something about one's data; the clock of the law runs."""
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if kind == Kind.CLOSE:
        raise ValueError("Closing has a service of its own.")
    if DataRequest.objects.open().filter(person=person).exclude(kind=Kind.CLOSE).count() >= OPEN_AT_ONCE:
        raise RuleBroken(_("Please wait until one of your requests has been answered."))
    request = _create(person, kind, words=words)
    events.data_requested.tell(request=request)
    return request


@transaction.atomic
def note_export(person: User) -> DataRequest:
    """A copy that the person made with one click stands in the register as a request that was met."""
    return _create(person, Kind.EXPORT, state=State.DONE, settled_at=timezone.now())


@transaction.atomic
def answer(request: DataRequest, *, by: User, is_met: bool, words: str) -> DataRequest:
    """Met or refused, with words for the person."""
    request = _open(request)
    if request.kind == Kind.CLOSE:
        raise RuleBroken(_("An account is closed by itself on its day. Only its person can stop that."))
    if not words.strip():
        raise RuleBroken(_("Please write to the person what was done, or why it was not."))
    request.state = State.DONE if is_met else State.REFUSED
    request.answer, request.settled_at, request.settled_by = words.strip(), timezone.now(), by
    request.save(update_fields=["state", "answer", "settled_at", "settled_by"])
    audit.record("data_request.answered", request, by=by, state=request.state, answer=audit.text_digest(words))
    events.data_request_settled.tell(request=request)
    return request


# Closing --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def ask_to_close(person: User) -> DataRequest:
    """The account will be closed in some days; until then its person can change their mind with one click."""
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    found = DataRequest.objects.closing().filter(person=person).first()
    if found is not None:
        return found
    takes_effect = timezone.now() + timedelta(days=CLOSING_DAYS.value())
    try:
        with transaction.atomic():
            request = _create(person, Kind.CLOSE, takes_effect_at=takes_effect)
    except IntegrityError:
        return DataRequest.objects.closing().get(person=person)
    events.closing_asked.tell(request=request, last_duties=last_duties(person))
    return request


@transaction.atomic
def keep_account(person: User) -> bool:
    """The person changed their mind; False when there was nothing to stop."""
    request = DataRequest.objects.select_for_update(of=("self",)).closing().filter(person=person).first()
    if request is None:
        return False
    request.state, request.settled_at, request.settled_by = State.WITHDRAWN, timezone.now(), person
    request.save(update_fields=["state", "settled_at", "settled_by"])
    audit.record("account.kept", request, by=person)
    events.closing_stopped.tell(request=request)
    return True


def close_due_accounts(now: datetime | None = None) -> int:
    """Close the accounts whose day has come; gives how many. One that fails leaves the others."""
    closed = 0
    for pk in list(
        DataRequest.objects.closing().filter(takes_effect_at__lte=now or timezone.now()).values_list("pk", flat=True)
    ):
        try:
            closed += close_account(pk)
        except Exception:
            logger.exception("the account of request %s could not be closed", pk)
    return closed


def close_account(pk: int) -> bool:
    """Erase and overwrite all that `personal_data` says; the number stays. False when it was stopped meanwhile."""
    with transaction.atomic():
        request = DataRequest.objects.select_for_update(of=("self",)).select_related("person").get(pk=pk)
        if request.state != State.OPEN:
            return False
        person = User.objects.select_for_update().get(pk=request.person_id)
        letter = _last_letter(person)
        _leave_duties(person)
        # Those that know people by their addresses come before the addresses themselves.
        counts = {source.code: source.end(person) for source in reversed(personal_data.sources())}
        _end_sessions(person)
        _leave_a_number(person)
        request.state, request.settled_at, request.words = State.DONE, timezone.now(), ""
        request.save(update_fields=["state", "settled_at", "words"])
        audit.record("account.closed", person, by=person, rows=counts)
    try:
        letter.send()
    except OSError as error:
        logger.warning("the last letter of account %s was not sent: %s", request.person_id, error.__class__.__name__)
    return True


def _leave_duties(person: User) -> None:
    """Duties end, promises lapse, what others would wait for is taken back. The secretariat hears of empty seats."""
    for duty in Duty.objects.current().filter(person=person).select_related("organisation"):
        end_duty(duty, by=person, reason=CLOSED)
    Duty.objects.filter(substitute=person).update(substitute=None, away_from=None, away_until=None)
    waiting = JoinRequest.objects.select_for_update().filter(person=person, state=JoinRequest.State.PENDING)
    for request in waiting:
        request.state, request.decided_at, request.decided_by = "withdrawn", timezone.now(), person
        request.save(update_fields=["state", "decided_at", "decided_by"])
        audit.record("join_request.withdraw", request, by=person)
        events.join_decided.tell(join_request=request)
    for invitation in Invitation.objects.pending().filter(email__in=addresses_of(person)):
        revoke_invitation(invitation, by=person)


def _end_sessions(person: User) -> None:
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if str(store().decode(session.session_data).get(SESSION_KEY, "")) == str(person.pk):
            session.delete()


def _leave_a_number(person: User) -> None:
    person.email = closed_email(person)
    person.name = f"已注销用户 #{person.pk} (closed account)"
    person.job_title = person.phone = ""
    person.is_active = False
    person.last_login = None
    person.set_unusable_password()
    person.save()


def _last_letter(person: User) -> EmailMultiAlternatives:
    """Written before its address is forgotten."""
    from .. import emails

    with translation.override(person.language):
        mail = emails.compose("account_closed", person.email, {"user": person})
    assert mail is not None  # its words stand in emails.py
    return mail


def _create(person: User, kind: str, **values: object) -> DataRequest:
    request = DataRequest.objects.create(
        person=person, kind=kind, due_at=add_working_days(timezone.now(), DATA_REQUEST_DAYS.value()), **values
    )
    audit.record("data_request.made", request, by=person, kind=kind)
    return request


def _open(request: DataRequest) -> DataRequest:
    request = DataRequest.objects.select_for_update(of=("self",)).select_related("person").get(pk=request.pk)
    if request.state != State.OPEN:
        raise RuleBroken(_("This request has been settled already."))
    return request
