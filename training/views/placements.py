"""The desk of placements: for the school, the host's partner and the tutor."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.accounts.models import Organisation
from alliance.core.errors import RuleBroken
from alliance.core.templatetags.ui import bi
from alliance.core.views.steps import reason_in, step_of, take_step

from .. import agreement, placing, policies, rulebook
from .. import policies_placement as allowed
from ..forms_placements import (
    NoteForm,
    ProposalForm,
    TermsForm,
    WordsForm,
    competencies_of,
    partners_of,
    tutors_of,
)
from ..models import Enrolment, Placement, PlacementGrade, PlacementLink, PlacementSignature
from ..services import placement_links, places, tutoring
from ..services import placements as services
from ..workflows.placements import PLACEMENT
from .reader import me

LOADED = (
    "place__organisation",
    "place__park",
    "place__programme",
    "enrolment__person",
    "enrolment__park",
    "enrolment__cohort__version__curriculum__programme",
    "tutor",
    "school",
)


def crumbs(*trail: tuple[Any, str | None]) -> list[tuple[Any, str | None]]:
    return [
        (_("Desk"), reverse("notifications:desk")),
        (_("Placements"), reverse("training:placements")),
        *trail,
    ]


def seen(request: HttpRequest) -> QuerySet[Placement]:
    return (
        Placement.objects.filter(pk__in=allowed.placements_seen(request.user).values("pk"))
        .select_related(*LOADED)
        .prefetch_related("place__programme__partners")
    )


def sees_desk(request: HttpRequest) -> bool:
    return allowed.places_any(request.user) or policies.nominates_any(request.user)


@require_safe
def placements(request: HttpRequest) -> HttpResponse:
    """Placements under way, with what they wait for; and trainees who have none yet."""
    if not sees_desk(request):
        raise PermissionDenied
    shown = request.GET.get("show", "")
    rows = seen(request)
    rows = rows.filter(state__in=Placement.OVER) if shown == "over" else rows.exclude(state__in=Placement.OVER)
    page = Paginator(rows.order_by("ends_on", "pk"), 30).get_page(request.GET.get("page"))
    counted = placing.of_many([row.enrolment for row in page])
    without: list[Enrolment] = []
    if shown != "over":
        without = list(
            allowed.enrolments_placed(request.user)
            .filter(cohort__version__placement_minutes__gt=0)
            .exclude(placements__in=Placement.objects.exclude(state__in=("cancelled", "terminated")))
            .select_related("person", "cohort")
            .order_by("cohort__code", "queue_no")[:50]
        )
    context = {
        "page": page,
        "lines": [(row, counted[row.enrolment_id].total) for row in page],
        "without": without,
        "shown": shown,
        "crumbs": crumbs()[:2],
    }
    return render(request, "training/placements/list.html", context)


@require_http_methods(["GET", "POST"])
def placement_new(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Propose a placement to one trainee."""
    enrolment = get_object_or_404(
        allowed.enrolments_placed(request.user).select_related(
            "person", "cohort__version__curriculum__programme__field"
        ),
        pk=pk,
    )
    programme = enrolment.cohort.version.curriculum.programme
    mine = [
        organisation for organisation in partners_of([programme]) if organisation.pk in allowed.runs_for(request.user)
    ]
    schools = Organisation.objects.filter(pk__in=[organisation.pk for organisation in mine])
    form = ProposalForm(
        request.POST or None,
        places=allowed.places_seen(request.user).filter(programme=programme, state="open"),
        tutors=tutors_of(partners_of([programme])),
        schools=schools,
        competencies=competencies_of(enrolment.cohort.version),
        initial={"school": schools.first(), "day_from": "09:00", "day_until": "18:00", "pause_minutes": 60},
    )
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            made = services.propose(enrolment, data.pop("place"), by=me(request), **data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("Proposed. %(person)s decides.") % {"person": enrolment.person.name})
            return redirect("training:placement", made.pk)
    context = {"enrolment": enrolment, "form": form, "crumbs": crumbs((_("Propose"), None))}
    return render(request, "training/placements/new.html", context, status=422 if form.errors else 200)


