"""Saved searches: keep the conditions of a list, hear of what comes to fit them."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.core.errors import RuleBroken
from alliance.core.lists import Listing, find, remembered_options

from ..models import SavedSearch, SearchMatch
from ..notices.searches import search_of
from ..search_form import SearchForm
from ..services import searches as services

RECENT = 5


@dataclass
class Shown:
    """A saved search as its page shows it; without a listing its list cannot be opened any more."""

    search: SavedSearch
    listing: Listing | None
    count: int = 0
    recent: int = 0


@require_safe
def searches(request: HttpRequest) -> HttpResponse:
    """All my searches, what fits each now, and what I was told of lately."""
    mine = list(SavedSearch.objects.kept().of(request.user).by_name())
    with remembered_options():
        rows = [Shown(search, services.listing_of(search, person=request.user)) for search in mine]
        there = [row for row in rows if row.listing is not None]
        totals = services.counts([row.listing for row in there if row.listing is not None])
        for row, total in zip(there, totals, strict=True):
            row.count = total
        context = {
            "rows": rows,
            "removed": services.recently_removed(request.user),
            "crumbs": [(_("Account"), None), (_("Saved searches"), None)],
        }
        return render(request, "notifications/searches.html", context)


@require_http_methods(["GET", "POST"])
def search_save(request: HttpRequest, code: str) -> HttpResponse:
    """Keep what a list shows under a name."""
    definition = find(code)
    if definition is None or not (definition.is_public or definition.may(request.user)):
        raise Http404
    listing = definition.read(request.GET, user=request.user)
    kept = SavedSearch.objects.kept().of(request.user).filter(list_code=code, query=listing.query).first()
    if kept is not None:
        messages.info(request, _("You have already saved this search."))
        return redirect("notifications:search_edit", kept.pk)
    form = SearchForm(request.POST or None, initial={"name": _suggested(listing)})
    if request.method == "POST" and form.is_valid():
        try:
            services.save_search(listing, by=request.user, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("Saved. You will find it among your searches."))
            return redirect("notifications:searches")
    context = {
        "form": form,
        "listing": listing,
        "definition": definition,
        "is_new": True,
        "crumbs": [(definition.title, listing.link()), (_("Save this search"), None)],
    }
    return render(request, "notifications/search_edit.html", context)


def _suggested(listing: Listing) -> str:
    """A name from the conditions, as somebody would say them."""
    values = [value for _label, values in listing.conditions for value in values]
    return _(", ").join(values)[:80] or str(listing.definition.title)


@require_http_methods(["GET", "POST"])
def search_edit(request: HttpRequest, pk: int) -> HttpResponse:
    search = _mine(request, pk)
    listing = services.listing_of(search, person=request.user)
    form = SearchForm(request.POST or None, initial={"name": search.name, "alerts": search.alerts})
    if request.method == "POST" and form.is_valid():
        services.change_search(search, by=request.user, **form.cleaned_data)
        messages.success(request, _("Changed."))
        return redirect("notifications:searches")
    context = {
        "form": form,
        "search": search,
        "listing": listing,
        "definition": listing.definition if listing else None,
        "told": _told(search, listing),
        "crumbs": [(_("Saved searches"), reverse("notifications:searches")), (search.name, None)],
    }
    return render(request, "notifications/search_edit.html", context)


def _told(search: SavedSearch, listing: Listing | None) -> list[tuple[SearchMatch, Any, str]]:
    """The last additions that may still be seen, newest first: when, name, address."""
    if listing is None:
        return []
    matches = list(search.matches.exclude(told_at=None).order_by("-told_at", "-pk")[:RECENT])
    definition = listing.definition
    rows = definition.fetch(listing.filter.queryset.filter(pk__in=[match.object_id for match in matches])).in_bulk()
    column = next(column for column in definition.columns if column.url)
    return [
        (match, listing.value(column, row), column.url(row) if column.url else "")
        for match in matches
        if (row := rows.get(match.object_id)) is not None
    ]


@require_POST
def search_pause(request: HttpRequest, pk: int) -> HttpResponse:
    search = _mine(request, pk)
    if search.is_paused:
        services.resume_search(search, by=request.user)
        messages.success(request, _("You hear of additions again, of those that come from now on."))
    else:
        services.pause_search(search, by=request.user)
        messages.success(request, _("Paused. What comes meanwhile is not told later; the list always shows it."))
    return redirect("notifications:searches")


@require_POST
def search_remove(request: HttpRequest, pk: int) -> HttpResponse:
    services.remove_search(_mine(request, pk), by=request.user)
    return redirect(reverse("notifications:searches") + "#removed")


@require_POST
def search_restore(request: HttpRequest, pk: int) -> HttpResponse:
    search = get_object_or_404(SavedSearch.objects.of(request.user), pk=pk)
    try:
        services.restore_search(search, by=request.user)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("Brought back."))
    return redirect("notifications:searches")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def search_stop(request: HttpRequest, token: str) -> HttpResponse:
    """Behind the link of a mail: no more messages from this search. Opening it changes nothing."""
    search = search_of(token)
    if search is None:
        raise Http404
    if request.method == "POST":
        services.pause_search(search, by=None)
        return redirect(request.path)
    return render(
        request, "notifications/search_stop.html", {"search": search, "crumbs": [(_("Saved searches"), None)]}
    )


def _mine(request: HttpRequest, pk: int) -> SavedSearch:
    """Other people's searches do not exist."""
    return get_object_or_404(SavedSearch.objects.kept().of(request.user), pk=pk)
