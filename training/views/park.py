"""The training desk of a park: our people in cohorts, approvals, nominations, seats given back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.core.errors import RuleBroken
from alliance.core.forms import ReasonForm
from parks.models import Park

from .. import attending, policies, seats, windows
from ..forms.seats import GiveForm
from ..models import Cohort, Enrolment, Nomination
from ..standing import Queue, pools_of

State = Enrolment.State
ROWS = 100


def park_of(request: HttpRequest, slug: str) -> Park:
    return get_object_or_404(policies.nominating_parks(request.user).select_related("organisation"), slug=slug)


def cohorts_for(park: Park) -> QuerySet[Cohort]:
    """The cohorts that concern a park: those that enrol, and those where its people or its seats are."""
    ours = Q(enrolments__park=park) | Q(quotas__park=park)
    enrols = Q(state=Cohort.State.ENROLLING, version__curriculum__programme__state="running")
    found = Cohort.objects.filter(ours & ~Q(state=Cohort.State.PLANNED) | enrols)
    return Cohort.objects.filter(pk__in=found.values("pk")).select_related("version__curriculum__programme", "host")


@require_safe
def park_training(request: HttpRequest) -> HttpResponseBase:
    """The parks for whose people the reader speaks; with one, its desk."""
    parks = list(policies.nominating_parks(request.user).order_by("slug"))
    if len(parks) == 1:
        return redirect("training:park_desk", parks[0].slug)
    context = {
        "parks": parks,
        "crumbs": [(_("Desk"), reverse("notifications:desk")), (_("Our trainees"), None)],
    }
    return render(request, "training/seats/parks.html", context)


@require_safe
def park_desk(request: HttpRequest, slug: str) -> HttpResponse:
    """Places by cohort: our quota, our people, who waits for us."""
    park = park_of(request, slug)
    pages = Paginator(cohorts_for(park).order_by("-starts_at", "-pk"), 25)
    page = pages.get_page(request.GET.get("page"))
    cohorts = list(page.object_list)
    context = {
        "park": park,
        "page": page,
        "lines": _lines(park, cohorts),
        "crumbs": [(_("Desk"), reverse("notifications:desk")), (_("Our trainees"), None)],
    }
    return render(request, "training/seats/park.html", context)


def _lines(park: Park, cohorts: list[Cohort]) -> list[dict[str, Any]]:
    """Counted for all cohorts at once."""
    keys = [cohort.pk for cohort in cohorts]
    ours = Enrolment.objects.filter(cohort__in=keys, park=park).order_by().values("cohort")
    counts = {
        row["cohort"]: row
        for row in ours.annotate(
            asks=Count("pk", filter=Q(state=State.SUBMITTED, home_approved_at=None)),
            waits=Count("pk", filter=Q(state__in=[State.SUBMITTED, State.WAITLISTED])),
            holds=Count("pk", filter=Q(state__in=Enrolment.HOLD)),
        )
    }
    quotas = dict(park.training_quotas.filter(cohort__in=keys).values_list("cohort", "seats"))
    held = Enrolment.objects.filter(cohort__in=keys).holding().order_by().values_list("cohort").annotate(Count("pk"))
    taken = dict(held)
    now = timezone.now()
    return [
        {
            "cohort": cohort,
            "quota": quotas.get(cohort.pk),
            "counts": counts.get(cohort.pk, {}),
            "free": max(0, cohort.capacity - taken.get(cohort.pk, 0)),
            "is_enrolling": windows.is_enrolling(cohort, now),
        }
        for cohort in cohorts
    ]


def cohort_of(park: Park, code: str) -> Cohort:
    return get_object_or_404(cohorts_for(park), code=code)


@require_safe
def park_cohort(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Our people in one cohort, with position and reason; approve, nominate, give seats back."""
    park = park_of(request, slug)
    cohort = cohort_of(park, code)
    rows = cohort.enrolments.filter(park=park).select_related("person", "park", "quota__park", "cohort__version")
    page = Paginator(rows.order_by("queue_no"), ROWS).get_page(request.GET.get("page"))
    queue = Queue(cohort)
    pools = pools_of(cohort, queue.seats)
    standings = queue.all(page.object_list)
    # Attendance and results of those who learn; of others there is nothing to follow yet.
    records = attending.records_of([one.row for one in standings if one.row.state in Enrolment.ROSTER])
    context = {
        "park": park,
        "cohort": cohort,
        "page": page,
        "asks": [one for one in standings if one.row.state == State.SUBMITTED and one.row.home_approved_at is None],
        "people": [{"standing": one, "record": records.get(one.row.pk)} for one in standings],
        "pools": pools,
        "own": next((pool for pool in pools if pool.park_id == park.pk), None),
        "shared": pools[-1],
        "letters": Nomination.objects.open().filter(cohort=cohort, park=park),
        "is_enrolling": windows.is_enrolling(cohort, timezone.now()),
        "give_form": GiveForm(),
        "crumbs": [
            (_("Desk"), reverse("notifications:desk")),
            (_("Our trainees"), reverse("training:park_desk", args=[park.slug])),
            (cohort.title, None),
        ],
    }
    return render(request, "training/seats/park_cohort.html", context)


