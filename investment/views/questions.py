"""Questions and answers: the investor's dialogue, the parks' list with its rounds, the moderator's queue (D-11)."""

from typing import Any
from uuid import UUID

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
from alliance.core.lists import Listing
from alliance.core.views.lists import show_list
from alliance.core.views.steps import offered_steps, reason_in, step_of, take_step

from .. import policies, policies_investors
from .. import policies_dialogue as allowed
from ..forms.questions import AnswerForm, PublishForm, QuestionForm, RoundForm
from ..models import Question, with_parties
from ..question_lists import MY_QUESTIONS, OFFICE_QUESTIONS, of_project
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


def question_of(request: HttpRequest, token: UUID) -> Question:
    """A question in the words of the dialogue; to all but its two sides and the desk it does not exist."""
    found = get_object_or_404(
        Question.objects.select_related(*WITH, "answered_by", "published_by", "interest__project").prefetch_related(
            with_parties("project__")
        ),
        token=token,
    )
    if not allowed.can_see_question(request.user, found):
        raise Http404
    return found


def _rows(questions: Any, request: HttpRequest) -> Any:
    page = Paginator(questions.select_related(*WITH), PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = [{"question": one, "tone": tone_of(one)} for one in page.object_list]
    return page


def _list(request: HttpRequest, listing: Listing, template: str, *, status: int = 200, **more: Any) -> HttpResponse:
    rows = [{"question": row, "tone": tone_of(row)} for row in listing.page.object_list]
    shows_investor = policies.promotes_any(request.user) or policies.oversees(request.user)
    return show_list(request, listing, template, status=status, rows=rows, shows_investor=shows_investor, **more)


@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """What the reader's investors asked, and what was asked of the reader's parks."""
    if not allowed.talks(request.user):
        raise Http404
    crumbs = [(_("Desk"), reverse("notifications:desk")), (_("Questions and answers"), None)]
    listing = MY_QUESTIONS.read(request.GET, user=request.user)
    return _list(request, listing, "investment/questions/mine.html", crumbs=crumbs)


@require_http_methods(["GET", "POST"])
def interest_questions(request: HttpRequest, token: UUID) -> HttpResponseBase:
    """One dialogue: its own questions, and what was answered for all. An investor asks here."""
    interest = interest_of(request, token)
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
            return redirect("investment:interest_questions", token)
    is_own = policies_investors.invests_for(request.user, interest.investor)
    # Who left the dialogue no longer reads what is published to those in it.
    reads_all = allowed.in_dialogue(interest) or not is_own
    published = Question.objects.filter(project=interest.project).published().order_by("-published_at")
    title = interest.project.title if is_own else interest.investor.organisation.name
    back = reverse("investment:interest", args=[token])
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
    running = services.round_now(project, timezone.now())
    return _list(
        request,
        of_project(request.GET, project, user=request.user),
        "investment/questions/project.html",
        status=422 if form.errors else 200,
        project=project,
        # The project itself is no condition that somebody chose.
        own_chips=1,
        rounds=list(project.question_rounds.all()[:20]),
        running=running,
        form=form if writes and running is None else None,
        crumbs=trail_of(project, (_("Questions and answers"), None)),
    )


@require_safe
def office_questions(request: HttpRequest) -> HttpResponse:
    """What is overdue, what waits to be published, what waits for the parks; the nearest clock first."""
    if not policies.oversees(request.user):
        raise Http404
    return _list(
        request,
        OFFICE_QUESTIONS.read(request.GET, user=request.user),
        "investment/questions/office.html",
        late=Question.objects.late(timezone.now()).count(),
        crumbs=[(_("Desk"), reverse("notifications:desk")), (_("Questions of investors"), None)],
    )


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
    here = reverse("investment:question", args=[question.token]) if more else None
    return [*trail, (name, here), *more]


@require_safe
def question(request: HttpRequest, token: UUID) -> HttpResponse:
    found = question_of(request, token)
    verbs = {move.verb for move in QUESTION.offered(request.user, found)}
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
        "moves": offered_steps(
            QUESTION,
            found,
            request.user,
            lambda verb: reverse("investment:question_move", args=[token, verb]),
            but=OWN_FORMS,
        ),
        "crumbs": _trail(request, found),
    }
    return render(request, "investment/questions/question.html", context)


@require_http_methods(["GET", "POST"])
def question_answer(request: HttpRequest, token: UUID) -> HttpResponseBase:
    found = question_of(request, token)
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
            return redirect("investment:question", token)
    return _form(request, found, form, _("Answer"), label=_("Answer"))


@require_http_methods(["GET", "POST"])
def question_publish(request: HttpRequest, token: UUID) -> HttpResponseBase:
    """The moderator writes what everybody reads; the words of the dialogue stand beside."""
    found = question_of(request, token)
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
            return redirect("investment:question", token)
    return _form(request, found, form, _("Edit and publish"), label=_("Publish"))


@require_POST
def question_material(request: HttpRequest, token: UUID) -> HttpResponseBase:
    """The parks or the desk find it material."""
    found = question_of(request, token)
    person: Any = request.user
    try:
        services.mark_material(found, by=person)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("Marked. The answer will be published to all in dialogue."))
    return redirect("investment:question", token)


@require_http_methods(["GET", "POST"])
def question_move(request: HttpRequest, token: UUID, verb: str) -> HttpResponseBase:
    found = question_of(request, token)
    move = step_of(QUESTION, found, verb, request.user, but=OWN_FORMS)
    person: Any = request.user
    return take_step(
        request,
        QUESTION,
        found,
        move,
        lambda form: services.move_question(found, verb, by=person, reason=reason_in(form)),
        back=reverse("investment:question", args=[token]),
        title=found.project.title,
        longest=600,
        crumbs=_trail(request, found, (move.label, None)),
    )


def _form(request: HttpRequest, found: Question, form: Any, title: Any, *, label: Any) -> HttpResponse:
    context = {
        "question": found,
        "project": found.project,
        "form": form,
        "title": title,
        "label": label,
        "back": reverse("investment:question", args=[found.token]),
        "crumbs": _trail(request, found, (title, None)),
    }
    return render(request, "investment/questions/form.html", context, status=422 if form.errors else 200)
