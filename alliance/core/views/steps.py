"""One step of a lifecycle, as every desk offers it: a button, and a page that asks first where words are needed.

    move = step_of(PROJECT, project, verb, request.user)
    return take_step(
        request, PROJECT, project, move,
        lambda form: services.move_project(project, verb, by=request.user, reason=reason_in(form)),
        back=reverse("investment:desk_project", args=[slug]), title=project.title, crumbs=…,
    )

`core/_steps.html` draws what `offered_steps` gives: a button that posts, or a link to this page where it asks first.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render

from alliance.core.errors import MoveRefused, RuleBroken
from alliance.core.forms import ReasonForm
from alliance.core.workflow import Move, Workflow

MakeForm = Callable[[Any], forms.Form]


def step_of(flow: Workflow, obj: Model, verb: str, person: Any, *, but: Collection[str] = ()) -> Move:
    """The move of this verb, for a person who may make it; `but` are those that have no page of this kind.

    Raises Http404 where there is none, PermissionDenied for everybody else.
    """
    try:
        move = flow.move(verb)
    except MoveRefused:
        raise Http404 from None
    if verb in but:
        raise Http404
    if not move.who(person, obj):
        raise PermissionDenied
    return move


@dataclass(frozen=True)
class Offered:
    """A step as a page offers it; where it `asks`, a page comes first."""

    move: Move
    url: str
    asks: bool


def offered_steps(
    flow: Workflow,
    obj: Model,
    person: Any,
    url: Callable[[str], str],
    *,
    but: Collection[str] = (),
    asking: Collection[str] = (),
) -> list[Offered]:
    """The moves this person may make from here, `but` for some; those in `asking` ask for more than a reason."""
    return [
        Offered(move, url(move.verb), move.needs_reason or move.tone == "danger" or move.verb in asking)
        for move in flow.offered(person, obj)
        if move.verb not in but
    ]


def reason_in(form: forms.Form | None) -> str:
    return form.cleaned_data.get("reason", "") if form is not None else ""


def take_step(
    request: HttpRequest,
    flow: Workflow,
    obj: Model,
    move: Move,
    act: Callable[[forms.Form | None], object],
    *,
    back: str,
    title: Any,
    crumbs: Sequence[tuple[Any, str | None]],
    about: Any = "",
    reader: str = "",
    longest: int = 2000,
    form: MakeForm | None = None,
) -> HttpResponseBase:
    """Make the move when it is posted, else show the page that asks.

    A reason is asked where the move needs one, of `longest` characters; `reader` says who reads it. Another `form` is
    made from what was sent (None at first). `act` does it in one transaction; a broken rule is said on the page, where
    what was typed stays.
    """
    data = request.POST if request.method == "POST" else None
    asked: forms.Form | None = None
    if form is not None:
        asked = form(data)
    elif move.needs_reason:
        asked = ReasonForm(data, reader=reader, longest=longest)
    problem = ""
    if request.method == "POST" and (asked is None or asked.is_valid()):
        try:
            with transaction.atomic():
                act(asked)
        except RuleBroken as broken:
            problem = str(broken)
            obj.refresh_from_db(fields=[flow.field])
        else:
            messages.success(request, str(move.done))
            return redirect(back)
    state = flow.state_of(obj)
    context = {
        "move": move,
        "form": asked,
        "problem": problem,
        "title": title,
        "about": about,
        "state": flow.states().get(state, state),
        "is_possible": state in move.sources,
        "back": back,
        "crumbs": crumbs,
    }
    status = 409 if problem else 422 if asked is not None and asked.errors else 200
    return render(request, "core/step.html", context, status=status)
