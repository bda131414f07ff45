"""What people do with an import: send a file, say what its columns mean, decide, take over, take back, throw away."""

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .. import audit, jobs
from ..errors import RuleBroken, Stale
from ..files.accept import shown_name
from ..models import ImportBatch, ImportRow, Job, StoredFile
from ..spreadsheets import MAX_BYTES, Refused
from ..spreadsheets.sniffing import XLSX
from ..spreadsheets.sniffing import kind_of as file_kind
from .jobs import APPLY, CHECK, CHECK_NOW, UNDO
from .kinds import ImportKind, kind_of

State, Verdict = ImportBatch.State, ImportRow.Verdict
MEDIA_TYPES = {XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
# A file of this size is checked while its sender waits for the page.
AT_ONCE = 256 * 1024
# The uploaded file and what is not taken over are kept so long; what a file made can be taken back so long.
KEEP_FILE = timedelta(days=30)
KEEP_ROWS = timedelta(days=180)


def upload(kind: ImportKind, file: UploadedFile, *, by: Any, options: Mapping[str, Any] | None = None) -> ImportBatch:
    """Keep a file and have it checked. Refused where it is clear at once that it cannot be read."""
    if not kind.may(by):
        raise PermissionDenied
    name = shown_name(file.name or "") or "table"
    if (file.size or 0) > MAX_BYTES:
        raise Refused("too_large", most=MAX_BYTES // 1024 // 1024)
    found = file_kind(file.file, name)  # type: ignore[arg-type]
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    with transaction.atomic():
        stored = StoredFile(
            original_name=name,
            media_type=MEDIA_TYPES.get(found, "text/csv"),
            size=file.size or 0,
            sha256=digest.hexdigest(),
            state=StoredFile.State.READY,
            uploaded_by=str(by.pk),
        )
        stored.content.save(name, file, save=False)
        stored.save()
        batch = ImportBatch.objects.create(
            kind=kind.code,
            file=stored,
            file_name=name,
            sha256=stored.sha256,
            options=dict(options or {}),
            created_by=by,
        )
        audit.record("import.uploaded", batch, by=by, kind=kind.code, file=batch.sha256, size=stored.size)
        _begin(batch, _check_of(stored), by)
    return batch


@transaction.atomic
def assign(batch: ImportBatch, columns: Mapping[int, str], *, by: Any) -> ImportBatch:
    """Say which column of the file is which of ours; what is left out is not read. The check begins anew."""
    batch = _locked(batch, by, State.COLUMNS, State.CHECKED)
    kind = _kind(batch)
    chosen = [code for code in columns.values() if code]
    known = {column.code: column for column in kind.columns()}
    if len(set(chosen)) != len(chosen) or not set(chosen) <= set(known):
        raise RuleBroken(_("Each column can be assigned once."))
    if missing := kind.headers().missing(chosen):
        raise RuleBroken(
            _("Required and not assigned: %(names)s.") % {"names": _(", ").join(column.title() for column in missing)}
        )
    batch.columns = {str(place): code for place, code in columns.items()}
    batch.state = State.READING
    batch.save(update_fields=["columns", "state"])
    audit.record("import.columns", batch, by=by, columns=sorted(chosen))
    _begin(batch, _check_of(batch.file), by)
    return batch


@transaction.atomic
def choose(batch: ImportBatch, choices: Mapping[int, str], *, by: Any) -> int:
    """Decide row by row: {number of the row: decision}. What was not offered is passed over; gives how many changed."""
    batch = _locked(batch, by, State.CHECKED)
    rows = list(batch.rows.filter(number__in=list(choices), verdict__in=ImportRow.TAKEN))
    changed = []
    for row in rows:
        wanted = choices[row.number]
        if wanted != row.choice and wanted in allowed(row):
            row.choice = wanted
            changed.append(row)
    ImportRow.objects.bulk_update(changed, ["choice"], batch_size=500)
    if changed:
        audit.record("import.decided", batch, by=by, rows=len(changed))
    return len(changed)


@transaction.atomic
def choose_all(batch: ImportBatch, verdict: str, choice: str, *, by: Any) -> int:
    """Decide about all rows of one verdict: take them, or leave them; gives how many."""
    batch = _locked(batch, by, State.CHECKED)
    if choice not in {ImportRow.TAKE, ImportRow.SKIP} or verdict not in ImportRow.TAKEN:
        raise RuleBroken(_("This cannot be decided for all rows at once."))
    rows = batch.rows.filter(verdict=verdict)
    if verdict == Verdict.CONFLICT and choice == ImportRow.TAKE:
        # "As proposed" is what each of these rows offers first.
        found = list(rows)
        for row in found:
            row.choice = row.offers[0]["code"] if row.offers else ImportRow.SKIP
        ImportRow.objects.bulk_update(found, ["choice"], batch_size=500)
        changed = len(found)
    else:
        changed = rows.update(choice=choice)
    audit.record("import.decided", batch, by=by, rows=changed, verdict=verdict, choice=choice)
    return changed


def allowed(row: ImportRow) -> set[str]:
    """What may be decided about a row."""
    if row.verdict == Verdict.CONFLICT:
        return {"", ImportRow.SKIP, *(offer["code"] for offer in row.offers)}
    return {ImportRow.TAKE, ImportRow.SKIP}


@transaction.atomic
def confirm(batch: ImportBatch, *, by: Any, expected: int | None = None) -> ImportBatch:
    """Take over what was decided, in the background. A second click finds it under way.

    `expected` rows are what the person read on the page; another number by now is said first.
    """
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.state in (State.APPLYING, State.APPLIED):
        return batch
    _require(batch, by, State.CHECKED)
    rows = batch.rows.chosen().count()
    if not rows:
        raise RuleBroken(_("There is nothing to take over: no row is chosen."))
    if expected is not None and expected != rows:
        raise Stale(_("Meanwhile a colleague decided otherwise about some rows. Please look again."))
    batch.state = State.APPLYING
    batch.save(update_fields=["state"])
    audit.record("import.confirmed", batch, by=by, kind=batch.kind, rows=rows)
    _begin(batch, APPLY, by)
    return batch


@transaction.atomic
def take_back(batch: ImportBatch, *, by: Any) -> ImportBatch:
    """Undo a file that was taken over, in the background, row by row and only what nobody has changed since."""
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.state in (State.UNDOING, State.UNDONE):
        return batch
    _require(batch, by, State.APPLIED)
    if not can_be_undone(batch):
        raise RuleBroken(_("This import is too old to be taken back as a whole. Correct what is wrong in its place."))
    batch.state = State.UNDOING
    batch.save(update_fields=["state"])
    audit.record("import.undo_asked", batch, by=by, kind=batch.kind)
    _begin(batch, UNDO, by)
    return batch


def can_be_undone(batch: ImportBatch) -> bool:
    return (
        batch.state == State.APPLIED
        and batch.forgotten_at is None
        and batch.applied_at is not None
        and batch.applied_at > timezone.now() - KEEP_ROWS
    )


@transaction.atomic
def discard(batch: ImportBatch, *, by: Any) -> ImportBatch:
    """Throw away a file that was not taken over, with its rows."""
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.state == State.DISCARDED:
        return batch
    _require(batch, by, State.CHECKED, State.COLUMNS, State.REFUSED)
    batch.state = State.DISCARDED
    batch.save(update_fields=["state"])
    _forget_rows(batch)
    _forget_file(batch)
    audit.record("import.discarded", batch, by=by, kind=batch.kind)
    return batch


def stopped(job: Job) -> None:
    """The work on a file was stopped or failed: nothing was written, and it waits for a decision again."""
    if job.kind not in {kind.code for kind in (CHECK, CHECK_NOW, APPLY, UNDO)} or job.state == Job.State.DONE:
        return
    back = {State.APPLYING: State.CHECKED, State.UNDOING: State.APPLIED}
    for batch in ImportBatch.objects.select_for_update().filter(token=job.params.get("batch")):
        if batch.state in back:
            batch.state = back[State(batch.state)]
        elif batch.state == State.READING:
            batch.state, batch.problem = State.REFUSED, {"code": "not_finished"}
        batch.save(update_fields=["state", "problem"])


def forget(now: Any = None) -> int:
    """Remove files after a month, what was never taken over with them, and rows when undo is over; gives how many."""
    now = now or timezone.now()
    old = ImportBatch.objects.filter(created_at__lt=now - KEEP_FILE, file__isnull=False).exclude(
        state__in=ImportBatch.BUSY
    )
    count = 0
    for batch in old[:100]:
        with transaction.atomic():
            batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
            if batch.applied_at is None:
                _forget_rows(batch)
                batch.state = State.DISCARDED
            else:
                # What was not taken over is nobody's business any more; the others are needed to undo.
                batch.rows.filter(outcome="").delete()
            _forget_file(batch)
            batch.save(update_fields=["state"])
            audit.record("import.forgotten", batch, by=None)
        count += 1
    for batch in ImportBatch.objects.filter(applied_at__lt=now - KEEP_ROWS, forgotten_at__isnull=True)[:100]:
        with transaction.atomic():
            _forget_rows(batch)
        count += 1
    return count


def _forget_rows(batch: ImportBatch) -> None:
    batch.rows.all().delete()
    batch.forgotten_at = timezone.now()
    batch.save(update_fields=["forgotten_at"])


def _forget_file(batch: ImportBatch) -> None:
    if batch.file is None:
        return
    stored = batch.file
    batch.file = None
    batch.save(update_fields=["file"])
    storage, name = stored.content.storage, str(stored.content.name)
    stored.delete()
    transaction.on_commit(lambda: storage.delete(name))


def _check_of(file: StoredFile | None) -> jobs.JobKind:
    return CHECK_NOW if file is not None and file.size <= AT_ONCE else CHECK


def _begin(batch: ImportBatch, kind: jobs.JobKind, by: Any) -> None:
    batch.job = jobs.request(kind, by=by, batch=str(batch.token))
    batch.save(update_fields=["job"])


def _kind(batch: ImportBatch) -> ImportKind:
    kind = kind_of(batch.kind)
    if kind is None:
        raise RuleBroken(_("The portal no longer imports this kind of table."))
    return kind


def _locked(batch: ImportBatch, by: Any, *states: str) -> ImportBatch:
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    _require(batch, by, *states)
    return batch


def _require(batch: ImportBatch, by: Any, *states: str) -> None:
    if not _kind(batch).may_see(by, batch):
        raise PermissionDenied
    if batch.state not in states:
        raise RuleBroken(_("Meanwhile this import has moved on. The page shows where it stands."))
