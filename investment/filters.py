"""What the public list of joint projects can be narrowed by."""

from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, CharField, F, Func, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.core import search
from alliance.core.lists import Facet, ListFilter, SearchBox
from parks.filters import clusters, fields_of_work, provinces

from .models import Project, ProjectParty

State = Project.State
MILLION = 1_000_000 * 100  # yuan, in fen
# Bands of the capital sought: each ends below its bound; the last has none.
BANDS: tuple[tuple[str, int | None, Any], ...] = (
    ("to10", 10 * MILLION, _("under CNY 10 million")),
    ("to50", 50 * MILLION, _("CNY 10 to 50 million")),
    ("to100", 100 * MILLION, _("CNY 50 to 100 million")),
    ("to500", 500 * MILLION, _("CNY 100 to 500 million")),
    ("more", None, _("CNY 500 million and more")),
)
# What others than promoters and council see: a committee's work is shown as due diligence (J-3).
STAGES = {state.value: state.label for state in Project.PUBLIC_STATES if state != State.IC_REVIEW}

INTEREST = {"yes": pgettext_lazy("interest", "Open now"), "no": pgettext_lazy("interest", "Not now")}

stage = Case(
    When(state=State.IC_REVIEW, then=Value(State.DUE_DILIGENCE.value)), default=F("state"), output_field=CharField()
)
band = Case(
    *(When(need__lt=bound, then=Value(code)) for code, bound, _label in BANDS if bound is not None),
    When(need__isnull=False, then=Value(BANDS[-1][0])),
    default=Value(""),
    output_field=CharField(),
)
accepts = Case(When(state__in=Project.OPEN_STATES, then=Value("yes")), default=Value("no"), output_field=CharField())

# Addresses of the clusters in which one of its parks holds a place.
of_clusters = ArraySubquery(
    ProjectParty.objects.current()
    .filter(project=OuterRef("pk"))
    .annotate(cluster=Func(F("park__clusters"), function="unnest", output_field=CharField()))
    .values("cluster")
)


def words(text: str) -> Q:
    """Projects in which every word is found: titles, summary, description, field and parks, in both languages."""
    return Q(pk__in=search.matching(Project, text))


class ProjectFilter(ListFilter):
    """Conditions of the public list. Within a facet any value will do; every facet in use must be met."""

    q = SearchBox(words, label=_("Words"))
    accepts = Facet(accepts, label=_("Interest"), choices=INTEREST, is_open=True)
    field = Facet("field", label=_("Field of work"), choices=fields_of_work, by_count=True, is_open=True)
    need = Facet(band, label=_("Capital sought"), choices={code: label for code, _bound, label in BANDS}, is_open=True)
    province = Facet("province", label=_("Province"), choices=provinces, by_count=True, is_open=True)
    kind = Facet("kind", label=_("Kind"), choices=Project.Kind)
    stage = Facet(stage, label=pgettext_lazy("project", "Stage"), choices=STAGES)
    cluster = Facet(
        of_clusters, label=_("Specialised cluster"), choices=clusters, many=True, is_open=True, needs="cluster"
    )

    class Meta:
        model = Project
        fields: list[str] = []


def public_rows(user: Any) -> QuerySet[Project]:
    """The list is the same for everybody; what is offered stands in none of its columns (J-5)."""
    return Project.objects.public()


def changed_since(moment: datetime) -> QuerySet[Project, int]:
    """Projects that were written, moved or heard of: each of these may bring one into a saved search."""
    touched = Q(updated_at__gt=moment) | Q(state_since__gt=moment) | Q(news_at__gt=moment)
    return Project.objects.filter(touched).order_by("pk").values_list("pk", flat=True)
