"""What a prospectus is asked for: the list as filtered, a region, a cluster, or projects ticked one by one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.core.errors import RuleBroken
from alliance.core.models import Division
from parks.models import Cluster, ClusterMember

from ..lists import PROJECTS
from ..models import Project, ProjectParty

LEAST, MOST = 2, 40
LONGEST_SLUG = 60
LIST, REGION, CLUSTER, PICKED = "list", "region", "cluster", "picked"


class Unknown(Exception):
    """There is no such region or cluster."""


@dataclass(frozen=True)
class Choice:
    """One way to choose projects. `value` is a query of the public list, a region or the address of a cluster."""

    kind: str
    value: str = ""
    slugs: tuple[str, ...] = ()

    def projects(self) -> QuerySet[Project]:
        """All public projects it means, in the order in which they will stand."""
        return _FOUND[self.kind](self)

    def in_words(self) -> str:
        """What was chosen, in the active language."""
        match self.kind:
            case "region":
                province = _provinces(self.value).first()
                return _("Region: %(name)s") % {"name": province.region} if province else ""
            case "cluster":
                cluster = Cluster.objects.public().filter(slug=self.value).first()
                return _("Cluster: %(name)s") % {"name": cluster.name} if cluster else ""
            case "picked":
                return _("Chosen one by one")
        return PROJECTS.read(QueryDict(self.value)).in_words or _("All public joint projects")

    @property
    def query(self) -> str:
        """The same choice as the query of an address."""
        if self.kind == LIST:
            return self.value
        query = QueryDict(mutable=True)
        if self.kind == PICKED:
            query.setlist("project", list(self.slugs))
        else:
            query[self.kind] = self.value
        return query.urlencode()


def read(data: QueryDict) -> Choice:
    """The choice that an address names; ticked projects go before all else. Raises Unknown."""
    if slugs := distinct(data.getlist("project")):
        return Choice(PICKED, slugs=slugs)
    if (code := data.get(CLUSTER)) is not None:
        if not Cluster.objects.public().filter(slug=code[:LONGEST_SLUG]).exists():
            raise Unknown
        return Choice(CLUSTER, code)
    if (code := data.get(REGION)) is not None:
        if code not in dict(regions()):
            raise Unknown
        return Choice(REGION, code)
    listing = PROJECTS.read(data)
    return Choice(LIST, listing.parameters(page=None, view=None, project=None).urlencode())


def distinct(slugs: Sequence[str]) -> tuple[str, ...]:
    """Each once, in their order; no more than could ever stand in one prospectus, and nothing that is no address."""
    return tuple(dict.fromkeys(slug for slug in slugs if 0 < len(slug) <= LONGEST_SLUG and "\0" not in slug))[
        : MOST + 1
    ]


def of_params(params: Mapping[str, Any]) -> Choice:
    return Choice(str(params["choice"]), str(params["value"]), tuple(params["projects"]))


# The ways -----------------------------------------------------------------------------------------------------------


def _listed(choice: Choice) -> QuerySet[Project]:
    return PROJECTS.read(QueryDict(choice.value)).ordered()


def _in_region(choice: Choice) -> QuerySet[Project]:
    return Project.objects.public().filter(province__in=_provinces(choice.value)).order_by("-published_at", "pk")


def _of_cluster(choice: Choice) -> QuerySet[Project]:
    """Those that a park with a place in the cluster promotes today."""
    members = (
        ClusterMember.objects.current().shown().filter(cluster__slug=choice.value, cluster__approved_at__isnull=False)
    )
    parties = ProjectParty.objects.current().filter(park__in=members.values("park"))
    return Project.objects.public().filter(pk__in=parties.values("project")).order_by("-published_at", "pk")


def _picked(choice: Choice) -> QuerySet[Project]:
    return Project.objects.public().filter(slug__in=choice.slugs).order_by("-published_at", "pk")


_FOUND: dict[str, Callable[[Choice], QuerySet[Project]]] = {
    LIST: _listed,
    REGION: _in_region,
    CLUSTER: _of_cluster,
    PICKED: _picked,
}


def regions() -> list[tuple[str, Any]]:
    """The regions of the country by the code in an address, with a province of each, in the order of the provinces."""
    found: dict[str, Any] = {}
    for province in Division.objects.provinces():
        if province.region_en:
            found.setdefault(slugify(province.region_en), province)
    return list(found.items())


def _provinces(code: str) -> QuerySet[Division]:
    province = dict(regions()).get(code)
    meant = Q(region_en=province.region_en) if province else Q(pk__in=[])
    return Division.objects.provinces().filter(meant)


# What may be made of it ---------------------------------------------------------------------------------------------


def require_enough(slugs: Sequence[str]) -> list[str]:
    """Those of these projects that are public. Raises RuleBroken where they are fewer than 2 or more than 40."""
    if len(slugs) > MOST:
        raise RuleBroken(
            _("A prospectus holds at most %(most)d projects. Take some away, or make two.") % {"most": MOST}
        )
    public = set(Project.objects.public().filter(slug__in=slugs).values_list("slug", flat=True))
    kept = [slug for slug in slugs if slug in public]
    if len(kept) < LEAST:
        raise RuleBroken(
            _("A prospectus joins at least %(least)d projects. A single one has its own page, which prints well.")
            % {"least": LEAST}
        )
    return kept


def counted(choice: Choice, *, chosen: int, found: int) -> str:
    """How much of what was found stands in it, in the active language."""
    if choice.kind == PICKED or chosen == found:
        return ngettext("%(n)d project", "%(n)d projects", chosen) % {"n": chosen}
    return _("%(n)d of %(found)d projects") % {"n": chosen, "found": found}
