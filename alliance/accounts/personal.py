"""The personal data of this package and of what stands before it: core, Django, allauth."""

from pathlib import PurePath
from typing import Any

from allauth.account.models import EmailAddress
from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from .models import Invitation, JoinRequest, User
from .personal_data import Close, Source, not_personal, overwrite, register

REFUSED_WITHOUT_WORDS = "—"
# Why the duties of a closed account ended; both languages, as whoever reads it may read either.
CLOSED = "账号已注销 / account closed"


def closed_email(person: User) -> str:
    """Stands where the address was: reaches nobody, and is nobody else's."""
    return f"closed-{person.pk}@closed.invalid"


def addresses_of(person: User) -> list[str]:
    """All addresses the person has here, in lower case."""
    known = EmailAddress.objects.filter(user=person).values_list("email", flat=True)
    return sorted({person.email.lower(), *(email.lower() for email in known)})


def _own_row(person: User) -> QuerySet:
    return User.objects.filter(pk=person.pk)


def _leave_a_number(person: User, rows: QuerySet) -> None:
    """Done last by the service that closes an account (services/closing.py)."""


def _invitations(person: User) -> QuerySet:
    return Invitation.objects.filter(Q(accepted_by=person) | Q(email__in=addresses_of(person))).order_by("pk")


def _forget_invitations(person: User, rows: QuerySet) -> None:
    for invitation in rows:
        # Two invitations to one role keep different addresses, as the constraint asks.
        overwrite(invitation, {"email": f"closed-{person.pk}-{invitation.pk}@closed.invalid", "name": ""})


def _refusal(request: Any) -> str:
    return REFUSED_WITHOUT_WORDS if request.state == JoinRequest.State.REFUSED else ""


def _remove_jobs(person: User, rows: QuerySet) -> None:
    for job in rows:
        if job.content:
            job.content.delete(save=False)
    rows.delete()


def _uploads(person: User) -> QuerySet:
    return apps.get_model("core.StoredFile")._base_manager.filter(uploaded_by=str(person.pk)).order_by("pk")


def _actions(person: User) -> QuerySet:
    return apps.get_model("core.AuditEvent")._base_manager.filter(actor=str(person.pk)).order_by("seq")


PROOF = _("Proof of who acted for which organisation, and when: what was decided then rests on it.")
SIGN_IN = _("To sign you in and to protect your account.")

