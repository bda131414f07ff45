"""Questions and answers: the investor's dialogue, the parks' list with its rounds, the moderator's queue (D-11)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.core import limits
from alliance.core.errors import RuleBroken
from alliance.core.limits import Limit

from .. import policies, policies_investors
from .. import policies_dialogue as allowed
from ..forms.questions import AnswerForm, PublishForm, QuestionForm, ReasonForm, RoundForm
from ..models import Question
from ..services import questions as services
from ..tones import tone_of
from ..workflows.questions import PUBLISHED_FIELDS, QUESTION
from .access import desk_project_of, trail_of
from .interests import interest_of, trail_for

ASKING = Limit("ask_question", each=60, overall=2000, seconds=3600)
PER_PAGE = 25
# Each has a form of its own.
OWN_FORMS = ("answer", "answer_for_all", "publish")
WITH = ("project", "interest__investor__organisation", "round", "asked_by")


def question_of(request: HttpRequest, pk: int) -> Question:
    """A question in the words of the dialogue; to all but its two sides and the desk it does not exist."""
    found = get_object_or_404(
        Question.objects.select_related(*WITH, "answered_by", "published_by", "interest__project").prefetch_related(
            "project__parties__park__organisation"
        ),
        pk=pk,
    )
    if not allowed.can_see_question(request.user, found):
        raise Http404
    return found


def _rows(questions: Any, request: HttpRequest) -> Any:
    page = Paginator(questions.select_related(*WITH), PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = [{"question": one, "tone": tone_of(one)} for one in page.object_list]
    return page


def _narrowed(rows: Any, request: HttpRequest) -> tuple[Any, str]:
    """All of them, or those that wait for somebody."""
    shown = request.GET.get("show", "")
    if shown == "open":
        return rows.filter(state__in=[Question.State.ASKED, Question.State.IN_MODERATION]), shown
    if shown == "late":
        return rows.late(timezone.now()), shown
    return rows, ""


@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """What the reader's investors asked, and what was asked of the reader's parks."""
    if not allowed.talks(request.user):
        raise Http404
    rows, shown = _narrowed(allowed.questions_of(request.user), request)
    context = {
        "page": _rows(rows, request),
        "shown": shown,
        "here": reverse("investment:questions"),
        "is_parks": policies.promotes_any(request.user),
        "crumbs": [(_("Desk"), reverse("notifications:desk")), (_("Questions and answers"), None)],
    }
    return render(request, "investment/questions/mine.html", context)


@require_http_methods(["GET", "POST"])
def interest_questions(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One dialogue: its own questions, and what was answered for all. An investor asks here."""
    interest = interest_of(request, pk)
    may_ask = allowed.can_ask(request.user, interest)
    if request.method == "POST" and not may_ask:
        raise PermissionDenied
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if wait := limits.take(ASKING, limits.who(request)):
            return limits.refuse(request, wait)
        person: Any = request.user
        try:
            services.ask_question(interest, by=person, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("Asked. You see until when the parks answer."))
            return redirect("investment:interest_questions", pk)
    is_own = policies_investors.invests_for(request.user, interest.investor)
    # Who left the dialogue no longer reads what is published to those in it.
    reads_all = allowed.in_dialogue(interest) or not is_own
    published = Question.objects.filter(project=interest.project).published().order_by("-published_at")
    title = interest.project.title if is_own else interest.investor.organisation.name
    back = reverse("investment:interest", args=[pk])
    context = {
        "interest": interest,
        "project": interest.project,
        "form": form if may_ask else None,
        "running": services.round_now(interest.project, timezone.now()),
        "page": _rows(Question.objects.filter(interest=interest), request),
        "published": published[:200] if reads_all else published.readable(verified=interest.investor.is_verified),
        "crumbs": trail_for(request, interest, (title, back), (_("Questions and answers"), None)),
    }
    return render(request, "investment/questions/dialogue.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def project_questions(request: HttpRequest, slug: str) -> HttpResponseBase:
    """All that investors ask about a project, and its rounds; the parks begin one here."""
    project = desk_project_of(request, slug)
    writes = policies.promotes(request.user, project)
    if request.method == "POST" and not writes:
        raise PermissionDenied
    form = RoundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person: Any = request.user
        try:
            services.open_round(project, by=person, **form.moments())
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("The round has begun. Every investor sees its deadlines."))
            return redirect("investment:project_questions", slug)
    rows, shown = _narrowed(Question.objects.filter(project=project), request)
    running = services.round_now(project, timezone.now())
    context = {
        "project": project,
        "page": _rows(rows, request),
        "shown": shown,
        "here": reverse("investment:project_questions", args=[slug]),
        "rounds": list(project.question_rounds.all()[:20]),
        "running": running,
        "form": form if writes and running is None else None,
        "is_parks": True,
        "crumbs": trail_of(project, (_("Questions and answers"), None)),
    }
    return render(request, "investment/questions/project.html", context, status=422 if form.errors else 200)


