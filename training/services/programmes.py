"""Make a joint programme and bring its partners together (P-1 to P-3)."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.accounts.models import Organisation, User
from alliance.core import audit, bilingual, search
from alliance.core.errors import RuleBroken
from alliance.core.pagecache import public_data_changed
from alliance.core.slugs import free_slug

from .. import acting, policies
from ..models import Programme, ProgrammePartner
from ..notices import programmes as notices
from ..workflows.programmes import PROGRAMME

State = Programme.State
Role = ProgrammePartner.Role
TEXTS = ("title", "summary", "description")
EDITABLE = (
    "title_zh",
    "title_en",
    "summary_zh",
    "summary_en",
    "description_zh",
    "description_en",
    "field",
    "asks_host_approval",
)
# Addresses below /training/ that are no programmes.
TAKEN = {"cohorts", "curricula", "universities", "fields", "calendar", "feeds", "check-in", "placements", "learning"}
ENDED = (State.ARCHIVED, State.REJECTED)


def _lock(programme: Programme) -> Programme:
    return Programme.objects.select_for_update().prefetch_related("partners").get(pk=programme.pk)


@transaction.atomic
def start_programme(lead: Organisation, *, by: User, is_sample: bool = False, **values: Any) -> Programme:
    """A draft with its lead, which has accepted by making it."""
    if not policies.can_start_programme(by, lead):
        raise PermissionDenied
    programme = Programme.objects.create(
        slug=free_slug(
            values.get("title_en", ""), values["title_zh"], Programme, otherwise="programme", reserved=TAKEN
        ),
        created_by=by,
        is_sample=is_sample,
        **{name: value for name, value in values.items() if name in EDITABLE},
    )
    ProgrammePartner.objects.create(
        programme=programme,
        organisation=lead,
        role=Role.LEAD,
        invited_by=by,
        accepted_at=timezone.now(),
        accepted_by=by,
    )
    bilingual.track(programme, TEXTS)
    audit.record("programme.started", programme, by=by, on_behalf_of=lead)
    return programme


@transaction.atomic
def change_programme(programme: Programme, *, by: User, **values: Any) -> Programme:
    """Put its texts right, at any time before its end."""
    programme = _lock(programme)
    if not policies.leads(by, programme):
        raise PermissionDenied
    if programme.state in ENDED:
        raise RuleBroken(_("This programme has ended and stays as it is."))
    changed = [name for name in EDITABLE if name in values and getattr(programme, name) != values[name]]
    if not changed:
        return programme
    for name in changed:
        setattr(programme, name, values[name])
    programme.save(update_fields=[*changed, "updated_at"])
    bilingual.track(programme, TEXTS)
    search.index(programme)
    audit.record(
        "programme.changed", programme, by=by, on_behalf_of=acting.acting_for(by, programme), fields=sorted(changed)
    )
    return programme


@transaction.atomic
def ask_partner(programme: Programme, organisation: Organisation, role: str, *, by: User) -> ProgrammePartner:
    """Ask an organisation to take part; the lead's own further roles need no second word."""
    programme = _lock(programme)
    if not policies.leads(by, programme):
        raise PermissionDenied
    if programme.state in (*ENDED, State.CLOSING):
        raise RuleBroken(_("This programme takes no new partners."))
    if organisation.kind not in (Organisation.Kind.PARK_OPERATOR, Organisation.Kind.SCHOOL, Organisation.Kind.COMPANY):
        raise RuleBroken(_("Partners are parks, schools and companies."))
    if role == Role.LEAD:
        raise RuleBroken(_("A programme has one lead."))
    partners = [partner for partner in programme.partners.all() if partner.until_on is None and not partner.declined_at]
    if any(partner.organisation_id == organisation.pk and partner.role == role for partner in partners):
        raise RuleBroken(_("This organisation already has this role here."))
    is_lead = any(partner.organisation_id == organisation.pk and partner.role == Role.LEAD for partner in partners)
    partner = ProgrammePartner.objects.create(
        programme=programme,
        organisation=organisation,
        role=role,
        invited_by=by,
        accepted_at=timezone.now() if is_lead else None,
        accepted_by=by if is_lead else None,
    )
    audit.record(
        "programme_partner.asked",
        partner,
        by=by,
        on_behalf_of=acting.acting_for(by, programme),
        programme=programme.pk,
        role=role,
    )
    if not is_lead:
        notices.tell_asked(partner, by=by)
    return partner


