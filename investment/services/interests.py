"""Express interest in one project or several, change it, move it on, mind its clocks (spec 3.11, R-1)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.accounts.models import User
from alliance.core import audit, workflow
from alliance.core.errors import RuleBroken

from .. import policies_investors as allowed
from ..models import Interest, Investor, Project
from ..notices import interests as notices
from ..workflows.interests import INTEREST
from . import following

# One letter to more parks than this is a circular, not an interest.
MOST_AT_ONCE = 10
FIELDS = ("message", "amount", "shares_owner", "owner_declaration")


def lock(interest: Interest) -> Interest:
    """Investor, project, interest: whoever revokes an investor or ends a project waits in this order too."""
    Investor.objects.select_for_update(no_key=True).get(pk=interest.investor_id)
    Project.objects.select_for_update(no_key=True).get(pk=interest.project_id)
    Interest.objects.select_for_update(no_key=True).get(pk=interest.pk)
    return Interest.objects.select_related("investor__organisation", "project").get(pk=interest.pk)


@transaction.atomic
def draft_interests(
    investor: Investor,
    projects: Sequence[Project],
    *,
    by: User,
    message: str,
    shares_owner: bool | None = None,
    owner_declaration: str = "",
    amounts: Mapping[int, int | None] | None = None,
) -> list[Interest]:
    """A draft for each project, with one message; `amounts` in fen by the project's key. All or none."""
    investor = Investor.objects.select_for_update(no_key=True).get(pk=investor.pk)
    if not allowed.invests_for(by, investor):
        raise PermissionDenied
    if not investor.is_verified:
        raise RuleBroken(_("Only a verified investor can express interest."))
    if not projects or len(projects) > MOST_AT_ONCE:
        raise RuleBroken(_("Choose one to %(n)d projects.") % {"n": MOST_AT_ONCE})
    return [
        _draft(
            investor,
            project,
            by=by,
            message=message.strip(),
            shares_owner=shares_owner,
            owner_declaration=owner_declaration.strip(),
            amount=(amounts or {}).get(project.pk),
        )
        for project in sorted(projects, key=lambda project: project.pk)
    ]


def _draft(investor: Investor, project: Project, *, by: User, **values: Any) -> Interest:
    if project.state not in Project.OPEN_STATES:
        raise RuleBroken(_("This project takes no interest now: %(project)s.") % {"project": project.title})
    try:
        # Another process may be a moment ahead: the database lets one of the two through.
        with transaction.atomic():
            interest = Interest.objects.create(investor=investor, project=project, created_by=by, **values)
    except IntegrityError:
        raise RuleBroken(
            _("You already have an open interest in this project: %(project)s.") % {"project": project.title}
        ) from None
    audit.record("interest.drafted", interest, by=by, on_behalf_of=investor.organisation, project=project.pk)
    return interest


@transaction.atomic
def send_interests(interests: Iterable[Interest], *, by: User) -> list[Interest]:
    """Send what was drafted together; where one cannot go, none goes."""
    ordered = sorted(interests, key=lambda interest: interest.project_id)
    return [move_interest(interest, "send", by=by) for interest in ordered]


@transaction.atomic
def change_interest(interest: Interest, values: Mapping[str, Any], *, by: User) -> Interest:
    """Rewrite a draft; what was sent stays as it was read."""
    interest = lock(interest)
    if not allowed.invests_for(by, interest.investor):
        raise PermissionDenied
    if interest.state != Interest.State.DRAFT:
        raise RuleBroken(_("What was sent cannot be rewritten. Withdraw it, or write to the parks."))
    changed = [name for name in FIELDS if name in values and getattr(interest, name) != values[name]]
    for name in changed:
        setattr(interest, name, values[name])
    if changed:
        interest.save(update_fields=[*changed, "updated_at"])
        audit.record("interest.changed", interest, by=by, fields=sorted(changed))
    return interest


@transaction.atomic
def move_interest(interest: Interest, verb: str, *, by: User | None, reason: str = "", code: str = "") -> Interest:
    """One step, in the order of locks that keeps a revoked investor's interest from slipping through."""
    interest = lock(interest)
    side = interest.investor.organisation if by and allowed.invests_for(by, interest.investor) else None
    return workflow.apply(INTEREST, interest, verb, by=by, reason=reason, on_behalf_of=side, code=code)


def mind(now: datetime | None = None) -> int:
    """The clock: tell the desk of answers that are overdue, once each, and end what its project left behind."""
    now = now or timezone.now()
    done = 0
    for pk in Interest.objects.late(now).filter(escalated_at__isnull=True).order_by("pk").values_list("pk", flat=True):
        done += _escalate(pk, now)
    ended = Project.objects.filter(
        state__in=following.STOPS, pk__in=Interest.objects.open().values("project")
    ).order_by("pk")
    for project in ended:
        with transaction.atomic():
            done += following.follow_project(Project.objects.select_for_update(no_key=True).get(pk=project.pk))
    return done


@transaction.atomic
def _escalate(pk: int, now: datetime) -> int:
    """Under its lock: whoever answered meanwhile is not told of."""
    interest = Interest.objects.select_for_update(of=("self",), no_key=True).filter(pk=pk).first()
    if interest is None or not Interest.objects.late(now).filter(pk=pk, escalated_at__isnull=True).exists():
        return 0
    interest.escalated_at = now
    interest.save(update_fields=["escalated_at", "updated_at"])
    audit.record("interest.escalated", interest, by=None)
    notices.tell_late(interest)
    return 1
