from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from alliance.core.errors import RuleBroken
from alliance.core.lists import Listing
from alliance.core.views.lists import export_query, show_list

from .. import policies
from ..deliveries_list import FAILED, kind_of
from ..models import Delivery
from ..reasons import in_words
from ..services import deliveries as life
from ..services import health

ALL_AT_ONCE = 500


@require_safe
def deliveries(request: HttpRequest) -> HttpResponse:
    """Whether notices go out: the processes, what waits, what failed and why, the last check."""
    if not policies.can_see_deliveries(request.user):
        raise PermissionDenied
    state = health()
    listing = FAILED.read(request.GET, user=request.user)
    channels = listing.chosen.get("channel", [])
    shown = [state.counts.get(one, {}) for one in Delivery.Channel if not channels or one in channels]
    return show_list(
        request,
        listing,
        "notifications/deliveries.html",
        health=state,
        signs=[{"title": _titles()[sign.name], "at": sign.at, "is_fresh": sign.is_fresh} for sign in state.signs],
        counts=[(one.value, one.label, sum(counts.get(one, 0) for counts in shown)) for one in Delivery.State],
        failed=[(row, in_words(row.last_error), kind_of(row)) for row in listing.page.object_list],
        query=export_query(listing),
        crumbs=[(_("My desk"), reverse("notifications:desk")), (_("Deliveries"), None)],
    )


def _titles() -> dict[str, str]:
    return {
        "beat": _("Scheduler"),
        "dispatcher": _("Dispatcher"),
        "worker:control": _("Worker for control"),
        "worker:default": _("Worker for general work"),
        "worker:mail": _("Worker for mail"),
        "worker:media": _("Worker for pictures"),
        "worker:reports": _("Worker for background jobs"),
    }


@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Try the chosen ones again, or give them up."""
    if not policies.can_see_deliveries(request.user):
        raise PermissionDenied
    verb, _sep, one = request.POST.get("do", "").partition(":")
    # "All" are those of the list as the page showed it.
    listing = FAILED.read(QueryDict(request.POST.get("query", "")[:2000]), user=request.user)
    failed = listing.ordered()
    if one == "all":
        chosen = list(failed[:ALL_AT_ONCE])
    else:
        ids = [pk for pk in map(_uuid, [one] if one else request.POST.getlist("delivery")) if pk]
        chosen = list(Delivery.objects.for_a_person().filter(pk__in=ids))
    act = {"retry": life.retry, "give_up": life.give_up}.get(verb)
    if act is None or not chosen:
        messages.warning(request, _("Please tick at least one message."))
        return _back(listing)
    try:
        count = act(chosen, by=request.user)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        words = (
            ngettext("%(n)d message is tried again.", "%(n)d messages are tried again.", count)
            if verb == "retry"
            else ngettext("%(n)d message was given up.", "%(n)d messages were given up.", count)
        )
        messages.success(request, words % {"n": count})
    return _back(listing)


def _back(listing: Listing) -> HttpResponse:
    return redirect(listing.link(page=None))


def _uuid(text: str):
    from uuid import UUID

    try:
        return UUID(text)
    except ValueError:
        return None
