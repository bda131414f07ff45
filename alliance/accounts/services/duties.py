from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.core import audit
from alliance.core.errors import RuleBroken

from .. import events, policies
from ..models import Duty, Invitation, Organisation, User
from ..roles import ROLES

LONGEST_REASON = 300


def lock_team(organisation: Organisation) -> Organisation:
    """Changes to one team happen one after the other, so that a rule over several duties holds."""
    found = Organisation.objects.select_for_update(no_key=True).filter(pk=organisation.pk).first()
    if found is None:
        raise RuleBroken(_("This organisation was merged into another one a moment ago."))
    return found


@transaction.atomic
def appoint(
    person: User,
    organisation: Organisation,
    role_code: str,
    *,
    by: User | None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    substitute: User | None = None,
    appointed_by: User | None = None,
) -> Duty:
    """Give a person a role at an organisation, for a term. Who accepts an invitation was appointed by its sender."""
    starts_on = starts_on or timezone.localdate()
    organisation = lock_team(organisation)
    if organisation.kind not in ROLES[role_code].organisation_kinds:
        raise RuleBroken(_("This role does not exist at this organisation."))
    check_term(starts_on, ends_on)
    if holds_role(person, organisation, role_code, starts_on, ends_on):
        raise RuleBroken(_("%(person)s already holds this role here in that time.") % {"person": person})
    duty = Duty.objects.create(
        person=person,
        organisation=organisation,
        role_code=role_code,
        starts_on=starts_on,
        ends_on=ends_on,
        substitute=substitute if substitute != person else None,
        appointed_by=appointed_by or by,
    )
    _record("duty.appointed", duty, by=by, starts_on=starts_on, ends_on=ends_on)
    policies.forget_duties(person)
    return duty


def check_term(starts_on: date, ends_on: date | None) -> None:
    if ends_on and ends_on < starts_on:
        raise RuleBroken(_("A term cannot end before it begins."))
    if ends_on and ends_on < timezone.localdate():
        raise RuleBroken(_("This term is already over. Please choose a later last day."))


def holds_role(person: User, organisation: Organisation, role_code: str, starts_on: date, ends_on: date | None) -> bool:
    """Whether the person has this role here on any day of the term."""
    duties = Duty.objects.current(starts_on).filter(person=person, organisation=organisation, role_code=role_code)
    return (duties.filter(starts_on__lte=ends_on) if ends_on else duties).exists()


@transaction.atomic
def change_term(duty: Duty, ends_on: date | None, *, by: User) -> Duty:
    """Let a duty last until another day, or until it is ended."""
    duty = _locked(duty)
    if duty.ends_on == ends_on:
        return duty
    check_term(duty.starts_on, ends_on)
    later = Duty.objects.current(duty.starts_on).filter(
        person=duty.person, organisation=duty.organisation, role_code=duty.role_code, starts_on__gt=duty.starts_on
    )
    if (later.filter(starts_on__lte=ends_on) if ends_on else later).exclude(pk=duty.pk).exists():
        raise RuleBroken(_("%(person)s already holds this role here in that time.") % {"person": duty.person})
    duty.ends_on = ends_on
    duty.save(update_fields=["ends_on"])
    _record("duty.term_changed", duty, by=by, ends_on=ends_on)
    events.duty_changed.tell(duty=duty, by=by)
    return duty


@transaction.atomic
def set_absence(
    duty: Duty,
    *,
    by: User,
    substitute: User | None,
    promised: Invitation | None = None,
    away_from: date | None = None,
    away_until: date | None = None,
) -> Duty:
    """Say who stands in, and when. While the holder is away the substitute acts with the rights of this duty.

    `promised` is the invitation of a colleague to be, who becomes the substitute on accepting.
    """
    duty = _locked(duty)
    if substitute == duty.person:
        raise RuleBroken(_("Nobody can stand in for themselves."))
    if substitute and substitute != duty.substitute and not colleagues(duty).filter(pk=substitute.pk).exists():
        raise RuleBroken(_("A substitute holds a duty at the same organisation. Please invite the person first."))
    if (away_from is None) != (away_until is None) or (away_from and away_until and away_until < away_from):
        raise RuleBroken(_("Please give the first and the last day of the absence, in this order."))
    duty.substitute, duty.away_from, duty.away_until = substitute, away_from, away_until
    duty.save(update_fields=["substitute", "away_from", "away_until"])
    Invitation.objects.filter(stands_in_for=duty).update(stands_in_for=None)
    if promised and not substitute:
        Invitation.objects.pending().filter(pk=promised.pk, organisation=duty.organisation_id).update(
            stands_in_for=duty
        )
    _record(
        "duty.absence_set",
        duty,
        by=by,
        substitute=substitute.pk if substitute else None,
        away_from=away_from,
        away_until=away_until,
    )
    policies.forget_duties(by)
    events.duty_changed.tell(duty=duty, by=by)
    return duty


def colleagues(duty: Duty):
    """Who may stand in for the holder: the other people with a duty at the same organisation."""
    return (
        User.objects.filter(
            Q(pk__in=Duty.objects.active().filter(organisation=duty.organisation_id).values("person")), is_active=True
        )
        .exclude(pk=duty.person_id)
        .order_by("name", "pk")
    )


def is_last_holder(duty: Duty) -> bool:
    """Whether nobody would hold this role here without this duty, and somebody has to."""
    return (
        duty.role.must_be_held
        and duty.is_active()
        and not Duty.objects.active()
        .filter(organisation=duty.organisation_id, role_code=duty.role_code)
        .exclude(pk=duty.pk)
        .exists()
    )


@transaction.atomic
def end_duty(duty: Duty, *, by: User, reason: str) -> Duty:
    """End a duty now. The last manager may go too: then the secretariat hears that nobody answers for the park."""
    reason = reason.strip()[:LONGEST_REASON]
    if not reason:
        raise RuleBroken(_("Please give a reason. The other side will read it."))
    duty = _locked(duty)
    was_last = is_last_holder(duty)
    duty.ended_at, duty.ended_by, duty.end_reason = timezone.now(), by, reason
    duty.save(update_fields=["ended_at", "ended_by", "end_reason"])
    _record("duty.ended", duty, by=by, reason=audit.text_digest(reason))
    policies.forget_duties(by)
    events.duty_ended.tell(duty=duty, by=by)
    if was_last:
        events.last_holder_lost.tell(organisation=duty.organisation, role_code=duty.role_code)
    return duty


def _locked(duty: Duty) -> Duty:
    """The duty as it is now, its team locked; one that is over changes no more."""
    lock_team(duty.organisation)
    duty = (
        Duty.objects.select_for_update(of=("self",))
        .select_related("organisation", "person", "substitute")
        .get(pk=duty.pk)
    )
    if duty.is_over():
        raise RuleBroken(_("This duty has already ended."))
    return duty


def _record(verb: str, duty: Duty, *, by: User | None, **details: object) -> None:
    audit.record(
        verb,
        duty,
        by=by,
        on_behalf_of=policies.acts_there_for(by, duty.organisation),
        organisation=duty.organisation_id,
        person=duty.person_id,
        role=duty.role_code,
        **details,
    )
