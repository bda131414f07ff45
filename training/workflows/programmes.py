"""From the draft of a joint programme to its archive (P-1 to P-3)."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.core import search
from alliance.core.errors import RuleBroken
from alliance.core.workflow import Move, Workflow

from .. import policies
from ..models import Cohort, CurriculumVersion, Programme, ProgrammePartner
from ..notices import programmes as notices

State = Programme.State
Role = ProgrammePartner.Role
ENDED = (Cohort.State.ARCHIVED, Cohort.State.CANCELLED, Cohort.State.ABORTED)


def _has_its_partners(programme: Programme, **data: Any) -> None:
    roles = set(programme.partners.current().values_list("role", flat=True))
    missing = [role.label for role in (Role.LEAD, Role.TEACHING, Role.AWARDING) if role not in roles]
    if missing:
        raise RuleBroken(
            _("A programme needs each of these roles. Nobody has been asked yet as: %(roles)s.")
            % {"roles": _(", ").join(str(role) for role in missing)}
        )


def _all_have_accepted(programme: Programme, **data: Any) -> None:
    """P-1: each partner accepts for itself."""
    _has_its_partners(programme)
    waiting = programme.partners.current().filter(accepted_at__isnull=True).select_related("organisation")
    if names := [str(partner.organisation.name) for partner in waiting]:
        raise RuleBroken(_("Not accepted yet by: %(names)s.") % {"names": _(", ").join(dict.fromkeys(names))})


def _can_run(programme: Programme, **data: Any) -> None:
    """P-2: something to teach, and everybody's word."""
    _all_have_accepted(programme)
    if not CurriculumVersion.objects.filter(curriculum__programme=programme, state="published").exists():
        raise RuleBroken(_("Publish a version of a curriculum first."))


def _nothing_before_running(programme: Programme, **data: Any) -> None:
    """P-3."""
    early = Cohort.objects.filter(version__curriculum__programme=programme, state__in=Cohort.BEFORE_RUNNING)
    if codes := list(early.values_list("code", flat=True)[:10]):
        raise RuleBroken(
            _("These cohorts have not begun; begin or cancel them first: %(codes)s.") % {"codes": _(", ").join(codes)}
        )


def _all_cohorts_ended(programme: Programme, **data: Any) -> None:
    """P-3. A cohort that was broken off has ended too: nothing leads on from there."""
    going = Cohort.objects.filter(version__curriculum__programme=programme).exclude(state__in=ENDED)
    if codes := list(going.values_list("code", flat=True)[:10]):
        raise RuleBroken(_("These cohorts are not archived yet: %(codes)s.") % {"codes": _(", ").join(codes)})


def _stamp_approved(programme: Programme, **data: Any) -> Iterable[str]:
    programme.approved_at, programme.state_reason = timezone.now(), ""
    return ("approved_at", "state_reason")


def _keep_reason(programme: Programme, *, reason: str, **data: Any) -> Iterable[str]:
    programme.state_reason = reason
    return ("state_reason",)


def _submitted(programme: Programme, *, by: Any, **data: Any) -> None:
    notices.tell_submitted(programme, by=by)


def _decided(programme: Programme, *, by: Any, **data: Any) -> None:
    search.index(programme)
    notices.tell_state(programme, by=by)


def _leads(person: Any, programme: Programme) -> bool:
    return policies.leads(person, programme)


def _desk(person: Any, programme: Programme) -> bool:
    return policies.oversees(person)


def _leads_or_desk(person: Any, programme: Programme) -> bool:
    return policies.leads(person, programme) or policies.oversees(person)


LEAD = gettext_lazy("Lead of the programme")
DESK = gettext_lazy("Training desk of the secretariat")
EITHER = gettext_lazy("Lead of the programme, or the training desk")

PROGRAMME = Workflow(
    code="programme",
    title=gettext_lazy("A joint programme"),
    summary=gettext_lazy("From the draft of its lead, by everybody's acceptance, to the archive."),
    model=Programme,
    field="state",
    initial=State.DRAFT,
    moves=(
        Move(
            verb="submit",
            sources=(State.DRAFT,),
            target=State.IN_REVIEW,
            who=_leads,
            who_label=LEAD,
            label=gettext_lazy("Hand in for approval"),
            done=gettext_lazy(
                "The training desk has the programme now. Partners who have not answered can still do so."
            ),
            help=gettext_lazy("Lead, teaching and awarding partner must have been asked."),
            guard=_has_its_partners,
            then=_submitted,
        ),
        Move(
            verb="approve",
            sources=(State.IN_REVIEW,),
            target=State.APPROVED,
            who=_desk,
            who_label=DESK,
            label=gettext_lazy("Approve"),
            done=gettext_lazy("The programme is approved and public."),
            help=gettext_lazy("Every partner must have accepted for itself."),
            guard=_all_have_accepted,
            effect=_stamp_approved,
            then=_decided,
        ),
        Move(
            verb="reject",
            sources=(State.DRAFT, State.IN_REVIEW),
            target=State.REJECTED,
            who=_leads_or_desk,
            who_label=EITHER,
            label=gettext_lazy("Reject"),
            done=gettext_lazy("The programme is rejected. It stays here with its reason."),
            help=gettext_lazy("The lead may also give it up this way."),
            needs_reason=True,
            tone="danger",
            effect=_keep_reason,
            then=_decided,
        ),
        Move(
            verb="start",
            sources=(State.APPROVED,),
            target=State.RUNNING,
            who=_leads,
            who_label=LEAD,
            label=gettext_lazy("Start the programme"),
            done=gettext_lazy("The programme runs. Cohorts can enrol."),
            help=gettext_lazy("Needs a published curriculum version, and every partner's acceptance."),
            guard=_can_run,
            then=_decided,
        ),
        Move(
            verb="suspend",
            sources=(State.RUNNING,),
            target=State.SUSPENDED,
            who=_leads_or_desk,
            who_label=EITHER,
            label=gettext_lazy("Suspend"),
            done=gettext_lazy("Nobody can enrol any more; cohorts that run go on."),
            help=gettext_lazy("Stops new enrolment, not the cohorts that run."),
            needs_reason=True,
            tone="danger",
            effect=_keep_reason,
            then=_decided,
        ),
        Move(
            verb="resume",
            sources=(State.SUSPENDED,),
            target=State.RUNNING,
            who=_leads_or_desk,
            who_label=EITHER,
            label=gettext_lazy("Take up again"),
            done=gettext_lazy("The programme runs again."),
            guard=_can_run,
            then=_decided,
        ),
        Move(
            verb="close",
            sources=(State.RUNNING, State.SUSPENDED),
            target=State.CLOSING,
            who=_leads,
            who_label=LEAD,
            label=gettext_lazy("Wind down"),
            done=gettext_lazy("No new cohorts. What runs is brought to its end."),
            help=gettext_lazy("Only when no cohort is still before its beginning."),
            tone="danger",
            guard=_nothing_before_running,
            then=_decided,
        ),
        Move(
            verb="archive",
            sources=(State.CLOSING,),
            target=State.ARCHIVED,
            who=_leads_or_desk,
            who_label=EITHER,
            label=gettext_lazy("Archive"),
            done=gettext_lazy("The programme is archived. Its certificates stay as they are."),
            guard=_all_cohorts_ended,
            then=_decided,
        ),
    ),
)
