"""Search over everything, the command palette, and the list of synonyms."""

from dataclasses import dataclass, replace

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ..bilingual import EN, OTHER, SUFFIX, ZH, active_language
from ..context_processors import LANGUAGE_TAGS
from ..limits import Limit, limited
from ..models import SearchDocument, Synonym
from ..parts import wants_part
from . import palette, synonyms
from .finder import BEST, find
from .forms import SynonymForm
from .marking import excerpt, has_hit, has_hit_of, highlight
from .query import MAX_LENGTH, Query, parse
from .sources import BETWEEN, kind_titles
from .suggest import suggestions
from .visibility import can_edit_synonyms

PAGE = 20
# Everybody types, and every few letters ask again; nobody reads two pages of results a second.
SEARCHES = Limit("search", each=120, overall=6000, seconds=60)
# Rows of each kind while several kinds are shown together, and lines of the palette.
OF_EACH = 5
IN_PALETTE = 8


@dataclass(frozen=True)
class Hit:
    """A found object as a reader sees it: texts with their language, hits marked."""

    url: str
    kind: str | Promise
    title: SafeString
    title_tag: str
    other: SafeString
    other_tag: str
    text: SafeString
    text_tag: str
    keywords: list[SafeString]


def hit(document: SearchDocument, query: Query) -> Hit:
    language = active_language()
    titles = {ZH: document.title_zh, EN: document.title_en}
    bodies = {ZH: document.body_zh, EN: document.body_en}
    own = language if titles[language] else OTHER[language]
    other = OTHER[own] if titles[OTHER[own]] != titles[own] else ""
    # The reader's language, unless only the other one says what was looked for.
    body = language if bodies[language].strip() else OTHER[language]
    in_titles = any(has_hit(title, query) for title in titles.values())
    if not in_titles and not has_hit(bodies[body], query) and has_hit(bodies[OTHER[body]], query):
        body = OTHER[body]
    # What else the object was found by, where title and text do not show it.
    said = [*titles.values(), bodies[body]]
    rest = replace(query, marks=tuple(mark for mark in query.marks if not has_hit_of(mark, said)))
    named = [word for word in document.keywords.split(BETWEEN) if has_hit(word, rest)]
    return Hit(
        url=address(document),
        kind=kind_titles().get(document.kind, document.kind),
        title=highlight(titles[own], query),
        title_tag=LANGUAGE_TAGS[own] if own != language else "",
        other=highlight(titles[other], query) if other else SafeString(),
        other_tag=LANGUAGE_TAGS[other] if other else "",
        text=excerpt(" ".join(bodies[body].split()), query, SUFFIX[body]),
        text_tag=LANGUAGE_TAGS[body] if body != language else "",
        keywords=[highlight(word, rest) for word in named[:4]],
    )


def address(document: SearchDocument) -> str:
    return f"/{get_language()}{document.url_path}"


def has_words(request: HttpRequest) -> bool:
    return bool(request.GET.get("q", "").strip())


