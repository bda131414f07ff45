"""Host places, and what follows when something happens there (W-1, W-7)."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.accounts.models import User
from alliance.core import audit
from alliance.core.errors import RuleBroken

from .. import acting
from .. import notices_placements as notices
from .. import policies_placement as policies
from ..models import HostPlace, Placement, SafetyIncident
from ..workflows.placements import HOST_PLACE


@transaction.atomic
def save_place(place: HostPlace, *, by: User) -> HostPlace:
    """Offer a place or change what it says."""
    is_new = place.pk is None
    allowed = policies.can_offer_places(by, place.programme) if is_new else policies.can_edit_place(by, place)
    if not allowed:
        raise PermissionDenied
    if not is_new:
        HostPlace.objects.select_for_update(of=("self",)).get(pk=place.pk)
    if place.until_on < place.from_on:
        raise RuleBroken(_("The last day is not before the first."))
    if is_new:
        place.created_by = by
    place.save()
    audit.record(
        "host-place.offered" if is_new else "host-place.changed",
        place,
        by=by,
        on_behalf_of=acting.acting_for(by, place),
        programme=place.programme_id,
    )
    return place


@transaction.atomic
def move(place: HostPlace, verb: str, *, by: User | None, reason: str = "") -> HostPlace:
    return acting.apply(HOST_PLACE, place, verb, by=by, reason=reason)


@transaction.atomic
def report_incident(placement: Placement, *, by: User, words: str) -> SafetyIncident:
    """Keep what happened; the company takes nobody new until the lead has cleared it."""
    if not policies.can_report(by, placement):
        raise PermissionDenied
    if not words.strip():
        raise RuleBroken(_("Please say what happened."))
    incident = SafetyIncident.objects.create(
        place=placement.place, placement=placement, words=words.strip(), reported_by=by
    )
    audit.record(
        "incident.reported",
        incident,
        by=by,
        on_behalf_of=acting.acting_for(by, placement),
        place=placement.place_id,
        words=audit.text_digest(words),
    )
    for place in placement.place.of_same_company().filter(state=HostPlace.State.OPEN).order_by("pk"):
        move(place, "suspend", by=None, reason=_("A safety incident is being looked into."))
    notices.tell_incident(incident, by=by)
    return incident


@transaction.atomic
def clear_incident(incident: SafetyIncident, *, by: User, words: str) -> SafetyIncident:
    """The lead says what was done; with the last open incident cleared, the company takes trainees again."""
    incident = (
        SafetyIncident.objects.select_for_update(of=("self",)).select_related("place__programme").get(pk=incident.pk)
    )
    if not policies.can_clear_place(by, incident.place):
        raise PermissionDenied
    if incident.cleared_at is not None:
        raise RuleBroken(_("This incident is cleared already."))
    if not words.strip():
        raise RuleBroken(_("Please say what was found and done."))
    incident.answer, incident.cleared_by, incident.cleared_at = words.strip(), by, timezone.now()
    incident.save(update_fields=["answer", "cleared_by", "cleared_at"])
    audit.record(
        "incident.cleared",
        incident,
        by=by,
        on_behalf_of=acting.acting_for(by, incident.place),
        words=audit.text_digest(incident.answer),
    )
    if not incident.place.has_open_incident():
        for place in incident.place.of_same_company().filter(state=HostPlace.State.SUSPENDED).order_by("pk"):
            move(place, "clear", by=by)
    notices.tell_cleared(incident, by=by)
    return incident
