"""Which rows about certificates are a person's (alliance/accounts/personal_data.py)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import User
from alliance.accounts.personal_data import Source, not_personal, register

WORK = _("So that it can be seen who prepared, approved, issued and revoked certificates.")
PROOF = _(
    "So that whoever has your certificate can check it. The signed file never changes; closing the account takes your "
    "name off every page."
)
HEARD = _("So that a decision about your certificate can be looked at again.")


def _close(person: User, rows: Any) -> None:
    from .certificates import consents

    consents.withdraw_all(person)
    rows.update(holder_name="")


register(
    Source(
        "certificates",
        "training.Certificate",
        _("Your certificates"),
        PROOF,
        person=("person",),
        traces=("issued_by",),
        words=("holder_name", "body"),
        fields=(
            "id",
            "number",
            "token",
            "curriculum__code",
            "holder_name",
            "awarded_at",
            "valid_until",
            "revoked_at",
            "revoked_category",
            "shows_name",
            "is_searchable",
            "shows_mark",
            "in_directory",
            "body",
        ),
        close=_close,
    ),
    Source(
        "certificate_wishes",
        "training.CertificateWishes",
        _("What you want in your signed certificates"),
        PROOF,
        rows=lambda person: _of_enrolments("CertificateWishes", person),
        fields=("id", "enrolment__cohort__code", "name_in_file", "mark_in_file", "changed_at"),
    ),
    Source(
        "dossiers",
        "training.Dossier",
        _("Dossiers of your certificates"),
        PROOF,
        rows=lambda person: _of_enrolments("Dossier", person),
        traces=("prepared_by", "approved_by"),
        words=("holder_name", "reasons", "content", "shown"),
        fields=("id", "enrolment__cohort__code", "purpose", "state", "holder_name", "content", "reasons", "created_at"),
        blank={"holder_name": ""},
    ),
    Source(
        "revocations",
        "training.RevocationCase",
        _("Cases about your certificates"),
        HEARD,
        rows=lambda person: _cases(person),
        traces=("proposed_by", "decided_by"),
        fields=("id", "certificate__number", "category", "state", "reason", "statement", "decision", "proposed_at"),
        blank={"statement": "", "reason": "–", "decision": lambda case: "–" if case.decision else ""},
    ),
    Source(
        "integrity_cases",
        "training.IntegrityCase",
        _("Cases about your work"),
        HEARD,
        rows=lambda person: _of_enrolments("IntegrityCase", person),
        traces=("opened_by", "closed_by"),
        fields=("id", "enrolment__cohort__code", "reason", "outcome", "decision", "opened_at", "closed_at"),
        blank={"reason": "–", "decision": lambda case: "–" if case.decision else ""},
    ),
    Source(
        "identity_checks",
        "training.IdentityCheck",
        _("That your identity was checked"),
        PROOF,
        rows=lambda person: _of_enrolments("IdentityCheck", person),
        traces=("checked_by",),
        fields=("id", "enrolment__cohort__code", "way", "checked_at"),
    ),
    Source(
        "certificate_events",
        "training.CertificateEvent",
        _("What happened to certificates"),
        WORK,
        traces=("actor",),
        is_listed=False,
    ),
    Source("issuer_keys", "training.IssuerKey", _("Signing keys"), WORK, traces=("staged_by",), is_listed=False),
)
not_personal(
    "training.CertificateEvidence", "name_zh", "name_en", "narrative_zh", "narrative_en", why="says hours, not whose"
)
not_personal("training.IssuerKey", "incident_zh", "incident_en", why="about the key")


def _of_enrolments(model: str, person: User) -> Any:
    from django.apps import apps

    return apps.get_model("training", model)._base_manager.filter(enrolment__person=person).order_by("pk")


def _cases(person: User) -> Any:
    from .models import RevocationCase

    return RevocationCase._base_manager.filter(certificate__person=person).order_by("pk")
