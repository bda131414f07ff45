"""What follows for people from what happens to invitations, requests and duties (alliance/accounts/events.py)."""

from datetime import timedelta
from typing import Any

from allauth.account.signals import email_changed
from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.accounts import events
from alliance.accounts.models import Duty, Invitation, JoinRequest, Organisation, User
from alliance.accounts.permissions import Permission
from alliance.core import jobs
from alliance.core.models import Job

from . import factors, notices, sealed
from .services import addresses, close_tasks, free_tasks, letter, notify, open_task, people_with

LONG = timedelta(seconds=30)


def listen() -> None:
    email_changed.connect(address_changed)
    user_logged_in.connect(warn_of_address)
    events.invited.listen(invited)
    events.invitation_accepted.listen(invitation_accepted)
    events.invitation_revoked.listen(invitation_revoked)
    events.invitation_expired_asked.listen(invitation_expired_asked)
    events.join_requested.listen(join_requested)
    events.join_decided.listen(join_decided)
    events.duty_changed.listen(duty_changed)
    events.duty_ended.listen(duty_ended)
    events.duty_ending.listen(duty_ending)
    events.duty_ran_out.listen(duty_ran_out)
    events.last_holder_lost.listen(last_holder_lost)
    jobs.finished(job_over)
    factors.listen()


def address_changed(sender: Any, user: User, **values: Any) -> None:
    """Whoever changes the address gets mails again."""
    addresses.clear(user, by=user)


def warn_of_address(sender: Any, request: HttpRequest, user: User, **values: Any) -> None:
    """Said at each sign-in until the address is put right."""
    if addresses.trouble_of(user) is not None:
        words = _("Mails to %(address)s bounce, so you get none. Please correct your address.")
        messages.warning(request, words % {"address": user.email}, fail_silently=True)


def job_over(job: Job) -> None:
    """Tell who asked for it, unless they stopped it themselves; by mail when they had time to leave."""
    kind = jobs.kind_of(job)
    if job.requested_by is None or job.state == Job.State.CANCELLED or (kind and kind.is_silent):
        return
    took_long = timezone.now() - job.created_at > LONG
    notice = notices.JOB_OVER if took_long else notices.JOB_OVER_SOON
    notify(notice, to=[job.requested_by], about=job, key=job.pk)


def invited(*, invitation: Invitation, token: str) -> None:
    """Write to the address. The token waits sealed; whoever asked for a new link has been answered."""
    link = invitation.token_digest[:16]
    letter(
        notices.INVITATION,
        about=invitation,
        actor=invitation.invited_by,
        key=f"{invitation.pk}:{link}",
        link=link,
        sealed=sealed.seal(token, invitation.token_digest),
    )
    close_tasks(invitation, kind=notices.RENEW_INVITATION, by=invitation.invited_by, outcome="sent")


def invitation_accepted(*, invitation: Invitation, duty: Duty) -> None:
    close_tasks(invitation, kind=notices.RENEW_INVITATION, outcome="sent")
    _somebody_came(duty.organisation, duty.role_code)
    if invitation.invited_by_id != duty.person_id:
        notify(
            notices.INVITATION_ACCEPTED,
            to=[invitation.invited_by],
            about=invitation,
            actor=duty.person,
            key=invitation.pk,
        )


def invitation_revoked(*, invitation: Invitation, by: User) -> None:
    close_tasks(invitation, kind=notices.RENEW_INVITATION, by=by, outcome="revoked")


def invitation_expired_asked(*, invitation: Invitation) -> None:
    organisation = _who_can(Permission.INVITE, invitation.organisation)
    open_task(
        notices.RENEW_INVITATION,
        about=invitation,
        organisation=organisation,
        province=invitation.organisation.province,
    )
    asked = [invitation.invited_by, *people_with(Permission.INVITE, organisation)]
    notify(
        notices.INVITATION_EXPIRED, to=asked, about=invitation, key=f"{invitation.pk}:{invitation.token_digest[:16]}"
    )


