"""The editor: one block of the profile in both languages, saved while one types, merged when two people write."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alliance.core import bilingual
from alliance.core.errors import RuleBroken
from alliance.core.models import Translation
from alliance.core.parts import wants_part

from .. import blocks, diff, drafts, services
from ..blocks import BLOCKS, Block, Values
from ..forms import FORMS, BlockForm
from ..models import Park
from ..overview import Overview
from ..services.profile import Conflict, Saved, outdated_pairs
from .access import block_of, park_of

NEXT = [*BLOCKS, "pictures"]
# Short fields that stand beside the one before them.
BESIDE = ("credit_code", "city", "national_status_year")


@dataclass
class Cell:
    """One field on the page with what is to be said about it."""

    bound: Any
    is_drafted: bool = False
    is_taken_in: bool = False
    conflict: "Clash | None" = None
    # The English is older than the Chinese: what the Chinese changed.
    outdated: list[diff.Segment] | None = None
    pair: str = ""

    @property
    def has_count(self) -> bool:
        return "data-count" in self.bound.field.widget.attrs

    @property
    def groups(self) -> list[dict[str, Any]]:
        """Choices under headings, folded: fifty classes at once help nobody."""
        options = getattr(self.bound.field, "choices", [])
        if not self.bound.use_fieldset or not any(isinstance(entries, list) for _label, entries in options):
            return []
        chosen = {str(value) for value in self.bound.value() or ()}
        groups = []
        for label, entries in options:
            ticked = sum(str(value) in chosen for value, _name in entries)
            groups.append(
                {
                    "label": label,
                    "count": ticked,
                    "is_open": bool(ticked),
                    "options": [
                        {"value": value, "label": name, "is_chosen": str(value) in chosen} for value, name in entries
                    ],
                }
            )
        return groups


@dataclass
class Clash:
    """What the other editor wrote, in words, beside what was typed here."""

    conflict: Conflict
    segments: list[diff.Segment]
    is_list: bool


@dataclass
class RowsCell:
    """A list of rows on the page."""

    name: str
    label: Any
    rowset: Any
    is_drafted: bool = False
    is_taken_in: bool = False
    conflict: Clash | None = None


@dataclass
class Line:
    """One field, two languages of one text, or two short fields side by side."""

    cells: list[Cell]
    is_pair: bool = False


@dataclass
class Sheet:
    """The block as laid out: lines of one or two fields, then lists."""

    lines: list[Line] = field(default_factory=list)
    rowsets: list[RowsCell] = field(default_factory=list)


@require_http_methods(["GET", "POST"])
def edit_block(request: HttpRequest, slug: str, block: str) -> HttpResponseBase:
    park = park_of(request, slug)
    definition = block_of(block)
    overview = Overview(park, request.user)
    if request.method == "POST" and not overview.is_locked:
        return _save(request, overview, definition)
    if request.method == "POST":
        messages.error(request, _("The profile is with the secretariat. Withdraw the submission to change it."))
        if wants_part(request):
            return _tell(request, overview, definition, refused=str(_("With the secretariat: nothing is saved now.")))
    form = _form(overview, definition, more=request.GET.get("more", ""))
    return _page(request, overview, definition, form)


def _form(overview: Overview, block: Block, data: QueryDict | None = None, **kwargs: Any) -> BlockForm:
    return FORMS[block.code](data, park=drafts.overlay(overview.park), published=overview.park, **kwargs)


def _save(request: HttpRequest, overview: Overview, block: Block) -> HttpResponseBase:
    park, post = overview.park, request.POST
    form = _form(overview, block, post)
    typed = form.values()
    values = {name: value for name, value in typed.items() if post.get(f"take_{name}") != "theirs"}
    seen = _seen(post.get("seen", ""))
    page = post.get("page", "")[:16]
    try:
        saved = services.save_block(park, block, values, by=request.user, seen=seen, page=page)
    except RuleBroken as broken:
        form.add_error(None, str(broken))
        if wants_part(request):
            return _tell(request, overview, block, refused=str(broken))
        return _page(request, overview, block, form, page=page, status=409)
    if wants_part(request):
        return _tell(request, overview, block, form=form, saved=saved, seen=_seen_after(seen, values, saved))
    fresh = Overview(park_of(request, park.slug), request.user)
    if saved.conflicts or not form.is_valid():
        return _merge_page(request, fresh, block, form, saved, page)
    if pair := post.get("still_right", ""):
        return _still_right(request, park, block, pair)
    if saved.taken_in:
        names = _(", ").join(str(blocks.label_of(name)) for name in saved.taken_in)
        messages.info(request, _("A colleague changed this meanwhile; both are saved: %(names)s.") % {"names": names})
    here = reverse("parks:edit_block", args=[park.slug, block.code])
    if (rows := post.get("add", "")) in block.rows:
        return redirect(f"{here}?more={rows}#{rows}-new")
    if "next" in post:
        return redirect(_after(park, block))
    messages.success(
        request,
        _("Saved as a draft. Visitors see it once it is published.")
        if saved.changed
        else _("Nothing to save: all is as it was."),
    )
    return redirect(here)


def _still_right(request: HttpRequest, park: Park, block: Block, pair: str) -> HttpResponseBase:
    try:
        services.confirm_translation(park, block, pair, by=request.user)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("Noted: the English still fits the Chinese."))
    return redirect(f"{reverse('parks:edit_block', args=[park.slug, block.code])}#id_{pair}_en")


def _after(park: Park, block: Block) -> str:
    following = NEXT[NEXT.index(block.code) + 1]
    if following == "pictures":
        return reverse("parks:pictures", args=[park.slug])
    return reverse("parks:edit_block", args=[park.slug, following])


# What an open page remembers ------------------------------------------------------------------------------------------


def _seen(text: str) -> dict[str, Any] | None:
    """The fingerprints that came with the form; without them (a bare client) what was typed wins."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _fingerprints(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: blocks.fingerprint(name, value) for name, value in values.items()}