@login_not_required
@require_GET
@limited(SEARCHES, when=has_words)
def search(request: HttpRequest) -> HttpResponse:
    """Everything this person may see, by kind; the best first."""
    if "palette" in request.GET and wants_part(request):
        return _palette(request)
    query = parse(request.GET.get("q", ""))
    titles = kind_titles()
    results = find(query.text, person=request.user)
    kind = request.GET.get("kind", "")
    chosen = kind if kind in titles else ""
    if chosen and results.is_capped:
        # The best 500 of this kind alone.
        results_of_kind = find(query.text, person=request.user, kinds=[chosen])
        ids = results_of_kind.of_kind(chosen)
    else:
        ids = results.of_kind(chosen) if chosen else [pk for pk, found in results.ranked]
    grouped = not chosen and len(results.kinds) > 1
    base = reverse("core:search")
    kinds = [
        {
            "title": titles.get(code, code),
            "count": count,
            "url": f"{base}?{urlencode({'q': query.text, 'kind': code})}",
            "here": code == chosen,
            "code": code,
        }
        for code, count in results.kinds.items()
    ]
    page = Paginator(ids, PAGE).get_page(request.GET.get("page"))
    if grouped:
        first = {code: results.of_kind(code)[:OF_EACH] for code in results.kinds}
        rows = {row.pk: row for row in results.documents([pk for some in first.values() for pk in some])}
        groups = [
            {**entry, "hits": [hit(rows[pk], query) for pk in first[str(entry["code"])] if pk in rows]}
            for entry in kinds
        ]
    else:
        groups = [{"title": "", "hits": [hit(row, query) for row in results.documents(list(page))]}] if ids else []
    meant = suggestions(query, person=request.user) if query and not results.ranked else []
    context = {
        "query": query,
        "typed": query.text,
        "results": results,
        "total": len(results),
        "shown": len(ids),
        "kinds": kinds,
        "chosen": chosen,
        "all_url": f"{base}?{urlencode({'q': query.text})}",
        "grouped": grouped,
        "groups": groups,
        "page": page,
        "meant": [hit(document, query) for document in meant],
        "best": BEST,
        "limit": MAX_LENGTH,
        "unknown_kind": kind and not chosen,
        "crumbs": [(_("Home"), reverse("home")), (_("Search"), None)],
    }
    response = render(request, "core/search.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@login_not_required
@require_GET
@limited(SEARCHES, when=has_words)
def palette_part(request: HttpRequest) -> HttpResponse:
    """Pages and objects for the dialog behind Ctrl-K; without scripts the search page does the same."""
    if not wants_part(request):
        return redirect(f"{reverse('core:search')}?{urlencode({'q': request.GET.get('q', '')})}")
    return _palette(request)


def _palette(request: HttpRequest) -> HttpResponse:
    query = parse(request.GET.get("q", ""))
    results = find(query.text, person=request.user)
    found = [hit(document, query) for document in results[:IN_PALETTE]]
    context = {
        "query": query,
        "pages": palette.pages(request, query)[: IN_PALETTE if query.text else 50],
        "hits": found,
        "more": len(results) > len(found),
        "all_url": f"{reverse('core:search')}?{urlencode({'q': query.text})}",
    }
    response = render(request, "core/_palette.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


# Synonyms -----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def synonym_list(request: HttpRequest) -> HttpResponse:
    """The words that mean the same, and a line for a new group."""
    if not can_edit_synonyms(request.user):
        raise PermissionDenied
    form = SynonymForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        synonyms.save_synonym(form.save(commit=False), by=request.user)
        messages.success(request, _("Added. Searches use it from now on."))
        return redirect("core:synonyms")
    context = {
        "form": form,
        "synonyms": Synonym.objects.all(),
        "crumbs": [(_("Secretariat"), None), (_("Synonyms"), None)],
    }
    return render(request, "core/synonym_list.html", context)


@require_http_methods(["GET", "POST"])
def synonym_edit(request: HttpRequest, pk: int) -> HttpResponse:
    if not can_edit_synonyms(request.user):
        raise PermissionDenied
    synonym = get_object_or_404(Synonym, pk=pk)
    if request.method == "POST" and "remove" in request.POST:
        synonyms.remove_synonym(synonym, by=request.user)
        messages.success(request, _("Removed. Searches no longer use it."))
        return redirect("core:synonyms")
    form = SynonymForm(request.POST or None, instance=synonym)
    if request.method == "POST" and form.is_valid():
        synonyms.save_synonym(form.save(commit=False), by=request.user)
        messages.success(request, _("Changed. Searches use it from now on."))
        return redirect("core:synonyms")
    context = {
        "form": form,
        "synonym": synonym,
        "crumbs": [(_("Synonyms"), reverse("core:synonyms")), (_("Change a group"), None)],
    }
    return render(request, "core/synonym_edit.html", context)
