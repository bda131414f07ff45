"""What to translate next: texts that miss a language, or whose English was left behind by the Chinese."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from .. import bilingual, translating
from ..models import Translation

ROWS = 50
LANGUAGES = {bilingual.EN: gettext_lazy("into English"), bilingual.ZH: gettext_lazy("into Chinese")}
STATES = {
    Translation.State.MISSING: gettext_lazy("Missing"),
    Translation.State.OUTDATED: gettext_lazy("Out of date"),
}


@require_GET
def translation_board(request: HttpRequest) -> HttpResponse:
    everything = translating.to_do(request.user)
    language = _one_of(request.GET.get("language"), LANGUAGES)
    state = _one_of(request.GET.get("state"), STATES)
    chosen = everything
    if language:
        chosen = chosen.filter(language=language)
    if state:
        chosen = chosen.filter(state=state)
    page = Paginator(chosen, ROWS).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": translating.lines(page.object_list, request.user),
        "counts": _counts(everything, language, state),
        "language": language,
        "state": state,
        "is_filtered": bool(language or state),
        "crumbs": [(_("My desk"), reverse("notifications:desk")), (_("To translate"), None)],
    }
    return render(request, "core/translation_board.html", context)


def _one_of(value: str | None, known: dict) -> str:
    """An unknown filter is no filter."""
    return value if value in known else ""  # type: ignore[return-value]


def _counts(everything: Any, language: str, state: str) -> list[dict[str, Any]]:
    """Each way to narrow the list, with how many texts it leaves."""
    found = {
        (row["language"], row["state"]): row["n"]
        for row in everything.order_by().values("language", "state").annotate(n=Count("pk"))
    }
    every = {"label": _("All"), "query": "", "n": sum(found.values()), "is_current": not (language or state)}
    return [every] + [
        {
            "label": _("%(state)s, %(language)s") % {"state": state_label, "language": language_label},
            "query": f"?language={code}&state={state_code}",
            "n": found.get((code, state_code), 0),
            "is_current": (code, state_code) == (language, state),
        }
        for code, language_label in LANGUAGES.items()
        for state_code, state_label in STATES.items()
        if found.get((code, state_code)) or (code, state_code) == (language, state)
    ]
