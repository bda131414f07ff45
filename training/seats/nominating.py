"""A park names several people at once (E-12): all of them, or as many as fit; every line gets an answer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from alliance.accounts.models import User
from alliance.core import audit
from alliance.core.errors import RuleBroken
from parks.models import Park

from .. import allocation, policies, windows
from ..models import Cohort, Enrolment, Nomination
from ..notices import seats as notices
from . import asking
from .door import Book, seat_lock

State = Enrolment.State
MOST = 500


class Mode(StrEnum):
    ALL = "all"
    FIT = "fit"


class Verdict(StrEnum):
    """What becomes of a line."""

    SEAT = "seat"  # a seat is offered at once
    WAITS = "waits"  # into the queue
    HOST = "host"  # to the lead, which approves too
    INVITED = "invited"  # no account yet: a letter
    THERE = "there"  # under way here already
    ASKED = "asked"  # asked for a place by themselves: approved thereby
    PENDING = "pending"  # has our letter already
    TWICE = "twice"  # stands above
    NO_SEAT = "no_seat"  # only as many as fit, and nothing was left
    ELSEWHERE = "elsewhere"  # under way here for another park
    CLOSED = "closed"  # the account is closed
    NO_ADDRESS = "no_address"
    NO_NAME = "no_name"


ENTERED = frozenset({Verdict.SEAT, Verdict.WAITS, Verdict.HOST, Verdict.INVITED, Verdict.ASKED})
REFUSED = frozenset({Verdict.ELSEWHERE, Verdict.CLOSED, Verdict.NO_ADDRESS, Verdict.NO_NAME, Verdict.NO_SEAT})


@dataclass(frozen=True)
class Line:
    """One person as the park wrote them; `number` is the line of the text or the row of the table."""

    number: int
    name: str
    email: str


@dataclass(frozen=True)
class Answer:
    """One line with what becomes of it. `state` says where somebody stands who is there already."""

    line: Line
    verdict: Verdict
    state: str = ""
    other_name: bool = False
    enrolment: Enrolment | None = None

    @property
    def is_entered(self) -> bool:
        return self.verdict in ENTERED

    @property
    def is_refused(self) -> bool:
        return self.verdict in REFUSED


class _Undone(Exception):
    """Ends a dry run."""


def rehearse(cohort: Cohort, park: Park, lines: Sequence[Line], *, mode: Mode, learner: str, by: User) -> list[Answer]:
    """What `nominate` would answer now, and nothing of it happens: the very same code, taken back."""
    answers: list[Answer] = []
    try:
        with transaction.atomic():
            answers = nominate(cohort, park, lines, mode=mode, learner=learner, by=by)
            raise _Undone
    except _Undone:
        return answers


def nominate(cohort: Cohort, park: Park, lines: Sequence[Line], *, mode: Mode, learner: str, by: User) -> list[Answer]:
    """Enter these people, home approval included. Told again, it finds everybody there (E-12)."""
    if len(lines) > MOST:
        raise RuleBroken(
            ngettext("At most %(most)d person at a time.", "At most %(most)d people at a time.", MOST) % {"most": MOST}
        )
    with seat_lock(cohort) as book:
        if not policies.can_nominate(by, park):
            raise PermissionDenied
        asking.check_enrolling(book)
        if not asking.can_send(park):
            raise RuleBroken(_("Your park is not in the directory at the moment, so it can send nobody."))
        book.settle()
        return _Desk(book, park, mode, learner, by).take(lines)


class _Desk:
    """Takes lines one after another, as they would stand in the queue."""

    def __init__(self, book: Book, park: Park, mode: Mode, learner: str, by: User) -> None:
        self.book, self.park, self.mode, self.learner, self.by = book, park, mode, learner, by
        self.imagined = _imagined(book)

    def take(self, lines: Sequence[Line]) -> list[Answer]:
        people = people_at(line.email for line in lines)
        rows = self.book.rows().live().filter(person__in=people.values()).select_related("park")
        self.there = {row.person_id: row for row in rows}
        pending = Nomination.objects.open().filter(cohort=self.book.cohort, email__in=[line.email for line in lines])
        self.pending = set(pending.values_list("email", flat=True))
        seen: set[str | int] = set()
        answers = []
        for line in lines:
            person = people.get(line.email)
            key = person.pk if person else line.email
            answers.append(self._answer(line, person, key in seen))
            seen.add(key)
        self.book.settle()
        return [_settled(answer) for answer in answers]

    def _answer(self, line: Line, person: User | None, is_seen: bool) -> Answer:
        if not is_address(line.email):
            return Answer(line, Verdict.NO_ADDRESS)
        if is_seen:
            return Answer(line, Verdict.TWICE)
        if person is None:
            return self._invite(line)
        other = bool(line.name) and _bare(line.name) != _bare(person.name)
        if not person.is_active:
            return Answer(line, Verdict.CLOSED)
        if row := self.there.get(person.pk):
            return self._already(line, row, other)
        if not self._fits():
            return Answer(line, Verdict.NO_SEAT)
        row = self.book.open(
            person,
            self.park,
            learner=self.learner,
            by=self.by,
            on_behalf_of=self.park.organisation,
            cause="nominated",
            nominated_by=self.by,
        )
        asking.approve_row(self.book, row, by=self.by)
        return Answer(line, Verdict.WAITS, other_name=other, enrolment=row)

    def _already(self, line: Line, row: Enrolment, other: bool) -> Answer:
        if row.park_id != self.park.pk:
            return Answer(line, Verdict.ELSEWHERE)
        if row.state == State.SUBMITTED and row.home_approved_at is None:
            asking.approve_row(self.book, row, by=self.by)
            return Answer(line, Verdict.ASKED, other_name=other, enrolment=row)
        return Answer(line, Verdict.THERE, str(row.get_state_display()), other)

    def _invite(self, line: Line) -> Answer:
        if not line.name:
            return Answer(line, Verdict.NO_NAME)
        if line.email in self.pending:
            return Answer(line, Verdict.PENDING)
        if not self._fits():
            return Answer(line, Verdict.NO_SEAT)
        nomination = Nomination.objects.create(
            cohort=self.book.cohort,
            park=self.park,
            email=line.email,
            name=line.name[:80],
            learner=self.learner,
            language=get_language() or User.Language.CHINESE,
            nominated_by=self.by,
        )
        audit.record("nomination.sent", nomination, by=self.by, on_behalf_of=self.park.organisation)
        notices.invite(nomination, by=self.by)
        return Answer(line, Verdict.INVITED)

    def _fits(self) -> bool:
        """Whether a seat is left for one more of this park, after all who stand before them."""
        if self.mode == Mode.ALL:
            return True
        pool = self.imagined.take(self.park.pk)
        if pool is None:
            return False
        self.imagined.held[pool] += 1
        return True


def _imagined(book: Book) -> allocation.Seats:
    """The seats as they would be if everybody who asks or waits, and all who have our letters, came first."""
    seats = book.seats.copy()
    before = book.rows().filter(state__in=[State.SUBMITTED, State.WAITLISTED]).order_by("queue_no")
    invited = Nomination.objects.open().filter(cohort=book.cohort).order_by("pk")
    for park in [*before.values_list("park", flat=True), *invited.values_list("park", flat=True)]:
        pool = seats.take(park)
        if pool is not None:
            seats.held[pool] += 1
    return seats


def _settled(answer: Answer) -> Answer:
    """Where somebody stands once the queue has moved up."""
    if answer.verdict is not Verdict.WAITS or answer.enrolment is None:
        return answer
    state = Enrolment.objects.only("state").get(pk=answer.enrolment.pk).state
    found = {State.OFFERED: Verdict.SEAT, State.SUBMITTED: Verdict.HOST}.get(State(state), Verdict.WAITS)
    return replace(answer, verdict=found)


def people_at(addresses: Iterable[str]) -> dict[str, User]:
    """Who has confirmed these addresses, or signs in with them."""
    wanted = {address for address in addresses if address}
    found = {person.email: person for person in User.objects.filter(email__in=wanted)}
    confirmed = EmailAddress.objects.filter(email__in=wanted, verified=True).select_related("user")
    return {address.email.lower(): address.user for address in confirmed} | found


def is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254


def _bare(name: str) -> str:
    return "".join(name.split()).casefold()


# Letters to addresses ------------------------------------------------------------------------------------------------


def claim(person: User) -> list[Enrolment]:
    """Nominations of addresses that this person has confirmed become rows of the queue; gives the new ones."""
    addresses = EmailAddress.objects.filter(user=person, verified=True).values("email")
    waiting = Nomination.objects.open().filter(email__in=addresses).select_related("cohort", "park__organisation")
    return [row for nomination in waiting.order_by("pk") if (row := _claimed(nomination, person))]


def _claimed(nomination: Nomination, person: User) -> Enrolment | None:
    with seat_lock(nomination.cohort) as book:
        open_letters = Nomination.objects.open().select_related("park__organisation", "nominated_by")
        letter = open_letters.filter(pk=nomination.pk).first()
        if letter is None or not windows.is_enrolling(book.cohort, book.now):
            return None
        row = asking.live(book, person)
        made = row is None
        if row is None:
            row = book.open(
                person,
                letter.park,
                learner=letter.learner,
                by=person,
                cause="nominated",
                nominated_by=letter.nominated_by,
            )
        asks = row.park_id == letter.park_id and row.state == State.SUBMITTED and row.home_approved_at is None
        # As the park said when it named the address, unless whoever said so may no longer.
        if asks and policies.can_nominate(letter.nominated_by, letter.park):
            asking.approve_row(book, row, by=letter.nominated_by)
        letter.closed_at, letter.enrolment = book.now, row if made else None
        letter.save(update_fields=["closed_at", "enrolment"])
        audit.record("nomination.claimed", letter, by=person)
        return row if made else None


@transaction.atomic
def take_letter_back(nomination: Nomination, *, by: User) -> None:
    """The park no longer means it. The link then leads nowhere, and the address goes."""
    locked = Nomination.objects.select_for_update().get(pk=nomination.pk)
    if not policies.can_nominate(by, locked.park):
        raise PermissionDenied
    if locked.closed_at is not None:
        raise RuleBroken(_("This nomination is closed already."))
    audit.record("nomination.taken_back", locked, by=by, on_behalf_of=locked.park.organisation)
    locked.delete()
