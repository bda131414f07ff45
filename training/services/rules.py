"""The rule pack for placements: decided by the training desk, every version kept (W-6)."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from alliance.accounts.models import User
from alliance.core import audit
from alliance.core.errors import RuleBroken

from .. import acting
from .. import policies_placement as policies
from ..models import HostPlace, PlacementRule

NUMBERLESS = (PlacementRule.Kind.NIGHT, PlacementRule.Kind.HOLIDAYS, PlacementRule.Kind.VENUES)


@transaction.atomic
def decide(
    learner: str,
    kind: str,
    *,
    by: User,
    level: str,
    text_zh: str,
    text_en: str,
    source: str,
    number: int | None = None,
    venues: list[str] | None = None,
    checked_on: date | None = None,
) -> PlacementRule:
    """A new version; the ones before stay as they were."""
    if not policies.can_keep_rules(by):
        raise PermissionDenied
    if kind not in NUMBERLESS and number is None:
        raise RuleBroken(_("This rule needs a number."))
    if not (text_zh.strip() and text_en.strip() and source.strip()):
        raise RuleBroken(_("A rule has its text in both languages and its source."))
    if unknown := set(venues or ()) - set(HostPlace.Venue.values):
        raise RuleBroken(_("Unknown places: %(names)s.") % {"names": ", ".join(sorted(unknown))})
    rule = PlacementRule.objects.create(
        learner=learner,
        kind=kind,
        level=level,
        number=None if kind in NUMBERLESS else number,
        venues=sorted(venues or []) if kind == PlacementRule.Kind.VENUES else [],
        text_zh=text_zh.strip(),
        text_en=text_en.strip(),
        source=source.strip(),
        checked_on=checked_on,
        decided_by=by,
    )
    audit.record(
        "placement-rule.decided",
        rule,
        by=by,
        on_behalf_of=acting.for_desk(by),
        learner=learner,
        kind=kind,
        level=level,
        number=rule.number,
    )
    return rule
