"""The two lifecycles of a profile: what a park submits, and where the park itself stands."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import User
from alliance.core.calendar import add_working_days
from alliance.core.errors import RuleBroken
from alliance.core.workflow import Move, Workflow

from . import notices, policies
from .decided import ANSWER_DAYS, answer_days
from .models import Park, Submission
from .services import publication

# A submission ---------------------------------------------------------------------------------------------------------


def _freeze(
    submission: Submission, *, by: User, reason: str, content: dict, message: str = "", **data: Any
) -> Iterable[str]:
    """What the officer checks is what gets published: a copy as of now."""
    now = timezone.now()
    submission.content = content
    submission.message = message
    submission.submitted_by = by
    submission.submitted_at = now
    submission.due_at = add_working_days(now, ANSWER_DAYS.value())
    submission.round += 1
    return ("content", "message", "submitted_by", "submitted_at", "due_at", "round")


def _decide(submission: Submission, by: User) -> Iterable[str]:
    submission.decided_by, submission.decided_at = by, timezone.now()
    return ("decided_by", "decided_at")


def _keep_reasons(
    submission: Submission,
    *,
    by: User,
    reason: str,
    block_reasons: dict | None = None,
    general: str | None = None,
    **data: Any,
) -> Iterable[str]:
    submission.reasons = reason if general is None else general
    submission.block_reasons = block_reasons or {}
    return (*_decide(submission, by), "reasons", "block_reasons")


def _not_suspended(submission: Submission, *, by: User, reason: str, **data: Any) -> None:
    if submission.park.standing == Park.Standing.SUSPENDED:
        raise RuleBroken(_("The park is suspended. Restore it before you publish its profile."))


def _publish(submission: Submission, *, by: User, reason: str, **data: Any) -> None:
    """Publish what was submitted, list the park if it was not, and tell its people."""
    from alliance.core import workflow

    from .services import pictures

    park = submission.park
    first = park.standing != Park.Standing.LISTED
    changed = publication.publish(park, submission.content, by=by, reason=f"submission {submission.pk}")
    if first:
        workflow.apply(PARK, park, "list", by=by, submission=submission)
    pictures.release(park, upto=submission.submitted_at)
    # A park that is listed for the first time vouches for its whole profile; later, for what it changed.
    publication.confirm_published(
        park, list(publication.BLOCKS) if first else list(changed), by=submission.submitted_by
    )
    notices.tell_published(submission, by=by, first=first)


def _tell(teller: Any) -> Any:
    def then(submission: Submission, *, by: User, reason: str, **data: Any) -> None:
        teller(submission, by=by)

    return then


def _tell_withdrawn(submission: Submission, *, by: User, reason: str, was_submitted: bool = True, **data: Any) -> None:
    notices.tell_withdrawn(submission, by=by, was_submitted=was_submitted)


def _submits(person: Any, submission: Submission) -> bool:
    return policies.can_submit(person, submission.park)


SUBMISSION = Workflow(
    code="submission",
    title=_("From a draft to the public profile"),
    summary=format_lazy(
        _("A park writes its profile as a draft. The secretariat checks it within {days} working days."),
        days=answer_days,
    ),
    model=Submission,
    field="state",
    initial=Submission.State.SUBMITTED,
    moves=(
        Move(
            verb="return",
            sources=(Submission.State.SUBMITTED,),
            target=Submission.State.RETURNED,
            who=policies.can_check,
            who_label=_("Membership desk of the secretariat"),
            label=_("Return with reasons"),
            done=_("The profile went back to the park with your reasons."),
            help=_("Say what to change, block by block. The park keeps everything it wrote."),
            needs_reason=True,
            effect=_keep_reasons,
            then=_tell(notices.tell_returned),
        ),
        Move(
            verb="submit",
            sources=(Submission.State.RETURNED,),
            target=Submission.State.SUBMITTED,
            who=_submits,
            who_label=_("Park manager"),
            label=_("Submit again"),
            done=_("The profile is with the secretariat again."),
            help=_("The clock starts anew."),
            tone="primary",
            effect=_freeze,
            then=_tell(notices.tell_submitted),
        ),
        Move(
            verb="accept",
            sources=(Submission.State.SUBMITTED,),
            target=Submission.State.ACCEPTED,
            who=policies.can_accept,
            who_label=_("Membership desk of the secretariat"),
            label=_("Publish"),
            done=_("The profile is public."),
            help=_("What was submitted becomes the public profile; a park that was not listed is listed."),
            tone="primary",
            guard=_not_suspended,
            effect=lambda submission, *, by, reason, **data: _decide(submission, by),
            then=_publish,
        ),
        Move(
            verb="withdraw",
            sources=(Submission.State.SUBMITTED, Submission.State.RETURNED),
            target=Submission.State.WITHDRAWN,
            who=_submits,
            who_label=_("Park manager"),
            label=_("Withdraw"),
            done=_("The submission is withdrawn. The profile can be changed again."),
            help=_("Take it back to go on writing. Nothing is lost."),
            then=_tell_withdrawn,
        ),
    ),
)


# The park -------------------------------------------------------------------------------------------------------------


def _needs_submission(park: Park, *, by: User, reason: str, submission: Submission | None = None, **data: Any) -> None:
    if submission is None or submission.park_id != park.pk or submission.state != Submission.State.ACCEPTED:
        raise RuleBroken(_("A park is listed by accepting what it submitted."))


def _stamp_listed(park: Park, *, by: User, reason: str, **data: Any) -> Iterable[str]:
    park.listed_at = park.listed_at or timezone.now()
    park.standing_reason = ""
    # From now on the types are what the park itself says, coded by whomever before.
    park.is_coded_by_researchers = False
    return ("listed_at", "standing_reason", "is_coded_by_researchers")


def _stamp_suspended(park: Park, *, by: User, reason: str, **data: Any) -> Iterable[str]:
    park.suspended_at = timezone.now()
    park.standing_reason = reason
    return ("suspended_at", "standing_reason")


def _needs_source(park: Park, *, by: User, reason: str, **data: Any) -> None:
    if not park.source:
        raise RuleBroken(_("An entry compiled from public sources names its source."))
    if not park.name_zh or not park.summary_zh:
        raise RuleBroken(_("An entry needs at least a Chinese name and a Chinese summary before visitors see it."))


def _clear_reason(park: Park, *, by: User, reason: str, **data: Any) -> Iterable[str]:
    park.standing_reason = ""
    return ("standing_reason",)


def _keep_reason(park: Park, *, by: User, reason: str, **data: Any) -> Iterable[str]:
    park.standing_reason = reason
    return ("standing_reason",)


def _show(park: Park, *, by: User, reason: str, **data: Any) -> None:
    """What visitors find follows at once."""
    publication.after_standing(park)


def _show_suspended(park: Park, *, by: User, reason: str, **data: Any) -> None:
    publication.after_standing(park)
    notices.tell_suspended(park, by=by)


def _show_restored(park: Park, *, by: User, reason: str, **data: Any) -> None:
    publication.after_standing(park)
    notices.tell_restored(park, by=by, suspended_at=park.suspended_at)


def _was_listed(person: Any, park: Park) -> bool:
    return policies.can_list(person, park) and park.listed_at is not None


def _was_compiled(person: Any, park: Park) -> bool:
    return policies.can_list(person, park) and park.listed_at is None


_DESK = _("Membership desk of the secretariat")

PARK = Workflow(
    code="park",
    title=_("Where a park stands"),
    summary=_("From a compiled entry to a park that confirmed its profile itself."),
    model=Park,
    field="standing",
    initial=Park.Standing.DRAFT,
    moves=(
        Move(
            verb="catalogue",
            sources=(Park.Standing.DRAFT,),
            target=Park.Standing.CATALOGUED,
            who=policies.can_list,
            who_label=_DESK,
            label=_("Show in the directory as compiled"),
            done=_("The entry is public, marked as compiled from public sources."),
            help=_("For an entry whose source is public and named."),
            guard=_needs_source,
            effect=_clear_reason,
            then=_show,
        ),
        Move(
            verb="list",
            sources=(Park.Standing.DRAFT, Park.Standing.CATALOGUED),
            target=Park.Standing.LISTED,
            who=policies.can_list,
            who_label=_DESK,
            label=_("List"),
            done=_("The park is listed."),
            help=_("Happens when the first submission of the park is accepted."),
            guard=_needs_submission,
            effect=_stamp_listed,
            then=_show,
        ),
        Move(
            verb="suspend",
            sources=(Park.Standing.CATALOGUED, Park.Standing.LISTED),
            target=Park.Standing.SUSPENDED,
            who=policies.can_list,
            who_label=_DESK,
            label=_("Suspend"),
            done=_("The park is suspended. Visitors no longer find it."),
            help=_("The park's people keep their desk and read the reason."),
            needs_reason=True,
            tone="danger",
            effect=_stamp_suspended,
            then=_show_suspended,
        ),
        Move(
            verb="restore",
            sources=(Park.Standing.SUSPENDED,),
            target=Park.Standing.LISTED,
            who=_was_listed,
            who_label=_DESK,
            label=_("Restore"),
            done=_("The park is listed again."),
            help=_("For a park that had confirmed its profile."),
            effect=_clear_reason,
            then=_show_restored,
        ),
        Move(
            verb="restore_entry",
            sources=(Park.Standing.SUSPENDED,),
            target=Park.Standing.CATALOGUED,
            who=_was_compiled,
            who_label=_DESK,
            label=_("Restore the entry"),
            done=_("The entry is public again."),
            help=_("For an entry that was compiled from public sources."),
            effect=_clear_reason,
            then=_show_restored,
        ),
        Move(
            verb="remove",
            sources=(Park.Standing.CATALOGUED,),
            target=Park.Standing.DRAFT,
            who=policies.can_list,
            who_label=_DESK,
            label=_("Take out of the directory"),
            done=_("The entry is no longer public."),
            help=_("For an entry that should not have been published. It stays here as a draft."),
            needs_reason=True,
            effect=_keep_reason,
            then=_show,
        ),
    ),
)

__all__ = ["PARK", "SUBMISSION"]
