"""Plan cohorts on the programme desk: the list, one cohort, its plan, its seats, its moves."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alliance.core.errors import RuleBroken
from alliance.core.views.steps import reason_in, step_of, take_step

from .. import policies, policies_seats, seats
from ..forms.cohorts import SEATS, PlanForm, SeatsForm, VersionField, parks_of, versions_for
from ..models import Cohort, Enrolment, Programme, Session
from ..services import cohorts as services
from ..workflows.cohorts import COHORT
from .session_access import cohort_of, planned_by
from .sessions import cohort_crumbs, desk_crumb

SHOWN = 40
PLANNED_IN = (Programme.State.APPROVED, Programme.State.RUNNING)


def _programmes(request: HttpRequest) -> Any:
    return policies.desk_programmes(request.user)


@require_safe
def desk_cohorts(request: HttpRequest) -> HttpResponse:
    """The cohorts of the programmes whose desk the reader sees, those that still run first."""
    programmes = list(_programmes(request).prefetch_related("partners").order_by("title_zh", "pk"))
    if not policies_seats.sees_any_people(request.user):
        raise Http404
    holding = Q(enrolments__state__in=Enrolment.HOLD)
    found = list(
        Cohort.objects.filter(version__curriculum__programme__in=programmes)
        .select_related("version__curriculum", "host")
        .annotate(holders=Count("enrolments", filter=holding))
        .order_by("-starts_at", "-pk")[: SHOWN * 5]
    )
    done = (Cohort.State.COMPLETED, Cohort.State.ARCHIVED, Cohort.State.CANCELLED, Cohort.State.ABORTED)
    groups = []
    for programme in programmes:
        rows = [cohort for cohort in found if cohort.version.curriculum.programme_id == programme.pk]
        groups.append(
            {
                "programme": programme,
                "cohorts": [cohort for cohort in rows if cohort.state not in done][:SHOWN],
                "past": [cohort for cohort in rows if cohort.state in done][:SHOWN],
                # Nothing is planned where nobody could enrol; such a programme stands here for the cohorts it had.
                "may_plan": programme.state in PLANNED_IN and policies.can_plan_cohorts(request.user, programme),
            }
        )
    groups = [group for group in groups if group["may_plan"] or group["cohorts"] or group["past"]]
    context = {"groups": groups, "crumbs": [desk_crumb(), (_("Cohorts"), None)]}
    return render(request, "training/cohorts/list.html", context)


@require_safe
def desk_cohort(request: HttpRequest, code: str) -> HttpResponse:
    """One cohort: where it stands, its plan and its seats, and what comes next."""
    cohort = cohort_of(request, code)
    programme = cohort.version.curriculum.programme
    quotas = list(
        cohort.quotas.select_related("park").annotate(
            held=Count("holders", filter=Q(holders__state__in=Enrolment.HOLD))
        )
    )
    shared_held = cohort.enrolments.holding().filter(pool=Enrolment.Pool.SHARED).count()
    counts = dict(cohort.enrolments.values_list("state").annotate(Count("pk")).order_by())
    now = timezone.now()
    context = {
        "cohort": cohort,
        "programme": programme,
        "moves": COHORT.offered(request.user, cohort),
        "quotas": quotas,
        "shared_held": shared_held,
        "states": [(label, counts[state]) for state, label in Enrolment.State.choices if counts.get(state)],
        "may_plan": policies.can_plan_cohorts(request.user, programme) and cohort.state in Cohort.BEFORE_RUNNING,
        "may_seats": policies_seats.can_change_seats(request.user, programme) and is_seatable(cohort),
        "sessions": cohort.sessions.exclude(state=Session.State.CANCELLED).count(),
        "coming": list(
            cohort.sessions.filter(ends_at__gte=now)
            .exclude(state=Session.State.CANCELLED)
            .select_related("unit", "room", "trainer", "cohort")[:4]
        ),
        "minutes": _minutes(cohort),
        "crumbs": [*cohort_crumbs(cohort)[:-1], (cohort.title, None)],
    }
    return render(request, "training/cohorts/cohort.html", context)


def is_seatable(cohort: Cohort) -> bool:
    return cohort.state in (*Cohort.BEFORE_RUNNING, Cohort.State.RUNNING)


def _minutes(cohort: Cohort) -> list[dict[str, Any]]:
    """Of each unit: the minutes that the version asks for beside those in the calendar."""
    planned: dict[int, int] = {}
    for session in cohort.sessions.filter(is_required=True).exclude(state=Session.State.CANCELLED):
        planned[session.unit_id] = planned.get(session.unit_id, 0) + session.minutes
    return [
        {"unit": unit, "planned": planned.get(unit.pk, 0), "missing": max(0, unit.minutes - planned.get(unit.pk, 0))}
        for unit in cohort.version.units.all()
    ]


@require_http_methods(["GET", "POST"])
def cohort_add(request: HttpRequest, slug: str) -> HttpResponseBase:
    """A new cohort: one published version, seats by park, dates. Nothing is public until it is opened."""
    programme = get_object_or_404(_programmes(request).prefetch_related("partners"), slug=slug)
    if not policies.can_plan_cohorts(request.user, programme):
        raise PermissionDenied
    data = request.POST or None
    form = PlanForm(programme, data)
    form.fields["version"] = VersionField(
        label=_("Curriculum version"),
        help_text=_("Published ones only. The cohort keeps its version for good."),
        queryset=versions_for(programme),
    )
    places = SeatsForm(parks_of(programme), data)
    if request.method == "POST" and all([form.is_valid(), places.is_valid()]):
        fields = dict(form.cleaned_data)
        version = fields.pop("version")
        if fields["min_size"] > sum(places.quotas.values()) + places.cleaned_data["shared"]:
            form.add_error("min_size", _("The smallest size is above the number of seats."))
        elif Cohort.objects.filter(code=fields["code"]).exists():
            form.add_error("code", _("There is a cohort with this code already."))
        else:
            try:
                cohort = services.create(
                    version,
                    by=request.user,  # type: ignore[arg-type]
                    quotas=places.quotas,
                    shared=places.cleaned_data["shared"],
                    **fields,
                )
            except RuleBroken as broken:
                form.add_error(None, str(broken))
            else:
                messages.success(request, _("The cohort is planned. Open it for enrolment when all is right."))
                return redirect("training:desk_cohort", cohort.code)
    context = {
        "programme": programme,
        "form": form,
        "places": places,
        "has_versions": versions_for(programme).exists(),
        "crumbs": [
            desk_crumb(),
            (_("Cohorts"), reverse("training:desk_cohorts")),
            (_("Plan a cohort"), None),
        ],
    }
    return render(request, "training/cohorts/plan.html", context, status=422 if form.errors or places.errors else 200)


@require_http_methods(["GET", "POST"])
def cohort_plan(request: HttpRequest, code: str) -> HttpResponseBase:
    """Change the plan: all of it before enrolment opens, later what takes nothing from anybody."""
    cohort = planned_by(request, code)
    programme = cohort.version.curriculum.programme
    is_open = cohort.state in Cohort.BEFORE_RUNNING
    fixed = () if cohort.state == Cohort.State.PLANNED else tuple(set(services.PLANNED) - set(services.LATER))
    initial = {name: getattr(cohort, name) for name in services.PLANNED}
    form = PlanForm(programme, request.POST or None, initial=initial, fixed=(*fixed, "code"))
    if request.method == "POST" and is_open and form.is_valid():
        if (late := _outside(cohort, form.cleaned_data)) is not None:
            form.add_error("ends_at", _("“%(session)s” lies outside these dates. Move it first.") % {"session": late})
        else:
            try:
                services.plan(cohort, by=request.user, **_said(form))  # type: ignore[arg-type]
            except RuleBroken as broken:
                form.add_error(None, str(broken))
            else:
                messages.success(request, _("The plan is changed."))
                return redirect("training:desk_cohort", cohort.code)
    context = {
        "programme": programme,
        "cohort": cohort,
        "form": form,
        "is_open": is_open,
        "crumbs": cohort_crumbs(cohort, (_("Plan"), None)),
    }
    return render(request, "training/cohorts/plan.html", context, status=422 if form.errors else 200)


def _said(form: PlanForm) -> dict[str, Any]:
    """What the form could change; fields it only shows say nothing."""
    return {name: value for name, value in form.cleaned_data.items() if not form.fields[name].disabled}


def _outside(cohort: Cohort, data: dict[str, Any]) -> Session | None:
    return (
        cohort.sessions.exclude(state=Session.State.CANCELLED)
        .filter(Q(starts_at__lt=data["starts_at"]) | Q(ends_at__gt=data["ends_at"]))
        .select_related("unit")
        .first()
    )


@require_http_methods(["GET", "POST"])
def cohort_seats(request: HttpRequest, code: str) -> HttpResponseBase:
    """Quotas and shared seats; never below those who hold them (E-9)."""
    cohort = cohort_of(request, code)
    programme = cohort.version.curriculum.programme
    if not policies_seats.can_change_seats(request.user, programme):
        raise PermissionDenied
    quotas = {quota.park_id: quota for quota in cohort.quotas.select_related("park")}
    parks = parks_of(programme)
    parks += [quota.park for pk, quota in quotas.items() if pk not in {park.pk for park in parks}]
    initial: dict[str, Any] = {f"{SEATS}{pk}": quota.seats for pk, quota in quotas.items()}
    form = SeatsForm(parks, request.POST or None, initial={**initial, "shared": cohort.shared})
    if request.method == "POST" and form.is_valid():
        try:
            seats.set_seats(
                cohort,
                shared=form.cleaned_data["shared"],
                quotas=form.quotas,
                by=request.user,  # type: ignore[arg-type]
            )
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("The seats are changed. Whoever waited and fits now has an offer."))
            return redirect("training:desk_cohort", cohort.code)
    context = {
        "cohort": cohort,
        "programme": programme,
        "places": form,
        "is_open": is_seatable(cohort),
        "crumbs": cohort_crumbs(cohort, (_("Seats"), None)),
    }
    return render(request, "training/cohorts/seats.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def cohort_move(request: HttpRequest, code: str, verb: str) -> HttpResponseBase:
    cohort = cohort_of(request, code)
    move = step_of(COHORT, cohort, verb, request.user)
    return take_step(
        request,
        COHORT,
        cohort,
        move,
        lambda form: services.move(cohort, verb, by=request.user, reason=reason_in(form)),
        reader=_("Everybody with a seat reads it."),
        longest=300,
        back=reverse("training:desk_cohort", args=[cohort.code]),
        title=cohort.title,
        about=cohort.code,
        crumbs=cohort_crumbs(cohort, (move.label, None)),
    )
