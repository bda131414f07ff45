"""The columns of the directory: in the table, and in the file with what each of them means."""

from typing import Any

from django.conf import settings
from django.utils.timezone import localdate
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from alliance.core.lists import Column

from . import choices
from .models import Figure, Park

LICENCE = _(
    "Compiled from the public sources named in each row, and from what parks report of themselves. You may use the "
    "rows freely; please name the alliance and the day of this file. A planned figure is not a measured one."
)

PROFILE = _("Profile of the park")
FIGURES = _("Newest figure in the profile of the park; measured before planned")

# What is counted where the label says it already, so that pages print no unit beside it.
COUNTED = {
    choices.Indicator.TENANTS: pgettext_lazy("unit", "organisations"),
    choices.Indicator.EVENTS: pgettext_lazy("unit", "events"),
}


def figure(indicator: str) -> Any:
    """The newest figure of an indicator, measured before planned."""

    def newest(park: Park) -> Figure | None:
        rows = [row for row in park.figures.all() if row.indicator == indicator]
        return min(rows, key=lambda row: (row.is_planned, -(row.year or 0)), default=None)

    return newest


def figure_columns(indicator: choices.Indicator) -> list[Column]:
    """A figure in the file: the number, its year, and whether it was planned. Missing stays empty."""
    newest = figure(indicator)
    unit = choices.UNITS[indicator]

    def of(name: str) -> Any:
        return lambda park: getattr(found, name) if (found := newest(park)) else None

    def head(what: Any = "") -> Any:
        if what:
            return lambda: gettext("%(figure)s: %(part)s") % {"figure": indicator.label, "part": what}
        return lambda: (
            gettext("%(figure)s (%(unit)s)") % {"figure": indicator.label, "unit": unit} if unit else indicator.label
        )

    return [
        Column(
            f"{indicator}",
            head(),
            of("value"),
            is_number=True,
            in_table=False,
            meaning=MEANINGS[indicator],
            unit=unit or COUNTED[indicator],
            source=FIGURES,
        ),
        Column(
            f"{indicator}_year",
            head(_("year")),
            of("year"),
            in_table=False,
            is_number=True,
            is_plain=True,
            meaning=_("The year that the figure is of; some public sources do not say."),
            source=FIGURES,
        ),
        Column(
            f"{indicator}_planned",
            head(_("planned")),
            lambda park: gettext("planned") if (found := newest(park)) and found.is_planned else "",
            in_table=False,
            meaning=_("“planned” where the figure is an aim; empty where it was measured or there is none."),
            source=FIGURES,
        ),
    ]


MEANINGS = {
    choices.Indicator.FLOOR_AREA: _("Floor area of all buildings."),
    choices.Indicator.SITE_AREA: _("Area of the ground."),
    choices.Indicator.TENANTS: _("Firms, studios and institutions that have their place there."),
    choices.Indicator.JOBS: _("People who work there, whoever employs them."),
    choices.Indicator.REVENUE: _("Revenue of the park and its residents in one year."),
    choices.Indicator.VISITS: _("Visits in one year; who comes twice counts twice."),
    choices.Indicator.OCCUPANCY: _("Let floor area as a share of what can be let."),
    choices.Indicator.EVENTS: _("Events open to the public in one year."),
}


def joined(*parts: Any) -> str:
    return gettext("; ").join(str(part) for part in parts if part)


def _fact(code: str, label: Any, value: Any, meaning: Any, **more: Any) -> Column:
    """A column of the file alone, in both languages, from the profile."""
    more = {"in_table": False, "in_both": True, "source": PROFILE} | more
    return Column(code, label, value, meaning=meaning, **more)


