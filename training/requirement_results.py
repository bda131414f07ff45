"""What certificates ask of marks and placements (X-1): units, total, placement hours, no open appeal."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import marks, origins, placing, requirements, transcripts
from .models import Attempt, Enrolment
from .requirements import Requirement
from .templatetags.marks import hours

NOT_YET = gettext_lazy("not marked yet")


def of_results(enrolments: Sequence[Enrolment]) -> Mapping[int, list[Requirement]]:
    return {pk: of_standing(each) for pk, each in transcripts.of_many(enrolments).items()}


def of_standing(each: transcripts.Standing) -> list[Requirement]:
    """Each mandatory unit by itself, unless a weak one may be made good; then the total."""
    version = each.version
    lines = [
        Requirement(
            code=f"unit:{line.unit.code}",
            label=line.unit.title,
            needed=_("marked")
            if version.compensates
            else _("%(mark)s points") % {"mark": marks.shown(line.unit.pass_mark)},
            value=NOT_YET
            if line.result.mark is None
            else _("%(mark)s points") % {"mark": marks.shown(line.result.mark)},
            is_met=line.result.is_complete if version.compensates else line.result.is_passed,
            facts={
                "mark": line.result.mark,
                "pass_mark": line.unit.pass_mark,
                "is_recognised": line.is_recognised,
                # Only where it is so: dossiers of others stay word for word what they were.
                **({"is_carried": True} if line.carried else {}),
            },
            evidence=_evidence(line),
        )
        for line in each.units
        if line.unit.is_mandatory
    ]
    lines.append(
        Requirement(
            code="total",
            label=_("Total mark"),
            needed=_("%(mark)s points") % {"mark": marks.shown(version.pass_mark)},
            value=_("%(mark)s points") % {"mark": marks.shown(each.result.total)}
            if each.result.is_complete
            else NOT_YET,
            is_met=each.result.is_complete and each.result.total >= version.pass_mark,
            facts={
                "mark": each.result.total,
                "pass_mark": version.pass_mark,
                "is_complete": each.result.is_complete,
            },
            evidence=[f"training.Attempt:{attempt.pk}" for attempt in each.told_attempts()],
        )
    )
    return lines


def _evidence(line: transcripts.UnitLine) -> list[str]:
    if line.carried is not None:
        maps = [f"training.UnitMap:{found.pk}" for found in line.carried.maps]
        return [*maps, *(name for earlier in line.carried.lines for name in _evidence(earlier))]
    if line.recognition is not None and line.is_recognised:
        return [f"training.Recognition:{line.recognition.pk}"]
    return [f"training.Attempt:{attempt.pk}" for attempt in line.told_attempts()]


def of_appeals(enrolments: Sequence[Enrolment]) -> Mapping[int, list[Requirement]]:
    """Nothing is decided about a certificate while a mark is under appeal, be it from before a transfer."""
    rows = list(enrolments)
    found = origins.of_many(rows)
    appealed: dict[int, list[int]] = defaultdict(list)
    attempts = Attempt.objects.filter(enrolment__in=[*rows, *found.rows], state=Attempt.State.APPEALED).order_by("pk")
    for pk, attempt in attempts.values_list("enrolment_id", "pk"):
        appealed[pk].append(attempt)
    waiting = {row.pk: [attempt for each in found.path(row) for attempt in appealed[each.pk]] for row in rows}
    return {
        pk: [
            Requirement(
                code="no_open_appeal",
                label=_("No open appeal"),
                needed=_("none"),
                value=str(len(attempts)) if attempts else _("none"),
                is_met=not attempts,
                facts={"open": len(attempts)},
                evidence=[f"training.Attempt:{attempt}" for attempt in attempts],
            )
        ]
        for pk, attempts in waiting.items()
    }


def of_placements(enrolments: Sequence[Enrolment]) -> Mapping[int, list[Requirement]]:
    """Confirmed minutes that count against those the version asks for; versions without a placement ask nothing."""
    asked = [row for row in enrolments if row.cohort.version.placement_minutes]
    counted = placing.of_many(asked)
    return {
        row.pk: [
            Requirement(
                code="placement",
                label=_("Placement"),
                needed=hours(row.cohort.version.placement_minutes),
                value=hours(counted[row.pk].total),
                is_met=counted[row.pk].total >= row.cohort.version.placement_minutes,
                facts={"minutes": counted[row.pk].total, "needed": row.cohort.version.placement_minutes},
                evidence=[f"training.PlacementDay:{day.work.number}" for day in counted[row.pk].days if day.counted],
            )
        ]
        for row in asked
    }


requirements.register("results", order=20, of=of_results)
requirements.register("placement", order=30, of=of_placements)
requirements.register("no_open_appeal", order=50, of=of_appeals)