def join_requested(*, join_request: JoinRequest) -> None:
    """The park decides where it can; where nobody is in charge yet, the membership desk does."""
    organisation = _who_can(Permission.DECIDE_JOIN, join_request.organisation)
    open_task(
        notices.DECIDE_JOIN,
        about=join_request,
        organisation=organisation,
        opened_by=join_request.person,
        province=join_request.organisation.province,
    )
    notify(
        notices.JOIN_REQUESTED,
        to=people_with(Permission.DECIDE_JOIN, organisation),
        about=join_request,
        actor=join_request.person,
        key=join_request.pk,
    )


def join_decided(*, join_request: JoinRequest) -> None:
    close_tasks(join_request, kind=notices.DECIDE_JOIN, by=join_request.decided_by, outcome=join_request.state)
    if join_request.state == JoinRequest.State.APPROVED:
        _somebody_came(join_request.organisation, join_request.role_code)
    if join_request.state != JoinRequest.State.WITHDRAWN:
        notify(
            notices.JOIN_DECIDED,
            to=[join_request.person],
            about=join_request,
            actor=join_request.decided_by,
            key=join_request.pk,
        )


def duty_changed(*, duty: Duty, by: User | None) -> None:
    """The holder hears what others changed; the substitute when they will act."""
    key = f"{duty.pk}:{_this_transaction()}"
    if by is None or by.pk != duty.person_id:
        notify(notices.DUTY_CHANGED, to=[duty.person], about=duty, actor=by, key=key)
    if duty.substitute and duty.away_from and (by is None or by.pk != duty.substitute_id):
        period = f"{duty.pk}:{duty.substitute_id}:{duty.away_from}:{duty.away_until}"
        notify(notices.STANDS_IN, to=[duty.substitute], about=duty, actor=by, key=period)


def duty_ended(*, duty: Duty, by: User | None) -> None:
    free_tasks(duty.person, duty.organisation)
    told = [person for person in (duty.person, *_in_charge(duty.organisation)) if by is None or person.pk != by.pk]
    notify(notices.DUTY_ENDED, to=told, about=duty, actor=by, key=f"{duty.pk}:{_this_transaction()}")


def duty_ending(*, duty: Duty) -> None:
    """The holder and whoever can lengthen the term hear of it once for each last day."""
    notify(notices.DUTY_ENDING, to=_concerned(duty), about=duty, key=f"{duty.pk}:{duty.ends_on}")


def duty_ran_out(*, duty: Duty) -> None:
    free_tasks(duty.person, duty.organisation)
    notify(notices.DUTY_RAN_OUT, to=_concerned(duty), about=duty, key=duty.pk)


def last_holder_lost(*, organisation: Organisation, role_code: str) -> None:
    if not notices.is_in_charge(role_code):
        return
    secretariat = _secretariat()
    if secretariat is None:
        return
    open_task(
        notices.NEW_HOLDER,
        about=organisation,
        organisation=secretariat,
        province=organisation.province,
        role=role_code,
    )
    notify(
        notices.NO_HOLDER,
        to=people_with(Permission.INVITE, secretariat),
        about=organisation,
        key=f"{organisation.pk}:{role_code}:{_this_transaction()}",
        role=role_code,
    )


def _somebody_came(organisation: Organisation, role_code: str) -> None:
    if notices.is_in_charge(role_code):
        close_tasks(organisation, kind=notices.NEW_HOLDER, outcome="found")


def _concerned(duty: Duty) -> list[User]:
    return [duty.person, *people_with(Permission.INVITE, _who_can(Permission.INVITE, duty.organisation))]


def _in_charge(organisation: Organisation) -> list[User]:
    return list(people_with(Permission.INVITE, organisation))


def _who_can(permission: Permission, organisation: Organisation) -> Organisation:
    """The organisation itself where somebody there has the permission, else the secretariat."""
    if people_with(permission, organisation).exists():
        return organisation
    return _secretariat() or organisation


def _secretariat() -> Organisation | None:
    return Organisation.objects.filter(kind=Organisation.Kind.SECRETARIAT).first()


def _this_transaction() -> int:
    """The number of this change: the same happening told twice within it is one, a later one is another."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        return int(cursor.fetchone()[0])
