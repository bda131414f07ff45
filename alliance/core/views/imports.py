"""The secretariat takes tables in: choose a kind, send a file, look at every verdict, decide, take over, take back."""

import io
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from .. import limits, sheets
from ..errors import RuleBroken
from ..files.accept import shown_name
from ..imports import presentation, refused, requests, template
from ..imports.forms import ColumnsForm, UploadForm
from ..imports.jobs import CHECK_NOW
from ..imports.kinds import ImportKind, kind_of, kinds_for
from ..jobs import running
from ..limits import Limit
from ..models import ImportBatch, ImportRow
from ..parts import render_part
from ..spreadsheets import MAX_BYTES, Refused

State, Verdict = ImportBatch.State, ImportRow.Verdict
RECENT, A_PAGE = 20, 25
UPLOADS = Limit("import", each=40, overall=400, seconds=600)


@require_safe
def import_list(request: HttpRequest) -> HttpResponse:
    """What can be imported, and what was."""
    kinds = kinds_for(request.user)
    if not kinds:
        raise Http404
    seen = Q(pk__in=[])
    for kind in kinds:
        seen |= Q(pk__in=kind.batches(request.user).values("pk"))
    batches = ImportBatch.objects.filter(seen).select_related("created_by")
    page = Paginator(batches.exclude(state=State.DISCARDED), RECENT).get_page(request.GET.get("page"))
    titles = {kind.code: kind.title for kind in kinds}
    lines = [(batch, titles[batch.kind], presentation.STATE_TONES.get(State(batch.state), "")) for batch in page]
    context = {"kinds": kinds, "page": page, "lines": lines, "crumbs": [*_above(request), (_("Imports"), None)]}
    return render(request, "core/imports/list.html", context)


