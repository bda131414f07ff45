from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from alliance.core.errors import RuleBroken
from alliance.core.parts import render_part

from .. import kinds, policies
from ..models import Delivery
from ..reasons import in_words
from ..services import deliveries as life
from ..services import health

PAGE = 25
ALL_AT_ONCE = 500


def deliveries(request: HttpRequest) -> HttpResponse:
    """Whether notices go out: the processes, what waits, what failed and why, the last check."""
    if not policies.can_see_deliveries(request.user):
        raise PermissionDenied
    state = health()
    channel = _channel(request.GET.get("channel", ""))
    failed = _failed(channel).select_related("event", "recipient", "robot").order_by("-created_at", "pk")
    page = Paginator(failed, PAGE).get_page(request.GET.get("page"))
    shown = [state.counts.get(one, {}) for one in Delivery.Channel if channel in ("", one)]
    context = {
        "health": state,
        "signs": [{"title": _titles()[sign.name], "at": sign.at, "is_fresh": sign.is_fresh} for sign in state.signs],
        "counts": [(one.value, one.label, sum(counts.get(one, 0) for counts in shown)) for one in Delivery.State],
        "channel": channel,
        "channels": [("", _("All"), state.for_a_person), *_by_channel(state.counts)],
        "page": page,
        "failed": [(row, in_words(row.last_error), kinds.notice_kind(row.event.kind)) for row in page.object_list],
        "crumbs": [(_("My desk"), reverse("notifications:desk")), (_("Deliveries"), None)],
    }
    return render_part(request, "notifications/deliveries.html", "notifications/_deliveries.html", context)


def _channel(asked: str) -> str:
    return asked if asked in Delivery.Channel.values else ""


def _failed(channel: str) -> QuerySet[Delivery]:
    failed = Delivery.objects.for_a_person()
    return failed.filter(channel=channel) if channel else failed


def _by_channel(counts: dict[str, dict[str, int]]) -> list[tuple[str, str, int]]:
    """Each channel with how many wait for a decision there."""
    return [
        (one.value, str(one.label), sum(counts.get(one, {}).get(state, 0) for state in ("dead", "unknown")))
        for one in Delivery.Channel
    ]


def _titles() -> dict[str, str]:
    return {
        "beat": _("Scheduler"),
        "dispatcher": _("Dispatcher"),
        "worker:control": _("Worker for control"),
        "worker:default": _("Worker for general work"),
        "worker:mail": _("Worker for mail"),
        "worker:media": _("Worker for pictures"),
        "worker:reports": _("Worker for long work"),
    }


@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Try the chosen ones again, or give them up."""
    if not policies.can_see_deliveries(request.user):
        raise PermissionDenied
    verb, _sep, one = request.POST.get("do", "").partition(":")
    channel = _channel(request.POST.get("channel", ""))
    failed = _failed(channel)
    if one == "all":
        chosen = list(failed[:ALL_AT_ONCE])
    else:
        ids = [pk for pk in map(_uuid, [one] if one else request.POST.getlist("delivery")) if pk]
        chosen = list(failed.filter(pk__in=ids))
    act = {"retry": life.retry, "give_up": life.give_up}.get(verb)
    if act is None or not chosen:
        messages.warning(request, _("Please tick at least one message."))
        return _back(channel)
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
    return _back(channel)


def _back(channel: str) -> HttpResponse:
    return redirect(reverse("notifications:deliveries") + (f"?channel={channel}" if channel else ""))


def _uuid(text: str):
    from uuid import UUID

    try:
        return UUID(text)
    except ValueError:
        return None
