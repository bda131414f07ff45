"""Two conditions of every certificate that no other part of training keeps: identity, and no open doubt (X-1)."""

from collections.abc import Mapping, Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from alliance.accounts.models import User
from alliance.core import audit
from alliance.core.errors import RuleBroken

from .. import acting, requirements
from .. import policies as training
from ..models import Enrolment, IdentityCheck, IntegrityCase
from ..requirements import Requirement
from . import policies


def identity(enrolments: Sequence[Enrolment]) -> Mapping[int, Sequence[Requirement]]:
    checks = {check.enrolment_id: check for check in IdentityCheck.objects.filter(enrolment__in=enrolments)}
    return {enrolment.pk: [_identity(checks.get(enrolment.pk))] for enrolment in enrolments}


def _identity(check: IdentityCheck | None) -> Requirement:
    return Requirement(
        "identity",
        gettext_lazy("Identity checked"),
        needed=pgettext_lazy("identity", "checked"),
        value=check.get_way_display() if check else gettext_lazy("not checked"),
        is_met=check is not None,
        facts={"way": check.way if check else None},
        evidence=[f"training.IdentityCheck:{check.pk}"] if check else [],
    )


def integrity(enrolments: Sequence[Enrolment]) -> Mapping[int, Sequence[Requirement]]:
    found: dict[int, list[IntegrityCase]] = {}
    for case in IntegrityCase.objects.filter(enrolment__in=enrolments).exclude(outcome=IntegrityCase.Outcome.CLEARED):
        found.setdefault(case.enrolment_id, []).append(case)
    return {enrolment.pk: [_integrity(found.get(enrolment.pk, []))] for enrolment in enrolments}


def _integrity(cases: list[IntegrityCase]) -> Requirement:
    return Requirement(
        "integrity",
        gettext_lazy("No doubt about the work"),
        needed=gettext_lazy("none open or upheld"),
        value=str(len(cases)) if cases else gettext_lazy("none"),
        is_met=not cases,
        facts={"cases": len(cases)},
        evidence=[f"training.IntegrityCase:{case.pk}" for case in sorted(cases, key=lambda case: case.pk)],
    )


requirements.register("identity", order=80, of=identity)
requirements.register("integrity", order=90, of=integrity)


@transaction.atomic
def check_identity(enrolment: Enrolment, way: str, *, by: User) -> IdentityCheck:
    """Somebody of the teaching side saw who the trainee is. A second time changes nothing."""
    _require_teaching(by, enrolment)
    if enrolment.person_id == by.pk:
        raise RuleBroken(_("Nobody checks their own identity."))
    if way not in IdentityCheck.Way.values:
        raise RuleBroken(_("Please say how the identity was checked."))
    enrolment = Enrolment.objects.select_for_update(of=("self",)).get(pk=enrolment.pk)
    found = IdentityCheck.objects.filter(enrolment=enrolment).first()
    if found is not None:
        return found
    check = IdentityCheck.objects.create(enrolment=enrolment, way=way, checked_by=by)
    audit.record(
        "identity.checked", check, by=by, on_behalf_of=acting.acting_for(by, enrolment), enrolment=enrolment.pk, way=way
    )
    return check


@transaction.atomic
def open_case(enrolment: Enrolment, reason: str, *, by: User) -> IntegrityCase:
    """A doubt about the work: until it is cleared, no certificate."""
    _require_teaching(by, enrolment)
    if not reason.strip():
        raise RuleBroken(_("Please give a reason. The other side will read it."))
    case = IntegrityCase.objects.create(enrolment=enrolment, reason=reason.strip(), opened_by=by)
    audit.record(
        "integrity.opened",
        case,
        by=by,
        on_behalf_of=acting.acting_for(by, enrolment),
        enrolment=enrolment.pk,
        reason=audit.text_digest(reason),
    )
    return case


@transaction.atomic
def close_case(case: IntegrityCase, outcome: str, decision: str, *, by: User) -> IntegrityCase:
    """Cleared or upheld, by somebody other than who opened it."""
    case = IntegrityCase.objects.select_for_update(of=("self",)).get(pk=case.pk)
    _require_teaching(by, case.enrolment)
    if case.outcome:
        raise RuleBroken(_("This case is closed already."))
    if case.opened_by_id == by.pk:
        raise RuleBroken(_("Somebody other than who opened the case decides it."))
    if outcome not in IntegrityCase.Outcome.values or not decision.strip():
        raise RuleBroken(_("Please decide, and say why."))
    case.outcome, case.decision = outcome, decision.strip()
    case.closed_by, case.closed_at = by, timezone.now()
    case.save(update_fields=["outcome", "decision", "closed_by", "closed_at"])
    audit.record(
        "integrity.closed",
        case,
        by=by,
        on_behalf_of=acting.acting_for(by, case),
        outcome=outcome,
        decision=audit.text_digest(decision),
    )
    return case


def _require_teaching(by: User, enrolment: Enrolment) -> None:
    programme = policies.programme_of(enrolment)
    if not (policies.can_prepare_for(by, programme) or training.can_teach(by, enrolment.cohort)):
        raise PermissionDenied
