"""What trainees, their parks and the lead are told of places in cohorts, and what waits for an approval."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.accounts.models import User
from alliance.accounts.permissions import Permission
from alliance.notifications import services
from alliance.notifications.kinds import Facts, Letter, Message, NoticeKind, TaskKind, Words, register

from .. import policies
from ..models import Enrolment, Nomination

if TYPE_CHECKING:
    from ..seats.door import Book

GROUP = gettext_lazy("Joint training")
State = Enrolment.State
_PLACE = {"about": ("training.Enrolment", "cohort", "person", "park", "park__organisation", "nominated_by")}
_LETTER = {"about": ("training.Nomination", "cohort", "park", "nominated_by")}


def place_url(row: Enrolment) -> str:
    return reverse("training:place", args=[row.pk])


def park_url(row: Enrolment) -> str:
    return reverse("training:park_cohort", args=[row.park.slug, row.cohort.code])


def moment(at: Any) -> str:
    return formats.date_format(timezone.localtime(at), "DATETIME_FORMAT")


def _names(row: Enrolment) -> dict[str, Any]:
    return {"cohort": row.cohort.title, "person": row.person.name, "park": row.park.name}


# To the trainee -------------------------------------------------------------------------------------------------------


def _approved(facts: Facts, language: str, recipient: User | None) -> Message:
    row: Enrolment = facts.about
    lines = [_("%(park)s sends you to “%(cohort)s”.") % _names(row)]
    if row.state == State.SUBMITTED:
        lines.append(_("The lead of the programme is still to approve."))
    elif row.state == State.WAITLISTED:
        lines.append(_("You are in the queue. Your page says where, and what you wait for."))
    return Message(
        subject=_("Approved: your place in the queue of “%(cohort)s”") % _names(row),
        lines=tuple(lines),
        url=place_url(row),
        action=_("See where I stand"),
    )


def _offered(facts: Facts, language: str, recipient: User | None) -> Message:
    row: Enrolment = facts.about
    lines = [_("A seat in “%(cohort)s” is yours if you want it.") % _names(row)]
    if row.nominated_by_id:
        lines.append(_("%(park)s nominated you.") % _names(row))
    if row.state == State.OFFERED and row.offer_until:
        lines.append(
            _("Please answer by %(until)s; then it goes to the next one.") % {"until": moment(row.offer_until)}
        )
    else:
        lines.append(_("The offer has been answered or is over."))
    return Message(
        subject=_("A seat for you: “%(cohort)s”") % _names(row),
        lines=tuple(lines),
        url=place_url(row),
        action=_("Accept or decline"),
    )


def _offer_ends(facts: Facts, language: str, recipient: User | None) -> Message:
    row: Enrolment = facts.about
    until = {"until": moment(row.offer_until)} if row.offer_until else {"until": "–"}
    return Message(
        subject=_("Your seat waits for an answer: “%(cohort)s”") % _names(row),
        lines=(
            _("The offer stands until %(until)s. Without an answer it lapses, and the next one in the queue gets it.")
            % until,
        ),
        url=place_url(row),
        action=_("Accept or decline"),
    )


def _lapsed(facts: Facts, language: str, recipient: User | None) -> Message:
    row: Enrolment = facts.about
    return Message(
        subject=_("Lapsed: the offer of a seat in “%(cohort)s”") % _names(row),
        lines=(
            _("The time to answer is over, and the seat went on to the next one."),
            _("While enrolment is open you can ask again; you then join the end of the queue."),
        ),
        url=place_url(row),
        action=_("See what to do"),
    )


def _enrolled(facts: Facts, language: str, recipient: User | None) -> Message:
    row: Enrolment = facts.about
    return Message(
        subject=_("Enrolled: “%(cohort)s”") % _names(row),
        lines=(_("The seat is yours. The cohort begins on %(at)s.") % {"at": moment(row.cohort.starts_at)},),
        url=place_url(row),
        action=_("Open my learning"),
    )


def _rejected(facts: Facts, language: str, recipient: User | None) -> Message:
    row: Enrolment = facts.about
    return Message(
        subject=_("Not approved: “%(cohort)s”") % _names(row),
        lines=_with_reason(_("You were not approved for this cohort."), row),
        url=place_url(row),
        action=_("See the reason"),
    )


def _removed(facts: Facts, language: str, recipient: User | None) -> Message:
    row: Enrolment = facts.about
    match facts.get("cause"):
        case "taken_back":
            first = _("%(park)s took its nomination back, so your place has ended.") % _names(row)
        case "queue_closed":
            first = _("No seat became free in time. The queue is closed.")
        case _:
            first = _("The lead of the programme ended your place.")
    return Message(
        subject=_("Ended: your place in “%(cohort)s”") % _names(row),
        lines=_with_reason(first, row),
        url=place_url(row),
        action=_("See what happened"),
    )


def _transferred(facts: Facts, language: str, recipient: User | None) -> Message:
    row: Enrolment = facts.about
    return Message(
        subject=_("You go on in “%(cohort)s”") % _names(row),
        lines=(
            _("You were transferred to this cohort, with a seat. What you earned so far stays yours."),
            _("It begins on %(at)s.") % {"at": moment(row.cohort.starts_at)},
        ),
        url=place_url(row),
        action=_("Open my learning"),
    )


def _with_reason(first: Words, row: Enrolment) -> tuple[Words, ...]:
    return (first, _("Reason: %(reason)s") % {"reason": row.reason}) if row.reason else (first,)


# To the park ----------------------------------------------------------------------------------------------------------


def _ours_ended(facts: Facts, language: str, recipient: User | None) -> Message:
    row: Enrolment = facts.about
    said = {
        "lapsed": _("%(person)s did not answer the offer in time."),
        "declined": _("%(person)s declined the seat."),
        "withdrawn": _("%(person)s gave the place up."),
        "removed": _("The lead of the programme ended the place of %(person)s."),
    }
    first = said.get(str(facts.get("cause")), _("The place of %(person)s has ended.")) % _names(row)
    return Message(
        subject=_("A trainee of yours is out of “%(cohort)s”") % _names(row),
        lines=_with_reason(first, row) if facts.get("cause") == "removed" else (first,),
        url=park_url(row),
        action=_("See our people there"),
    )


# To an address without account ----------------------------------------------------------------------------------------


def _invitation(facts: Facts, language: str, recipient: User | None) -> Message:
    letter: Nomination = facts.about
    names = {"cohort": letter.cohort.title, "park": letter.park.name, "person": letter.nominated_by.name}
    return Message(
        subject=_("%(park)s nominates you for “%(cohort)s”") % names,
        lines=(
            _("%(person)s of %(park)s would like you to take part in this joint training.") % names,
            _(
                "Sign up with this very address. Once it is confirmed you are in the queue, approved by your park; a "
                "seat is kept for nobody before."
            ),
            _("Enrolment closes on %(at)s.") % {"at": moment(letter.cohort.enrol_until)},
            _("If you do not know the park, do nothing: the address is deleted after the window closes."),
        ),
        url=f"{reverse('account_signup')}?next={reverse('training:learning')}",
        action=_("Sign up"),
    )


def _letter_to(facts: Facts) -> Letter | None:
    letter: Nomination = facts.about
    if letter.closed_at is not None:
        return None
    return Letter(letter.email, letter.language, letter.name)


# Kinds ----------------------------------------------------------------------------------------------------------------


def _is_theirs(person: User, facts: Facts) -> bool:
    return facts.about.person_id == person.pk


def _is_parks(person: User, facts: Facts) -> bool:
    return policies.can_nominate(person, facts.about.park)


def _notice(code: str, title: Any, sentence: Any, render: Any, **more: Any) -> NoticeKind:
    more.setdefault("may_see", _is_theirs)
    return register(
        NoticeKind(
            code=f"training.{code}", title=title, sentence=sentence, group=GROUP, render=render, refs=_PLACE, **more
        )
    )


APPROVED = _notice(
    "approved",
    gettext_lazy("Approved for a cohort"),
    gettext_lazy("Your park, or the lead of the programme, approved you: you are in the queue."),
    _approved,
)
OFFERED = _notice(
    "offered",
    gettext_lazy("A seat for you"),
    gettext_lazy("A seat is offered to you for a time. Without an answer it goes on."),
    _offered,
    must_know=True,
    urgent=True,
)
OFFER_ENDS = _notice(
    "offer_ends",
    gettext_lazy("An offer is about to lapse"),
    gettext_lazy("A quarter of the time to answer is left."),
    _offer_ends,
    must_know=True,
    urgent=True,
)
LAPSED = _notice(
    "lapsed",
    gettext_lazy("An offer lapsed"),
    gettext_lazy("You did not answer an offer in time."),
    _lapsed,
    must_know=True,
)
ENROLLED = _notice("enrolled", gettext_lazy("Enrolled"), gettext_lazy("You took a seat in a cohort."), _enrolled)
REJECTED = _notice(
    "rejected",
    gettext_lazy("Not approved for a cohort"),
    gettext_lazy("Your park, or the lead of the programme, did not approve you, and says why."),
    _rejected,
    must_know=True,
)
REMOVED = _notice(
    "removed",
    gettext_lazy("Your place ended"),
    gettext_lazy("Your park, the lead or the end of the queue ended your place in a cohort."),
    _removed,
    must_know=True,
)
TRANSFERRED = _notice(
    "transferred",
    gettext_lazy("You were transferred"),
    gettext_lazy("You go on learning in another cohort of the programme."),
    _transferred,
    must_know=True,
)
OURS_ENDED = _notice(
    "ours_ended",
    gettext_lazy("A trainee of ours is out"),
    gettext_lazy("Somebody whom your park sent declined, gave up, let an offer lapse or was removed."),
    _ours_ended,
    may_see=_is_parks,
    concerns=policies.nominates_any,
)
INVITATION = register(
    NoticeKind(
        code="training.invitation",
        title=gettext_lazy("Nominated, and invited to sign up"),
        sentence=gettext_lazy("A letter to an address that has no account yet."),
        group=GROUP,
        render=_invitation,
        refs=_LETTER,
        channels=("mail",),
        letter_to=_letter_to,
        concerns=lambda person: False,
    )
)

APPROVE = register(
    TaskKind(
        code="training.approve_trainee",
        title=gettext_lazy("Approve a trainee of your park"),
        sentence=gettext_lazy("Somebody asks for a place and names your park as home. Approve, or say why not."),
        permission=Permission.NOMINATE,
        url=lambda task: park_url(task.about),
        clock_days=5,
        describe=lambda facts: f"{facts.about.person.name} · {facts.about.cohort.title}",
        refs=_PLACE,
    )
)
APPROVE_HOST = register(
    TaskKind(
        code="training.approve_as_lead",
        title=gettext_lazy("Approve a trainee as the lead"),
        sentence=gettext_lazy("The home park approved; this programme asks for the lead's approval too."),
        permission=Permission.RUN_TRAINING,
        url=lambda task: reverse("training:person", args=[task.about.cohort.code, task.about.pk]),
        clock_days=5,
        describe=lambda facts: f"{facts.about.person.name} · {facts.about.cohort.title}",
        refs=_PLACE,
    )
)


# Who is told ----------------------------------------------------------------------------------------------------------

Teller = Callable[[Enrolment, str, User | None, "Book"], None]


def _wait_for_home(row: Enrolment, cause: str, by: User | None, book: "Book") -> None:
    services.open_task(APPROVE, about=row, organisation=row.park.organisation, opened_by=by, province=row.park.province)


def _wait_for_lead(row: Enrolment, cause: str, by: User | None, book: "Book") -> None:
    services.close_tasks(row, kind=APPROVE, by=by, outcome="approved")
    lead = book.programme.partners.current().select_related("organisation").get(role="lead").organisation
    services.open_task(APPROVE_HOST, about=row, organisation=lead, opened_by=by, province=row.park.province)
    services.notify(APPROVED, to=[row.person], about=row, actor=by, key=f"{row.pk}:home")


def _to_person(kind: NoticeKind) -> Teller:
    def tell(row: Enrolment, cause: str, by: User | None, book: "Book") -> None:
        services.close_tasks(row, by=by, outcome=cause)
        services.notify(kind, to=[row.person], about=row, actor=by, key=row.pk, cause=cause)

    return tell


def _to_park(row: Enrolment, cause: str, by: User | None, book: "Book") -> None:
    services.close_tasks(row, by=by, outcome=cause)
    people = services.people_with(Permission.NOMINATE, row.park.organisation)
    services.notify(OURS_ENDED, to=people, about=row, actor=by, key=row.pk, cause=cause)


def _to_both(kind: NoticeKind) -> Teller:
    def tell(row: Enrolment, cause: str, by: User | None, book: "Book") -> None:
        _to_person(kind)(row, cause, by, book)
        _to_park(row, cause, by, book)

    return tell


def _nobody(row: Enrolment, cause: str, by: User | None, book: "Book") -> None:
    services.close_tasks(row, by=by, outcome=cause)


# By the cause of a step; the others are told to nobody.
TOLD: dict[str, Teller] = {
    "submitted": _wait_for_home,
    "home_approved": _wait_for_lead,
    "approved": _to_person(APPROVED),
    "offered": _to_person(OFFERED),
    "accepted": _to_person(ENROLLED),
    "lapsed": _to_both(LAPSED),
    "declined": _to_park,
    "withdrawn": _to_park,
    "taken_back": _to_person(REMOVED),
    "rejected": _to_person(REJECTED),
    "removed": _to_both(REMOVED),
    "queue_closed": _to_person(REMOVED),
    # The cohort's own notice says it to everybody.
    "cohort_cancelled": _nobody,
    "transferred_in": _to_person(TRANSFERRED),
    "transferred_out": _nobody,
}


def tell(row: Enrolment, cause: str, *, by: User | None, book: "Book") -> None:
    """Tasks and notices of the last step of a row, in the transaction of that step."""
    TOLD[cause](row, cause, by, book)


def remind(row: Enrolment) -> bool:
    """Of an offer that is about to lapse; once for each offer."""
    return services.notify(OFFER_ENDS, to=[row.person], about=row, key=row.pk) is not None


def invite(letter: Nomination, *, by: User) -> None:
    services.letter(INVITATION, about=letter, actor=by, key=letter.pk)