def _one(request: HttpRequest, pk: int) -> Placement:
    return get_object_or_404(seen(request), pk=pk)


@require_safe
def placement(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _one(request, pk))


def _page(request: HttpRequest, found: Placement, status: int = 200, **more: Any) -> HttpResponse:
    person = request.user
    log = placing.of_one(found.enrolment)
    by_day = log.by_day
    days = [(day, by_day[day.pk]) for day in found.days.prefetch_related("competencies").order_by("-on")]
    signatures = agreement.valid_signatures(found)
    parties = [
        (party, signatures.get(party.value), _may_sign(person, found, party)) for party in agreement.parties(found)
    ]
    grades: dict[str, dict[str, PlacementGrade]] = {}
    for grade in found.grades.select_related("competency"):
        grades.setdefault(grade.competency_id, {})[grade.side] = grade
    tutor_graded = any("tutor" in sides for sides in grades.values())
    context = {
        "placement": found,
        "days": days,
        "log": log,
        "needed": found.enrolment.cohort.version.placement_minutes,
        "parties": parties,
        "findings": rulebook.findings(found) if found.state in ("proposed", "agreement", "signed") else [],
        "moves": [move for move in PLACEMENT.offered(person, found) if move.verb not in _not_offered(found)],
        "may_edit": allowed.runs(person, found) and found.state in ("proposed", "agreement"),
        "may_tutor": allowed.tutors(person, found),
        "may_report": allowed.can_report(person, found) and found.state in Placement.SIGNED_STATES,
        "links": _links(found),
        "visits": found.visits.select_related("seen_by")[:10],
        "competencies": [(row, grades.get(row.pk, {})) for row in found.competencies.all()],
        "may_grade": allowed.tutors(person, found) and found.state == "hours_done" and not tutor_graded,
        "grade_choices": PlacementGrade.Grade.choices,
        "sees_own_data": allowed.runs(person, found) or allowed.hosts(person, found),
        "note_form": NoteForm(),
        "crumbs": crumbs((found.enrolment.person.name, None)),
        **more,
    }
    return render(request, "training/placements/one.html", context, status=status)


def _not_offered(found: Placement) -> tuple[str, ...]:
    """Steps with a place of their own on the page; and closing an agreement that somebody has still to sign."""
    own = ("consent", "assess")
    return (*own, "sign") if agreement.missing_signatures(found) else own


def _may_sign(person: Any, found: Placement, party: Any) -> bool:
    if found.state != Placement.State.AGREEMENT:
        return False
    if party == PlacementSignature.Party.SCHOOL:
        return allowed.can_sign_for_school(person, found)
    return party == PlacementSignature.Party.HOST and allowed.hosts(person, found)


def _links(found: Placement) -> list[tuple[Any, PlacementLink | None]]:
    """Which letters can be sent now, with the last one of each kind."""
    purpose = PlacementLink.Purpose
    fits = {
        "agreement": [purpose.SIGN_HOST, *([purpose.SIGN_GUARDIAN] if found.is_minor else [])],
        "hours_done": [purpose.ASSESS],
    }.get(found.state, [])
    if found.state in ("active", "paused", "hours_done", "terminated"):
        fits = [*fits, purpose.CONFIRM]
    last: dict[str, PlacementLink] = {}
    for link in found.links.order_by("sent_at"):
        last[link.purpose] = link
    return [(kind, last.get(kind.value)) for kind in fits]