def _answerable(partner: ProgrammePartner, by: User) -> ProgrammePartner:
    _lock(partner.programme)
    partner = (
        ProgrammePartner.objects.select_for_update(of=("self",))
        .select_related("programme", "organisation")
        .get(pk=partner.pk)
    )
    if not policies.can_answer_as_partner(by, partner):
        raise PermissionDenied
    if partner.until_on is not None:
        raise RuleBroken(_("The programme does not ask any more."))
    return partner


@transaction.atomic
def accept_partnership(partner: ProgrammePartner, *, by: User) -> ProgrammePartner:
    """The organisation's own word (P-1). A second click changes nothing."""
    partner = _answerable(partner, by)
    if partner.accepted_at is not None:
        return partner
    if partner.declined_at is not None:
        raise RuleBroken(_("Your organisation has declined. Ask the lead to ask you again."))
    partner.accepted_at, partner.accepted_by = timezone.now(), by
    partner.save(update_fields=["accepted_at", "accepted_by"])
    # Programmes are found by the names of those who take part.
    search.index_all(Programme, [partner.programme_id])
    audit.record("programme_partner.accepted", partner, by=by, on_behalf_of=partner.organisation, role=partner.role)
    notices.tell_answered(partner, by=by)
    return partner


@transaction.atomic
def decline_partnership(partner: ProgrammePartner, *, by: User, reason: str = "") -> ProgrammePartner:
    partner = _answerable(partner, by)
    if partner.declined_at is not None:
        return partner
    if partner.accepted_at is not None:
        raise RuleBroken(_("Your organisation has accepted. Whoever leads the programme can end your part."))
    partner.declined_at, partner.declined_by, partner.decline_reason = timezone.now(), by, reason.strip()
    partner.save(update_fields=["declined_at", "declined_by", "decline_reason"])
    details = {"reason": audit.text_digest(reason)} if reason.strip() else {}
    audit.record(
        "programme_partner.declined", partner, by=by, on_behalf_of=partner.organisation, role=partner.role, **details
    )
    notices.tell_answered(partner, by=by)
    return partner


@transaction.atomic
def end_partnership(partner: ProgrammePartner, *, by: User) -> ProgrammePartner:
    """The lead takes a question back, or a partner's part ends today. The lead itself and the last of a needed role
    cannot go while the programme is public."""
    programme = _lock(partner.programme)
    partner = ProgrammePartner.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=partner.pk)
    if not policies.leads(by, programme):
        raise PermissionDenied
    if partner.until_on is not None or partner.declined_at is not None:
        return partner
    if partner.role == Role.LEAD:
        raise RuleBroken(_("A programme always has its lead."))
    others = [
        other
        for other in programme.partners.all()
        if other.pk != partner.pk and other.role == partner.role and other.accepted_at and other.until_on is None
    ]
    if programme.is_public and partner.accepted_at and partner.role in (Role.TEACHING, Role.AWARDING) and not others:
        raise RuleBroken(
            _("Nobody else is here as “%(role)s”. Ask another partner first.") % {"role": partner.get_role_display()}
        )
    partner.until_on = max(timezone.localdate(), partner.from_on)
    partner.save(update_fields=["until_on"])
    search.index_all(Programme, [programme.pk])
    audit.record(
        "programme_partner.ended",
        partner,
        by=by,
        on_behalf_of=acting.acting_for(by, programme),
        programme=programme.pk,
        role=partner.role,
    )
    from alliance.notifications import services

    services.close_tasks(partner, kind=notices.ANSWER_AS_PARTNER, by=by, outcome="ended")
    return partner


@transaction.atomic
def record_registration(partner: ProgrammePartner, registration: str, *, by: User) -> ProgrammePartner:
    """The training desk records that the awarding body is in the state's register (X-14)."""
    if not policies.oversees(by):
        raise PermissionDenied
    partner = ProgrammePartner.objects.select_for_update().get(pk=partner.pk)
    if partner.role != Role.AWARDING:
        raise RuleBroken(_("Only an awarding partner has such a registration."))
    partner.state_registration = registration.strip()
    partner.save(update_fields=["state_registration"])
    public_data_changed()
    audit.record(
        "programme_partner.registered",
        partner,
        by=by,
        on_behalf_of=acting.acting_for(by, partner),
        registration=audit.text_digest(registration.strip()),
    )
    return partner


def move_programme(programme: Programme, verb: str, *, by: User, reason: str = "") -> Programme:
    return acting.apply(PROGRAMME, programme, verb, by=by, reason=reason)