@require_http_methods(["GET", "POST"])
def import_new(request: HttpRequest, code: str) -> HttpResponseBase:
    """One kind: what its table looks like, the template, and the file."""
    kind = _kind(request, code)
    if request.method == "POST" and (wait := limits.take(UPLOADS, limits.who(request))):
        return limits.refuse(request, wait)
    data = request.POST if request.method == "POST" else None
    form = UploadForm(data, request.FILES if data is not None else None)
    options = kind.options_form(request.user, data)
    if data is not None:
        if dropped := getattr(request, "dropped_uploads", []):
            form.add_error("file", str(Refused("too_large", most=MAX_BYTES // 1024 // 1024)))
            # The field itself only knows that nothing came.
            form.errors["file"].data[:] = form.errors["file"].data[-1:]
            form.fields["file"].help_text = shown_name(dropped[0][1])
        elif form.is_valid() and (options is None or options.is_valid()):
            try:
                chosen = options.cleaned_data if options is not None else {}
                batch = requests.upload(kind, form.cleaned_data["file"], by=request.user, options=chosen)
            except RuleBroken as broken:
                form.add_error("file", str(broken))
            else:
                _at_once(batch)
                return redirect("core:import_batch", batch.token)
    context = {
        "kind": kind,
        "form": form,
        "options": options,
        "columns": list(kind.columns()),
        "crumbs": [*_above(request), (_("Imports"), reverse("core:imports")), (kind.title, None)],
    }
    return render(request, "core/imports/new.html", context, status=422 if form.errors else 200)


def _at_once(batch: ImportBatch) -> None:
    """Check a small file while its sender waits; should a worker have been faster, there is nothing left to do."""
    if batch.job is not None and batch.job.kind == CHECK_NOW.code:
        running.run(batch.job.pk)


@require_safe
def import_template(request: HttpRequest, code: str) -> HttpResponseBase:
    kind = _kind(request, code)
    file = io.BytesIO()
    template.write(file, kind)
    return _attachment(file, f"{kind.code}-template.xlsx")


def _batch_view(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The import of this token, with its kind: those who may import the kind see it, to others it does not exist."""

    @wraps(view)
    def found(request: HttpRequest, token: uuid.UUID) -> HttpResponseBase:
        batch = (
            ImportBatch.objects.select_related("created_by", "applied_by", "undone_by", "job", "file")
            .filter(token=token)
            .first()
        )
        kind = kind_of(batch.kind) if batch else None
        if batch is None or kind is None or not kind.may_see(request.user, batch):
            raise Http404
        return view(request, batch, kind)

    return found


def _acting(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A step that may be refused: the reason stands on the import's page."""

    @wraps(view)
    def tried(request: HttpRequest, batch: ImportBatch, kind: ImportKind) -> HttpResponseBase:
        try:
            return view(request, batch, kind)
        except RuleBroken as broken:
            messages.error(request, str(broken))
            return redirect("core:import_batch", batch.token)

    return tried


@require_safe
@_batch_view
def import_batch(request: HttpRequest, batch: ImportBatch, kind: ImportKind) -> HttpResponseBase:
    """Where a file stands: being read, its columns, its verdicts, what became of it."""
    code = request.GET.get("show", "")
    page = Paginator(presentation.rows_of(batch, code), A_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "batch": batch,
        "kind": kind,
        "problem": presentation.problem_words(batch),
        "read_words": presentation.read_words(batch),
        "left_out": presentation.left_out(batch) if batch.state != State.COLUMNS else [],
        "filters": presentation.filters(batch, code),
        "show": code,
        "page": page,
        "rows": presentation.shown(list(page), batch, kind),
        "may_decide": batch.state == State.CHECKED,
        "may_undo": requests.can_be_undone(batch),
        "bulk": _bulk(code) if batch.state == State.CHECKED else [],
        "open_conflicts": batch.rows.filter(verdict=Verdict.CONFLICT, choice="").count(),
        "again": reverse("core:import_new", args=[kind.code]),
        "refused_count": refused.rows(batch).count() if not batch.is_busy else 0,
        "chosen": batch.rows.chosen().count() if batch.state == State.CHECKED else 0,
        "crumbs": _crumbs(request, batch, kind),
    }
    context["has_choices"] = any(line.choices for line in context["rows"])
    if batch.state == State.COLUMNS:
        context["form"] = _columns_form(batch, kind)
        context["unknown"] = [batch.headers[place] for place in batch.read_as.get("unknown", [])]
        context["missing"] = kind.headers().missing(batch.read_as.get("recognised", {}).values())
    response = render_part(request, "core/imports/batch.html", "core/imports/_progress.html", context)
    if not batch.is_busy and request.headers.get("HX-Request"):
        response["HX-Refresh"] = "true"
    return response


def _bulk(code: str) -> list[tuple[str, Any]]:
    """What can be decided for all rows of a tab at once."""
    if code == Verdict.CONFLICT:
        return [(ImportRow.TAKE, _("Accept the first suggestion")), (ImportRow.SKIP, _("Leave all of them out"))]
    if code in (Verdict.NEW, Verdict.UPDATE):
        return [(ImportRow.TAKE, _("Take over all of them")), (ImportRow.SKIP, _("Leave all of them out"))]
    return []


def _columns_form(batch: ImportBatch, kind: ImportKind, data: Any = None) -> ColumnsForm:
    chosen = batch.columns or batch.read_as.get("recognised", {})
    return ColumnsForm(data, kind=kind, headers=batch.headers, chosen=chosen)


@require_http_methods(["GET", "POST"])
@_batch_view
@_acting
def import_columns(request: HttpRequest, batch: ImportBatch, kind: ImportKind) -> HttpResponseBase:
    """Say which header of the file is which column."""
    form = _columns_form(batch, kind, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            batch = requests.assign(batch, form.columns, by=request.user)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            _at_once(batch)
            return redirect("core:import_batch", batch.token)
    if batch.state not in (State.COLUMNS, State.CHECKED):
        return redirect("core:import_batch", batch.token)
    context = {"batch": batch, "kind": kind, "form": form, "crumbs": _crumbs(request, batch, kind, _("Columns"))}
    return render(request, "core/imports/columns.html", context, status=422 if form.errors else 200)


@require_POST
@_batch_view
@_acting
def import_choose(request: HttpRequest, batch: ImportBatch, kind: ImportKind) -> HttpResponseBase:
    """Decide about single rows, or about all of one verdict."""
    show = request.POST.get("show", "")
    if choice := request.POST.get("all", ""):
        changed = requests.choose_all(batch, show, choice, by=request.user)
    else:
        choices = {
            int(name.removeprefix("row-")): str(value)
            for name, value in request.POST.items()
            if name.startswith("row-") and name.removeprefix("row-").isdecimal() and len(name) < 12
        }
        changed = requests.choose(batch, choices, by=request.user)
    if changed:
        messages.success(request, ngettext("%(n)d row decided.", "%(n)d rows decided.", changed) % {"n": changed})
    page = request.POST.get("page", "")
    query = f"?show={show}&page={page if page.isdecimal() else 1}" if show in Verdict.values or page else ""
    return redirect(reverse("core:import_batch", args=[batch.token]) + query)


@require_http_methods(["GET", "POST"])
@_batch_view
@_acting
def import_confirm(request: HttpRequest, batch: ImportBatch, kind: ImportKind) -> HttpResponseBase:
    """What exactly will happen, and the click that makes it happen."""
    if request.method == "POST":
        expected = request.POST.get("expected", "")
        requests.confirm(batch, by=request.user, expected=int(expected) if expected.isdecimal() else None)
        return redirect("core:import_batch", batch.token)
    if batch.state != State.CHECKED:
        return redirect("core:import_batch", batch.token)
    chosen = batch.rows.chosen()
    context = {
        "batch": batch,
        "kind": kind,
        "adds": chosen.filter(verdict=Verdict.NEW).count() + chosen.filter(choice="create").count(),
        "changes": chosen.filter(verdict=Verdict.UPDATE).count(),
        "decided": chosen.filter(verdict=Verdict.CONFLICT).exclude(choice="create").count(),
        "expected": chosen.count(),
        "left": batch.rows.count() - chosen.count(),
        "left_parts": _left_parts(batch),
        "open_conflicts": batch.rows.filter(verdict=Verdict.CONFLICT, choice="").count(),
        "publishes": bool(batch.options.get("publish")),
        "crumbs": _crumbs(request, batch, kind, _("Take over")),
    }
    return render(request, "core/imports/confirm.html", context)


def _left_parts(batch: ImportBatch) -> list[tuple[Any, int]]:
    """Why rows are left out, and how many for each reason; those not decided stand beside it."""
    skipped = batch.rows.filter(choice=ImportRow.SKIP).count()
    parts = [(Verdict.ERROR.label, batch.counts.get(Verdict.ERROR, 0)), (_("by your decision"), skipped)]
    return [(label, n) for label, n in [(Verdict.SAME.label, batch.counts.get(Verdict.SAME, 0)), *parts] if n]


@require_http_methods(["GET", "POST"])
@_batch_view
@_acting
def import_undo(request: HttpRequest, batch: ImportBatch, kind: ImportKind) -> HttpResponseBase:
    """Take a whole file back, as far as nothing has changed since."""
    if request.method == "POST":
        requests.take_back(batch, by=request.user)
        return redirect("core:import_batch", batch.token)
    if not requests.can_be_undone(batch):
        return redirect("core:import_batch", batch.token)
    made = batch.rows.filter(outcome__in=[ImportRow.Outcome.CREATED, ImportRow.Outcome.UPDATED]).count()
    context = {"batch": batch, "kind": kind, "made": made, "crumbs": _crumbs(request, batch, kind, _("Take back"))}
    return render(request, "core/imports/undo.html", context)


@require_POST
@_batch_view
@_acting
def import_discard(request: HttpRequest, batch: ImportBatch, kind: ImportKind) -> HttpResponseBase:
    requests.discard(batch, by=request.user)
    messages.success(request, _("The file and its rows are removed. Nothing was taken over."))
    return redirect("core:imports")


@require_safe
@_batch_view
def import_refused(request: HttpRequest, batch: ImportBatch, kind: ImportKind) -> HttpResponseBase:
    """The rows that were not taken over, to correct and send again."""
    if batch.is_busy or not refused.rows(batch).exists():
        raise Http404
    file = io.BytesIO()
    refused.write(file, batch, kind)
    return _attachment(file, f"{batch.kind}-{timezone.localtime(batch.created_at):%Y%m%d}-to-correct.xlsx")


def _attachment(file: io.BytesIO, name: str) -> FileResponse:
    file.seek(0)
    response = FileResponse(file, as_attachment=True, filename=name, content_type=sheets.XLSX)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _kind(request: HttpRequest, code: str) -> ImportKind:
    kind = kind_of(code)
    if kind is None or not kind.may(request.user):
        raise Http404
    return kind


def _above(request: HttpRequest) -> list[tuple[Any, str | None]]:
    """The first page of the secretariat lies above this one, or the reader's desk; later packages have them."""
    office = reverse("core:imports").removesuffix("imports/")
    if kinds_for(request.user, "office"):
        return [(_("Secretariat"), office)]
    return [(_("Desk"), f"{office.removesuffix('office/')}desk/")]


def _crumbs(request: HttpRequest, batch: ImportBatch, kind: ImportKind, step: str = "") -> list[tuple[Any, str | None]]:
    here = reverse("core:import_batch", args=[batch.token])
    trail: list[tuple[Any, str | None]] = [*_above(request), (_("Imports"), reverse("core:imports"))]
    return [*trail, (batch.file_name, here), (step, None)] if step else [*trail, (batch.file_name, None)]