@require_safe
def office_questions(request: HttpRequest) -> HttpResponse:
    """What waits to be published, and what is overdue; the nearest clock first."""
    if not policies.oversees(request.user):
        raise Http404
    everything = Question.objects.all()
    rows, shown = _narrowed(everything, request)
    waiting = everything.filter(state=Question.State.IN_MODERATION).order_by("publish_due_at", "pk")
    context = {
        "waiting": [{"question": one, "tone": tone_of(one)} for one in waiting.select_related(*WITH)[:100]],
        "page": _rows(rows, request),
        "shown": shown,
        "here": reverse("investment:office_questions"),
        "late": everything.late(timezone.now()).count(),
        "is_parks": True,
        "crumbs": [(_("Desk"), reverse("notifications:desk")), (_("Questions of investors"), None)],
    }
    return render(request, "investment/questions/office.html", context)


# One question -------------------------------------------------------------------------------------------------------


def _trail(request: HttpRequest, question: Question, *more: tuple[Any, str | None]) -> list[tuple[Any, str | None]]:
    name = _("Question %(number)d") % {"number": question.number}
    if policies.promotes(request.user, question.project):
        up = reverse("investment:project_questions", args=[question.project.slug])
        trail = trail_of(question.project, (_("Questions and answers"), up))
    else:
        office = policies.oversees(request.user)
        up = reverse("investment:office_questions" if office else "investment:questions")
        trail = [(_("Desk"), reverse("notifications:desk")), (_("Questions and answers"), up)]
    here = reverse("investment:question", args=[question.pk]) if more else None
    return [*trail, (name, here), *more]


@require_safe
def question(request: HttpRequest, pk: int) -> HttpResponse:
    found = question_of(request, pk)
    offered = QUESTION.offered(request.user, found)
    verbs = {move.verb for move in offered}
    may_mark = not found.is_material and (
        allowed.can_answer(request.user, found) or allowed.can_moderate(request.user, found)
    )
    context = {
        "question": found,
        "project": found.project,
        "tone": tone_of(found),
        "is_own": policies_investors.invests_for(request.user, found.interest.investor),
        "may_answer": "answer" in verbs,
        "may_publish": "publish" in verbs,
        "may_mark": may_mark and found.state in (Question.State.ASKED, *Question.ANSWERED_STATES),
        "moves": [move for move in offered if move.verb not in OWN_FORMS],
        "crumbs": _trail(request, found),
    }
    return render(request, "investment/questions/question.html", context)


@require_http_methods(["GET", "POST"])
def question_answer(request: HttpRequest, pk: int) -> HttpResponseBase:
    found = question_of(request, pk)
    if not allowed.can_answer(request.user, found):
        raise PermissionDenied
    initial = {"is_material": found.is_material, "for_all": found.is_for_all}
    form = AnswerForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        person: Any = request.user
        try:
            made = services.answer_question(found, by=person, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            verb = "answer" if made.state == Question.State.ANSWERED else "answer_for_all"
            messages.success(request, str(QUESTION.move(verb).done))
            return redirect("investment:question", pk)
    return _form(request, found, form, _("Answer"), label=_("Answer"))


@require_http_methods(["GET", "POST"])
def question_publish(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The moderator writes what everybody reads; the words of the dialogue stand beside."""
    found = question_of(request, pk)
    if not policies.oversees(request.user):
        raise Http404
    if not allowed.can_moderate(request.user, found):
        raise PermissionDenied
    initial = {name: getattr(found, name) for name in PUBLISHED_FIELDS}
    if found.audience:
        initial["audience"] = found.audience
    form = PublishForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        person: Any = request.user
        try:
            services.publish_question(found, audience=form.cleaned_data["audience"], texts=form.texts(), by=person)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, str(QUESTION.move("publish").done))
            return redirect("investment:question", pk)
    return _form(request, found, form, _("Edit and publish"), label=_("Publish"))


@require_POST
def question_material(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The parks or the desk find it material."""
    found = question_of(request, pk)
    person: Any = request.user
    try:
        services.mark_material(found, by=person)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("Marked. The answer will be published to all in dialogue."))
    return redirect("investment:question", pk)


@require_http_methods(["GET", "POST"])
def question_move(request: HttpRequest, pk: int, verb: str) -> HttpResponseBase:
    found = question_of(request, pk)
    move = next((move for move in QUESTION.moves if move.verb == verb), None)
    if move is None or verb in OWN_FORMS:
        raise Http404
    if not move.who(request.user, found):
        raise PermissionDenied
    form = ReasonForm(request.POST or None, needs_reason=move.needs_reason)
    if request.method == "POST" and (form.is_valid() or not move.needs_reason):
        person: Any = request.user
        reason = form.cleaned_data["reason"] if move.needs_reason else ""
        try:
            services.move_question(found, verb, by=person, reason=reason)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, str(move.done))
            return redirect("investment:question", pk)
    return _form(
        request, found, form, move.label, label=move.label, tone=move.tone, help_text=move.help, shows_question=False
    )


def _form(
    request: HttpRequest, found: Question, form: Any, title: Any, *, shows_question: bool = True, **more: Any
) -> HttpResponse:
    context = {
        "question": found,
        "project": found.project,
        "form": form,
        "title": title,
        "shows_question": shows_question,
        "back": reverse("investment:question", args=[found.pk]),
        "crumbs": _trail(request, found, (title, None)),
    } | more
    return render(request, "investment/questions/form.html", context, status=422 if form.errors else 200)