def _seen_after(seen: dict[str, Any] | None, values: Values, saved: Saved) -> dict[str, Any]:
    """After an autosave the page shows what was typed, not what others wrote: only that counts as seen."""
    aside = {*saved.taken_in, *(conflict.field for conflict in saved.conflicts)}
    return {**(seen or {}), **_fingerprints({name: value for name, value in values.items() if name not in aside})}


# Pages ----------------------------------------------------------------------------------------------------------------


def _tell(
    request: HttpRequest,
    overview: Overview,
    block: Block,
    *,
    form: BlockForm | None = None,
    saved: Saved | None = None,
    seen: dict[str, Any] | None = None,
    refused: str = "",
) -> HttpResponse:
    """The answer to an autosave: a line, the errors in their places, and what the page now knows. No input is
    touched."""
    others = []
    if saved:
        others = [blocks.label_of(name) for name in [*saved.taken_in, *(c.field for c in saved.conflicts)]]
    context = {
        "form": form,
        "saved": saved,
        "draft": saved.draft if saved else None,
        "seen": json.dumps(seen) if seen is not None else None,
        "errors": form.all_errors() if form else [],
        "others": others,
        "refused": refused,
        "outliers": _outliers(form) if form else [],
    }
    return render(request, "parks/desk/_saved.html", context)


def _outliers(form: BlockForm) -> list[Any]:
    rowset = form.rowsets.get("figures")
    return [row for row in rowset.forms if getattr(row, "jump", None)] if rowset else []


def _merge_page(
    request: HttpRequest, overview: Overview, block: Block, form: BlockForm, saved: Saved, page: str
) -> HttpResponse:
    """Typed text stays in its field; what a colleague wrote stands beside it; untouched fields show what is there
    now."""
    mine = {conflict.field: conflict.mine for conflict in saved.conflicts}
    if form.is_valid():
        shown = _form(overview, block, typed=mine)
    else:
        data = form.data.copy()
        for name in saved.taken_in:
            if name not in block.rows:
                value = saved.values[name]
                data.setlist(name, value if isinstance(value, list) else ["" if value is None else str(value)])
        shown = _form(overview, block, data)
        for name in block.rows:
            if form.rowsets[name].is_valid():
                shown.rowsets[name] = shown.rowset(name, mine.get(name, saved.values[name]))
    status = 409 if saved.conflicts else 422
    return _page(request, overview, block, shown, saved=saved, page=page, status=status)


