"""The membership desk makes specialised clusters: words, places, the council's resolutions."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.accounts.models import Duty
from alliance.core import search
from alliance.core.errors import RuleBroken
from alliance.core.views.lists import show_list
from alliance.core.views.steps import reason_in, step_of, take_step
from alliance.core.workflow import Move

from .. import chain, policies
from ..cluster_list import OFFICE_CLUSTERS
from ..forms.clusters import ClusterForm, InviteForm, ResolutionForm
from ..models import Cluster, ClusterMember, Park
from ..services import clusters as services
from ..workflows_clusters import CLUSTER, PLACE
from .clusters import place_line

FOUND = 12
# Moves that enter what the council resolved.
BY_RESOLUTION = ("approve", "renew")


@require_safe
def office_clusters(request: HttpRequest) -> HttpResponse:
    """Every cluster, drafts included."""
    if not policies.can_see_all(request.user):
        raise Http404
    listing = OFFICE_CLUSTERS.read(request.GET, user=request.user)
    return show_list(
        request,
        listing,
        "parks/office/clusters.html",
        may_add=policies.can_manage_clusters(request.user),
        is_filtered=bool(listing.chosen),
        crumbs=[(_("Secretariat"), reverse("notifications:office")), (_("Specialised clusters"), None)],
    )


@require_http_methods(["GET", "POST"])
def office_cluster_add(request: HttpRequest) -> HttpResponseBase:
    if not policies.can_see_all(request.user):
        raise Http404
    if not policies.can_manage_clusters(request.user):
        raise PermissionDenied
    form = ClusterForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        cluster = services.begin(by=request.user, **form.words())
        messages.success(request, _("Begun as a draft. Now invite its parks."))
        return redirect("parks:office_cluster", cluster.slug)
    context = {
        "form": form,
        "crumbs": [(_("Specialised clusters"), reverse("parks:office_clusters")), (_("Begin a cluster"), None)],
    }
    return render(request, "parks/office/cluster_edit.html", context, status=422 if form.errors else 200)


@require_safe
def office_cluster(request: HttpRequest, slug: str) -> HttpResponse:
    """One cluster: where it stands, what the rules still ask, who has which place."""
    return _page(request, _cluster(request, slug))


def _cluster(request: HttpRequest, slug: str) -> Cluster:
    if not policies.can_see_all(request.user):
        raise Http404
    return get_object_or_404(Cluster.objects.select_related("lead_park"), slug=slug)


def _page(request: HttpRequest, cluster: Cluster, problem: str = "", status: int = 200) -> HttpResponse:
    places = list(
        cluster.places.select_related("park__province", "park__city", "park__organisation").order_by("invited_at", "pk")
    )
    manages = policies.can_manage_clusters(request.user)
    open_places = [place for place in places if place.state in ClusterMember.OPEN]
    context = {
        "cluster": cluster,
        "problem": problem,
        "manages": manages,
        "is_open": cluster.state in Cluster.OPEN,
        "moves": [(move, _move_url(cluster, move)) for move in CLUSTER.offered(request.user, cluster)],
        "wanting": services.wanting(cluster) if cluster.state in Cluster.OPEN else [],
        "stages": chain.stages(place for place in open_places if place.state == ClusterMember.State.ACCEPTED),
        "places": [_line(request, place) for place in open_places],
        "past": [place for place in places if place.state not in ClusterMember.OPEN],
        "without_manager": _without_manager(open_places),
        "q": request.GET.get("q", "").strip()[:200],
        "roles": ClusterMember.Role.choices,
        "crumbs": [
            (_("Secretariat"), reverse("notifications:office")),
            (_("Specialised clusters"), reverse("parks:office_clusters")),
            (cluster.name, None),
        ],
    }
    context["found"] = _found(context["q"]) if context["q"] and manages else []
    return render(request, "parks/office/cluster.html", context, status=status)


def _move_url(cluster: Cluster, move: Move) -> str:
    return reverse("parks:office_cluster_move", args=[cluster.slug, move.verb])


def _line(request: HttpRequest, place: ClusterMember) -> dict[str, Any]:
    move = next(iter(PLACE.offered(request.user, place)), None)
    url = reverse("parks:office_place_move", args=[place.cluster.slug, place.pk, move.verb]) if move else ""
    return {"place": place, "move": move, "url": url, "is_held": place.state == ClusterMember.State.ACCEPTED}


def _without_manager(places: list[ClusterMember]) -> list[Park]:
    """Invited parks for which nobody can answer today."""
    invited = {place.park.organisation_id: place.park for place in places if place.state == ClusterMember.State.INVITED}
    held = Duty.objects.active().filter(organisation__in=list(invited), role_code="park_manager")
    answered = set(held.values_list("organisation", flat=True))
    return [park for organisation, park in invited.items() if organisation not in answered]


def _found(text: str) -> list[Park]:
    found = Park.objects.public().filter(pk__in=search.matching(Park, text)).select_related("province", "city")
    return list(found.order_by(search.rank_annotation(Park, text).desc(), "pk")[:FOUND])


@require_http_methods(["GET", "POST"])
def office_cluster_edit(request: HttpRequest, slug: str) -> HttpResponseBase:
    cluster = _cluster(request, slug)
    if not policies.can_manage_clusters(request.user):
        raise PermissionDenied
    form = ClusterForm(request.POST if request.method == "POST" else None, cluster=cluster)
    if form.is_bound and form.is_valid():
        try:
            services.change(cluster, by=request.user, **form.words())
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("Changed."))
            return redirect("parks:office_cluster", cluster.slug)
    context = {
        "form": form,
        "cluster": cluster,
        "crumbs": [
            (_("Specialised clusters"), reverse("parks:office_clusters")),
            (cluster.name, reverse("parks:office_cluster", args=[cluster.slug])),
            (_("Edit"), None),
        ],
    }
    return render(request, "parks/office/cluster_edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def office_cluster_move(request: HttpRequest, slug: str, verb: str) -> HttpResponseBase:
    """One move of the cluster; some ask for the council's resolution, some for a reason."""
    cluster = _cluster(request, slug)
    move = step_of(CLUSTER, cluster, verb, request.user)
    return take_step(
        request,
        CLUSTER,
        cluster,
        move,
        lambda form: services.move(cluster, verb, by=request.user, **(form.cleaned_data if form else {})),
        form=ResolutionForm if verb in BY_RESOLUTION else None,
        back=reverse("parks:office_cluster", args=[cluster.slug]),
        title=cluster.name,
        crumbs=_crumbs(cluster, move),
    )


