"""Any list as a page, and as a file: what it will hold, at once or in the background."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from .. import limits
from ..errors import RuleBroken
from ..lists import AT_ONCE, EXPORTS, ListDefinition, Listing, definition, file_response, request_export
from ..lists.export import FORMATS, Table


@login_not_required
@require_http_methods(["GET", "POST"])
def list_export(request: HttpRequest, code: str) -> HttpResponseBase:
    """What the file will hold. A short list is a link; a long one is written while its reader goes on."""
    found = _list(request, code)
    if found is None:
        return redirect_to_login(request.get_full_path())
    listing = found.read(request.GET, user=request.user)
    if request.method == "POST":
        return _in_background(request, listing)
    query = export_query(listing)
    table = Table(listing)
    context = {
        "listing": listing,
        "definition": found,
        "columns": table.columns,
        "is_short": listing.total <= AT_ONCE,
        "at_once": AT_ONCE,
        "files": [(suffix, file_url(listing, suffix)) for suffix in FORMATS],
        "action": f"{request.path}?{query}" if query else request.path,
        "crumbs": [(found.title, listing.link()), (_("Export"), None)],
    }
    return render(request, "core/lists/export.html", context)


def _in_background(request: HttpRequest, listing: Listing) -> HttpResponseBase:
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    suffix = request.POST.get("format", "")
    if suffix not in FORMATS:
        raise Http404
    if wait := limits.take(EXPORTS, limits.who(request)):
        return limits.refuse(request, wait)
    try:
        job = request_export(listing, suffix, by=request.user)
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
        return redirect(request.get_full_path())
    return redirect("core:job", job.pk)


@login_not_required
@require_safe
def list_file(request: HttpRequest, code: str, suffix: str) -> HttpResponseBase:
    """A short list as a file, at once."""
    if suffix not in FORMATS:
        raise Http404
    found = _list(request, code)
    if found is None:
        return redirect_to_login(request.get_full_path())
    return send_list(request, found, suffix)


def send_list(request: HttpRequest, found: ListDefinition, suffix: str) -> HttpResponseBase:
    """The file; or, where the list is too long for that, the page that says how to get it."""
    if wait := limits.take(EXPORTS, limits.who(request)):
        return limits.refuse(request, wait)
    listing = found.read(request.GET, user=request.user)
    response = file_response(listing, suffix)
    if response is not None:
        return response
    query = export_query(listing)
    page = reverse("core:list_export", args=[found.code])
    return redirect(f"{page}?{query}" if query else page)


def export_query(listing: Listing) -> str:
    """The parameters that rows and their order depend on."""
    return listing.parameters(page=None, view=None, **dict.fromkeys(listing.definition.carries)).urlencode()


def file_url(listing: Listing, suffix: str) -> str:
    query = export_query(listing)
    path = reverse("core:list_file", args=[listing.definition.code, suffix])
    return f"{path}?{query}" if query else path


def offer(listing: Listing) -> dict[str, Any]:
    """For the toolbar of a list: files that come at once, or the page that leads to them."""
    query = export_query(listing)
    page = reverse("core:list_export", args=[listing.definition.code])
    return {
        "files": [(suffix, file_url(listing, suffix)) for suffix in FORMATS] if listing.total <= AT_ONCE else [],
        "page": f"{page}?{query}" if query else page,
    }


def show_list(
    request: HttpRequest, listing: Listing, template: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    """The page of a list with its files; 404 beyond its last page, where it still leads back."""
    context |= {"listing": listing, "export": offer(listing)}
    return render(request, template, context, status=404 if listing.is_beyond_end else status)


def _list(request: HttpRequest, code: str) -> ListDefinition | None:
    """A list that this person may open; None sends a visitor to sign in. What one may not see does not exist."""
    found = definition.find(code)
    if found is None:
        raise Http404
    if not found.is_public and not request.user.is_authenticated:
        return None
    if not found.may(request.user):
        raise Http404
    return found
