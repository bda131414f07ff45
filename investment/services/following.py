"""What follows elsewhere when an investor, an interest or a project moves. Called within the move's transaction."""

from django.db.models import QuerySet
from django.utils import timezone

from alliance.accounts.models import User
from alliance.core import audit, workflow
from alliance.core.calendar import add_working_days

from .. import reading
from ..decided import ACKNOWLEDGE_DAYS, ANSWER_DAYS
from ..models import Interest, Investor, Project
from ..notices import interests as notices
from ..notices import versions as version_notices
from ..workflows.interests import INTEREST
from ..workflows.projects import PROJECT
from . import rooms

RESTS = (Investor.State.SUSPENDED, Investor.State.EXPIRED)
# An interest has nothing to go on to.
STOPS = (Project.State.WITHDRAWN, Project.State.CANCELLED, Project.State.COMPLETED)


def follow_investor(investor: Investor) -> None:
    """Revoked: its interests end. Suspended or run out: they rest. Verified again: they go on with clocks anew."""
    if investor.state == Investor.State.REVOKED:
        for interest in _open(investor):
            _end(interest, Interest.Reason.INVESTOR_REVOKED)
    elif investor.state in RESTS:
        for interest in _open(investor).filter(frozen_at__isnull=True):
            _rest(interest)
    elif investor.is_verified:
        for interest in _open(investor).filter(frozen_at__isnull=False):
            _go_on(interest)


def _open(investor: Investor) -> QuerySet[Interest]:
    return (
        Interest.objects.open()
        .filter(investor=investor)
        .select_for_update(of=("self",), no_key=True)
        .select_related("project", "investor__organisation")
        .order_by("pk")
    )


def _end(interest: Interest, code: str) -> None:
    if interest.state == Interest.State.DRAFT:
        workflow.apply(INTEREST, interest, "discard", by=None)
    else:
        workflow.apply(INTEREST, interest, "end", by=None, code=code)


def _rest(interest: Interest) -> None:
    interest.frozen_at = timezone.now()
    interest.save(update_fields=["frozen_at", "updated_at"])
    audit.record("interest.rests", interest, by=None)
    notices.mind_answer(interest, by=None)
    notices.tell_rests(interest, rests=True)


def _go_on(interest: Interest) -> None:
    interest.frozen_at = interest.escalated_at = None
    changed = ["frozen_at", "escalated_at", "updated_at"]
    if interest.state in Interest.ANSWER_STATES:
        days = ACKNOWLEDGE_DAYS if interest.state == Interest.State.SENT else ANSWER_DAYS
        interest.due_at = add_working_days(timezone.now(), days.value())
        changed.append("due_at")
    interest.save(update_fields=changed)
    audit.record("interest.goes_on", interest, by=None)
    notices.mind_answer(interest, by=None)
    if interest.state == Interest.State.ACCEPTED:
        notices.ask_to_accept(interest)
    notices.tell_rests(interest, rests=False)


def follow_interest(interest: Interest, *, by: User | None) -> None:
    """Accepted: the project is in dialogue, and the agreement comes next, signed or to be signed."""
    notices.mind_answer(interest, by=by)
    if interest.state != Interest.State.ACCEPTED:
        return
    project = Project.objects.get(pk=interest.project_id)
    if project.state == Project.State.PUBLISHED:
        workflow.apply(PROJECT, project, "talk", by=None)
    now = timezone.now()
    if reading.agreement_holds(interest.investor, project, now):
        workflow.apply(INTEREST, interest, "sign_agreement", by=None)
    elif reading.agreement_in_force(project, now) is None:
        notices.ask_to_write(project)
    else:
        notices.ask_to_accept(interest)


def follow_project(project: Project) -> int:
    """A project that ended takes its open interests along; gives how many.

    One that goes before the committee has its data room written down (D-12).
    """
    if project.state == Project.State.IC_REVIEW:
        rooms.freeze_for_committee(project)
    if project.state in Project.ENDED_STATES:
        version_notices.close_signing(project)
    if project.state not in STOPS:
        return 0
    interests = Interest.objects.open().filter(project=project).order_by("pk")
    for interest in interests:
        _end(interest, Interest.Reason.PROJECT_ENDED)
    return len(interests)
