"""The history of a profile: who changed which words, when and how; and undo."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from alliance.core.errors import RuleBroken

from .. import blocks, diff, services
from ..blocks import BLOCKS
from ..models import BlockEdit, Park
from .access import any_park, park_of

PER_PAGE = 20


def lines_of(edits: list[BlockEdit]) -> list[dict[str, Any]]:
    """Each change in words."""
    words = diff.Words()
    return [
        {
            "edit": edit,
            "block": BLOCKS[edit.block],
            "changes": diff.changes(edit.changes, words, BLOCKS[edit.block].names),
            "can_undo": bool(edit.changes),
        }
        for edit in edits
        if edit.block in BLOCKS
    ]


def page_of(request: HttpRequest, park: Park) -> Any:
    edits = BlockEdit.objects.filter(park=park).exclude(changes={}).select_related("by", "undoes")
    if (code := request.GET.get("block", "")) in BLOCKS:
        edits = edits.filter(block=code)
    return Paginator(edits.order_by("-at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))


@require_safe
def history(request: HttpRequest, slug: str) -> HttpResponse:
    park = park_of(request, slug)
    page = page_of(request, park)
    context = {
        "park": park,
        "page": page,
        "lines": lines_of(list(page.object_list)),
        "blocks": BLOCKS.values(),
        "chosen": request.GET.get("block", ""),
        "may_undo": not services.is_locked(park),
        "crumbs": [
            (_("Desk"), reverse("notifications:desk")),
            (park.name, reverse("parks:desk_park", args=[park.slug])),
            (_("History"), None),
        ],
    }
    return render(request, "parks/desk/history.html", context)


@require_safe
def office_history(request: HttpRequest, slug: str) -> HttpResponse:
    park = any_park(request, slug)
    page = page_of(request, park)
    context = {
        "park": park,
        "page": page,
        "lines": lines_of(list(page.object_list)),
        "blocks": BLOCKS.values(),
        "chosen": request.GET.get("block", ""),
        "may_undo": False,
        "crumbs": [
            (_("Parks"), reverse("parks:office_parks")),
            (park.name, reverse("parks:office_park", args=[park.slug])),
            (_("History"), None),
        ],
    }
    return render(request, "parks/desk/history.html", context)


@require_POST
def undo(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Take one change back into the draft; what changed again since is named and left."""
    park = park_of(request, slug)
    edit = get_object_or_404(BlockEdit, pk=pk, park=park)
    try:
        saved = services.undo_edit(edit, by=request.user)
    except RuleBroken as broken:
        messages.error(request, str(broken))
        return redirect("parks:history", park.slug)
    if saved.conflicts:
        names = _(", ").join(str(blocks.label_of(conflict.field)) for conflict in saved.conflicts)
        messages.warning(
            request,
            _("Changed again since, so left as it is: %(names)s. Please compare and edit it by hand.")
            % {"names": names},
        )
    if saved.changed:
        messages.success(request, _("Undone in the draft. Look at it, then submit."))
        return redirect("parks:edit_block", park.slug, edit.block)
    if not saved.conflicts:
        messages.info(request, _("There is nothing left to undo in this change."))
    return redirect("parks:history", park.slug)
