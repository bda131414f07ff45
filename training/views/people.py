"""The people of a cohort, for the partners of its programme: approve as the lead, remove, transfer, plan seats."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.core.errors import RuleBroken
from alliance.core.forms import ReasonForm
from alliance.core.views.lists import show_list

from .. import people_list, policies, policies_seats, seats
from ..forms.seats import SeatsForm
from ..models import Cohort, Enrolment, Programme
from ..standing import Queue, pools_of, seat_words
from .transferring import can_transfer

State = Enrolment.State


def cohort_seen(request: HttpRequest, code: str) -> Cohort:
    cohorts = policies_seats.cohorts_seen_by(request.user).select_related("version__curriculum__programme", "host")
    return get_object_or_404(cohorts.prefetch_related("version__curriculum__programme__partners"), code=code)


def programme_of(cohort: Cohort) -> Programme:
    return cohort.version.curriculum.programme


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Everybody in the cohorts of one's programmes."""
    if not policies_seats.sees_any_people(request.user):
        raise Http404
    listing = people_list.PEOPLE.read(request.GET, user=request.user)
    return show_list(
        request,
        listing,
        "training/seats/people.html",
        crumbs=[(_("Desk"), reverse("notifications:desk")), (_("People in cohorts"), None)],
    )


@require_safe
def cohort_people(request: HttpRequest, code: str) -> HttpResponse:
    """The roster of one cohort, with its seats and what waits for the lead."""
    cohort = cohort_seen(request, code)
    programme = programme_of(cohort)
    listing = people_list.of_cohort(request.GET, cohort, user=request.user)
    queue = Queue(cohort)
    may_approve = policies.can_approve_as_host(request.user, programme)
    return show_list(
        request,
        listing,
        "training/seats/people.html",
        cohort=cohort,
        programme=programme,
        pools=pools_of(cohort, queue.seats),
        capacity=queue.seats.capacity,
        waiting=len(queue.waiting),
        to_approve=_to_approve(cohort) if may_approve else [],
        may_change_seats=policies_seats.can_change_seats(request.user, programme),
        may_release=policies_seats.can_release(request.user, programme) and cohort.released_at is None,
        crumbs=[
            (_("Desk"), reverse("notifications:desk")),
            (_("People in cohorts"), reverse("training:people")),
            (cohort.title, None),
        ],
    )


def _to_approve(cohort: Cohort) -> Any:
    asks = cohort.enrolments.filter(state=State.SUBMITTED, home_approved_at__isnull=False)
    return asks.select_related("person", "park").order_by("queue_no")[:200]


@require_POST
def people_approve(request: HttpRequest, code: str) -> HttpResponseBase:
    """Approve the ticked ones as the lead."""
    cohort = cohort_seen(request, code)
    if not policies.can_approve_as_host(request.user, programme_of(cohort)):
        raise PermissionDenied
    keys = [int(key) for key in request.POST.getlist("row") if key.isascii() and key.isdigit() and len(key) < 16]
    done = seats.approve_many(cohort, cohort.enrolments.filter(pk__in=keys), by=request.user)  # type: ignore[arg-type]
    if done:
        told = ngettext("%(n)d person approved.", "%(n)d people approved.", len(done)) % {"n": len(done)}
        messages.success(request, told)
    else:
        messages.info(request, _("Nobody was ticked who still waits for your approval."))
    return redirect("training:cohort_people", cohort.code)


