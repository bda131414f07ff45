from django.db.models import Count, Min, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from alliance.accounts.models import JoinRequest
from alliance.accounts.policies import can_see_office
from alliance.accounts.views.duties import my_invitations

from .. import desk as panels
from .. import kinds
from ..inbox import lines_of
from ..models import Notice, Task

SHOWN = 10  # tasks of the role one acts in; the queue shows all
NEWEST = 4  # notices shown beside the work


def desk(request: HttpRequest) -> HttpResponse:
    """My desk: for whom I act, what waits for me, and what the packages show there."""
    waiting = list(Task.objects.waiting_for(request.user).select_related("organisation", "owner")[:100])
    kinds.load([task.facts for task in waiting])
    acting = request.acting or None  # type: ignore[attr-defined]
    here = [task for task in waiting if acting and task.organisation_id == acting.organisation_id]
    context = {
        "here": here[:SHOWN],
        "here_count": len(here),
        "elsewhere": [task for task in waiting if task not in here][:SHOWN],
        "panels": panels.panels(request),
        "newest": lines_of(Notice.objects.of(request.user).unread()[:NEWEST], request.user),
        "office": office_summary(request) if can_see_office(request.user) else None,
        # With or without a duty: a role that is offered waits for an answer.
        "invitations": list(my_invitations(request)),
        "asked": [] if acting else list(_asked(request)),
    }
    return render(request, "notifications/desk.html", context)


def _asked(request: HttpRequest) -> QuerySet[JoinRequest]:
    """What a person without a duty has asked for, so that they see where it stands."""
    mine: QuerySet[JoinRequest] = JoinRequest.objects.filter(person=request.user.pk)
    return mine.select_related("organisation").order_by("-created_at")[:5]


def office_summary(request: HttpRequest) -> dict:
    """The secretariat's queue in five numbers."""
    now = timezone.now()
    numbers = (
        Task.objects.office()
        .open()
        .aggregate(
            open=Count("pk"),
            overdue=Count("pk", filter=Q(due_at__lt=now)),
            nobody=Count("pk", filter=Q(owner=None)),
            mine=Count("pk", filter=Q(owner=request.user.pk)),
            oldest=Min("opened_at"),
        )
    )
    return {**numbers, "age": (now - numbers["oldest"]).days if numbers["oldest"] else None}
