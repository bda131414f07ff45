from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from alliance.core.parts import render_part, wants_part

from .. import services
from ..inbox import lines_of
from ..models import Notice

PAGE = 20


def inbox(request: HttpRequest) -> HttpResponse:
    """Everything a person was told, newest first."""
    return _list(request)


def _list(request: HttpRequest) -> HttpResponse:
    only_unread = request.GET.get("show") == "unread"
    mine = Notice.objects.of(request.user)
    page = Paginator(mine.unread() if only_unread else mine, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": lines_of(page.object_list, request.user),
        "only_unread": only_unread,
        "unread_count": Notice.objects.filter(recipient=request.user).unread().count(),
        "crumbs": [(_("Messages"), None)],
    }
    return render_part(request, "notifications/inbox.html", "notifications/_inbox.html", context)


@login_not_required
def unread(request: HttpRequest) -> HttpResponse:
    """The small number in the menu; nothing when all has been read.

    To a reader who is signing out at this very moment it says nothing: a redirect would take the whole page along.
    """
    if not request.user.is_authenticated:
        return HttpResponse("")
    count = Notice.objects.filter(recipient=request.user).unread().count()
    return render_part(request, "notifications/unread.html", "notifications/_unread.html", {"count": count})


@require_POST
def mark_read(request: HttpRequest, pk: int) -> HttpResponse:
    """Read this one, and go to what it is about when asked to."""
    notice = get_object_or_404(Notice.objects.of(request.user), pk=pk)
    services.mark_read(request.user, notice)
    if "open" in request.POST:
        return redirect(lines_of([notice], request.user)[0].message.url or "notifications:inbox")
    return _back(request)


@require_POST
def mark_all_read(request: HttpRequest) -> HttpResponse:
    services.mark_read(request.user)
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    """To the list as it was; htmx gets the list itself."""
    query = request.POST.get("query", "")
    if wants_part(request):
        from django.http import QueryDict

        request.GET = QueryDict(query)  # type: ignore[assignment]
        return _list(request)
    response = redirect("notifications:inbox")
    target = f"{response.url}?{query}" if query else response.url
    if url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        response["Location"] = target
    return response
