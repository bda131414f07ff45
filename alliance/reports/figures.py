"""The council's figures about parks, each defined once: the number and its rows come from the same condition.

A figure says which parks count, a dimension how they are told apart; a filter is a value of a dimension. `count`,
`count_by` and `rows` all start from `narrow`, so that a number and the list behind it cannot disagree.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, Model, OuterRef, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import Duty
from alliance.core.models import Division
from parks import choices
from parks.completeness import LEAST_EN, LEAST_ZH
from parks.freshness import FRESH
from parks.models import Park, Submission

Words = str | Promise
# Not reported: a value of its own, shown as a gap and never as zero.
NONE = "none"


# Figures ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Figure:
    """A number about parks: which ones count."""

    code: str
    title: Words
    definition: Words
    where: Callable[[], Q]
    # Above a column there is no room for the title.
    short: Words = ""


PUBLIC = Q(standing__in=Park.PUBLIC_STANDINGS)
MEMBER = Q(standing=Park.Standing.LISTED)
ZH_ALONE = ~Q(name_zh="") & Q(name_en="") | ~Q(summary_zh="") & Q(summary_en="")
EN_ALONE = Q(name_zh="") & ~Q(name_en="") | Q(summary_zh="") & ~Q(summary_en="")

FIGURES: dict[str, Figure] = {
    figure.code: figure
    for figure in (
        Figure(
            "entries",
            _("Entries in the directory"),
            _("Parks, clusters and villages that every visitor sees, compiled from public sources or confirmed."),
            lambda: PUBLIC,
            short=_("Entries"),
        ),
        Figure(
            "members",
            _("Confirmed by the park"),
            _("Entries that the park itself wrote or confirmed and the secretariat listed."),
            lambda: MEMBER,
            short=_("Confirmed"),
        ),
        Figure(
            "ready_zh",
            _("Complete enough in Chinese"),
            _("Entries whose Chinese profile is complete to 70 per cent or more, the measure for listing."),
            lambda: PUBLIC & Q(completeness_zh__gte=LEAST_ZH),
            short=_("Chinese ready"),
        ),
        Figure(
            "ready_en",
            _("Complete enough in English"),
            _("Entries whose English profile is complete to 50 per cent or more, the measure for listing."),
            lambda: PUBLIC & Q(completeness_en__gte=LEAST_EN),
            short=_("English ready"),
        ),
        Figure(
            "stale",
            _("Not confirmed for over 12 months"),
            _("Parks listed as confirmed whose last confirmation is more than 12 months old, or missing."),
            lambda: MEMBER & (Q(confirmed_at__lt=timezone.now() - FRESH) | Q(confirmed_at__isnull=True)),
            short=_("Not fresh"),
        ),
        Figure(
            "one_language",
            _("In one language only"),
            _("Entries whose name or summary stands in Chinese alone or in English alone."),
            lambda: PUBLIC & (ZH_ALONE | EN_ALONE),
        ),
        Figure(
            "unmanaged",
            _("Without a park manager"),
            _("Entries for which nobody holds the duty of park manager today."),
            lambda: PUBLIC & Q(is_managed=False),
            short=_("No manager"),
        ),
        Figure(
            "members_unmanaged",
            _("Confirmed, but without a manager now"),
            _("Parks listed as confirmed whose last park manager has left."),
            lambda: MEMBER & Q(is_managed=False),
        ),
        Figure(
            "pending",
            _("Waiting for the secretariat"),
            _("Parks whose submitted profile is being checked now."),
            lambda: Q(is_pending=True),
        ),
        Figure(
            "overdue",
            _("Waiting beyond the deadline"),
            _("Submitted profiles whose answer was due before now. The clock counts working days."),
            lambda: Q(is_overdue=True),
        ),
        Figure(
            "suspended",
            _("Suspended"),
            _("Entries the secretariat took out of public view for a reason it wrote down."),
            lambda: Q(standing=Park.Standing.SUSPENDED),
        ),
    )
}


# Dimensions ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Dimension:
    """A way to tell parks apart: each park has one of its values, `none` where it was not reported."""

    code: str
    title: Words
    definition: Words
    value: Callable[[], Combinable]
    choices: Callable[[], Mapping[str, Any]]


def _or_none(field: str) -> Callable[[], Combinable]:
    return lambda: Coalesce(NullIf(F(field), Value("")), Value(NONE))


def _steps(field: str, bounds: Iterable[tuple[str, int]]) -> Callable[[], Combinable]:
    """The name of the first upper bound (exclusive) that the number stays below."""
    return lambda: Case(
        When(**{f"{field}__isnull": True}, then=Value(NONE)),
        *(When(**{f"{field}__lt": bound}, then=Value(name)) for name, bound in bounds),
        default=Value(NONE),
        output_field=CharField(),
    )


def _freshness() -> Combinable:
    now = timezone.now()
    return Case(
        When(confirmed_at__isnull=True, then=Value("never")),
        When(confirmed_at__gte=now - FRESH, then=Value("fresh")),
        When(confirmed_at__gte=now - 2 * FRESH, then=Value("ageing")),
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
        Dimension("province", _("Province"), _("Where the park lies."), lambda: F("province_id"), provinces),
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
            lambda: F("standing"),
            lambda: {standing.value: standing.label for standing in (Park.Standing.LISTED, Park.Standing.CATALOGUED)},
        ),
        Dimension(
            "zh",
            _("Completeness, Chinese"),
            _("Weighted share of what a Chinese profile asks for."),
            _steps("completeness_zh", _COMPLETENESS_STEPS),
            lambda: COMPLETENESS,
        ),
        Dimension(
            "en",
            _("Completeness, English"),
            _("Weighted share of what an English profile asks for."),
            _steps("completeness_en", _COMPLETENESS_STEPS),
            lambda: COMPLETENESS,
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
    )
}


# Questions ----------------------------------------------------------------------------------------------------------

Filters = Mapping[str, str]


def narrow(filters: Filters) -> QuerySet[Park]:
    """All parks within these values of dimensions, with what the figures ask of each."""
    today, now = timezone.localdate(), timezone.now()
    managers = Duty.objects.active(today).filter(organisation=OuterRef("organisation"), role_code="park_manager")
    waiting = Submission.objects.filter(park=OuterRef("pk"), state=Submission.State.SUBMITTED)
    parks = Park.objects.alias(
        is_managed=Exists(managers),
        is_pending=Exists(waiting),
        is_overdue=Exists(waiting.filter(due_at__lt=now)),
    )
    for code, value in filters.items():
        parks = parks.alias(**{f"in_{code}": DIMENSIONS[code].value()}).filter(**{f"in_{code}": value})
    return parks


def rows(figure: Figure, filters: Filters) -> QuerySet[Park]:
    """The parks behind a number."""
    return narrow(filters).filter(figure.where())


def _counts(figures: Iterable[Figure]) -> dict[str, Count]:
    return {figure.code: Count("pk", filter=figure.where()) for figure in figures}


def count(figures: Iterable[Figure], filters: Filters) -> dict[str, int]:
    """These numbers, in one query."""
    return narrow(filters).aggregate(**_counts(figures))


def count_by(dimension: Dimension, figures: Iterable[Figure], filters: Filters) -> dict[str, dict[str, int]]:
    """These numbers for each value of a dimension, in one query. A value that no park has is not in it."""
    grouped = narrow(filters).annotate(value=dimension.value()).order_by().values("value").annotate(**_counts(figures))
    return {row.pop("value"): row for row in grouped}


def choices_of(code: str) -> dict[str, Any]:
    return {value: _label(label) for value, label in DIMENSIONS[code].choices().items()}


def _label(label: Any) -> Any:
    return label.short if isinstance(label, Model) else label
