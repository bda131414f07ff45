import hashlib
import secrets
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.core import audit
from alliance.core.errors import RuleBroken
from alliance.core.models import AuditEvent

from .. import events, policies
from ..decided import INVITATION_DAYS
from ..models import Duty, Invitation, Organisation, User
from ..roles import ROLES
from .duties import appoint, check_term, holds_role, lock_team
from .people import has_confirmed

A_DAY = timedelta(days=1)
# Letters one person may send in a day, new ones and repeated ones together.
LETTERS_A_DAY = 50


class TooManyInvitations(RuleBroken):
    """The person has sent their letters for today; `retry_after` seconds from now the next one may go."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


def find_invitation(token: str) -> Invitation | None:
    """The invitation a link belongs to, whatever became of it. A link that was replaced belongs to none."""
    return (
        Invitation.objects.select_related("organisation", "invited_by", "substitute")
        .filter(token_digest=_digest(token))
        .first()
    )


@transaction.atomic
def invite(
    organisation: Organisation,
    email: str,
    role_code: str,
    *,
    by: User,
    name: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
    substitute: User | None = None,
    stands_in_for: Duty | None = None,
    language: str = User.Language.CHINESE,
    is_imported: bool = False,
) -> Invitation:
    """Invite an address to a role. The letter carries the only copy of the token.

    One of a table that a desk has checked and confirmed as a whole does not count against the person's letters of the
    day; tables have a limit of their own.
    """
    email = email.strip().lower()
    starts_on = starts_on or timezone.localdate()
    if not is_imported:
        _spend_letter(by)
    organisation = lock_team(organisation)
    if organisation.kind not in ROLES[role_code].organisation_kinds:
        raise RuleBroken(_("This role does not exist at this organisation."))
    check_term(starts_on, ends_on)
    known = User.objects.filter(email=email).first()
    if known and holds_role(known, organisation, role_code, starts_on, ends_on):
        raise RuleBroken(_("%(person)s already holds this role here in that time.") % {"person": known})
    if Invitation.objects.pending().filter(email=email, organisation=organisation, role_code=role_code).exists():
        raise RuleBroken(_("This address already has an invitation to this role. You can send it again."))
    token = secrets.token_urlsafe(32)
    now = timezone.now()
    invitation = Invitation.objects.create(
        email=email,
        name=name.strip(),
        organisation=organisation,
        role_code=role_code,
        language=language,
        duty_starts_on=starts_on,
        duty_ends_on=ends_on,
        substitute=substitute,
        stands_in_for=stands_in_for,
        invited_by=by,
        token_digest=_digest(token),
        created_at=now,
        expires_at=now + timedelta(days=INVITATION_DAYS.value()),
    )
    _record("invitation.sent", invitation, by=by)
    events.invited.tell(invitation=invitation, token=token)
    return invitation


@transaction.atomic
def resend_invitation(invitation: Invitation, *, by: User) -> Invitation:
    """Write again with a new link, valid anew; the old link opens nothing from now on."""
    _spend_letter(by)
    invitation = _locked_pending(invitation)
    if invitation.duty_ends_on and invitation.duty_ends_on < timezone.localdate():
        raise RuleBroken(_("The term of this invitation is over. Please revoke it and write a new one."))
    token = secrets.token_urlsafe(32)
    invitation.token_digest = _digest(token)
    invitation.created_at = timezone.now()
    invitation.expires_at = invitation.created_at + timedelta(days=INVITATION_DAYS.value())
    invitation.invited_by = by
    invitation.renewal_asked_at = None
    invitation.save(update_fields=["token_digest", "created_at", "expires_at", "invited_by", "renewal_asked_at"])
    _record("invitation.resent", invitation, by=by)
    events.invited.tell(invitation=invitation, token=token)
    return invitation


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, by: User) -> Invitation:
    """Take an invitation back; its link then says so."""
    invitation = _locked_pending(invitation)
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    _record("invitation.revoked", invitation, by=by)
    events.invitation_revoked.tell(invitation=invitation, by=by)
    return invitation


@transaction.atomic
def accept_invitation(invitation: Invitation, *, by: User) -> Duty:
    """Take the role. Accepting again gives the same duty: two clicks accept once."""
    invitation = _locked(invitation)
    if invitation.accepted_at:
        if invitation.accepted_by_id != by.pk:
            raise RuleBroken(_("This invitation has been used already."))
        return Duty.objects.filter(
            person=by, organisation=invitation.organisation_id, role_code=invitation.role_code
        ).order_by("-pk")[0]
    if invitation.revoked_at:
        raise RuleBroken(_("This invitation was withdrawn."))
    if invitation.is_expired():
        raise RuleBroken(_("This invitation has expired."))
    if not has_confirmed(by, invitation.email):
        raise RuleBroken(_("This invitation is for another e-mail address than yours."))
    duty = appoint(
        by,
        invitation.organisation,
        invitation.role_code,
        by=by,
        appointed_by=invitation.invited_by,
        starts_on=invitation.duty_starts_on,
        ends_on=invitation.duty_ends_on,
        substitute=invitation.substitute,
    )
    invitation.accepted_at, invitation.accepted_by = timezone.now(), by
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    if invitation.stands_in_for_id:
        Duty.objects.current().filter(pk=invitation.stands_in_for_id, substitute=None).exclude(person=by).update(
            substitute=by
        )
    _record("invitation.accepted", invitation, by=by, duty=duty.pk)
    events.invitation_accepted.tell(invitation=invitation, duty=duty)
    return duty


@transaction.atomic
def ask_for_new_link(invitation: Invitation) -> Invitation:
    """The reader of an expired link asks its sender for a new one; asking again says nothing more."""
    invitation = _locked(invitation)
    if not invitation.is_pending or not invitation.is_expired() or invitation.renewal_asked_at:
        return invitation
    invitation.renewal_asked_at = timezone.now()
    invitation.save(update_fields=["renewal_asked_at"])
    _record("invitation.asked_again", invitation, by=None)
    events.invitation_expired_asked.tell(invitation=invitation)
    return invitation


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _spend_letter(by: User) -> None:
    """Count a letter against the person's day; their row is locked, so that letters at the same time all count."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    since = timezone.now() - A_DAY
    sent = AuditEvent.objects.filter(
        actor=str(by.pk), verb__in=["invitation.sent", "invitation.resent"], at__gt=since
    ).order_by("-seq")
    oldest = sent.values_list("at", flat=True)[LETTERS_A_DAY - 1 : LETTERS_A_DAY].first()
    if oldest is not None:
        raise TooManyInvitations(
            _("You have sent %(n)d invitations since yesterday. Please go on tomorrow.") % {"n": LETTERS_A_DAY},
            retry_after=max(1, round((oldest - since).total_seconds())),
        )


def _locked(invitation: Invitation) -> Invitation:
    lock_team(invitation.organisation)
    return (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("organisation", "invited_by", "substitute")
        .get(pk=invitation.pk)
    )


def _locked_pending(invitation: Invitation) -> Invitation:
    invitation = _locked(invitation)
    if invitation.accepted_at:
        raise RuleBroken(_("This invitation has been accepted meanwhile."))
    if invitation.revoked_at:
        raise RuleBroken(_("This invitation was withdrawn meanwhile."))
    return invitation


def _record(verb: str, invitation: Invitation, *, by: User | None, **details: object) -> None:
    audit.record(
        verb,
        invitation,
        by=by,
        on_behalf_of=policies.acts_there_for(by, invitation.organisation),
        organisation=invitation.organisation_id,
        role=invitation.role_code,
        **details,
    )
