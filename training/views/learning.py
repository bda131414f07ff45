"""My learning: a trainee's places, the queue, the offer and the answer."""

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.core.errors import RuleBroken
from alliance.core.parts import render_part

from .. import seats, windows
from ..forms.seats import WithdrawForm
from ..models import Enrolment, Nomination
from ..standing import Queue, Standing, left_words, step_words

State = Enrolment.State
MINE = ("cohort__version__curriculum__programme", "cohort__host", "park", "quota__park")
# What may be answered from which states, its words and its tone.
ANSWERS: dict[str, tuple[tuple[str, ...], Any]] = {
    "accept": ((State.OFFERED,), seats.accept),
    "decline": ((State.OFFERED,), seats.decline),
    "withdraw": (Enrolment.LIVE, seats.withdraw),
}


def _mine(request: HttpRequest) -> Any:
    return Enrolment.objects.filter(person=request.user).select_related(*MINE)  # type: ignore[misc]


def _line(row: Enrolment) -> Standing:
    if row.state == State.WAITLISTED:
        return Standing(row, None, _("In the queue; your page says where."))
    return Standing(row, None, step_words(row))


def _letters(request: HttpRequest) -> Any:
    """Nominations of an address that this person has confirmed, not taken up yet."""
    addresses = EmailAddress.objects.filter(user=request.user, verified=True).values("email")
    return Nomination.objects.open().filter(email__in=addresses).select_related("cohort", "park")


@require_safe
def learning(request: HttpRequest) -> HttpResponse:
    rows = list(_mine(request).order_by("-submitted_at", "-pk")[:100])
    context = {
        "now": [_line(row) for row in rows if row.is_live],
        "past": [_line(row) for row in rows if not row.is_live],
        "letters": [letter for letter in _letters(request) if windows.is_enrolling(letter.cohort, timezone.now())],
        "crumbs": [(_("Desk"), reverse("notifications:desk")), (_("My learning"), None)],
    }
    return render(request, "training/seats/learning.html", context)


@require_safe
def learning_panel(request: HttpRequest) -> HttpResponse:
    """On "my desk": offers that wait for an answer first, then the places under way."""
    rows = sorted(_mine(request).live()[:6], key=lambda row: row.state != State.OFFERED)
    context = {"places": [_line(row) for row in rows], "left": {row.pk: _left(row) for row in rows}}
    return render_part(request, "training/seats/panel.html", "training/seats/_panel.html", context)


@require_safe
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """One place: where I stand and why, the offer with its clock, what I can do, what happened."""
    row = get_object_or_404(_mine(request), pk=pk)
    queue = Queue(row.cohort) if row.state == State.WAITLISTED else None
    context = {
        "row": row,
        "cohort": row.cohort,
        "standing": queue.of(row) if queue else _line(row),
        "waiting": len(queue.waiting) if queue else 0,
        "left": _left(row),
        "may_withdraw": row.is_live and row.state != State.OFFERED,
        "is_frozen": row.holds_seat and timezone.now() >= windows.freezes_at(row.cohort),
        "may_ask_again": row.state in (State.LAPSED, State.DECLINED, State.WITHDRAWN)
        and windows.is_enrolling(row.cohort, timezone.now()),
        "log": row.log.select_related("organisation").order_by("pk"),
        "crumbs": [
            (_("Desk"), reverse("notifications:desk")),
            (_("My learning"), reverse("training:learning")),
            (row.cohort.title, None),
        ],
    }
    return render(request, "training/seats/place.html", context)


def _left(row: Enrolment) -> str:
    return left_words(row.offer_until) if row.state == State.OFFERED and row.offer_until else ""


@require_http_methods(["GET", "POST"])
def place_answer(request: HttpRequest, pk: int, verb: str) -> HttpResponseBase:
    """Accept, decline or withdraw, asked once more first."""
    if verb not in ANSWERS:
        raise Http404
    row = get_object_or_404(_mine(request), pk=pk)
    states, act = ANSWERS[verb]
    form = WithdrawForm(request.POST or None) if verb == "withdraw" else None
    problem = ""
    if request.method == "POST" and (form is None or form.is_valid()):
        words = {"reason": form.cleaned_data["reason"]} if form else {}
        try:
            act(row, by=request.user, **words)
        except RuleBroken as broken:
            problem = str(broken)
        else:
            messages.success(request, _done(verb))
            return redirect("training:place", row.pk)
    row = get_object_or_404(_mine(request), pk=pk)
    context = {
        "row": row,
        "cohort": row.cohort,
        "verb": verb,
        "form": form,
        "problem": problem,
        "left": _left(row),
        "is_possible": row.state in states,
        "is_frozen": row.holds_seat and timezone.now() >= windows.freezes_at(row.cohort),
        "crumbs": [
            (_("My learning"), reverse("training:learning")),
            (row.cohort.title, reverse("training:place", args=[row.pk])),
            (_title(verb), None),
        ],
        "title": _title(verb),
    }
    return render(request, "training/seats/answer.html", context, status=409 if problem else 200)


def _title(verb: str) -> str:
    return {"accept": _("Accept the seat"), "decline": _("Decline the seat"), "withdraw": _("Give the place up")}[verb]


def _done(verb: str) -> str:
    return {
        "accept": _("The seat is yours."),
        "decline": _("You declined. The seat goes to the next one."),
        "withdraw": _("You gave the place up."),
    }[verb]


@require_POST
def learning_claim(request: HttpRequest) -> HttpResponseBase:
    """Take up the nominations of one's own confirmed addresses."""
    made = seats.claim(request.user)  # type: ignore[arg-type]
    if made:
        messages.success(request, _("You are in. Your place says what comes next."))
    return redirect("training:learning")
