"""What became of a project, recorded by its promoters: successes and failures alike, public at once."""

from collections.abc import Mapping
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.accounts.models import User
from alliance.core import audit
from alliance.core.errors import RuleBroken
from alliance.core.pagecache import public_data_changed

from .. import policies
from ..models import Project, ProjectOutcome
from ..notices import followers as notices
from .locking import lock
from .projects import news

State, Kind = Project.State, ProjectOutcome.Kind
_CARRIED = (State.IMPLEMENTATION, State.OPERATION, State.COMPLETED)
# A result is of something that was decided: financing was agreed, or nobody financed it in time.
POSSIBLE: Mapping[str, tuple[str, ...]] = {
    Kind.FINANCED: (*Project.AGREED_STATES, State.CANCELLED),
    Kind.PARTLY: (*Project.AGREED_STATES, State.CANCELLED),
    Kind.NOT_FINANCED: (State.EXPIRED, State.CANCELLED),
    Kind.DELIVERED: _CARRIED,
    Kind.FAILED: (*Project.AGREED_STATES, State.CANCELLED),
}


def possible_kinds(project: Project) -> list[ProjectOutcome.Kind]:
    """Which results can be recorded in the state the project is in."""
    return [kind for kind in Kind if project.state in POSSIBLE[kind]]


@transaction.atomic
def record_outcome(
    project: Project,
    kind: str,
    *,
    happened_on: date,
    happened_zh: str,
    learnt_zh: str,
    happened_en: str = "",
    learnt_en: str = "",
    amount: int | None = None,
    corrects: ProjectOutcome | None = None,
    by: User,
) -> ProjectOutcome:
    """Only added to: what was wrong is corrected by another one, and both stay in the books. `amount` is in fen."""
    project = lock(project)
    if not policies.promotes(by, project):
        raise PermissionDenied
    if kind not in possible_kinds(project):
        raise RuleBroken(_("Such a result cannot be recorded in the state the project is in."))
    if kind in ProjectOutcome.WITH_AMOUNT and not amount:
        raise RuleBroken(_("Please say how much was financed."))
    if kind == Kind.NOT_FINANCED and amount:
        raise RuleBroken(_("What was not financed has no amount."))
    if kind == Kind.PARTLY and project.need is not None and amount is not None and amount >= project.need:
        raise RuleBroken(_("This reaches the capital sought: it is financed, not partly."))
    if happened_on > timezone.localdate():
        raise RuleBroken(_("This day lies ahead."))
    if corrects is not None:
        _is_correctable(corrects, project)
    outcome = ProjectOutcome.objects.create(
        project=project,
        kind=kind,
        amount=amount or None,
        happened_on=happened_on,
        happened_zh=happened_zh,
        happened_en=happened_en,
        learnt_zh=learnt_zh,
        learnt_en=learnt_en,
        corrects=corrects,
        recorded_by=by,
    )
    news(project)
    audit.record(
        "project_outcome.recorded",
        outcome,
        by=by,
        project=project.pk,
        kind=outcome.kind,
        amount=outcome.amount,
        corrects=corrects.pk if corrects else None,
    )
    notices.tell_outcome(outcome, by=by)
    public_data_changed()
    return outcome


def _is_correctable(outcome: ProjectOutcome, project: Project) -> None:
    if outcome.project_id != project.pk:
        raise RuleBroken(_("This result is of another project."))
    if not ProjectOutcome.objects.standing().filter(pk=outcome.pk).exists():
        raise RuleBroken(_("This result has been corrected already. Correct the newer one."))
