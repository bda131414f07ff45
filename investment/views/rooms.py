"""What readers see of data rooms. Whatever is not allowed at this moment is answered like what does not exist (D-8)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from alliance.accounts.services.security import address_of
from alliance.accounts.session_clock import shorten
from alliance.core import limits
from alliance.core.errors import RuleBroken
from alliance.core.limits import Limit, limited

from .. import policies
from .. import policies_investors as allowed
from .. import policies_rooms as knowing
from ..models import Interest, Project, Room, RoomNode, RoomVersion
from ..rooms import serving, zipping
from ..rooms.deciding import Action
from ..rooms.gathering import Row, Visit, nodes_of, room_at

PAGES = Limit("room_page", each=1500, overall=20_000, seconds=3600)
COPIES = Limit("room_copy", each=200, overall=2000, seconds=3600)
PAGES_AT_ONCE = 10
# What the log takes down of a number that somebody typed into an address.
MOST_NUMBER = 1_000_000


def visit_of(request: HttpRequest, slug: str) -> Visit:
    """The reader in a room; nobody else than its readers, promoters and auditors gets so far."""
    room = room_at(slug)
    if room is None:
        raise Http404
    return _visit(request, room)


def _visit(request: HttpRequest, room: Room) -> Visit:
    visit = Visit(request.user, room, address=address_of(request))  # type: ignore[arg-type]
    if visit.entry:
        # Who has been in a room does not stay signed in for two weeks (platform spec, 6.16).
        shorten(request)
    return visit


def node_of(visit: Visit, token: UUID) -> RoomNode:
    node = nodes_of(visit.room).filter(token=token).first()
    if node is None:
        raise Http404
    return node


def _crumbs(visit: Visit, *more: tuple[Any, str | None]) -> list[tuple[Any, str | None]]:
    project = visit.room.project
    desk = (_("Desk"), reverse("notifications:desk"))
    if visit.facts.is_promoter or visit.facts.is_auditor:
        kept = (_("Data room"), reverse("investment:room_desk", args=[project.slug]))
        return [desk, (project.title, reverse("investment:desk_project", args=[project.slug])), kept, *more]
    return [desk, (_("Data rooms"), reverse("investment:rooms")), *more]


@require_safe
def rooms(request: HttpRequest) -> HttpResponse:
    """Projects whose parks have accepted the reader's interest; what each room shows is decided inside."""
    if not policies.invests_any(request.user):
        raise Http404
    interests = (
        allowed.interests_of_investors(request.user)
        .filter(state__in=knowing.KNOWS_STATES)
        .select_related("project", "investor__organisation")
        .order_by("-updated_at", "-pk")
    )
    context = {
        "interests": interests,
        "crumbs": [(_("Desk"), reverse("notifications:desk")), (_("Data rooms"), None)],
    }
    return render(request, "investment/rooms/rooms.html", context)


@require_safe
def room(request: HttpRequest, slug: str) -> HttpResponse:
    """The tree as the reader may see it, or in words why the door is closed."""
    found = room_at(slug)
    if found is None:
        return _closed(request, slug, "D-5")
    visit = _visit(request, found)
    if not visit.entry:
        return _closed(request, slug, visit.entry.rule)
    rows = visit.rows
    words = request.GET.get("q", "").strip()
    # Only what is shown is searched, so that a hit tells nothing that the tree does not (D-8).
    shown = [row for row in rows if _matches(row, words)] if words else rows
    project = visit.room.project
    context = {
        "project": project,
        "rows": shown,
        "words": words,
        "documents": sum(1 for row in rows if not row.node.is_folder),
        "together": len(zipping.chosen(visit)) if not visit.facts.is_promoter else 0,
        "is_reader": not (visit.facts.is_promoter or visit.facts.is_auditor),
        "closes_at": _closes_at(visit),
        "crumbs": _crumbs(visit, (project.title, None)),
    }
    return render(request, "investment/rooms/room.html", context)


def _matches(row: Row, words: str) -> bool:
    names = f"{row.node.name_zh} {row.node.name_en}".casefold()
    return all(word in names for word in words.casefold().split())


