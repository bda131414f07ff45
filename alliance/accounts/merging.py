"""Two organisations that are one: whose names survive, and what becomes of people, letters and requests."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.core.errors import RuleBroken
from alliance.core.merging import How, Reference, Subject, register, register_subject

from .models import JoinRequest, Organisation

LABEL = "accounts.Organisation"


def _check(gone: Organisation, kept: Organisation) -> None:
    if {gone.kind, kept.kind} != {Organisation.Kind.PARK_OPERATOR}:
        raise RuleBroken(_("Only operators of parks are merged; the secretariat and the council are there once."))


def _end(by: Any) -> Mapping[str, Any]:
    return {"ended_at": timezone.now(), "ended_by": by.pk}


def _revoke(by: Any) -> Mapping[str, Any]:
    return {"revoked_at": timezone.now()}


def _withdraw(by: Any) -> Mapping[str, Any]:
    return {"state": JoinRequest.State.WITHDRAWN.value, "decided_at": timezone.now(), "decided_by": by.pk}


register_subject(
    Subject(LABEL, fields=("name_zh", "name_en", "credit_code", "province"), check=_check, alone=("credit_code",))
)
register(
    LABEL,
    Reference(
        "accounts.Duty",
        "organisation",
        How.MOVE,
        gettext_lazy("Duties: these people act for the surviving one"),
        same=("person_id", "role_code"),
        among=Q(ends_on__isnull=True, ended_at__isnull=True),
        why=gettext_lazy("The person holds this role there already; the duty at the old one ends."),
        retire=_end,
    ),
    Reference(
        "accounts.Invitation",
        "organisation",
        How.MOVE,
        gettext_lazy("Invitations: their links lead to the surviving one"),
        same=("email", "role_code"),
        among=Q(accepted_at__isnull=True, revoked_at__isnull=True),
        why=gettext_lazy("The same address has an invitation to this role there already; this one is taken back."),
        retire=_revoke,
    ),
    Reference(
        "accounts.JoinRequest",
        "organisation",
        How.MOVE,
        gettext_lazy("Requests to join"),
        same=("person_id",),
        among=Q(state="pending"),
        why=gettext_lazy("The person waits for an answer there already; this request is withdrawn."),
        retire=_withdraw,
    ),
    Reference(LABEL, "merged_into", How.MOVE, gettext_lazy("Entries merged into it earlier")),
)
