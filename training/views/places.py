"""Host places, incidents there, and the rule pack in the office."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alliance.core.errors import RuleBroken
from alliance.core.templatetags.ui import bi
from alliance.core.views.steps import reason_in, step_of, take_step

from .. import policies, rulebook
from .. import policies_placement as allowed
from ..forms_placements import PlaceForm, RuleForm, WordsForm, partners_of
from ..models import Enrolment, HostPlace, Placement, PlacementRule, SafetyIncident
from ..services import places as services
from ..services import rules
from ..workflows.placements import HOST_PLACE
from .placements import crumbs
from .reader import me


def seen(request: HttpRequest):
    return (
        HostPlace.objects.filter(pk__in=allowed.places_seen(request.user).values("pk"))
        .select_related("programme", "organisation", "park")
        .prefetch_related("programme__partners")
    )


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    if not allowed.places_any(request.user):
        raise PermissionDenied
    rows = seen(request).annotate(taken=Count("placements", filter=Q(placements__state__in=Placement.TAKES_PLACE)))
    context = {
        "page": Paginator(rows.order_by("state", "company_zh", "pk"), 30).get_page(request.GET.get("page")),
        "may_offer": allowed.programmes_with_places(request.user).exists(),
        "crumbs": crumbs((_("Host places"), None)),
    }
    return render(request, "training/placements/places.html", context)


@require_http_methods(["GET", "POST"])
def place_new(request: HttpRequest) -> HttpResponseBase:
    programmes = allowed.programmes_with_places(request.user)
    if not programmes.exists():
        raise PermissionDenied
    return _form(request, HostPlace(), programmes)


@require_http_methods(["GET", "POST"])
def place_edit(request: HttpRequest, pk: int) -> HttpResponseBase:
    found = get_object_or_404(seen(request), pk=pk)
    if not allowed.can_edit_place(request.user, found):
        raise PermissionDenied
    return _form(request, found, allowed.programmes_with_places(request.user))


def _form(request: HttpRequest, place: HostPlace, programmes: Any) -> HttpResponseBase:
    form = PlaceForm(request.POST or None, instance=place, programmes=programmes, organisations=partners_of(programmes))
    if request.method == "POST" and form.is_valid():
        try:
            kept = services.save_place(form.instance, by=me(request))
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("The place is saved."))
            return redirect("training:host_place", kept.pk)
    context = {
        "place": place if place.pk else None,
        "form": form,
        "crumbs": crumbs(
            (_("Host places"), reverse("training:host_places")), (_("Edit") if place.pk else _("New"), None)
        ),
    }
    return render(request, "training/placements/place_form.html", context, status=422 if form.errors else 200)


@require_safe
def place(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(seen(request), pk=pk)
    context = {
        "place": found,
        "moves": HOST_PLACE.offered(request.user, found),
        "may_edit": allowed.can_edit_place(request.user, found),
        "placements": found.placements.select_related("enrolment__person", "tutor")[:50],
        "incidents": SafetyIncident.objects.filter(place__in=found.of_same_company()).select_related(
            "reported_by", "cleared_by"
        )[:20],
        "crumbs": crumbs((_("Host places"), reverse("training:host_places")), (str(found.company), None)),
    }
    return render(request, "training/placements/place.html", context)


@require_http_methods(["GET", "POST"])
def place_move(request: HttpRequest, pk: int, verb: str) -> HttpResponseBase:
    found = get_object_or_404(seen(request), pk=pk)
    move = step_of(HOST_PLACE, found, verb, request.user)
    back = reverse("training:host_place", args=[pk])
    return take_step(
        request,
        HOST_PLACE,
        found,
        move,
        lambda form: services.move(found, verb, by=me(request), reason=reason_in(form)),
        longest=600,
        back=back,
        title=found.company,
        about=bi(found.post),
        crumbs=crumbs((str(found.company), back), (move.label, None)),
    )


@require_http_methods(["GET", "POST"])
def incident(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What happened at a host; the lead says what was done and clears it."""
    found = get_object_or_404(
        SafetyIncident.objects.select_related("place__programme", "reported_by", "cleared_by"),
        pk=pk,
        place__in=allowed.places_seen(request.user).values("pk"),
    )
    may_clear = allowed.can_clear_place(request.user, found.place) and found.cleared_at is None
    form = WordsForm(request.POST or None)
    form.fields["words"].label = _("What was found and done")
    if request.method == "POST":
        if not allowed.can_clear_place(request.user, found.place):
            raise PermissionDenied
        if form.is_valid():
            try:
                services.clear_incident(found, by=me(request), words=form.cleaned_data["words"])
            except RuleBroken as broken:
                form.add_error(None, str(broken))
            else:
                messages.success(request, _("Cleared. The host takes trainees again."))
                return redirect("training:host_place", found.place_id)
    context = {
        "incident": found,
        "may_clear": may_clear,
        "form": form,
        "crumbs": crumbs(
            (str(found.place.company), reverse("training:host_place", args=[found.place_id])),
            (_("Safety incident"), None),
        ),
    }
    return render(request, "training/placements/incident.html", context, status=422 if form.errors else 200)


# The rule pack -------------------------------------------------------------------------------------------------------


def _rule_crumbs(*more: tuple[Any, str | None]) -> list[tuple[Any, str | None]]:
    return [
        (_("Secretariat"), reverse("notifications:office")),
        (_("Rules for placements"), reverse("training:placement_rules")),
        *more,
    ]


@require_safe
def placement_rules(request: HttpRequest) -> HttpResponse:
    """The rules as they hold now, by status of learners."""
    if not policies.oversees(request.user):
        raise PermissionDenied
    current: dict[str, list[PlacementRule]] = {}
    for rule in rulebook.current():
        current.setdefault(rule.learner, []).append(rule)
    order = {kind: place for place, kind in enumerate(PlacementRule.Kind.values)}
    groups = [
        (code, label, sorted(current.get(code, []), key=lambda rule: order[rule.kind]))
        for code, label in Enrolment.Learner.choices
    ]
    return render(request, "training/placements/rules.html", {"groups": groups, "crumbs": _rule_crumbs()[:2]})


@require_http_methods(["GET", "POST"])
def placement_rule(request: HttpRequest, learner: str, kind: str) -> HttpResponseBase:
    """One rule: decide a new version; below, every version there was."""
    if not policies.oversees(request.user):
        raise PermissionDenied
    if learner not in Enrolment.Learner.values or kind not in PlacementRule.Kind.values:
        raise Http404
    history = list(
        PlacementRule.objects.filter(learner=learner, kind=kind).select_related("decided_by").order_by("-pk")
    )
    now = history[0] if history else None
    initial = {name: getattr(now, name) for name in RuleForm.Meta.fields} if now else {}
    form = RuleForm(request.POST or None, kind=kind, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            rules.decide(learner, kind, by=me(request), **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("The new version holds from now on."))
            return redirect("training:placement_rules")
    context = {
        "learner": Enrolment.Learner(learner).label,
        "kind": PlacementRule.Kind(kind).label,
        "form": form,
        "history": history,
        "crumbs": _rule_crumbs((PlacementRule.Kind(kind).label, None)),
    }
    return render(request, "training/placements/rule.html", context, status=422 if form.errors else 200)