@require_safe
def person(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """One place as the partners see it: where it stands, every step, and what can be done."""
    cohort = cohort_seen(request, code)
    row = _row(cohort, pk)
    programme = programme_of(cohort)
    context = {
        "cohort": cohort,
        "row": row,
        "standing": Queue(cohort).of(row),
        "seat": seat_words(row),
        "log": row.log.select_related("actor", "organisation", "to_quota__park").order_by("pk"),
        "may_approve": row.state == State.SUBMITTED
        and row.home_approved_at is not None
        and policies_seats.can_approve(request.user, row, programme),
        "may_remove": row.is_live and policies_seats.can_remove(request.user, programme),
        "may_transfer": row.state in (State.ENROLLED, State.ACTIVE) and can_transfer(request.user, programme),
        "may_finish": row.state == State.ACTIVE and policies_seats.can_finish(request.user, programme),
        "crumbs": [
            (_("People in cohorts"), reverse("training:people")),
            (cohort.title, reverse("training:cohort_people", args=[cohort.code])),
            (row.person.name, None),
        ],
    }
    return render(request, "training/seats/person.html", context)


def _row(cohort: Cohort, pk: int) -> Enrolment:
    rows = cohort.enrolments.select_related("person", "park", "quota__park", "cohort", "nominated_by")
    return get_object_or_404(rows, pk=pk)


ACTS: dict[str, tuple[Any, Any]] = {
    "reject": (lambda row, by, reason: seats.reject(row, by=by, reason=reason), policies.leads),
    "remove": (lambda row, by, reason: seats.remove(row, by=by, reason=reason), policies_seats.can_remove),
    "not-completed": (
        lambda row, by, reason: seats.finish(row, completed=False, by=by, reason=reason),
        policies_seats.can_finish,
    ),
}


@require_http_methods(["GET", "POST"])
def person_end(request: HttpRequest, code: str, pk: int, verb: str) -> HttpResponseBase:
    """Do not approve, remove, or say that somebody will not complete; each with a reason the trainee reads."""
    if verb not in ACTS:
        raise Http404
    cohort = cohort_seen(request, code)
    row = _row(cohort, pk)
    act, may = ACTS[verb]
    if not may(request.user, programme_of(cohort)):
        raise PermissionDenied
    title = {
        "reject": _("Do not approve"),
        "remove": _("Remove from the cohort"),
        "not-completed": _("Will not complete"),
    }[verb]
    form = ReasonForm(
        request.POST if request.method == "POST" else None, reader=_("The trainee reads it."), longest=600
    )
    if request.method == "POST" and form.is_valid():
        try:
            act(row, request.user, form.cleaned_data["reason"])
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("Done. The reason was sent."))
            return redirect("training:person", cohort.code, row.pk)
    context = {
        "row": row,
        "cohort": cohort,
        "form": form,
        "title": title,
        "back": reverse("training:person", args=[cohort.code, row.pk]),
        "crumbs": [
            (cohort.title, reverse("training:cohort_people", args=[cohort.code])),
            (row.person.name, reverse("training:person", args=[cohort.code, row.pk])),
            (title, None),
        ],
    }
    return render(request, "training/seats/reason.html", context, status=409 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def cohort_seats(request: HttpRequest, code: str) -> HttpResponseBase:
    """Quotas and shared seats; never below those who hold them (E-9)."""
    cohort = cohort_seen(request, code)
    if not policies_seats.can_change_seats(request.user, programme_of(cohort)):
        raise PermissionDenied
    form = SeatsForm(request.POST or None, cohort=cohort)
    if request.method == "POST" and form.is_valid():
        try:
            seats.set_seats(cohort, shared=form.cleaned_data["shared"], quotas=form.wanted, by=request.user)  # type: ignore[arg-type]
        except seats.TooFew as broken:
            form.refuse(broken)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("The seats are changed. Whoever a seat serves moved up."))
            return redirect("training:cohort_people", cohort.code)
    pools = pools_of(cohort)
    context = {
        "cohort": cohort,
        "form": form,
        "lines": [(form[f"quota_{pool.park_id}" if pool.park_id else "shared"], pool) for pool in pools],
        "may_release": policies_seats.can_release(request.user, programme_of(cohort)) and cohort.released_at is None,
        "crumbs": [
            (_("People in cohorts"), reverse("training:people")),
            (cohort.title, reverse("training:cohort_people", args=[cohort.code])),
            (_("Seats"), None),
        ],
    }
    return render(request, "training/seats/seats.html", context, status=409 if form.errors else 200)


@require_POST
def cohort_release(request: HttpRequest, code: str) -> HttpResponseBase:
    """Unused quotas serve anyone from now on."""
    cohort = cohort_seen(request, code)
    try:
        seats.release(cohort, by=request.user)  # type: ignore[arg-type]
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("Released: unused seats serve everybody from now on."))
    return redirect("training:cohort_people", cohort.code)