register(
    Source(
        "account",
        "accounts.User",
        _("Account"),
        _("To sign you in, to address you, and so that colleagues reach you."),
        words=("email", "name", "job_title", "phone"),
        fields=("id", "email", "name", "job_title", "phone", "language", "theme", "joined_at", "last_login"),
        on_close=Close.BLANK,
        rows=_own_row,
        close=_leave_a_number,
    ),
    Source(
        "addresses",
        "account.EmailAddress",
        _("E-mail addresses"),
        SIGN_IN,
        person=("user",),
        words=("email",),
        fields=("email", "verified", "primary"),
        on_close=Close.DELETE,
    ),
    Source(
        "linked_accounts",
        "socialaccount.SocialAccount",
        _("Linked accounts"),
        SIGN_IN,
        person=("user",),
        words=("extra_data",),
        fields=("provider", "uid", "extra_data", "union__value", "date_joined", "last_login"),
        on_close=Close.DELETE,
    ),
    Source(
        "duties",
        "accounts.Duty",
        _("Duties"),
        PROOF,
        person=("person",),
        traces=("substitute", "appointed_by", "ended_by"),
        fields=(
            "id",
            "organisation__name_zh",
            "organisation__name_en",
            "role_code",
            "starts_on",
            "ends_on",
            "ended_at",
            "end_reason",
            "away_from",
            "away_until",
            "created_at",
        ),
        on_close=Close.BLANK,
        blank={"end_reason": lambda duty: CLOSED if duty.ended_at else ""},
    ),
    Source(
        "invitations",
        "accounts.Invitation",
        _("Invitations you received"),
        PROOF,
        person=("accepted_by",),
        traces=("invited_by", "substitute"),
        words=("email", "name"),
        fields=("id", "email", "name", "organisation__name_zh", "role_code", "created_at", "accepted_at", "revoked_at"),
        on_close=Close.BLANK,
        rows=_invitations,
        close=_forget_invitations,
    ),
    Source(
        "join_requests",
        "accounts.JoinRequest",
        _("Requests to join"),
        PROOF,
        person=("person",),
        traces=("decided_by",),
        fields=(
            "id",
            "organisation__name_zh",
            "role_code",
            "message",
            "state",
            "created_at",
            "decided_at",
            "decision_note",
        ),
        on_close=Close.BLANK,
        blank={"message": "", "decision_note": _refusal},
    ),
    Source(
        "jobs",
        "core.Job",
        _("Files made for you"),
        _("So that you find them again for some days."),
        person=("requested_by",),
        fields=("id", "kind", "params", "state", "created_at", "finished_at", "file_name", "expires_at"),
        on_close=Close.DELETE,
        close=_remove_jobs,
    ),
    Source(
        "uploads",
        "core.StoredFile",
        _("Files you uploaded"),
        _("They belong to the profile they are part of; what you called them is forgotten."),
        words=("uploaded_by",),
        fields=("token", "original_name", "media_type", "size", "uploaded_at"),
        on_close=Close.BLANK,
        rows=_uploads,
        blank={"original_name": lambda file: "file" + PurePath(file.original_name).suffix[:10]},
    ),
    Source(
        "actions",
        "core.AuditEvent",
        _("What you did here"),
        _("The audit chain proves what happened. It holds your number, no name and no words."),
        words=("actor",),
        fields=("seq", "at", "verb", "object_type", "object_id", "on_behalf_of"),
        rows=_actions,
    ),
    Source(
        "groups",
        "accounts.User_groups",
        _("Groups"),
        SIGN_IN,
        person=("user",),
        fields=("group__name",),
        on_close=Close.DELETE,
        is_listed=False,
    ),
    Source(
        "rights",
        "accounts.User_user_permissions",
        _("Single rights"),
        SIGN_IN,
        person=("user",),
        fields=("permission__codename",),
        on_close=Close.DELETE,
        is_listed=False,
    ),
)
register(
    Source(
        "consents",
        "accounts.ConsentRecord",
        _("Consents given and taken back"),
        _("Proof of what you agreed to and what you took back."),
        person=("person",),
        fields=("purpose", "version", "language", "is_given", "at", "way"),
    ),
    Source(
        "security_events",
        "accounts.SecurityEvent",
        _("Sign-ins and failed attempts"),
        _("To protect accounts, and because network logs have to be kept for six months at least; then deleted."),
        person=("person",),
        words=("address", "device", "login_digest"),
        fields=("kind", "at", "address", "device", "means"),
    ),
    Source(
        "factors",
        "mfa.Authenticator",
        _("Second factors"),
        SIGN_IN,
        person=("user",),
        fields=("type", "created_at", "last_used_at"),
        on_close=Close.DELETE,
    ),
    Source(
        "sessions",
        "usersessions.UserSession",
        _("Devices you are signed in on"),
        SIGN_IN,
        person=("user",),
        words=("ip", "user_agent"),
        fields=("created_at", "last_seen_at", "ip", "user_agent"),
        on_close=Close.DELETE,
    ),
    Source(
        "lost_factors",
        "accounts.LostFactor",
        _("Requests to replace lost second factors"),
        _("Proof of how the account was opened again."),
        person=("person",),
        traces=("decided_by",),
        words=("note", "address"),
        fields=("state", "asked_at", "address", "decided_at", "note"),
        on_close=Close.BLANK,
        blank={"note": "", "address": None},
    ),
    Source(
        "approvals",
        "accounts.LostFactorApproval",
        _("Requests of others that you approved"),
        PROOF,
        traces=("officer",),
        is_listed=False,
    ),
    Source(
        "requests",
        "accounts.DataRequest",
        _("Requests about your data"),
        _("Proof that you were answered in time; your words are forgotten when the account is closed."),
        person=("person",),
        traces=("settled_by",),
        words=("words", "answer"),
        fields=("id", "kind", "words", "state", "asked_at", "due_at", "takes_effect_at", "settled_at", "answer"),
        on_close=Close.BLANK,
        blank={"words": "", "answer": lambda request: REFUSED_WITHOUT_WORDS if request.answer else ""},
    ),
    Source(
        "incidents",
        "accounts.Breach",
        _("Data incidents you recorded"),
        _("The law asks for the register."),
        traces=("recorded_by", "closed_by"),
        is_listed=False,
    ),
)
not_personal("accounts.ConsentRecord", "address_digest", why="a salted digest, of use only to compare")
not_personal("core.AllianceSettingVersion", "set_by", "reason", why="a decision of the office, by number")
not_personal("accounts.Organisation", "credit_code", why="of an organisation")
not_personal("core.Merge", "reason", why="why two rows are one thing")
not_personal("core.Synonym", "words", why="words of the search")
