"""The public list of joint projects: its orders, its columns, and what a card says."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from alliance.core import search, sitemap
from alliance.core.amounts import exact_yuan
from alliance.core.bilingual import BilingualText, order_by_name
from alliance.core.lists import Column, ListDefinition, Listing, Sort, View, register
from alliance.core.models import Division
from parks.models import FieldOfWork, Park

from .filters import ProjectFilter, changed_since, public_rows
from .models import Project, ProjectParty, ProjectVersion
from .presentation import money
from .tones import tone_of_public

SIGNED = _("The version in force, which every park named here has signed")
# J-3; the same sentence as on every page (templates/investment/_no_promise.html).
NO_PROMISE = _(
    "Being listed never means being funded or recommended. The parks answer for what they say; the alliance has "
    "checked nine criteria and no more."
)

CARD = (
    "slug",
    "state",
    "state_since",
    "title_zh",
    "title_en",
    "summary_zh",
    "summary_en",
    "field",
    "kind",
    "province",
    "city",
    "need",
    "cost",
    "starts_on",
    "version",
    "is_sample",
    "published_at",
    "news_at",
)


def for_page(projects: QuerySet[Project]) -> QuerySet[Project]:
    """What a card or a line of the table shows; what was signed stays in the database."""
    return (
        projects.select_related("field", "province", "city")
        .only(
            *CARD,
            "field__name_zh",
            "field__name_en",
            "province__short_zh",
            "province__short_en",
            "city__short_zh",
            "city__short_en",
        )
        .prefetch_related("parties__park")
    )


def for_file(projects: QuerySet[Project]) -> QuerySet[Project]:
    return (
        projects.select_related("field", "province", "city", "version")
        .defer("version__content")
        .prefetch_related("parties__park")
    )


def current_parks(project: Project) -> list[Park]:
    """The parks that promote it, the lead first; fetch `parties__park`."""
    parties = [party for party in project.parties.all() if party.until_at is None]
    return [party.park for party in sorted(parties, key=lambda party: (not party.is_lead, party.pk))]


def where(project: Project) -> list[BilingualText]:
    """Province and city by their short names; a municipality is not said twice."""
    places = [place.short for place in (project.province, project.city) if place is not None]
    return places[:1] if len(places) == 2 and str(places[0]) == str(places[1]) else places


def _parks(project: Project) -> str:
    return gettext("; ").join(str(park.name) for park in current_parks(project))


@dataclass(frozen=True)
class Card:
    """What the list says of one project."""

    project: Project
    where: list[BilingualText]
    parks: list[BilingualText]
    need: str
    stage: str
    tone: str
    is_open: bool
    is_picked: bool


def card_of(project: Project, picked: Collection[str] = ()) -> Card:
    return Card(
        project=project,
        where=where(project),
        parks=[park.name for park in current_parks(project)],
        need=money(project.need),
        stage=project.get_public_state_display(),
        tone=tone_of_public(project),
        is_open=project.state in Project.OPEN_STATES,
        is_picked=project.slug in picked,
    )


def _fact(code: str, label: Any, value: Any, meaning: Any, **more: Any) -> Column:
    """A column with its definition, in both languages in the file."""
    return Column(code, label, value, meaning=meaning, **({"in_both": True, "source": SIGNED} | more))


COLUMNS = [
    _fact(
        "title",
        _("Joint project"),
        lambda project: project.title,
        _("The title that the parks gave it."),
        url=lambda project: project.get_absolute_url(),
        sort="title",
    ),
    _fact(
        "summary",
        _("Summary"),
        lambda project: project.summary,
        _("What the parks want to do together, in two sentences."),
        in_table=False,
    ),
    _fact(
        "field",
        _("Field of work"),
        lambda project: project.field and project.field.name,
        _("One of the alliance's fields of work."),
        is_short=True,
    ),
    _fact(
        "kind",
        _("Kind"),
        lambda project: project.get_kind_display(),
        _("Building, equipment, platform, content or operation."),
        in_table=False,
    ),
    _fact(
        "province",
        _("Province"),
        lambda project: project.province and project.province.short,
        _("Where the project is carried out."),
        is_short=True,
    ),
    _fact(
        "city",
        _("City"),
        lambda project: project.city and project.city.short,
        _("Where the project is carried out; empty where no city was named."),
        in_table=False,
    ),
    _fact(
        "need",
        _("Capital sought"),
        lambda project: money(project.need),
        "",
        in_file=False,
        is_number=True,
        sort="smallest",
        back="largest",
    ),
    _fact(
        "need_yuan",
        _("Capital sought"),
        lambda project: exact_yuan(project.need),
        _("What the parks seek from investors together."),
        unit=_("yuan (CNY)"),
        is_number=True,
        in_table=False,
        in_both=False,
    ),
    _fact(
        "cost_yuan",
        _("Total cost"),
        lambda project: exact_yuan(project.cost),
        _("What the whole project costs, the parks' own part included."),
        unit=_("yuan (CNY)"),
        is_number=True,
        in_table=False,
        in_both=False,
    ),
    _fact(
        "stage",
        pgettext_lazy("project", "Stage"),
        lambda project: project.get_public_state_display(),
        _("Where the project stands. What a committee has before it is shown as due diligence."),
        source=_("The project's steps in this portal"),
        is_short=True,
    ),
    _fact(
        "starts",
        _("Expected start"),
        lambda project: project.starts_on,
        _("The day on which the parks expect to begin."),
        is_short=True,
        in_both=False,
        sort="soonest",
    ),
    _fact("parks", _("Parks"), _parks, _("Every park that promotes it, the lead first.")),
    _fact(
        "published",
        pgettext_lazy("project date", "Published"),
        lambda project: localdate(project.published_at),
        _("The day on which it was published first."),
        source=_("The project's steps in this portal"),
        in_both=False,
        is_short=True,
        # Turned round or not, the newest come first.
        sort="newest",
        back="newest",
    ),
    _fact(
        "version",
        _("Version in force"),
        lambda project: project.version and project.version.number,
        _("The number of the version that all its parks signed."),
        is_number=True,
        is_plain=True,
        in_table=False,
        in_both=False,
    ),
    _fact(
        "sha256",
        _("Hash of the version"),
        lambda project: project.version and project.version.sha256,
        _("SHA-256 of exactly what the parks signed."),
        in_table=False,
        in_both=False,
    ),
    _fact(
        "sample",
        _("Sample"),
        lambda project: gettext("sample") if project.is_sample else "",
        _("“sample” where the project was made to show the portal and is not real."),
        in_table=False,
        source=_("This portal"),
    ),
    _fact(
        "page",
        _("Page"),
        lambda project: settings.PUBLIC_BASE_URL + project.get_absolute_url(),
        _("The address of its page in this portal."),
        in_table=False,
        in_both=False,
        source=_("This portal"),
    ),
]


def _by_relevance(listing: Listing) -> list[Any]:
    return [search.rank_annotation(Project, listing.text).desc(), "-published_at", "pk"]


PROJECTS = register(
    ListDefinition(
        code="projects",
        url_name="investment:project_list",
        title=_("Joint projects"),
        is_public=True,
        changed=changed_since,
        who_sees=_("everybody: these rows are public"),
        licence=NO_PROMISE,
        filterset=ProjectFilter,
        rows=public_rows,
        fetch=for_page,
        fetch_file=for_file,
        sorts=[
            Sort("relevance", _("Best match first"), _by_relevance, needs="q"),
            Sort("newest", pgettext_lazy("project", "Newest first"), lambda listing: ["-published_at", "pk"]),
            Sort("news", _("Latest news first"), lambda listing: [F("news_at").desc(nulls_last=True), "pk"]),
            Sort("largest", _("Most capital sought first"), lambda listing: [F("need").desc(nulls_last=True), "pk"]),
            Sort("smallest", _("Least capital sought first"), lambda listing: [F("need").asc(nulls_last=True), "pk"]),
            Sort("soonest", _("Earliest start first"), lambda listing: [F("starts_on").asc(nulls_last=True), "pk"]),
            Sort("title", pgettext_lazy("project", "By title"), lambda listing: order_by_name("title")),
        ],
        columns=COLUMNS,
        views=[
            View("cards", _("Cards"), "cards"),
            View("table", _("Table"), "table"),
            View("map", _("Map"), "map"),
        ],
        shows=[ProjectParty, ProjectVersion, Division, FieldOfWork],
        place="province",
        carries=["project"],
    )
)


def ranking(listing: Listing) -> list[tuple[Any, int, str]]:
    """The map as a table: provinces by number of rows, each with the list of its rows."""
    provinces: Mapping[str, Any] = listing.filter.known_options["province"]
    ranked = sorted(listing.places.items(), key=lambda item: (-item[1], item[0]))
    return [
        (provinces[code], number, listing.link(province=[code], view=None))
        for code, number in ranked
        if code in provinces
    ]


def public_pages() -> Iterator[sitemap.Entry]:
    """For search engines. The day is that of the last news: steps of a committee leave no mark here (J-3)."""
    for name in ("project_list", "project_results", "project_pipeline"):
        yield sitemap.Entry(reverse(f"investment:{name}"))
    real = Project.objects.public().filter(is_sample=False)
    for project in real.only("slug", "news_at").order_by("pk").iterator(chunk_size=2000):
        yield sitemap.Entry(project.get_absolute_url(), project.news_at)