@require_http_methods(["GET", "POST"])
def placement_terms(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Change the terms while they are not signed by all; who signed others signs anew."""
    found = _one(request, pk)
    if not allowed.runs(request.user, found):
        raise PermissionDenied
    form = TermsForm(request.POST or None, instance=Placement.objects.get(pk=found.pk))
    if request.method == "POST" and form.is_valid():
        try:
            services.change_terms(found, by=me(request), **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("The terms are changed."))
            return redirect("training:placement", pk)
    trail = crumbs((found.enrolment.person.name, reverse("training:placement", args=[pk])), (_("Terms"), None))
    context = {"placement": found, "form": form, "crumbs": trail}
    return render(request, "training/placements/terms.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def placement_move(request: HttpRequest, pk: int, verb: str) -> HttpResponseBase:
    """One step of the lifecycle; where it needs a reason, a page asks for it."""
    found = _one(request, pk)
    move = step_of(PLACEMENT, found, verb, request.user, but=("consent", "assess"))
    person, back = found.enrolment.person.name, reverse("training:placement", args=[pk])
    return take_step(
        request,
        PLACEMENT,
        found,
        move,
        lambda form: services.move(found, verb, by=me(request), reason=reason_in(form)),
        longest=600,
        back=back,
        title=person,
        about=bi(found.place.company),
        crumbs=crumbs((person, back), (move.label, None)),
    )


def _act(request: HttpRequest, pk: int, do: Any, done: str) -> HttpResponseBase:
    """A button that needs no page: do it, say what came of it, back to the placement."""
    found = _one(request, pk)
    try:
        do(found)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, done)
    return redirect("training:placement", pk)


@require_POST
def placement_sign(request: HttpRequest, pk: int) -> HttpResponseBase:
    party = request.POST.get("party", "")
    if party not in ("school", "host"):
        raise PermissionDenied
    return _act(request, pk, lambda row: services.sign(row, party, by=me(request)), _("Signed."))


@require_POST
def placement_send(request: HttpRequest, pk: int) -> HttpResponseBase:
    purpose = request.POST.get("purpose", "")
    if purpose not in PlacementLink.Purpose.values:
        raise Http404
    return _act(
        request,
        pk,
        lambda row: placement_links.send_by_hand(row, purpose, by=me(request)),
        _("The letter is on its way. A link sent before opens nothing any more."),
    )


@require_POST
def placement_look(request: HttpRequest, pk: int) -> HttpResponseBase:
    note = request.POST.get("note", "")[:600]
    return _act(
        request,
        pk,
        lambda row: tutoring.look(row, by=me(request), note=note),
        _("Kept: you have looked at the log. The next look is due in fourteen days."),
    )


@require_POST
def placement_grade(request: HttpRequest, pk: int) -> HttpResponseBase:
    grades = {
        name.removeprefix("grade-"): str(value) for name, value in request.POST.items() if name.startswith("grade-")
    }
    return _act(
        request,
        pk,
        lambda row: services.assess_as_tutor(row, grades, by=me(request)),
        _("Your assessment is kept."),
    )


@require_http_methods(["GET", "POST"])
def incident_new(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Report that something happened, from the desk or from the trainee's own page."""
    mine = Q(enrolment__person=me(request))
    found = get_object_or_404(
        Placement.objects.filter(mine | Q(pk__in=allowed.placements_seen(request.user).values("pk")))
        .select_related(*LOADED)
        .prefetch_related("place__programme__partners"),
        pk=pk,
    )
    if not allowed.can_report(request.user, found):
        raise PermissionDenied
    form = WordsForm(request.POST or None)
    back = reverse(
        "training:my_placement" if allowed.is_trainee(request.user, found) else "training:placement", args=[pk]
    )
    if request.method == "POST" and form.is_valid():
        try:
            places.report_incident(found, by=me(request), words=form.cleaned_data["words"])
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("Thank you. The lead and the training desk have been told at once."))
            return redirect(back)
    context = {
        "placement": found,
        "form": form,
        "back": back,
        "crumbs": [(_("Desk"), reverse("notifications:desk")), (_("Safety incident"), None)],
    }
    return render(request, "training/placements/incident_new.html", context, status=422 if form.errors else 200)
