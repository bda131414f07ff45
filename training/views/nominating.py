"""Nominate many people at once: write or upload, see what would become of each line, then enter them."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from alliance.core import limits
from alliance.core.errors import RuleBroken
from alliance.core.limits import Limit
from alliance.core.spreadsheets import Refused

from .. import nominees, seats, windows
from ..forms.seats import NominateForm
from ..seats import Answer, Mode, Verdict
from ..standing import pools_of
from .park import cohort_of, park_of

NOMINATIONS = Limit("nominate", each=60, overall=2000, seconds=600)
WORDS = {
    Verdict.SEAT: gettext_lazy("gets a seat at once"),
    Verdict.WAITS: gettext_lazy("into the queue"),
    Verdict.HOST: gettext_lazy("to the lead, which approves too"),
    Verdict.INVITED: gettext_lazy("no account yet: gets a letter with the way in"),
    Verdict.ASKED: gettext_lazy("asked already: approved with this"),
    Verdict.THERE: gettext_lazy("is there already"),
    Verdict.PENDING: gettext_lazy("has a letter from this cohort already"),
    Verdict.TWICE: gettext_lazy("stands further up already"),
    Verdict.NO_SEAT: gettext_lazy("no seat is left"),
    Verdict.ELSEWHERE: gettext_lazy("is in this cohort for another park"),
    Verdict.CLOSED: gettext_lazy("the account is closed"),
    Verdict.NO_ADDRESS: gettext_lazy("no e-mail address can be read"),
    Verdict.NO_NAME: gettext_lazy("a new person needs a name"),
}


@require_http_methods(["GET", "POST"])
def park_nominate(request: HttpRequest, slug: str, code: str) -> HttpResponseBase:
    park = park_of(request, slug)
    cohort = cohort_of(park, code)
    if request.method == "POST" and (wait := limits.take(NOMINATIONS, limits.who(request))):
        return limits.refuse(request, wait)
    form = NominateForm(request.POST or None, request.FILES or None)
    answers: list[Answer] = []
    is_done = False
    text = ""
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            lines = nominees.read_text(data["text"])
            if data["file"]:
                lines += nominees.read_table(data["file"].file, data["file"].name)
            text = nominees.as_text(lines)
            act = seats.nominate if "enter" in request.POST else seats.rehearse
            answers = act(cohort, park, lines, mode=Mode(data["mode"]), learner=data["learner"], by=request.user)  # type: ignore[arg-type]
            is_done = "enter" in request.POST
        except Refused as refused:
            form.add_error("file", str(refused))
        except RuleBroken as broken:
            form.add_error(None, str(broken))
    context = {
        "park": park,
        "cohort": cohort,
        "form": form,
        "answers": [(answer, WORDS[answer.verdict]) for answer in answers],
        "entered": sum(answer.is_entered for answer in answers),
        "refused": sum(answer.is_refused for answer in answers),
        "text": text,
        "is_done": is_done,
        "pools": pools_of(cohort),
        "is_enrolling": windows.is_enrolling(cohort, timezone.now()),
        "crumbs": [
            (_("Our trainees"), reverse("training:park_desk", args=[park.slug])),
            (cohort.title, reverse("training:park_cohort", args=[park.slug, cohort.code])),
            (_("Nominate"), None),
        ],
    }
    return render(request, "training/seats/nominate.html", context, status=409 if form.errors else 200)
