"""Every joint project, drafts included, as the investment desk sees them."""

from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from alliance.core.bilingual import order_by_name
from alliance.core.lists import Column, Facet, ListDefinition, ListFilter, SearchBox, Sort, register
from parks.filters import fields_of_work, provinces

from . import policies
from .models import Project
from .presentation import money


def _words(text: str) -> Q:
    return Q(title_zh__icontains=text) | Q(title_en__icontains=text) | Q(slug__icontains=text)


class OfficeFilter(ListFilter):
    q = SearchBox(_words, label=_("Words"))
    state = Facet("state", label=_("State"), choices=Project.State, is_open=True)
    field = Facet("field", label=_("Field of work"), choices=fields_of_work, by_count=True)
    province = Facet("province", label=_("Province"), choices=provinces, by_count=True)
    kind = Facet("kind", label=_("Kind"), choices=Project.Kind)

    class Meta:
        model = Project
        fields: list[str] = []


def _all(user: Any) -> QuerySet[Project]:
    return Project.objects.all() if policies.oversees(user) else Project.objects.none()


def _with_parks(projects: QuerySet[Project]) -> QuerySet[Project]:
    return projects.select_related("field", "province").prefetch_related("parties__park")


def _parks(project: Project) -> str:
    return " · ".join(str(party.park.name) for party in project.parties.all() if party.until_at is None)


def _province(project: Project) -> Any:
    return project.province and project.province.short


def _url(project: Project) -> str:
    return reverse("investment:office_project", args=[project.slug])


OFFICE_PROJECTS = register(
    ListDefinition(
        code="office_projects",
        url_name="investment:office_projects",
        title=_("Joint projects, as the investment desk sees them"),
        may=policies.oversees,
        who_sees=_("the desks of the secretariat; please do not pass it on"),
        filterset=OfficeFilter,
        rows=_all,
        fetch=_with_parks,
        per_page=50,
        sorts=[
            Sort("changed", _("Last changed first"), lambda listing: [F("updated_at").desc(), "pk"]),
            Sort("waiting", _("Longest in its state first"), lambda listing: ["state_since", "pk"]),
            Sort("title", _("By title"), lambda listing: order_by_name("title")),
        ],
        columns=[
            Column("title", _("Project"), lambda project: project.title, url=_url, sort="title", in_both=True),
            Column("parks", _("Parks"), _parks, meaning=_("The parks that promote it now.")),
            Column("state", _("State"), lambda project: project.get_state_display(), is_short=True, in_both=True),
            Column(
                "since",
                _("Since"),
                lambda project: localdate(project.state_since),
                is_short=True,
                sort="waiting",
                meaning=_("The day it came to its state."),
            ),
            Column(
                "field",
                _("Field of work"),
                lambda project: project.field and project.field.name,
                in_both=True,
                in_table=False,
            ),
            Column(
                "province", _("Province"), lambda project: project.province and project.province.short, in_both=True
            ),
            Column("need", _("Capital sought"), lambda project: money(project.need), is_number=True),
        ],
    )
)
