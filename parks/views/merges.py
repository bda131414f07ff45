"""Two entries that are one: choose, look at everything that will move, confirm, and take it back if it was wrong."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.accounts.models import Organisation, User
from alliance.core import merging
from alliance.core.errors import RuleBroken
from alliance.core.merging import Line, Plan
from alliance.core.models import Merge
from alliance.core.templatetags.ui import as_written

from .. import policies
from ..models import FieldOfWork, IndustryCategory, Park
from ..office_list import words

PER_PAGE = 25
# Columns that have no name of their own.
LABELS = {
    "is_coded_by_researchers": gettext_lazy("Types coded by researchers"),
    "source_urls": gettext_lazy("Addresses of the sources"),
}
# The finder's own notes say nothing to whoever decides.
UNSAID = {"parks.LookAlike", "parks.LookAlikeKey"}
# Rows of one kind that are named one by one.
NAMED = 30
FOUND = 12


def _require(request: HttpRequest) -> None:
    if not policies.can_see_all(request.user):
        raise Http404
    if not policies.can_merge(request.user):
        raise PermissionDenied


def _crumbs(*more: tuple[Any, Any]) -> list[tuple[Any, Any]]:
    return [
        (_("Secretariat"), reverse("notifications:office")),
        (_("Possible duplicates"), reverse("parks:duplicates")),
        *more,
    ]


@require_safe
def merges(request: HttpRequest) -> HttpResponse:
    """What was proposed, merged and taken back, the last first."""
    _require(request)
    page = Paginator(Merge.objects.all(), PER_PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    names = Organisation.everything.in_bulk({pk for merge in rows for pk in (merge.gone_id, merge.kept_id)})
    people = _people(rows)
    context = {
        "page": page,
        "rows": [
            {
                "merge": merge,
                "gone": names.get(merge.gone_id),
                "kept": names.get(merge.kept_id),
                "person": people.get(merge.undone_by or merge.done_by or merge.proposed_by),
            }
            for merge in rows
        ],
        "crumbs": _crumbs((_("Merges"), None)),
    }
    return render(request, "parks/office/merges.html", context)


def _people(rows: list[Merge]) -> dict[str, User]:
    ids = {pk for merge in rows for pk in (merge.proposed_by, merge.done_by, merge.undone_by) if pk.isdigit()}
    return {str(pk): person for pk, person in User.objects.in_bulk([int(pk) for pk in ids]).items()}


@require_safe
def merge_choose(request: HttpRequest, slug: str) -> HttpResponse:
    """Find the entry that this one is the same as."""
    _require(request)
    organisation = _organisation(slug)
    query = " ".join(request.GET.get("q", "").replace("\0", "").split())[:80]
    found = (
        Park.objects.filter(words(query)).exclude(organisation=organisation).select_related("province", "organisation")
        if query
        else Park.objects.none()
    )
    context = {
        "organisation": organisation,
        "query": query,
        "found": found.order_by("pk")[:FOUND],
        "crumbs": _crumbs((organisation.name, None)),
    }
    return render(request, "parks/office/merge_choose.html", context)


def _organisation(slug: str) -> Organisation:
    return get_object_or_404(Organisation, slug=slug, kind=Organisation.Kind.PARK_OPERATOR)


@require_http_methods(["GET", "POST"])
def merge_prepare(request: HttpRequest, gone: str, kept: str) -> HttpResponse:
    """Both side by side: whose values survive, and why the two are one."""
    _require(request)
    old, new = _organisation(gone), _organisation(kept)
    problem = ""
    if request.method == "POST":
        try:
            merge = merging.propose(
                old, new, by=request.user, reason=request.POST.get("reason", ""), choices=_chosen(request)
            )
        except RuleBroken as broken:
            problem = str(broken)
        else:
            return redirect("parks:merge", merge.pk)
    made = merging.plan(old, new)
    context = {
        "gone": old,
        "kept": new,
        "plan": made,
        "sheets": [_sheet(one, request.POST) for one in made.all()],
        "blocking": _lines(made.blocking),
        "refusal": _refusal(made),
        "problem": problem,
        "reason": request.POST.get("reason", ""),
        "longest": merging.LONGEST_REASON,
        "other_way": reverse("parks:merge_prepare", args=[kept, gone]),
        "crumbs": _crumbs((_("Prepare a merge"), None)),
    }
    return render(request, "parks/office/merge_prepare.html", context, status=422 if problem else 200)


def _refusal(made: Plan) -> str:
    """Why this pair cannot be merged this way round, told before anybody chooses."""
    try:
        merging.check(made)
    except RuleBroken as broken:
        return str(broken)
    return ""


def _chosen(request: HttpRequest) -> dict[str, dict[str, str]]:
    """Radio buttons are called `accounts.Organisation:name_zh`."""
    sides: dict[str, dict[str, str]] = {}
    for name, side in request.POST.items():
        label, colon, field = name.partition(":")
        if colon:
            sides.setdefault(label, {})[field] = str(side)
    return sides


@dataclass(frozen=True)
class Choice:
    """One field in which the two differ, as people read it."""

    name: str
    label: Any
    gone: str
    kept: str
    side: str
    lang: str


def _sheet(one: Plan, chosen: Any = None, sides: dict[str, str] | None = None) -> dict[str, Any]:
    label = one.gone._meta.label
    choices = []
    for difference in one.differences:
        name = f"{label}:{difference.field}"
        side = (sides or {}).get(difference.field) or (chosen or {}).get(name) or difference.suggested
        choices.append(
            Choice(
                name,
                LABELS.get(difference.field, difference.label),
                _shown(one.gone, difference.field),
                _shown(one.kept, difference.field),
                side if side in {"gone", "kept"} else difference.suggested,
                "zh-Hans" if difference.field.endswith("_zh") else "en" if difference.field.endswith("_en") else "",
            )
        )
    return {"title": one.gone._meta.verbose_name, "choices": choices}


# Codes of the reference lists, whose names stand in tables.
LISTS: dict[str, type[Model]] = {"fields": FieldOfWork, "industries": IndustryCategory}


def _shown(row: Any, name: str) -> str:
    """A value in words; empty when there is none."""
    column = row._meta.get_field(name)
    value = getattr(row, name)
    if value in (None, "", []):
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        labels = dict(getattr(column.base_field, "choices", None) or ())
        if name in LISTS:
            labels = {one.pk: str(one) for one in LISTS[name]._default_manager.filter(pk__in=value)}
        return _(", ").join(str(labels.get(code, code)) for code in value)
    if column.choices:
        return str(getattr(row, f"get_{name}_display")())
    return str(value)


def _lines(lines: list[Line]) -> list[dict[str, Any]]:
    """What moves, stays or stands in the way, the rows named and led to."""
    shown = []
    for line in lines:
        if line.reference.model in UNSAID:
            continue
        rows = line.reference.rows
        if line.reference.model == "accounts.Duty":
            rows = rows.select_related("person", "organisation")
        shown.append(
            {
                "line": line,
                "moving": [_named(row) for row in rows.filter(pk__in=line.moving[:NAMED]).order_by("pk")],
                "staying": [_named(row) for row in rows.filter(pk__in=line.staying[:NAMED]).order_by("pk")],
                "blocking": [_named(row) for row in rows.filter(pk__in=line.blocking[:NAMED]).order_by("pk")],
                "more": max(0, len(line.moving) - NAMED),
            }
        )
    return shown


def _named(row: Any) -> tuple[str, str]:
    """(name, address) of one row."""
    match row._meta.label:
        case "accounts.Duty":
            return f"{row.person.name} · {row.role.title}", reverse(
                "accounts:duty", args=[row.organisation.slug, row.pk]
            )
        case "accounts.Invitation" | "accounts.JoinRequest":
            return str(row), reverse("accounts:organisation_team", args=[row.organisation.slug])
        case "notifications.Task":
            try:
                return f"{row.title} · {row.subject}", row.get_absolute_url()
            except Exception:
                return str(row.title), ""
        case "parks.Submission":
            return str(row), reverse("parks:office_submission", args=[row.pk])
        case "parks.BlockDraft":
            return str(row), reverse("parks:office_park", args=[row.park.slug])
        case "parks.Figure":
            return f"{row.get_indicator_display()} {row.year or ''}: {row.value}", ""
    return str(row), ""


@require_safe
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """A proposal with everything that will move; or what was moved, with the way back."""
    _require(request)
    return _merge_page(request, get_object_or_404(Merge, pk=pk))


def _merge_page(request: HttpRequest, found: Merge, problem: str = "") -> HttpResponse:
    rows = Organisation.everything.in_bulk([found.gone_id, found.kept_id])
    gone, kept = rows[found.gone_id], rows[found.kept_id]
    is_open = found.state == Merge.State.PROPOSED
    context: dict[str, Any] = {
        "merge": found,
        "gone": gone,
        "kept": kept,
        "kept_park": Park.objects.filter(organisation=kept).first(),
        "people": _people([found]),
        "is_open": is_open,
        "problem": problem,
        "undo_days": merging.UNDO_WITHIN.days,
        "crumbs": _crumbs(
            (_("Merges"), reverse("parks:merges")),
            (format_html("{} → {}", as_written(gone.name), as_written(kept.name)), None),
        ),
    }
    if is_open and gone.merged_into_id is None and kept.merged_into_id is None:
        made = merging.plan(gone, kept)
        context |= {
            "lines": _lines([line for one in made.all() for line in one.lines]),
            "blocking": made.blocking,
            "is_current": made.digest() == found.digest,
            "sheets": [_sheet(one, sides=found.choices.get(one.gone._meta.label)) for one in made.all()],
        }
    elif found.state == Merge.State.DONE:
        context |= {"obstacles": merging.obstacles(found), "moved": _moved(found)}
    return render(request, "parks/office/merge.html", context, status=409 if problem else 200)


def _moved(found: Merge) -> list[tuple[Any, int]]:
    """What moved, counted by kind in the words of the plan."""
    counted: dict[Any, int] = {}
    for move in found.moved:
        titles = {
            (one.model, one.field): one.title
            for subject in merging.subjects()
            for one in merging.references(subject.label)
        }
        title = titles.get((move["model"], move["field"]), move["model"])
        counted[title] = counted.get(title, 0) + len(move["pks"])
    return list(counted.items())


@require_POST
def merge_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    _require(request)
    found = get_object_or_404(Merge, pk=pk)
    try:
        merging.confirm(found, by=request.user)
    except RuleBroken as broken:
        return _merge_page(request, found, str(broken))
    messages.success(request, _("The two are one now. The old address leads to the surviving entry."))
    return redirect("parks:merge", pk)


@require_POST
def merge_drop(request: HttpRequest, pk: int) -> HttpResponse:
    _require(request)
    merging.drop(get_object_or_404(Merge, pk=pk), by=request.user)
    messages.info(request, _("Nothing was merged."))
    return redirect("parks:merges")


@require_POST
def merge_undo(request: HttpRequest, pk: int) -> HttpResponse:
    _require(request)
    found = get_object_or_404(Merge, pk=pk)
    try:
        merging.undo(found, by=request.user)
    except RuleBroken as broken:
        return _merge_page(request, found, str(broken))
    messages.success(request, _("The merge is undone: both entries are as they were."))
    return redirect("parks:merge", pk)