def _page(
    request: HttpRequest,
    overview: Overview,
    block: Block,
    form: BlockForm,
    *,
    saved: Saved | None = None,
    page: str = "",
    status: int = 200,
) -> HttpResponse:
    park = overview.park
    draft = overview.drafts.get(block.code)
    now = saved.values if saved else drafts.current(park, block, draft)
    errors = form.all_errors() if form.is_bound else []
    context = {
        "park": park,
        "overview": overview,
        "topic": block,
        "form": form,
        "sheet": _sheet(overview, block, form, saved),
        "errors": errors,
        "conflicts": [
            {"field": conflict.field, "label": blocks.label_of(conflict.field)} for conflict in saved.conflicts
        ]
        if saved
        else [],
        "today": timezone.localdate().strftime("%Y%m%d"),
        "draft": draft,
        "seen": json.dumps(_fingerprints(now)),
        "page_token": page or secrets.token_hex(6),
        "missing": overview.counted.missing_in(block.code),
        "doors": [door for door in overview.counted.doors if any(r.block == block.code for r in door.missing)],
        "reason": overview.submission.block_reasons.get(block.code, "") if overview.is_returned else "",
        "previous_url": _before(park, block),
        "crumbs": [
            (_("Desk"), reverse("notifications:desk")),
            (park.name, reverse("parks:desk_park", args=[park.slug])),
            (block.title, None),
        ],
    }
    return render(request, "parks/desk/edit.html", context, status=status)


def _before(park: Park, block: Block) -> str:
    at = NEXT.index(block.code)
    return reverse("parks:edit_block", args=[park.slug, NEXT[at - 1]]) if at else ""


def _sheet(overview: Overview, block: Block, form: BlockForm, saved: Saved | None) -> Sheet:
    draft = overview.drafts.get(block.code)
    drafted = set(draft.data) if draft else set()
    taken = set(saved.taken_in) if saved else set()
    clashes = {conflict.field: conflict for conflict in saved.conflicts} if saved else {}
    words = diff.Words()
    outdated = {} if clashes or form.is_bound else _outdated(overview, block)
    sheet = Sheet()

    def clash(name: str) -> Clash | None:
        if name not in clashes:
            return None
        conflict = clashes[name]
        shown = diff.change(name, conflict.mine, conflict.theirs, words)
        return Clash(conflict, shown.segments, shown.is_list)

    def cell(name: str) -> Cell:
        pair = name[:-3] if name.endswith("_en") else ""
        return Cell(form[name], name in drafted, name in taken, clash(name), outdated.get(pair) if pair else None, pair)

    names: list[str] = []
    for name in block.fields:
        names += [name, "main_field"] if name == "fields" else [name]
    for name in names:
        if name.endswith("_en") and f"{name[:-3]}_zh" in names:
            sheet.lines[-1].cells.append(cell(name))
            sheet.lines[-1].is_pair = True
        elif name in BESIDE:
            sheet.lines[-1].cells.append(cell(name))
        else:
            sheet.lines.append(Line([cell(name)]))
    for name, rowset in form.rowsets.items():
        sheet.rowsets.append(RowsCell(name, blocks.label_of(name), rowset, name in drafted, name in taken, clash(name)))
    return sheet


def _outdated(overview: Overview, block: Block) -> dict[str, list[diff.Segment]]:
    park = overview.park
    if not block.pairs:
        return {}
    states = {
        row.field: row
        for row in Translation.objects.filter(
            subject_type=ContentType.objects.get_for_model(Park), subject_id=park.pk, language=bilingual.EN
        )
    }
    draft = overview.drafts.get(block.code)
    now = drafts.current(park, block, draft)
    return {
        pair: diff.segments(before, now[f"{pair}_zh"])
        for pair, before in outdated_pairs(park, block, draft, states).items()
    }
