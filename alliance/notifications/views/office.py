from collections import Counter

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST

from alliance.accounts.models import Organisation, User
from alliance.accounts.permissions import Permission
from alliance.accounts.policies import can_see_office
from alliance.core.errors import RuleBroken
from alliance.core.models import Division
from alliance.core.parts import render_part

from .. import desk, kinds, policies, services
from ..models import Task
from ..queue import OWNERS, Queue

PAGE = 25


def office(request: HttpRequest) -> HttpResponse:
    """The secretariat's one work queue over all modules."""
    if not can_see_office(request.user):
        raise PermissionDenied
    queue = Queue.read(request.GET, request.user)
    page = Paginator(queue.rows(), PAGE).get_page(request.GET.get("page"))
    tasks = list(page.object_list)
    kinds.load([task.facts for task in tasks])
    context = {
        "queue": queue,
        "page": page,
        "rows": [(task, policies.can_do(request.user, task)) for task in tasks],
        "columns": _columns(queue),
        "colleagues": _colleagues(),
        "next_steps": [] if tasks else desk.next_steps(request),
        "crumbs": [(_("My desk"), reverse("notifications:desk")), (_("Work queue"), None)],
        **_choices(queue),
    }
    return render_part(request, "notifications/office.html", "notifications/_office.html", context)


def _choices(queue: Queue) -> dict:
    counts = queue.counts()
    by_kind: Counter[str] = Counter()
    by_province: Counter[str] = Counter()
    for kind, province, count in queue.facets():
        by_kind[kind] += count
        by_province[province] += count
    titles = {"all": _("Everybody's"), "mine": pgettext("tasks", "Mine"), "nobody": _("Nobody's yet")}
    if queue.is_done:
        titles = {"all": _("By anybody"), "mine": _("By me"), "nobody": _("By the portal")}
    provinces = Division.objects.filter(pk__in=[code for code in by_province if code])
    return {
        "counts": counts,
        "owners": [
            (code, titles[code], counts[code], queue.query(owner=code if code != "all" else "")) for code in OWNERS
        ],
        "kinds": [(kind.code, kind.title, by_kind[kind.code]) for kind in kinds.task_kinds() if by_kind[kind.code]],
        "provinces": [(province.pk, province.short, by_province[province.pk]) for province in provinces],
        "links": {
            "open": queue.query(show="", sort=""),
            "done": queue.query(show="done", sort="", overdue=""),
            "overdue": queue.query(overdue="" if queue.is_overdue else "1"),
            "clear": "?show=done" if queue.is_done else "?",
        },
        "is_filtered": bool(queue.kind or queue.province or queue.is_overdue or queue.owner != "all"),
    }


def _columns(queue: Queue) -> list[dict]:
    """The heads of the table: each sorts by itself, and a second click the other way round."""
    if queue.is_done:
        shown = [
            ("done", pgettext("tasks", "Done")),
            ("kind", _("Task")),
            ("", pgettext("tasks", "By")),
            ("", _("Outcome")),
        ]
    else:
        shown = [
            ("due", _("Clock")),
            ("kind", _("Task")),
            ("", _("Province")),
            ("age", _("Waiting for")),
            ("owner", _("Taken by")),
        ]
    columns = []
    for code, title in shown:
        is_up = queue.sort == code
        is_down = queue.sort == f"-{code}"
        columns.append(
            {
                "title": title,
                "url": queue.query(sort=f"-{code}" if is_up else code) if code else "",
                "order": "ascending" if is_up else "descending" if is_down else "",
            }
        )
    return columns


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
    tasks = list(Task.objects.office().filter(pk__in=[pk for pk in ids if pk.isdecimal()][:PAGE]).order_by("pk"))
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
