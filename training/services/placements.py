"""Proposing, agreeing, signing and ending placements (W-1, W-2, W-5, W-7)."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from alliance.accounts.models import Organisation, User
from alliance.core import audit, workflow
from alliance.core.errors import RuleBroken

from .. import acting, agreement
from .. import notices_placements as notices
from .. import policies_placement as policies
from ..models import Enrolment, HostPlace, Placement, PlacementGrade, PlacementLink, PlacementSignature
from ..workflows.placements import PLACEMENT, require_open_place
from . import placement_links

Party = PlacementSignature.Party
# What the school writes and the parties sign.
TERMS = (
    "starts_on",
    "ends_on",
    "day_from",
    "day_until",
    "pause_minutes",
    "works_on_holidays",
    "pay",
    "probation_pay",
    "insurance",
)
# What only the trainee says.
OWN = ("born_on", "study_year", "emergency_contact", "guardian_name", "guardian_email")


def lock(placement: Placement) -> Placement:
    return (
        Placement.objects.select_for_update(of=("self",))
        .select_related(
            "place__programme", "place__organisation", "enrolment__cohort__version", "enrolment__person", "school"
        )
        .get(pk=placement.pk)
    )


@transaction.atomic
def propose(
    enrolment: Enrolment,
    place: HostPlace,
    *,
    by: User,
    tutor: User,
    school: Organisation,
    competencies: Any = (),
    **terms: Any,
) -> Placement:
    """A proposal; the trainee decides whether it becomes an agreement (W-1)."""
    if not policies.can_place(by, place.programme):
        raise PermissionDenied
    if enrolment.cohort.version.curriculum.programme_id != place.programme_id:
        raise RuleBroken(_("This place belongs to another programme."))
    if enrolment.state not in (Enrolment.State.ENROLLED, Enrolment.State.ACTIVE):
        raise RuleBroken(_("This trainee has no seat in the cohort."))
    Enrolment.objects.select_for_update(of=("self",)).get(pk=enrolment.pk)
    if enrolment.placements.exclude(state__in=Placement.OVER).exists():
        raise RuleBroken(_("This trainee has a placement under way already."))
    placement = Placement(enrolment=enrolment, place=place, tutor=tutor, school=school, proposed_by=by, **terms)
    if placement.ends_on < placement.starts_on:
        raise RuleBroken(_("The last day is not before the first."))
    require_open_place(placement)
    placement.save()
    placement.competencies.set(competencies)
    audit.record("placement.proposed", placement, by=by, on_behalf_of=school, enrolment=enrolment.pk, place=place.pk)
    notices.tell_proposed(placement, by=by)
    return placement


@transaction.atomic
def change_terms(placement: Placement, *, by: User, **terms: Any) -> Placement:
    """Until all have signed, the school can change the terms; who signed others signs anew."""
    placement = lock(placement)
    if not policies.runs(by, placement):
        raise PermissionDenied
    if placement.state not in (Placement.State.PROPOSED, Placement.State.AGREEMENT):
        raise RuleBroken(_("What is signed does not change. Cancel it and propose another one."))
    before = agreement.digest(placement)
    for name in TERMS:
        if name in terms:
            setattr(placement, name, terms[name])
    if placement.ends_on < placement.starts_on:
        raise RuleBroken(_("The last day is not before the first."))
    placement.save(update_fields=[*TERMS])
    after = agreement.digest(placement)
    audit.record(
        "placement.terms_changed",
        placement,
        by=by,
        on_behalf_of=acting.acting_for(by, placement),
        was=before,
        now=after,
    )
    if before != after and placement.state == Placement.State.AGREEMENT:
        _send_for_signing(placement, by=by)
    return placement


@transaction.atomic
def consent(placement: Placement, *, by: User, **own: Any) -> Placement:
    """The trainee agrees, and says what the rules depend on; their consent is their signature (W-1, W-2)."""
    placement = lock(placement)
    if not policies.is_trainee(by, placement):
        raise PermissionDenied
    if placement.state == Placement.State.PROPOSED:
        for name in OWN:
            setattr(placement, name, own.get(name) if own.get(name) is not None else getattr(placement, name))
        placement.save(update_fields=[*OWN])
    placement = acting.apply(PLACEMENT, placement, "consent", by=by)
    _sign(placement, Party.LEARNER, by.name, person=by)
    _send_for_signing(placement, by=by)
    return placement


def _send_for_signing(placement: Placement, *, by: User) -> None:
    placement_links.send(placement, PlacementLink.Purpose.SIGN_HOST, by=by)
    if placement.is_minor:
        placement_links.send(placement, PlacementLink.Purpose.SIGN_GUARDIAN, by=by)


@transaction.atomic
def sign(placement: Placement, party: str, *, by: User) -> Placement:
    """Somebody with an account signs for the school, the host or themselves; the last one closes the agreement."""
    placement = lock(placement)
    allowed = {
        Party.SCHOOL: policies.can_sign_for_school,
        Party.HOST: policies.hosts,
        Party.LEARNER: policies.is_trainee,
    }.get(Party(party))
    if allowed is None or not allowed(by, placement):
        raise PermissionDenied
    _require_signable(placement)
    _sign(placement, party, by.name, person=by)
    return close_if_signed(placement)


@transaction.atomic
def sign_by_link(link: PlacementLink, *, name: str) -> Placement:
    """A supervisor or guardian signs with the name they write; the link is used up."""
    if not name.strip():
        raise RuleBroken(_("Please write your name: it is your signature."))
    link = placement_links.use(link)
    placement = lock(link.placement)
    _require_signable(placement)
    party = Party.GUARDIAN if link.purpose == PlacementLink.Purpose.SIGN_GUARDIAN else Party.HOST
    _sign(placement, party, name.strip()[:60], link=link)
    return close_if_signed(placement)


def _require_signable(placement: Placement) -> None:
    if placement.state != Placement.State.AGREEMENT:
        raise RuleBroken(_("There is nothing to sign here any more."))


def _sign(
    placement: Placement, party: str, name: str, *, person: User | None = None, link: PlacementLink | None = None
) -> None:
    digest = agreement.digest(placement)
    if placement.signatures.filter(party=party, agreement_sha256=digest).exists():
        return
    signature = PlacementSignature.objects.create(
        placement=placement, party=party, signer_name=name[:60], person=person, link=link, agreement_sha256=digest
    )
    # The party says for whom, whatever else the person does here.
    sides = {Party.HOST: placement.place.organisation, Party.SCHOOL: placement.school}
    audit.record(
        "placement.signature",
        signature,
        by=person,
        on_behalf_of=sides.get(Party(party)) if person is not None else None,
        placement=placement.pk,
        party=party,
        digest=digest,
    )


def close_if_signed(placement: Placement) -> Placement:
    """With the last signature the agreement is closed, if insurance and time allow; else the page says what lacks."""
    placement = Placement.objects.get(pk=placement.pk)
    if agreement.missing_signatures(placement):
        return placement
    try:
        with transaction.atomic():
            return workflow.apply(PLACEMENT, placement, "sign", by=None)
    except RuleBroken:
        return placement


@transaction.atomic
def move(placement: Placement, verb: str, *, by: User | None, reason: str = "") -> Placement:
    """Any step that needs nothing but a reason."""
    placement = acting.apply(PLACEMENT, placement, verb, by=by, reason=reason)
    if placement.state == Placement.State.HOURS_DONE:
        placement_links.send(placement, PlacementLink.Purpose.ASSESS, by=by)
    return placement


@transaction.atomic
def assess_as_tutor(placement: Placement, grades: Mapping[str, str], *, by: User) -> Placement:
    placement = lock(placement)
    if not policies.tutors(by, placement):
        raise PermissionDenied
    _keep_grades(placement, grades, side=PlacementGrade.Side.TUTOR, person=by)
    return _close_if_assessed(placement)


@transaction.atomic
def assess_by_link(link: PlacementLink, grades: Mapping[str, str]) -> Placement:
    link = placement_links.use(link)
    placement = lock(link.placement)
    _keep_grades(placement, grades, side=PlacementGrade.Side.SUPERVISOR, link=link)
    return _close_if_assessed(placement)


def _keep_grades(placement: Placement, grades: Mapping[str, str], *, side: str, **by: Any) -> None:
    """One grade for each competency of the placement, once for each side (W-5)."""
    if placement.state != Placement.State.HOURS_DONE:
        raise RuleBroken(_("A placement is assessed once its hours are done."))
    if placement.grades.filter(side=side).exists():
        raise RuleBroken(_("This side has assessed already."))
    wanted = set(placement.competencies.values_list("pk", flat=True))
    if set(grades) != wanted or not set(grades.values()) <= set(PlacementGrade.Grade.values):
        raise RuleBroken(_("Please grade each competency."))
    for competency, grade in sorted(grades.items()):
        PlacementGrade.objects.create(placement=placement, side=side, competency_id=competency, grade=grade, **by)
    audit.record(
        "placement.graded",
        placement,
        by=by.get("person"),
        on_behalf_of=placement.school if by.get("person") is not None else None,
        side=side,
        grades=dict(grades),
    )


def _close_if_assessed(placement: Placement) -> Placement:
    if placement.grades.values("side").distinct().count() < len(PlacementGrade.Side):
        return placement
    return workflow.apply(PLACEMENT, placement, "assess", by=None)
