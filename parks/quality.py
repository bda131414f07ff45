"""Where the register has gaps, each defined once: a number, its rows and its letters come from one condition."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import Duty
from alliance.core.models import Division
from alliance.notifications.models import AddressTrouble

from . import choices, freshness
from .decided import fresh_months
from .models import Figure, Park, Picture

Words = str | Promise


@dataclass(frozen=True)
class Gap:
    """One kind of gap: which entries have it, and what a letter asks for. `block`: where the park fills it."""

    code: str
    title: Words
    definition: Words
    ask: Words
    where: Callable[[], Q]
    block: str = ""


PUBLIC = Q(standing__in=Park.PUBLIC_STANDINGS)
ONE_LANGUAGE = (
    (~Q(name_zh="") & Q(name_en=""))
    | (Q(name_zh="") & ~Q(name_en=""))
    | (~Q(summary_zh="") & Q(summary_en=""))
    | (Q(summary_zh="") & ~Q(summary_en=""))
)

GAPS: dict[str, Gap] = {
    gap.code: gap
    for gap in (
        Gap(
            "stale",
            _("Not confirmed in time"),
            format_lazy(_("Confirmed by the park before, but not within {months} months."), months=fresh_months),
            _("Please say whether the profile is still true: one click on your desk does it."),
            lambda: Q(confirmed_at__lt=timezone.now() - freshness.fresh_for()),
        ),
        Gap(
            "never",
            _("Never confirmed by the park"),
            _("Public entries compiled from public sources which the park itself has not confirmed yet."),
            _("Your entry was compiled from public sources. Please check it, put it right and submit it."),
            lambda: Q(confirmed_at__isnull=True),
        ),
        Gap(
            "one_language",
            _("In one language only"),
            _("The name or the summary stands in Chinese alone or in English alone."),
            _("Name or summary stand in one language only. Please add the other: readers abroad miss it."),
            lambda: ONE_LANGUAGE,
            "story",
        ),
        Gap(
            "unmanaged",
            _("Nobody in charge"),
            _("Nobody holds the duty of park manager today."),
            _("Nobody is park manager of your park today. Please say who should be."),
            lambda: Q(is_managed=False),
        ),
        Gap(
            "no_code",
            _("No credit code"),
            _("The operating organisation has no unified social credit code."),
            _("Please add the unified social credit code of your operator; it tells parks of one name apart."),
            lambda: Q(organisation__credit_code=""),
            "contact",
        ),
        Gap(
            "no_picture",
            _("No picture"),
            _("Visitors see a drawing instead of a photograph."),
            _("Your page shows a drawing. Please add a photograph, with a text for those who cannot see it."),
            lambda: Q(is_pictured=False),
        ),
        Gap(
            "bare_figure",
            _("Figures without year or source"),
            _("At least one figure has no year, or comes from a public source that is not named."),
            _("At least one figure has no year or no source. Please add them, so that readers can trust it."),
            lambda: Q(has_bare_figure=True),
            "figures",
        ),
        Gap(
            "no_figure",
            _("No figures"),
            _("The entry reports no figure at all."),
            _("Your entry has no figures. Area, residents and people at work are what visitors compare."),
            lambda: Q(has_figure=False),
            "figures",
        ),
        Gap(
            "dead_mail",
            _("Mail does not arrive"),
            _("Somebody who acts for the park has an e-mail address that letters came back from."),
            _("Letters to somebody of your team came back. Please check the e-mail addresses in your team."),
            lambda: Q(has_dead_mail=True),
        ),
    )
}


@dataclass(frozen=True)
class Dimension:
    code: str
    title: Words
    column: str
    choices: Callable[[], Mapping[str, Any]]


DIMENSIONS: dict[str, Dimension] = {
    dimension.code: dimension
    for dimension in (
        Dimension(
            "province",
            _("Province"),
            "province",
            lambda: {province.code: province.short for province in Division.objects.provinces()},
        ),
        Dimension("formation", _("Formation"), "formation", lambda: dict(choices.Formation.choices)),
        Dimension(
            "standing",
            _("Standing"),
            "standing",
            lambda: {one.value: one.label for one in (Park.Standing.LISTED, Park.Standing.CATALOGUED)},
        ),
    )
}
Filters = Mapping[str, str]


def read_filters(query: Mapping[str, str]) -> dict[str, str]:
    """What of an address narrows the entries; anything unknown counts as not asked."""
    return {
        code: query[code]
        for code, dimension in DIMENSIONS.items()
        if query.get(code) and query[code] in dimension.choices()
    }


def narrow(filters: Filters) -> QuerySet[Park]:
    """Public entries within these filters, with what the gaps ask of each."""
    active = Duty.objects.active().filter(organisation=OuterRef("organisation"))
    troubled = AddressTrouble.objects.filter(cleared_at__isnull=True).values("person")
    unsourced = Q(source="public", source_note_zh="", source_note_en="")
    parks = Park.objects.filter(PUBLIC).alias(
        is_managed=Exists(active.filter(role_code="park_manager")),
        is_pictured=Exists(Picture.objects.shown().filter(park=OuterRef("pk"))),
        has_figure=Exists(Figure.objects.filter(park=OuterRef("pk"))),
        has_bare_figure=Exists(Figure.objects.filter(Q(year__isnull=True) | unsourced, park=OuterRef("pk"))),
        has_dead_mail=Exists(active.filter(person__in=troubled)),
    )
    return parks.filter(**{DIMENSIONS[code].column: value for code, value in filters.items()})


def rows(gap: Gap, filters: Filters) -> QuerySet[Park]:
    """The entries behind a number."""
    return narrow(filters).filter(gap.where())


def count(filters: Filters) -> dict[str, int]:
    """How many entries have each gap, and how many there are, in one query."""
    counts = {code: Count("pk", filter=gap.where()) for code, gap in GAPS.items()}
    return narrow(filters).aggregate(all=Count("pk"), **counts)