@require_POST
def park_approve(request: HttpRequest, slug: str, code: str) -> HttpResponseBase:
    """Approve the ticked ones."""
    park = park_of(request, slug)
    cohort = cohort_of(park, code)
    keys = [int(key) for key in request.POST.getlist("row") if key.isascii() and key.isdigit() and len(key) < 16]
    rows = list(cohort.enrolments.filter(park=park, pk__in=keys))
    done = seats.approve_many(cohort, rows, by=request.user)  # type: ignore[arg-type]
    if done:
        told = ngettext("%(n)d person approved.", "%(n)d people approved.", len(done)) % {"n": len(done)}
        messages.success(request, told)
    else:
        messages.info(request, _("Nobody was ticked who still waits for your approval."))
    return redirect("training:park_cohort", park.slug, cohort.code)


@require_http_methods(["GET", "POST"])
def park_person(request: HttpRequest, slug: str, code: str, pk: int, verb: str) -> HttpResponseBase:
    """Say no to somebody who asks, or take back somebody we sent; both with a reason."""
    park = park_of(request, slug)
    cohort = cohort_of(park, code)
    row = get_object_or_404(cohort.enrolments.filter(park=park).select_related("person", "cohort"), pk=pk)
    acts: dict[str, tuple[Any, str, str]] = {
        "reject": (seats.reject, _("Do not approve"), _("Not approved. The reason was sent.")),
        "take-back": (seats.withdraw, _("Take back"), _("Taken back. The reason was sent.")),
    }
    if verb not in acts:
        raise Http404
    act, title, done = acts[verb]
    form = ReasonForm(
        request.POST if request.method == "POST" else None, reader=_("The trainee reads it."), longest=600
    )
    if request.method == "POST" and form.is_valid():
        try:
            act(row, by=request.user, reason=form.cleaned_data["reason"])
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, done)
            return redirect("training:park_cohort", park.slug, cohort.code)
    context = {
        "row": row,
        "cohort": cohort,
        "form": form,
        "title": title,
        "back": reverse("training:park_cohort", args=[park.slug, cohort.code]),
        "crumbs": [
            (_("Our trainees"), reverse("training:park_desk", args=[park.slug])),
            (cohort.title, reverse("training:park_cohort", args=[park.slug, cohort.code])),
            (title, None),
        ],
    }
    return render(request, "training/seats/reason.html", context, status=409 if form.errors else 200)


@require_POST
def park_give(request: HttpRequest, slug: str, code: str, verb: str) -> HttpResponseBase:
    """Give seats of our quota to everybody, or take back what is still free."""
    acts = {"give-back": seats.give_back, "take-back": seats.take_back}
    if verb not in acts:
        raise Http404
    park = park_of(request, slug)
    cohort = cohort_of(park, code)
    form = GiveForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please say how many seats, as a number."))
    else:
        try:
            acts[verb](cohort, park, form.cleaned_data["seats"], by=request.user)  # type: ignore[arg-type]
        except RuleBroken as broken:
            messages.error(request, str(broken))
        else:
            words = (
                _("Given back. Whoever waits moves up.") if verb == "give-back" else _("Taken back into your quota.")
            )
            messages.success(request, words)
    return redirect(f"{reverse('training:park_cohort', args=[park.slug, cohort.code])}#seats")


@require_POST
def letter_take_back(request: HttpRequest, slug: str, code: str, pk: int) -> HttpResponseBase:
    park = park_of(request, slug)
    letter = get_object_or_404(Nomination, park=park, cohort__code=code, pk=pk)
    try:
        seats.take_letter_back(letter, by=request.user)  # type: ignore[arg-type]
    except (RuleBroken, PermissionDenied) as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("The nomination is taken back; the address is deleted."))
    return redirect("training:park_cohort", park.slug, code)
