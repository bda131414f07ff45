"""Letters with a link of one use, for supervisors and guardians without an account (W-3).

Opening the page does nothing, so that programs which follow the links of mails confirm nothing; a form is sent.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.accounts.models import User
from alliance.core import audit, workflow
from alliance.core.errors import RuleBroken

from .. import acting
from .. import notices_placements as notices
from .. import policies_placement as policies
from ..models import Placement, PlacementDay, PlacementLink
from ..tokens import digest_of, new_token
from ..workflows.placements import DAY

VALID = timedelta(days=14)
Purpose = PlacementLink.Purpose


def find(token: str) -> PlacementLink | None:
    """The link a token belongs to, whatever became of it."""
    return (
        PlacementLink.objects.select_related(
            "placement__place__organisation",
            "placement__place__park",
            "placement__enrolment__person",
            "placement__school",
            "placement__tutor",
        )
        .filter(token_digest=digest_of(token))
        .first()
    )


@transaction.atomic
def send(placement: Placement, purpose: str, *, by: User | None, upto: date | None = None) -> PlacementLink:
    """Write a new letter; the link before it opens nothing from now on."""
    Placement.objects.select_for_update(of=("self",)).get(pk=placement.pk)
    now = timezone.now()
    placement.links.filter(purpose=purpose, used_at__isnull=True, replaced_at__isnull=True).update(replaced_at=now)
    token = new_token()
    link = PlacementLink.objects.create(
        placement=placement,
        purpose=purpose,
        upto=upto,
        token_digest=digest_of(token),
        sent_at=now,
        expires_at=now + VALID,
    )
    audit.record(
        "placement.link_sent",
        link,
        by=by,
        on_behalf_of=acting.acting_for(by, placement),
        placement=placement.pk,
        purpose=purpose,
    )
    notices.send_link(link, token, by=by)
    return link


@transaction.atomic
def send_by_hand(placement: Placement, purpose: str, *, by: User) -> PlacementLink:
    """The school or the tutor sends a letter again, or asks about days before the week is over."""
    if not policies.tutors(by, placement):
        raise PermissionDenied
    fits = {
        Purpose.CONFIRM: asks_about(placement, timezone.localdate()).exists(),
        Purpose.SIGN_HOST: placement.state == Placement.State.AGREEMENT,
        Purpose.SIGN_GUARDIAN: placement.state == Placement.State.AGREEMENT and placement.is_minor,
        Purpose.ASSESS: placement.state == Placement.State.HOURS_DONE,
    }
    if not fits.get(Purpose(purpose)):
        raise RuleBroken(_("There is nothing to ask about at the moment."))
    upto = timezone.localdate() if purpose == Purpose.CONFIRM else None
    return send(placement, purpose, by=by, upto=upto)


def asks_about(placement: Placement, upto: date):
    """The days a supervisor is asked about."""
    return placement.days.filter(state=PlacementDay.State.ENTERED, on__lte=upto).order_by("on")


@transaction.atomic
def use(link: PlacementLink) -> PlacementLink:
    """Take the link: once, and in the transaction of what it does."""
    link = PlacementLink.objects.select_for_update(of=("self",)).select_related("placement").get(pk=link.pk)
    if link.used_at is not None:
        raise RuleBroken(_("This link was used already. Nothing more is needed."))
    if not link.is_open():
        raise RuleBroken(
            _("This link is no longer valid. A newer letter has a new one, or the school can send it again.")
        )
    link.used_at = timezone.now()
    link.save(update_fields=["used_at"])
    audit.record("placement.link_used", link, placement=link.placement_id, purpose=link.purpose)
    return link


@transaction.atomic
def confirm(link: PlacementLink, answers: Mapping[int, str], seen: Mapping[int, int]) -> tuple[int, int]:
    """Confirm or dispute each day that was shown: by its number, an empty answer confirms, words dispute.

    `seen` are the minutes that stood on the page: a day that was changed meanwhile is not confirmed unseen. Gives how
    many were confirmed and disputed.
    """
    link = use(link)
    assert link.upto is not None
    days = list(asks_about(link.placement, link.upto).select_for_update(of=("self",)))
    if {day.pk: day.minutes for day in days} != dict(seen):
        raise RuleBroken(_("The trainee changed something meanwhile. Please look at the days once more."))
    if set(answers) != set(seen):
        raise RuleBroken(_("Please answer for each day."))
    disputed = 0
    for day in days:
        words = answers[day.pk].strip()[:300]
        moved = workflow.apply(DAY, day, "dispute" if words else "confirm", by=None, reason=words, link=link)
        if words:
            disputed += 1
            notices.tell_disputed(moved)
    return len(days) - disputed, disputed
