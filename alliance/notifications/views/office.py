from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from alliance.accounts.models import Organisation, User
from alliance.accounts.permissions import Permission
from alliance.accounts.policies import can_see_office
from alliance.core.errors import RuleBroken
from alliance.core.lists import ListDefinition, Listing
from alliance.core.views.lists import show_list

from .. import desk, policies, services
from ..models import Task
from ..task_lists import DONE_TASKS, NOBODY, OPEN_TASKS, PER_PAGE


@require_safe
def office(request: HttpRequest) -> HttpResponse:
    """The secretariat's one work queue over all modules."""
    if request.GET.get("show") == "done":
        return _moved("notifications:office_done", request)
    return _page(request, OPEN_TASKS)


@require_safe
def office_done(request: HttpRequest) -> HttpResponse:
    """What the secretariat has done."""
    return _page(request, DONE_TASKS)


def _moved(name: str, request: HttpRequest) -> HttpResponse:
    query = request.GET.copy()
    query.pop("show")
    return redirect(reverse(name) + (f"?{query.urlencode()}" if query else ""))


def _page(request: HttpRequest, definition: ListDefinition) -> HttpResponse:
    if not can_see_office(request.user):
        raise PermissionDenied
    query = request.GET.copy()
    # Whoever follows the link reads their own.
    query.setlist("owner", [str(request.user.pk) if one == "mine" else one for one in query.getlist("owner")])
    listing = definition.read(query, user=request.user)
    tasks = listing.page.object_list
    is_done = definition is DONE_TASKS
    return show_list(
        request,
        listing,
        "notifications/office.html",
        is_done=is_done,
        rows=[(task, policies.can_do(request.user, task)) for task in tasks],
        owners=_owners(listing, request.user),
        colleagues=[] if is_done else _colleagues(),
        next_steps=[] if is_done or listing.total or listing.chips else desk.next_steps(request),
        crumbs=[(_("My desk"), reverse("notifications:desk")), (_("Work queue"), None)],
    )


def _owners(listing: Listing, person: Any) -> list[tuple[Any, int, str, bool]]:
    """The shortest ways: everybody's, mine, nobody's yet, each with how many there are under the other conditions."""
    facet = next(facet for facet in listing.facets if facet.name == "owner")
    counts = listing.counts.facets.get("owner", {})
    chosen = listing.chosen.get("owner", [])
    names = listing.filter.known_options["owner"]
    everybody = _("By anybody") if listing.definition is DONE_TASKS else _("Everybody's")
    ways = [(everybody, sum(counts.values()), listing.link(owner=None), not chosen)]
    for code in (str(person.pk), NOBODY):
        ways.append((names[code], counts.get(code, 0), listing.link(**{facet.name: [code]}), chosen == [code]))
    return ways


def _colleagues() -> list[User]:
    """Those at the desks, to whom a task can be handed."""
    secretariat = Organisation.objects.filter(kind=Organisation.Kind.SECRETARIAT).first()
    return list(services.people_with(Permission.SEE_OFFICE, secretariat)) if secretariat else []


@require_POST
def act_on_tasks(request: HttpRequest) -> HttpResponse:
    """Take, put back or hand over the ticked tasks, or the one whose button was pressed."""
    if not can_see_office(request.user):
        raise PermissionDenied
    verb, _sep, one = request.POST.get("do", "").partition(":")
    ids = [one] if one else request.POST.getlist("task")
    tasks = list(Task.objects.office().filter(pk__in=[pk for pk in ids if pk.isdecimal()][:PER_PAGE]).order_by("pk"))
    done = 0
    colleague = (
        get_object_or_404(User, pk=request.POST.get("to") or 0) if verb == "assign" and _is_id(request) else None
    )
    for task in tasks:
        try:
            if verb == "claim":
                services.claim_task(task, by=request.user)
            elif verb == "release":
                services.release_task(task, by=request.user)
            elif verb == "assign" and colleague is not None:
                services.assign_task(task, colleague, by=request.user)
            else:
                continue
            done += 1
        except RuleBroken as broken:
            messages.warning(request, str(broken))
        except PermissionDenied:
            messages.warning(request, _("One of these tasks belongs to another desk; it stays where it is."))
    _say(request, verb, done, has_chosen=bool(tasks), colleague=colleague)
    query = request.POST.get("query", "")
    return redirect(reverse("notifications:office") + (f"?{query.removeprefix('?')}" if query else ""))


def _is_id(request: HttpRequest) -> bool:
    return request.POST.get("to", "").isdecimal()


def _say(request: HttpRequest, verb: str, done: int, *, has_chosen: bool, colleague: User | None) -> None:
    if verb == "assign" and colleague is None:
        messages.warning(request, _("Please choose the colleague to hand the tasks to."))
    elif not has_chosen:
        messages.warning(request, _("Please tick at least one task."))
    elif done and verb == "claim":
        messages.success(
            request, ngettext("You have taken %(n)d task.", "You have taken %(n)d tasks.", done) % {"n": done}
        )
    elif done and verb == "release":
        messages.success(
            request,
            ngettext("%(n)d task is back in the queue.", "%(n)d tasks are back in the queue.", done) % {"n": done},
        )
    elif done:
        messages.success(
            request,
            ngettext("%(n)d task handed to %(name)s.", "%(n)d tasks handed to %(name)s.", done)
            % {"n": done, "name": colleague},
        )
