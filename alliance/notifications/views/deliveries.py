from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from alliance.core.errors import RuleBroken
from alliance.core.parts import render_part

from .. import kinds, policies
from ..models import Delivery, Heartbeat, InvariantRun
from ..reasons import in_words
from ..services import deliveries as life
from ..services import running

PAGE = 25
ALL_AT_ONCE = 500


def deliveries(request: HttpRequest) -> HttpResponse:
    """Whether notices go out: the processes, what waits, what failed and why, the last check."""
    if not policies.can_see_deliveries(request.user):
        raise PermissionDenied
    now = timezone.now()
    failed = Delivery.objects.for_a_person().select_related("event", "recipient").order_by("-created_at", "pk")
    page = Paginator(failed, PAGE).get_page(request.GET.get("page"))
    counts = dict(Delivery.objects.order_by().values_list("state").annotate(Count("pk")))
    context = {
        "signs": _signs_of_life(now),
        "counts": [(state.value, state.label, counts.get(state.value, 0)) for state in Delivery.State],
        "oldest": Delivery.objects.filter(state=Delivery.State.PENDING).aggregate(at=Min("created_at"))["at"],
        "page": page,
        "failed": [(row, in_words(row.last_error), kinds.notice_kind(row.event.kind)) for row in page.object_list],
        "run": InvariantRun.objects.first(),
        "crumbs": [(_("My desk"), reverse("notifications:desk")), (_("Deliveries"), None)],
    }
    return render_part(request, "notifications/deliveries.html", "notifications/_deliveries.html", context)


def _signs_of_life(now) -> list[dict]:
    seen = dict(Heartbeat.objects.values_list("name", "at"))
    titles = {
        "beat": _("Scheduler"),
        "dispatcher": _("Dispatcher"),
        "worker:control": _("Worker for control"),
        "worker:default": _("Worker for general work"),
        "worker:mail": _("Worker for mail"),
        "worker:media": _("Worker for pictures"),
        "worker:reports": _("Worker for long work"),
    }
    return [
        {"title": titles[name], "at": seen.get(name), "is_fresh": name in seen and now - seen[name] < running.FRESH}
        for name in running.NAMES
    ]


@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Try the chosen ones again, or give them up."""
    if not policies.can_see_deliveries(request.user):
        raise PermissionDenied
    verb, _sep, one = request.POST.get("do", "").partition(":")
    failed = Delivery.objects.for_a_person()
    if one == "all":
        chosen = list(failed[:ALL_AT_ONCE])
    else:
        ids = [pk for pk in map(_uuid, [one] if one else request.POST.getlist("delivery")) if pk]
        chosen = list(failed.filter(pk__in=ids))
    act = {"retry": life.retry, "give_up": life.give_up}.get(verb)
    if act is None or not chosen:
        messages.warning(request, _("Please tick at least one message."))
        return redirect("notifications:deliveries")
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
    return redirect("notifications:deliveries")


def _uuid(text: str):
    from uuid import UUID

    try:
        return UUID(text)
    except ValueError:
        return None