COLUMNS = [
    Column("name", _("Name"), lambda p: p.name, url=lambda p: p.get_absolute_url(), in_file=False, sort="name"),
    _fact("name_zh", _("Chinese name"), lambda p: p.name_zh, _("The park's name in Chinese."), in_both=False),
    _fact("name_en", _("English name"), lambda p: p.name_en, _("The park's name in English."), in_both=False),
    _fact(
        "province",
        _("Province"),
        lambda p: p.province.short,
        _("Province, autonomous region, municipality or special administrative region."),
        in_table=True,
        sort="place",
        is_short=True,
    ),
    _fact(
        "city",
        _("City"),
        lambda p: p.city.short if p.city else p.city_name,
        _("Prefecture-level city."),
        in_table=True,
        is_short=True,
    ),
    _fact("district", _("District"), lambda p: p.district, _("District or county.")),
    _fact("address", _("Street address"), lambda p: p.address, _("Street and number.")),
    _fact("kind", _("Kind"), lambda p: p.get_kind_display(), _("Park, cluster, artists' village or enterprise.")),
    _fact(
        "formation",
        _("Formation"),
        lambda p: p.get_formation_display(),
        _("How the park came about."),
        in_table=True,
    ),
    _fact("structure", _("Structure"), lambda p: p.get_structure_display(), _("Who leads the park.")),
    _fact("site_form", _("Site form"), lambda p: p.get_site_form_display(), _("What the site is."), in_table=True),
    _fact(
        "digital",
        _("Digital form"),
        lambda p: p.digital_forms,
        _("Forms of a digital cluster that it shows, all that apply."),
        facet="digital",
    ),
    _fact(
        "fields",
        _("Fields of work"),
        lambda p: p.fields,
        _("What is made and done there, all that apply."),
        facet="field",
        in_table=True,
    ),
    _fact(
        "industries",
        _("Classes of the national statistics"),
        lambda p: p.industries,
        _("Major classes of the national classification of culture and related industries (2018)."),
        facet="industry",
    ),
    _fact("former_use", _("Former use"), lambda p: p.former_use, _("What the site was before.")),
    _fact(
        "year_opened",
        _("Year opened"),
        lambda p: p.year_opened,
        _("The year in which it opened as a park."),
        is_number=True,
        is_plain=True,
        in_both=False,
        in_table=True,
        sort="oldest",
    ),
    _fact(
        "title",
        _("Title"),
        lambda p: p.get_national_status_display(),
        _("The highest title that the state has given it, as far as recorded."),
        in_table=True,
        missing=_("None recorded"),
    ),
    _fact(
        "title_year",
        _("Year of the title"),
        lambda p: p.national_status_year,
        _("The year in which it was given."),
        is_number=True,
        is_plain=True,
        in_both=False,
    ),
    *(column for indicator in choices.Indicator for column in figure_columns(indicator)),
    _fact(
        "institutions",
        _("Anchor institutions"),
        lambda p: joined(*(institution.name for institution in p.institutions.all())),
        _("Universities, museums and other institutions that own, run or anchor it."),
    ),
    _fact("services", _("Services"), lambda p: p.services, _("What the park does for residents."), facet="service"),
    _fact("facilities", _("Facilities"), lambda p: p.facilities, _("What one finds on the site."), facet="facility"),
    _fact("website", _("Website"), lambda p: p.website, _("The park's own website."), in_both=False),
    _fact("summary", _("Summary"), lambda p: p.summary, _("The park in a few sentences.")),
    _fact(
        "standing",
        _("State of the entry"),
        lambda p: p.get_standing_display(),
        _("Whether the park has confirmed the entry, or it was compiled from public sources."),
        in_table=True,
        sort="confirmed",
        source=_("The portal"),
    ),
    _fact(
        "confirmed_at",
        _("Last confirmed"),
        lambda p: p.confirmed_at and localdate(p.confirmed_at),
        _("The day on which the park last confirmed it."),
        in_both=False,
        source=_("The portal"),
    ),
    _fact(
        "compiled_on",
        _("Compiled"),
        lambda p: p.compiled_on,
        _("The day on which it was compiled from public sources."),
        in_both=False,
        source=_("The portal"),
    ),
    _fact(
        "confidence",
        _("Confidence"),
        lambda p: p.get_confidence_display(),
        _("How well public sources support a compiled entry."),
        source=_("The portal"),
    ),
    _fact("source", _("Source"), lambda p: p.source, _("Where a compiled entry comes from."), in_both=False),
    _fact(
        "source_urls",
        _("Addresses of the sources"),
        lambda p: joined(*p.source_urls),
        _("Where the sources were read."),
        in_both=False,
    ),
    _fact(
        "page",
        _("Page"),
        lambda p: settings.PUBLIC_BASE_URL + p.get_absolute_url(),
        _("The park's page in the portal."),
        in_both=False,
        source=_("The portal"),
    ),
]
