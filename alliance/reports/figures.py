"""The council's figures about parks, each defined once: the number and its rows come from the same condition.

A figure says which parks count, a dimension how they are told apart; a filter is a value of a dimension. `count`,
`count_by`, `cube` and `rows` all start from `narrow`, so that a number and the list behind it cannot disagree. `at` is
a past moment: then the same conditions run over what was true of each park at that moment (`ParkFact`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import Duty
from alliance.core.bilingual import NameOf, order_by_name
from alliance.core.models import Division
from parks import choices
from parks.completeness import LEAST_EN, LEAST_ZH
from parks.freshness import FRESH
from parks.models import Cluster, Park, Submission
from parks.services.clusters import OUTSIDE

from .facts import ONE_LANGUAGE
from .models import ParkFact

Words = str | Promise
# Not reported: a value of its own, shown as a gap and never as zero.
NONE = "none"


# Figures ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Figure:
    """A number about parks: which ones count, seen from a moment.

    `is_recorded`: the history of profiles does not tell it, so it is known only since the facts are kept. `version`
    grows when the condition changes, so that a snapshot says by which one it was counted.
    """

    code: str
    title: Words
    definition: Words
    where: Callable[[datetime], Q]
    # Above a column there is no room for the title.
    short: Words = ""
    is_recorded: bool = False
    version: int = 1
    # Whether more of it is good news, bad news, or neither.
    tone: str = ""


PUBLIC = Q(standing__in=Park.PUBLIC_STANDINGS)
MEMBER = Q(standing=Park.Standing.LISTED)

FIGURES: dict[str, Figure] = {
    figure.code: figure
    for figure in (
        Figure(
            "entries",
            _("Entries in the directory"),
            _("Parks, clusters and villages that every visitor sees, compiled from public sources or confirmed."),
            lambda moment: PUBLIC,
            short=_("Entries"),
        ),
        Figure(
            "members",
            _("Confirmed by the park"),
            _("Entries that the park itself wrote or confirmed and the secretariat listed."),
            lambda moment: MEMBER,
            short=_("Confirmed"),
        ),
        Figure(
            "ready_zh",
            _("Complete enough in Chinese"),
            _("Entries whose Chinese profile is complete to 70 per cent or more, the measure for listing."),
            lambda moment: PUBLIC & Q(completeness_zh__gte=LEAST_ZH),
            short=_("Chinese ready"),
            is_recorded=True,
        ),
        Figure(
            "ready_en",
            _("Complete enough in English"),
            _("Entries whose English profile is complete to 50 per cent or more, the measure for listing."),
            lambda moment: PUBLIC & Q(completeness_en__gte=LEAST_EN),
            short=_("English ready"),
            is_recorded=True,
        ),
        Figure(
            "stale",
            _("Not confirmed for over 12 months"),
            _("Parks listed as confirmed whose last confirmation is more than 12 months old, or missing."),
            lambda moment: MEMBER & (Q(confirmed_at__lt=moment - FRESH) | Q(confirmed_at__isnull=True)),
            short=_("Not fresh"),
            is_recorded=True,
        ),
        Figure(
            "one_language",
            _("In one language only"),
            _("Entries whose name or summary is in Chinese only or in English only."),
            lambda moment: PUBLIC & Q(is_one_language=True),
        ),
        Figure(
            "unmanaged",
            _("Without a park manager"),
            _("Entries for which nobody holds the duty of park manager today."),
            lambda moment: PUBLIC & Q(is_managed=False),
            short=_("No manager"),
        ),
        Figure(
            "members_unmanaged",
            _("Confirmed, but without a manager now"),
            _("Parks listed as confirmed whose last park manager has left."),
            lambda moment: MEMBER & Q(is_managed=False),
        ),
        Figure(
            "pending",
            _("Waiting for the secretariat"),
            _("Parks whose submitted profile is being checked now."),
            lambda moment: Q(is_pending=True),
        ),
        Figure(
            "overdue",
            _("Waiting beyond the deadline"),
            _("Submitted profiles whose answer was due before now. The clock counts working days."),
            lambda moment: Q(is_overdue=True),
            is_recorded=True,
        ),
        Figure(
            "suspended",
            _("Suspended"),
            _("Entries the secretariat took out of public view for a reason it wrote down."),
            lambda moment: Q(standing=Park.Standing.SUSPENDED),
        ),
    )
}


# Dimensions ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Dimension:
    """A way to tell parks apart: each park has one of its values, `none` where it was not reported.

    With `is_many` a park has all values of an array, at least one: then the groups overlap and do not add up.
    """

    code: str
    title: Words
    definition: Words
    value: Callable[[datetime], Combinable]
    choices: Callable[[], Mapping[str, Any]]
    is_recorded: bool = False
    is_many: bool = False


def _or_none(field: str) -> Callable[[datetime], Combinable]:
    return lambda moment: Coalesce(NullIf(F(field), Value("")), Value(NONE))


def _steps(field: str, bounds: Iterable[tuple[str, int]]) -> Callable[[datetime], Combinable]:
    """The name of the first upper bound (exclusive) that the number stays below."""
    return lambda moment: Case(
        When(**{f"{field}__isnull": True}, then=Value(NONE)),
        *(When(**{f"{field}__lt": bound}, then=Value(name)) for name, bound in bounds),
        default=Value(NONE),
        output_field=CharField(),
    )


def _freshness(moment: datetime) -> Combinable:
    return Case(
        When(confirmed_at__isnull=True, then=Value("never")),
        When(confirmed_at__gte=moment - FRESH, then=Value("fresh")),
        When(confirmed_at__gte=moment - 2 * FRESH, then=Value("ageing")),
        default=Value("stale"),
        output_field=CharField(),
    )


NOT_REPORTED = {NONE: _("Not reported")}
BANDS = dict(Division._meta.get_field("band").choices or ())  # type: ignore[union-attr]
COMPLETENESS = {"0": "0–19 %", "20": "20–39 %", "40": "40–59 %", "60": "60–79 %", "80": "80–100 %"}
_COMPLETENESS_STEPS = (("0", 20), ("20", 40), ("40", 60), ("60", 80), ("80", 101))
_OPENED_STEPS = (("before1990", 1990), ("1990s", 2000), ("2000s", 2010), ("2010s", 2020), ("2020s", 2030))


def provinces() -> dict[str, Division]:
    return {province.code: province for province in Division.objects.provinces()}


IN_NONE = _("In no cluster")


def clusters() -> dict[str, Any]:
    """Those the council approved, dissolved ones too: on a past day they were in force."""
    approved = Cluster.objects.public().only("slug", "name_zh", "name_en").order_by(*order_by_name())
    return {cluster.slug: NameOf(cluster) for cluster in approved} | {OUTSIDE: IN_NONE}


def _clusters(moment: datetime) -> Combinable:
    nowhere = Value([OUTSIDE], output_field=_CODES)
    return Case(When(clusters__len=0, then=nowhere), default=F("clusters"), output_field=_CODES)


_CODES = ArrayField(CharField())

DIMENSIONS: dict[str, Dimension] = {
    dimension.code: dimension
    for dimension in (
        Dimension(
            "band",
            _("Region"),
            _("The four regions of the National Bureau of Statistics; Hong Kong, Macao and Taiwan apart."),
            _or_none("province__band"),
            lambda: BANDS,
        ),
        Dimension("province", _("Province"), _("Where the park lies."), lambda moment: F("province_id"), provinces),
        Dimension(
            "formation",
            _("Formation"),
            _("How the park came about."),
            _or_none("formation"),
            lambda: dict(choices.Formation.choices) | NOT_REPORTED,
        ),
        Dimension(
            "structure",
            _("Structure"),
            _("Who leads the park."),
            _or_none("structure"),
            lambda: dict(choices.Structure.choices) | NOT_REPORTED,
        ),
        Dimension(
            "site_form",
            _("Site form"),
            _("What the site is."),
            _or_none("site_form"),
            lambda: dict(choices.SiteForm.choices) | NOT_REPORTED,
        ),
        Dimension(
            "standing",
            _("State of the entry"),
            _("Whether the park itself stands behind its entry."),
            lambda moment: F("standing"),
            lambda: {standing.value: standing.label for standing in (Park.Standing.LISTED, Park.Standing.CATALOGUED)},
        ),
        Dimension(
            "zh",
            _("Completeness, Chinese"),
            _("Weighted share of what a Chinese profile asks for."),
            _steps("completeness_zh", _COMPLETENESS_STEPS),
            lambda: COMPLETENESS,
            is_recorded=True,
        ),
        Dimension(
            "en",
            _("Completeness, English"),
            _("Weighted share of what an English profile asks for."),
            _steps("completeness_en", _COMPLETENESS_STEPS),
            lambda: COMPLETENESS,
            is_recorded=True,
        ),
        Dimension(
            "freshness",
            _("Freshness"),
            _("When the park last confirmed its profile, as a whole or in part."),
            _freshness,
            lambda: {
                "fresh": _("Within 12 months"),
                "ageing": _("1 to 2 years ago"),
                "stale": _("More than 2 years ago"),
                "never": _("Never confirmed by the park"),
            },
            is_recorded=True,
        ),
        Dimension(
            "opened",
            _("Opened"),
            _("Year the park opened, as far as it is known; the rest is left open, not estimated."),
            _steps("year_opened", _OPENED_STEPS),
            lambda: (
                {
                    "before1990": _("Before 1990"),
                    "1990s": "1990–1999",
                    "2000s": "2000–2009",
                    "2010s": "2010–2019",
                    "2020s": _("Since 2020"),
                }
                | NOT_REPORTED
            ),
        ),
        Dimension(
            "cluster",
            _("Specialised cluster"),
            _("The clusters in force in which the park held a place. A park may be in several and counts in each."),
            _clusters,
            clusters,
            is_many=True,
        ),
    )
}


# Questions ----------------------------------------------------------------------------------------------------------

Filters = Mapping[str, str]
Moment = datetime | None


def narrow(filters: Filters, at: Moment = None) -> QuerySet[Any]:
    """All parks within these values of dimensions, with what the figures ask of each: as they are, or as they were."""
    moment = at or timezone.now()
    return _within(_as_they_are(moment) if at is None else _as_they_were(at), filters, moment)


def _within(parks: QuerySet[Any], filters: Filters, moment: datetime) -> QuerySet[Any]:
    for code, value in filters.items():
        dimension = DIMENSIONS[code]
        condition = {f"in_{code}__contains": [value]} if dimension.is_many else {f"in_{code}": value}
        parks = parks.alias(**{f"in_{code}": dimension.value(moment)}).filter(**condition)
    return parks


def _as_they_are(now: datetime) -> QuerySet[Park]:
    managers = Duty.objects.active(timezone.localdate(now))
    waiting = Submission.objects.filter(park=OuterRef("pk"), state=Submission.State.SUBMITTED)
    return Park.objects.alias(
        is_managed=_exists(managers),
        is_pending=Exists(waiting),
        is_overdue=Exists(waiting.filter(due_at__lt=now)),
        is_one_language=holds(ONE_LANGUAGE),
    )


def _as_they_were(moment: datetime) -> QuerySet[ParkFact]:
    """A duty counts that the portal knew at that moment and that nobody had ended by then."""
    day = timezone.localdate(moment)
    within = Q(ends_on__isnull=True) | Q(ends_on__gte=day)
    not_ended = Q(ended_at__isnull=True) | Q(ended_at__gt=moment)
    managers = Duty.objects.filter(within, not_ended, starts_on__lte=day, created_at__lte=moment)
    return ParkFact.objects.at(moment).alias(
        is_managed=_exists(managers),
        is_pending=holds(Q(pending_since__isnull=False)),
        is_overdue=holds(Q(due_at__lt=moment)),
    )


def _exists(duties: QuerySet[Duty]) -> Exists:
    return Exists(duties.filter(organisation=OuterRef("organisation"), role_code="park_manager"))


def holds(condition: Q) -> Combinable:
    return ExpressionWrapper(condition, output_field=BooleanField())


def rows(figure: Figure, filters: Filters, at: Moment = None) -> QuerySet[Any]:
    """The parks behind a number; for a past moment the facts of these parks."""
    return narrow(filters, at).filter(figure.where(at or timezone.now()))


def _counts(figures: Iterable[Figure], moment: datetime) -> dict[str, Count]:
    return {figure.code: Count("pk", filter=figure.where(moment)) for figure in figures}


def count(figures: Iterable[Figure], filters: Filters, at: Moment = None) -> dict[str, int]:
    """These numbers, in one query."""
    return narrow(filters, at).aggregate(**_counts(figures, at or timezone.now()))


def count_by(
    dimension: Dimension, figures: Iterable[Figure], filters: Filters, at: Moment = None
) -> dict[str, dict[str, int]]:
    """These numbers for each value of a dimension, in one query. A value that no park has is not in it."""
    moment = at or timezone.now()
    value = dimension.value(moment)
    if dimension.is_many:
        value = Func(value, function="unnest", output_field=CharField())
    grouped = narrow(filters, at).annotate(value=value).order_by().values("value")
    return {row.pop("value"): row for row in grouped.annotate(**_counts(figures, moment))}


# {"": {figure: number}, dimension: {value: {figure: number}}}
Cube = dict[str, dict[str, Any]]


def cube(filters: Filters, at: Moment = None, *, dimensions: Iterable[str] = ()) -> Cube:
    """All figures, in all and by each value of these dimensions, in one query."""
    moment = at or timezone.now()
    codes = list(dimensions)
    marked = narrow(filters, at).annotate(
        **{f"d_{code}": DIMENSIONS[code].value(moment) for code in codes},
        **{f"f_{code}": holds(figure.where(moment)) for code, figure in FIGURES.items()},
    )
    inner, params = (
        marked.order_by()
        .values(*[f"d_{code}" for code in codes], *[f"f_{code}" for code in FIGURES])
        .query.sql_with_params()
    )
    sets = ", ".join(["()", *[f"(d_{code})" for code in codes]])
    counts = ", ".join(f"count(*) FILTER (WHERE f_{code})" for code in FIGURES)
    heads = "".join(f"d_{code}, " for code in codes)
    found: Cube = {"": dict.fromkeys(FIGURES, 0), **{code: {} for code in codes}}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {heads}{counts} FROM ({inner}) AS marked GROUP BY GROUPING SETS ({sets})", params)
        for row in cursor.fetchall():
            values, numbers = row[: len(codes)], dict(zip(FIGURES, row[len(codes) :], strict=True))
            # A dimension is never null, so the one that is filled is the one this row counts by.
            told_by = next((index for index, value in enumerate(values) if value is not None), None)
            if told_by is None:
                found[""] = numbers
            else:
                _add(found[codes[told_by]], DIMENSIONS[codes[told_by]], values[told_by], numbers)
    return found


def _add(rows: dict[str, dict[str, int]], dimension: Dimension, value: Any, numbers: dict[str, int]) -> None:
    """Parks that share all their values count together under each of them."""
    for one in value if dimension.is_many else [value]:
        row = rows.setdefault(one, dict.fromkeys(numbers, 0))
        for code, number in numbers.items():
            row[code] += number


def over_time(codes: Iterable[str], filters: Filters, moments: Iterable[datetime]) -> list[dict[str, int]]:
    """These figures at each of these past moments, in one query over the facts."""
    asked, moments = list(codes), list(moments)
    facts = ParkFact.objects.alias(is_pending=holds(Q(pending_since__isnull=False)))
    parks = _within(facts, filters, timezone.now())
    counts = {
        f"m{number}_{code}": Count("pk", filter=held_at(moment) & FIGURES[code].where(moment))
        for number, moment in enumerate(moments)
        for code in asked
    }
    found = parks.aggregate(**counts) if counts else {}
    return [{code: found[f"m{number}_{code}"] for code in asked} for number in range(len(moments))]


def held_at(moment: datetime) -> Q:
    return Q(valid_from__lte=moment) & (Q(valid_to__isnull=True) | Q(valid_to__gt=moment))


def choices_of(code: str) -> dict[str, Any]:
    return {value: _label(label) for value, label in DIMENSIONS[code].choices().items()}


def _label(label: Any) -> Any:
    return label.short if isinstance(label, Model) else label
