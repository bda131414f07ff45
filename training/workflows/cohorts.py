"""The lifecycle of a cohort (C-1 to C-3). Made by `training.services.cohorts.move`, which holds the seats meanwhile."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from alliance.core.errors import RuleBroken
from alliance.core.workflow import Move, Workflow

from .. import policies
from ..models import Cohort, CurriculumVersion, Enrolment, Programme
from ..notices import cohorts as notices
from ..seats.door import Book
from ..seats.finishing import end_all, finish_all
from ..services import sessions

State = Cohort.State
Place = Enrolment.State


def _plans(person: Any, cohort: Cohort) -> bool:
    return policies.can_plan_cohorts(person, _programme(cohort))


def _leads(person: Any, cohort: Cohort) -> bool:
    return policies.leads(person, _programme(cohort)) or policies.oversees(person)


def _programme(cohort: Cohort) -> Programme:
    return cohort.version.curriculum.programme


def _can_open(cohort: Cohort, *, by: Any, reason: str, **data: Any) -> None:
    programme = _programme(cohort)
    if programme.state != Programme.State.RUNNING:
        raise RuleBroken(_("The programme is not running, so it takes nobody."))
    require_open_version(cohort.version)
    if not cohort.capacity:
        raise RuleBroken(_("Plan at least one seat first."))
    if cohort.min_size > cohort.capacity:
        raise RuleBroken(_("The smallest size is above the number of seats."))
    if cohort.enrol_until <= timezone.now():
        raise RuleBroken(_("The window for enrolment lies in the past."))


def require_open_version(version: CurriculumVersion) -> None:
    """V-6, for planning a cohort and for opening one that was planned before."""
    if not CurriculumVersion.objects.open_to_cohorts().filter(pk=version.pk).exists():
        raise RuleBroken(_("This version of the curriculum begins no new cohort. Choose the published one."))


def _is_large_enough(cohort: Cohort, *, by: Any, reason: str, **data: Any) -> None:
    if cohort.allocation == Cohort.Allocation.BATCH and cohort.settled_at is None:
        raise RuleBroken(_("The seats of this cohort have not been given yet."))
    holders = cohort.enrolments.holding().count()
    if holders < cohort.min_size:
        raise RuleBroken(
            ngettext(
                "%(n)d person has a seat; the cohort needs %(least)d.",
                "%(n)d people have a seat; the cohort needs %(least)d.",
                holders,
            )
            % {"n": holders, "least": cohort.min_size}
        )


def _has_begun(cohort: Cohort, *, by: Any, reason: str, book: Book | None = None, **data: Any) -> None:
    if cohort.starts_at > (book.now if book else timezone.now()):
        raise RuleBroken(_("The cohort begins later. Change its beginning first."))


def _keep_reason(cohort: Cohort, *, by: Any, reason: str, **data: Any) -> tuple[str, ...]:
    cohort.state_reason = reason
    return ("state_reason",)


def _with_seats(act: Callable[[Book, Any], None]) -> Callable[..., None]:
    """What follows for the people, in the transaction that holds the cohort."""

    def then(cohort: Cohort, *, by: Any, reason: str, book: Book | None = None, **data: Any) -> None:
        # Whoever made the move by `apply` alone holds the cohort's row as well: that is the seats' lock.
        mine = book or Book(cohort)
        mine.cohort = cohort
        act(mine, by)
        if book is None:
            mine.close()

    return then


def _confirmed(book: Book, by: Any) -> None:
    notices.tell_confirmed(book.cohort, by=by)


def _cancelled(book: Book, by: Any) -> None:
    notices.tell_cancelled(book.cohort, by=by)
    end_all(book, *Enrolment.LIVE, cause="cohort_cancelled", by=by)
    sessions.cancel_coming(book.cohort, reason=book.cohort.state_reason[:300])


def _started(book: Book, by: Any) -> None:
    """Who has accepted learns from now on; offers that stand run out by themselves."""
    for row in book.rows().filter(state=Place.ENROLLED).order_by("queue_no"):
        book.step(row, Place.ACTIVE, cause="started", by=by)


def _taught(book: Book, by: Any) -> None:
    end_all(book, Place.SUBMITTED, Place.WAITLISTED, Place.OFFERED, cause="queue_closed", by=by)


def _completed(book: Book, by: Any) -> None:
    finish_all(book, by=by)


def _aborted(book: Book, by: Any) -> None:
    notices.tell_cancelled(book.cohort, by=by)
    end_all(book, *Enrolment.LIVE, cause="cohort_cancelled", by=by)
    sessions.cancel_coming(book.cohort, reason=book.cohort.state_reason[:300])


PLANNERS = _("Lead and teaching partners")
COHORT = Workflow(
    code="cohort",
    title=_("A cohort, from plan to archive"),
    summary=_(
        "Seats are planned before enrolment opens. When it closes, the cohort is confirmed if enough people have a "
        "seat, and cancelled if not."
    ),
    model=Cohort,
    field="state",
    initial=State.PLANNED,
    moves=(
        Move(
            verb="open",
            sources=(State.PLANNED,),
            target=State.ENROLLING,
            who=_plans,
            who_label=PLANNERS,
            label=_("Open for enrolment"),
            done=_("The cohort is public and enrols."),
            help=_("The version is fixed from now on; seats can still be changed, never below those who hold them."),
            guard=_can_open,
        ),
        Move(
            verb="confirm",
            sources=(State.ENROLLING,),
            target=State.CONFIRMED,
            who=_plans,
            who_label=PLANNERS,
            label=_("Confirm"),
            done=_("The cohort takes place. Everybody was told."),
            help=_(
                "By hand, or when enrolment closes, if enough people have a seat. Nobody asks for a place after that."
            ),
            by_clock=True,
            guard=_is_large_enough,
            then=_with_seats(_confirmed),
        ),
        Move(
            verb="cancel",
            sources=(State.PLANNED, State.ENROLLING, State.CONFIRMED),
            target=State.CANCELLED,
            who=_leads,
            who_label=_("Lead partner, training desk"),
            label=_("Cancel"),
            done=_("The cohort is cancelled. Everybody was told."),
            help=_("Every place and every offer ends. The reason is read by all."),
            needs_reason=True,
            by_clock=True,
            tone="danger",
            effect=_keep_reason,
            then=_with_seats(_cancelled),
        ),
        Move(
            verb="start",
            sources=(State.CONFIRMED,),
            target=State.RUNNING,
            who=_plans,
            who_label=PLANNERS,
            label=_("Begin"),
            done=_("The cohort runs."),
            help=_("On the day it begins: who has accepted a seat learns from now on."),
            by_clock=True,
            guard=_has_begun,
            then=_with_seats(_started),
        ),
        Move(
            verb="end_teaching",
            sources=(State.RUNNING,),
            target=State.GRADING,
            who=_plans,
            who_label=PLANNERS,
            label=_("Teaching has ended"),
            done=_("The cohort is being graded. The queue is closed."),
            help=_("After the last session: marks are completed, and who still waits hears that no seat came free."),
            by_clock=True,
            then=_with_seats(_taught),
        ),
        Move(
            verb="complete",
            sources=(State.GRADING,),
            target=State.COMPLETED,
            who=_plans,
            who_label=PLANNERS,
            label=_("Complete"),
            done=_("The cohort is completed."),
            help=_("Everybody who meets every requirement has completed it, the others have not."),
            then=_with_seats(_completed),
        ),
        Move(
            verb="archive",
            sources=(State.COMPLETED,),
            target=State.ARCHIVED,
            who=_plans,
            who_label=PLANNERS,
            label=_("Archive"),
            done=_("The cohort is archived."),
        ),
        Move(
            verb="abort",
            sources=(State.RUNNING,),
            target=State.ABORTED,
            who=_leads,
            who_label=_("Lead partner, training desk"),
            label=_("Break off"),
            done=_("The cohort is broken off. Everybody was told."),
            help=_("Nobody completes it. What was learnt stays on record; the reason is read by all."),
            needs_reason=True,
            tone="danger",
            effect=_keep_reason,
            then=_with_seats(_aborted),
        ),
    ),
)
