from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from alliance.core.errors import RuleBroken

from ..models import Unsubscription
from ..services import unsubscribing


# Without a token against forgery: a mail program sends this POST, and the signed address is what entitles it.
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Behind the link at the foot of a mail. Opening it changes nothing: scanners of mail providers open every link."""
    link = unsubscribing.follow(token)
    if link is None:
        return render(request, "notifications/unsubscribe_unknown.html", status=404)
    if request.method == "POST":
        return _act(request, link)
    context = {
        "link": link,
        "is_off": bool(link.codes) and unsubscribing.is_off(link),
        "can_undo": unsubscribing.undoable(link) is not None,
        "crumbs": [(_("Unsubscribe"), None)],
    }
    return render(request, "notifications/unsubscribe.html", context)


def _act(request: HttpRequest, link: unsubscribing.Link) -> HttpResponse:
    is_one_click = request.POST.get("List-Unsubscribe") == "One-Click"
    try:
        if is_one_click:
            unsubscribing.unsubscribe(link, way=Unsubscription.Way.ONE_CLICK)
        elif request.POST.get("do") == "undo":
            unsubscribing.undo(link)
        elif request.POST.get("do") in Unsubscription.Scope.values:
            unsubscribing.unsubscribe(link, scope=request.POST["do"])
    except RuleBroken as broken:
        # The mail program shows nobody what we answer.
        return HttpResponse(str(broken), content_type="text/plain; charset=utf-8", status=200 if is_one_click else 409)
    if is_one_click:
        return HttpResponse(_("Unsubscribed."), content_type="text/plain; charset=utf-8")
    return redirect(request.path)
