"""The rule pack as it holds now, asked about one placement (W-6)."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from alliance.core.errors import RuleBroken

from .models import Placement, PlacementRule
from .placement_rules import Facts, Finding, check


def current(learner: str | None = None) -> list[PlacementRule]:
    """The newest version of each rule; of one status of learners, if named."""
    rows = PlacementRule.objects.order_by("learner", "kind", "-pk").distinct("learner", "kind")
    return list(rows.filter(learner=learner) if learner else rows)


def facts_of(placement: Placement) -> Facts:
    place = placement.place
    taken = Placement.objects.filter(state__in=Placement.TAKES_PLACE).exclude(pk=placement.pk)
    return Facts(
        age=placement.age_on(placement.starts_on),
        study_year=placement.study_year,
        minutes_a_day=placement.planned_minutes,
        day_from=placement.day_from,
        day_until=placement.day_until,
        works_on_holidays=placement.works_on_holidays,
        pay=placement.pay,
        probation_pay=placement.probation_pay,
        interns=taken.filter(place__in=place.of_same_company()).count() + 1,
        staff=place.staff,
        post_interns=taken.filter(place=place).count() + 1,
        post_staff=place.post_staff,
        venue=place.venue,
    )


def findings(placement: Placement) -> list[Finding]:
    return check(current(placement.enrolment.learner), facts_of(placement))


def words(found: Iterable[Finding]) -> str:
    """The rules' own texts; one that cannot be checked says so."""
    return " ".join(
        _("%(rule)s (This cannot be checked: something has not been said yet.)") % {"rule": finding.rule.text}
        if finding.is_unknown
        else str(finding.rule.text)
        for finding in found
    )


def require_rules(placement: Placement) -> None:
    """A stopping rule stops the step, in its own words."""
    stopping = [finding for finding in findings(placement) if finding.stops]
    if stopping:
        raise RuleBroken(words(stopping))