def _crumbs(cluster: Cluster, move: Move) -> list[tuple[Any, Any]]:
    return [
        (_("Specialised clusters"), reverse("parks:office_clusters")),
        (cluster.name, reverse("parks:office_cluster", args=[cluster.slug])),
        (move.label, None),
    ]


# Places ---------------------------------------------------------------------------------------------------------------


@require_POST
def office_cluster_invite(request: HttpRequest, slug: str) -> HttpResponseBase:
    cluster = _cluster(request, slug)
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _page(request, cluster, _("Choose a park and a role."), status=422)
    park = get_object_or_404(Park.objects.public().select_related("organisation"), slug=form.cleaned_data["park"])
    try:
        services.invite(cluster, park, form.cleaned_data["role"], by=request.user)
    except RuleBroken as broken:
        return _page(request, cluster, str(broken), status=409)
    messages.success(request, _("%(park)s is invited. The invitation waits on the park's desk.") % {"park": park.name})
    return redirect("parks:office_cluster", cluster.slug)


@require_POST
def office_cluster_lead(request: HttpRequest, slug: str) -> HttpResponseBase:
    cluster = _cluster(request, slug)
    park = get_object_or_404(Park, slug=request.POST.get("park", ""))
    try:
        services.choose_lead(cluster, park, by=request.user)
    except RuleBroken as broken:
        return _page(request, cluster, str(broken), status=409)
    messages.success(request, _("%(park)s leads the cluster.") % {"park": park.name})
    return redirect("parks:office_cluster", cluster.slug)


@require_http_methods(["GET", "POST"])
def office_place_move(request: HttpRequest, slug: str, pk: int, verb: str) -> HttpResponseBase:
    """Withdraw an invitation, or end a place with a reason."""
    cluster = _cluster(request, slug)
    place = get_object_or_404(cluster.places.select_related("cluster", "park__organisation"), pk=pk)
    move = step_of(PLACE, place, verb, request.user)
    return take_step(
        request,
        PLACE,
        place,
        move,
        lambda form: services.move_place(place, verb, by=request.user, reason=reason_in(form)),
        back=reverse("parks:office_cluster", args=[cluster.slug]),
        title=cluster.name,
        about=place_line(place),
        crumbs=_crumbs(cluster, move),
    )
