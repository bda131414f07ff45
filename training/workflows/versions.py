"""From the draft of a curriculum version to its retirement (V-1 to V-7)."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.core.canonical import canonical, digest
from alliance.core.errors import RuleBroken
from alliance.core.workflow import Move, Workflow, apply

from .. import policies
from ..checks import checks
from ..content import content_of, requirements_of
from ..models import Cohort, CurriculumVersion, Programme, ProgrammePartner
from ..notices import versions as notices
from ..reviews import standing

State = CurriculumVersion.State
Role = ProgrammePartner.Role
LEAST_REVIEWERS = 2
LEAST_PARKS = 2


def _programme(version: CurriculumVersion) -> Programme:
    return version.curriculum.programme


def _whole(version: CurriculumVersion) -> CurriculumVersion:
    return CurriculumVersion.objects.with_content().get(pk=version.pk)


def _is_complete(version: CurriculumVersion, **data: Any) -> None:
    """V-4."""
    missing = [check for check in checks(content_of(_whole(version))) if not check.is_met]
    if missing:
        raise RuleBroken(
            _("Before it goes on: %(checks)s.")
            % {"checks": _("; ").join(f"{check.label} ({check.detail})".replace(" ()", "") for check in missing)}
        )


def _is_reviewed(version: CurriculumVersion, **data: Any) -> None:
    """V-7: two reviewers of two parks said yes to this very content, and nobody's wish for changes is open."""
    _is_complete(version)
    found = standing(_whole(version))
    if found.wishes:
        raise RuleBroken(
            _("Asked for changes to this content: %(names)s. Change it, or talk with them.")
            % {"names": _(", ").join(review.reviewer.name for review in found.wishes)}
        )
    if len(found.approvals) < LEAST_REVIEWERS or len(found.parks) < LEAST_PARKS:
        raise RuleBroken(
            _("Two reviewers of two parks, none of them an author, must approve this very content; so far %(n)d did.")
            % {"n": len(found.approvals)}
        )


def _freeze(version: CurriculumVersion, **data: Any) -> Iterable[str]:
    """V-1: the content as it is now, with its hashes; from here on the database refuses every change."""
    content = content_of(_whole(version))
    version.content, version.content_sha256 = canonical(content), digest(content)
    version.requirements_sha256 = digest(requirements_of(content))
    version.approved_at = timezone.now()
    return ("content", "content_sha256", "requirements_sha256", "approved_at")


def _can_be_published(version: CurriculumVersion, **data: Any) -> None:
    if _programme(version).state not in (
        Programme.State.APPROVED,
        Programme.State.RUNNING,
        Programme.State.SUSPENDED,
    ):
        raise RuleBroken(_("The programme must be approved before a curriculum of it is published."))
    _number_fits(version)


def _number_fits(version: CurriculumVersion) -> None:
    """V-2: a minor version demands exactly what the one before it did."""
    if version.minor and version.based_on and version.based_on.requirements_sha256 != version.requirements_sha256:
        raise RuleBroken(_("This version changes what is required, so it is a new major version."))


def _supersede(version: CurriculumVersion, **data: Any) -> Iterable[str]:
    """V-3: the former one gives way in this same transaction. Locked first, so that of two one waits."""
    former = list(
        CurriculumVersion.objects.select_for_update().filter(curriculum=version.curriculum_id, state=State.PUBLISHED)
    )
    for other in former:
        apply(VERSION, other, "supersede", by=None)
    version.published_at = timezone.now()
    return ("published_at",)


def _no_cohort_goes_on(version: CurriculumVersion, **data: Any) -> None:
    going = version.cohorts.exclude(
        state__in=[Cohort.State.COMPLETED, Cohort.State.ARCHIVED, Cohort.State.CANCELLED, Cohort.State.ABORTED]
    )
    if codes := list(going.values_list("code", flat=True)[:10]):
        raise RuleBroken(_("These cohorts still go by it: %(codes)s.") % {"codes": _(", ").join(codes)})


def _keep_reason(version: CurriculumVersion, *, reason: str, **data: Any) -> Iterable[str]:
    version.state_reason = reason
    return ("state_reason",)


def _stamp_submitted(version: CurriculumVersion, **data: Any) -> Iterable[str]:
    version.submitted_at = timezone.now()
    return ("submitted_at",)


def _submitted(version: CurriculumVersion, *, by: Any, **data: Any) -> None:
    notices.ask_for_reviews(version, by=by)


def _settled(version: CurriculumVersion, *, by: Any, **data: Any) -> None:
    notices.tell_state(version, by=by)


