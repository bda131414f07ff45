"""The dry run: every row of a file gets its verdict, and nothing else is written."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.db import transaction

from .. import audit, spreadsheets
from ..files import scanning
from ..jobs import Work
from ..models import ImportBatch, ImportRow
from ..spreadsheets import Refused
from . import reading
from .kinds import Checker, Draft, ImportKind, Judged, kind_of

CHUNK = 500
State, Verdict = ImportBatch.State, ImportRow.Verdict


def run(work: Work) -> dict[str, Any]:
    """Read and check one file. Run again it does the same again: the rows of before are replaced."""
    batch = ImportBatch.objects.select_related("file").get(token=work.params["batch"])
    kind = kind_of(batch.kind)
    if batch.state != State.READING or kind is None or batch.file is None:
        return {}
    try:
        with batch.file.content.open("rb") as file:
            _scan(file)
            return _read(batch, kind, file, work)
    except Refused as refused:
        _refuse(batch, refused, work)
        return {"refused": refused.code}


def _scan(file: Any) -> None:
    """Before anything reads what somebody uploaded (platform spec, 6.49)."""
    try:
        scanning.scan(file)
    except scanning.Infected:
        raise Refused("infected") from None
    except scanning.ScannerAway:
        raise Refused("not_scanned") from None


def _read(batch: ImportBatch, kind: ImportKind, file: Any, work: Work) -> dict[str, Any]:
    with spreadsheets.open_table(file, batch.file_name, max_rows=kind.max_rows) as table:
        opened = reading.begin(table, kind)
        batch.read_as = reading.read_as(batch, table, opened)
        if not batch.columns and (opened.unknown or kind.headers().missing(opened.recognised.values())):
            _settle(batch, State.COLUMNS, ["read_as"])
            return {"columns": len(opened.unknown)}
        if not batch.columns:
            batch.columns = {str(place): code for place, code in opened.recognised.items()}
        with transaction.atomic():
            counts = _judge(batch, kind, opened, work)
            batch.read_as["nameless"] = sorted(opened.nameless)
            batch.counts = dict(counts)
            _settle(batch, State.CHECKED, ["read_as", "columns", "counts"])
            audit.record("import.checked", batch, by=work.by, kind=batch.kind, **counts)
    return dict(counts)


def _judge(batch: ImportBatch, kind: ImportKind, opened: reading.Opened, work: Work) -> Counter[str]:
    batch.rows.all().delete()
    checker = kind.checker(kind, batch, work.by)
    columns = reading.columns_of(batch, kind)
    counts: Counter[str] = Counter()
    done = 0
    for chunk in chunked(reading.drafts(opened, columns), CHUNK):
        judged = judge(checker, [draft for _row, draft in chunk])
        rows = [_kept(batch, row, draft, found) for (row, draft), found in zip(chunk, judged, strict=True)]
        ImportRow.objects.bulk_create(rows)
        counts.update(row.verdict for row in rows)
        done += len(chunk)
        work.progress(done, 0, "checking")
    if not done:
        raise Refused("no_rows")
    return counts


def judge(checker: Checker, drafts: list[Draft]) -> list[Judged]:
    """Verdicts; a row with something wrong in it is an error, whatever else is known of it."""
    found = checker.judge(drafts)
    return [
        Judged(Verdict.ERROR) if draft.notes and judged.verdict in (Verdict.NEW, Verdict.UPDATE) else judged
        for draft, judged in zip(drafts, found, strict=True)
    ]


def _kept(batch: ImportBatch, row: spreadsheets.Row, draft: Draft, judged: Judged) -> ImportRow:
    return ImportRow(
        batch=batch,
        number=row.number,
        cells=row.cells,
        values=draft.values,
        verdict=judged.verdict,
        notes=draft.notes,
        target=judged.target,
        target_name=judged.target_name[:200],
        changes=judged.changes,
        seen=judged.seen,
        offers=judged.offers,
        choice=ImportRow.TAKE if judged.verdict in (Verdict.NEW, Verdict.UPDATE) else "",
    )


def _settle(batch: ImportBatch, state: str, fields: list[str]) -> None:
    batch.state = state
    batch.save(update_fields=["state", *fields])


@transaction.atomic
def _refuse(batch: ImportBatch, refused: Refused, work: Work) -> None:
    batch.rows.all().delete()
    batch.problem = refused.as_kept()
    _settle(batch, State.REFUSED, ["problem"])
    audit.record("import.refused", batch, by=work.by, kind=batch.kind, reason=refused.code)


def chunked(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
