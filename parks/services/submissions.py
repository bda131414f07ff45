"""From the park's draft to the secretariat and back."""

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.accounts.models import User
from alliance.core import audit, workflow
from alliance.core.calendar import add_working_days
from alliance.core.errors import RuleBroken

from .. import completeness, drafts, notices, policies
from ..blocks import BLOCKS
from ..decided import ANSWER_DAYS
from ..models import Park, Picture, Submission
from .profile import lock


def _flow() -> workflow.Workflow:
    from ..workflows import SUBMISSION

    return SUBMISSION


def require_ready(park: Park, content: Mapping[str, Mapping]) -> None:
    """The profile has what the directory needs, in both languages."""
    counted = completeness.measure(drafts.profile(park, content))
    if Picture.objects.waiting(park).filter(alt_zh="").exists():
        raise RuleBroken(_("Please say what each new picture shows, at least in Chinese."))
    if counted.missing_for_listing:
        names = _(", ").join(str(requirement.label) for requirement in counted.missing_for_listing)
        raise RuleBroken(_("Please fill in first: %(names)s.") % {"names": names})
    if not counted.may_submit:
        raise RuleBroken(
            _(
                "The profile is %(zh)s %% complete in Chinese and %(en)s %% in English; it needs %(least_zh)s %% and "
                "%(least_en)s %%."
            )
            % {
                "zh": counted.zh,
                "en": counted.en,
                "least_zh": completeness.LEAST_ZH,
                "least_en": completeness.LEAST_EN,
            }
        )


def has_something_new(park: Park, content: Mapping[str, Mapping]) -> bool:
    """Whether there is something to publish. A park that is not listed may also vouch for its entry as it stands."""
    return park.standing != Park.Standing.LISTED or bool(content) or Picture.objects.waiting(park).exists()


@transaction.atomic
def submit_profile(park: Park, *, by: User, message: str = "") -> Submission:
    """Hand the drafts to the secretariat: frozen as they are, with a clock of working days.

    A second click changes nothing: the submission that lies there is returned.
    """
    park = lock(park)
    if not policies.can_submit(by, park):
        raise PermissionDenied
    waiting = park.submissions.open().first()
    if waiting is not None:
        if waiting.state == Submission.State.RETURNED:
            return resubmit(waiting, by=by, message=message)
        return waiting
    if park.standing == Park.Standing.SUSPENDED:
        raise RuleBroken(_("The park is suspended. Please write to the secretariat."))
    content = drafts.content_of(park)
    if not has_something_new(park, content):
        raise RuleBroken(_("There is nothing new to publish."))
    require_ready(park, content)
    now = timezone.now()
    submission = Submission.objects.create(
        park=park,
        content=content,
        message=message.strip(),
        submitted_by=by,
        submitted_at=now,
        due_at=add_working_days(now, ANSWER_DAYS.value()),
    )
    audit.record(
        "submission.submitted", submission, by=by, on_behalf_of=park.organisation, park=park.pk, blocks=sorted(content)
    )
    notices.tell_submitted(submission, by=by)
    return submission


@transaction.atomic
def resubmit(submission: Submission, *, by: User, message: str = "") -> Submission:
    """Submit again what came back, as the drafts are now."""
    park = lock(submission.park)
    content = drafts.content_of(park)
    require_ready(park, content)
    return workflow.apply(
        _flow(),
        submission,
        "submit",
        by=by,
        on_behalf_of=park.organisation,
        content=content,
        message=message.strip(),
    )


@transaction.atomic
def return_to_park(
    submission: Submission, *, by: User, general: str = "", block_reasons: Mapping[str, str] | None = None
) -> Submission:
    """Send it back with what to change, in general or block by block."""
    park = lock(submission.park)
    named = {code: text.strip() for code, text in (block_reasons or {}).items() if code in BLOCKS and text.strip()}
    general = general.strip()
    return workflow.apply(
        _flow(),
        submission,
        "return",
        by=by,
        on_behalf_of=park.organisation,
        reason="\n".join([general, *named.values()]),
        general=general,
        block_reasons=named,
    )


@transaction.atomic
def accept(submission: Submission, *, by: User) -> Submission:
    """Publish what was submitted and list the park."""
    park = lock(submission.park)
    return workflow.apply(_flow(), submission, "accept", by=by, on_behalf_of=park.organisation)


@transaction.atomic
def withdraw(submission: Submission, *, by: User) -> Submission:
    """Take it back, so that the park's people can go on writing."""
    park = lock(submission.park)
    submission.refresh_from_db(fields=["state"])
    return workflow.apply(
        _flow(),
        submission,
        "withdraw",
        by=by,
        on_behalf_of=park.organisation,
        was_submitted=submission.state == Submission.State.SUBMITTED,
    )