def _hold_cohorts(version: CurriculumVersion, **data: Any) -> None:
    """Before anything is written: whoever gives seats holds a cohort first and the audit chain last, so do we."""
    stops = version.cohorts.filter(state__in=[*Cohort.BEFORE_RUNNING, Cohort.State.RUNNING])
    list(Cohort.objects.select_for_update().filter(pk__in=stops.values("pk")).order_by("pk"))


def _stop_cohorts(version: CurriculumVersion, *, by: Any, reason: str, **data: Any) -> None:
    """V-6: withdrawn for an error or for safety, its open cohorts stop; certificates stay valid."""
    from ..services.cohorts import stop_cohort

    for cohort in version.cohorts.filter(state__in=[*Cohort.BEFORE_RUNNING, Cohort.State.RUNNING]).order_by("pk"):
        stop_cohort(cohort, by=by, reason=reason)
    notices.tell_state(version, by=by)


def _nobody(person: Any, version: CurriculumVersion) -> bool:
    return False


def _writes(person: Any, version: CurriculumVersion) -> bool:
    return policies.can_write_curriculum(person, _programme(version))


def _leads_or_awards(person: Any, version: CurriculumVersion) -> bool:
    return policies.can_approve_version(person, _programme(version))


def _leads(person: Any, version: CurriculumVersion) -> bool:
    return policies.leads(person, _programme(version))


def _leads_or_desk(person: Any, version: CurriculumVersion) -> bool:
    return policies.leads(person, _programme(version)) or policies.oversees(person)


WRITERS = gettext_lazy("Lead or teaching partner")
LEAD = gettext_lazy("Lead of the programme")
APPROVERS = gettext_lazy("Lead or awarding partner")
EITHER = gettext_lazy("Lead of the programme, or the training desk")

VERSION = Workflow(
    code="curriculum_version",
    title=gettext_lazy("A curriculum version"),
    summary=gettext_lazy("Written, reviewed by two other parks, frozen, published, and one day replaced."),
    model=CurriculumVersion,
    field="state",
    initial=State.DRAFT,
    moves=(
        Move(
            verb="submit",
            sources=(State.DRAFT,),
            target=State.IN_REVIEW,
            who=_writes,
            who_label=WRITERS,
            label=gettext_lazy("Ask for reviews"),
            done=gettext_lazy("The reviewers were asked. Whatever you change now they look at anew."),
            help=gettext_lazy("All checks must be met."),
            guard=_is_complete,
            effect=_stamp_submitted,
            then=_submitted,
        ),
        Move(
            verb="approve",
            sources=(State.IN_REVIEW,),
            target=State.APPROVED,
            who=_leads_or_awards,
            who_label=APPROVERS,
            label=gettext_lazy("Approve and freeze"),
            done=gettext_lazy("The version is approved. Its content can no longer change."),
            help=gettext_lazy("Two reviewers of two parks, none of them an author, approved this very content."),
            guard=_is_reviewed,
            effect=_freeze,
            then=_settled,
        ),
        Move(
            verb="publish",
            sources=(State.APPROVED,),
            target=State.PUBLISHED,
            who=_leads,
            who_label=LEAD,
            label=gettext_lazy("Publish"),
            done=gettext_lazy("The version is public, and cohorts can be planned by it."),
            help=gettext_lazy("The version published before is superseded; its cohorts finish by it."),
            guard=_can_be_published,
            effect=_supersede,
            then=_settled,
        ),
        Move(
            verb="supersede",
            sources=(State.PUBLISHED,),
            target=State.SUPERSEDED,
            who=_nobody,
            who_label=gettext_lazy("The portal, when the next version is published"),
            label=gettext_lazy("Supersede"),
            done=gettext_lazy("A newer version takes its place."),
            help=gettext_lazy("Cohorts that run finish by it; no new ones after its last day."),
            by_clock=True,
        ),
        Move(
            verb="retire",
            sources=(State.SUPERSEDED,),
            target=State.RETIRED,
            who=_leads_or_desk,
            who_label=EITHER,
            label=gettext_lazy("Retire"),
            done=gettext_lazy("The version is retired. Certificates that name it stay valid."),
            help=gettext_lazy("When no cohort goes by it any more."),
            guard=_no_cohort_goes_on,
        ),
        Move(
            verb="withdraw",
            sources=(State.PUBLISHED, State.SUPERSEDED),
            target=State.WITHDRAWN,
            who=_leads_or_desk,
            who_label=EITHER,
            label=gettext_lazy("Withdraw"),
            done=gettext_lazy("The version is withdrawn, and its open cohorts are stopped."),
            help=gettext_lazy("For an error or for safety. Certificates stay valid unless each is revoked."),
            needs_reason=True,
            tone="danger",
            guard=_hold_cohorts,
            effect=_keep_reason,
            then=_stop_cohorts,
        ),
    ),
)