def _closes_at(visit: Visit) -> Any:
    """When the last of the reader's windows ends."""
    return max((one.closes_at for one in visit.facts.memberships if one.closes_at > visit.now), default=None)


def _closed(request: HttpRequest, slug: str, rule: str) -> HttpResponse:
    """Why an investor does not read now. It tells nothing of the room, not even whether there is one."""
    project = Project.objects.filter(slug=slug).first()
    if project is None or not knowing.knows_room(request.user, project):
        raise Http404
    interest = (
        allowed.interests_of_investors(request.user)
        .filter(project=project, state__in=knowing.KNOWS_STATES)
        .select_related("investor__organisation", "project")
        .first()
    )
    if rule == "D-2" and interest is not None and interest.state == Interest.State.ACCEPTED:
        rule = "D-3"
    context = {
        "project": project,
        "rule": rule,
        "interest": interest,
        "may_accept": interest is not None and allowed.can_accept_agreement(request.user, interest),
        "crumbs": [
            (_("Desk"), reverse("notifications:desk")),
            (_("Data rooms"), reverse("investment:rooms")),
            (project.title, None),
        ],
    }
    return render(request, "investment/rooms/closed.html", context)


@require_safe
def room_document(request: HttpRequest, slug: str, token: UUID) -> HttpResponseBase:
    """One document, page by page, with what else the reader may do with it."""
    visit = visit_of(request, slug)

    def shown(row: Row, version: RoomVersion) -> HttpResponse:
        numbers = range(1, (version.pages or 1) + 1 if row.kind == "pdf" else 2)
        project = visit.room.project
        context = {
            "project": project,
            "row": row,
            "version": version,
            "page": Paginator(numbers, PAGES_AT_ONCE).get_page(request.GET.get("page")),
            "pages": len(numbers),
            "is_reader": not (visit.facts.is_promoter or visit.facts.is_auditor),
            "crumbs": _crumbs(visit, (project.title, reverse("investment:room", args=[slug])), (row.node.name, None)),
        }
        return render(request, "investment/rooms/document.html", context)

    return serving.hand_out(visit, node_of(visit, token), Action.VIEW, shown)


@require_safe
@limited(PAGES)
def room_page(request: HttpRequest, slug: str, token: UUID, number: int) -> HttpResponseBase:
    """One page as a picture with the reader in its pixels (D-9)."""
    visit = visit_of(request, slug)

    def made(row: Row, version: RoomVersion) -> HttpResponseBase:
        return serving.page(visit, version, number)

    return serving.hand_out(visit, node_of(visit, token), Action.VIEW, made, page=min(number, MOST_NUMBER))


@require_safe
@limited(COPIES)
def room_copy(request: HttpRequest, slug: str, token: UUID) -> HttpResponseBase:
    """The document with the reader on each page."""
    visit = visit_of(request, slug)

    def made(row: Row, version: RoomVersion) -> HttpResponseBase:
        return serving.copy(visit, version)

    return serving.hand_out(visit, node_of(visit, token), Action.DOWNLOAD, made)


@require_safe
@limited(COPIES)
def room_original(request: HttpRequest, slug: str, token: UUID) -> HttpResponseBase:
    visit = visit_of(request, slug)

    def made(row: Row, version: RoomVersion) -> HttpResponseBase:
        return serving.original(version)

    return serving.hand_out(visit, node_of(visit, token), Action.ORIGINAL, made)


@require_POST
def room_bundle(request: HttpRequest, slug: str) -> HttpResponseBase:
    """All that the reader may download, each document marked; in the background where it is much."""
    visit = visit_of(request, slug)
    if not visit.entry or not (rows := zipping.chosen(visit)):
        raise Http404
    if wait := limits.take(COPIES, limits.who(request)):
        return limits.refuse(request, wait)
    if zipping.is_small(rows):
        return zipping.answer(visit, rows)
    try:
        job = zipping.ask(visit, rows)
    except RuleBroken as broken:
        messages.error(request, str(broken))
        return redirect("investment:room", slug)
    return redirect("core:job", job.pk)
