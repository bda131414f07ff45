"""Rows that were not taken over, as a table to correct and send again."""

from collections.abc import Iterator
from typing import IO, Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from .. import sheets
from ..models import ImportBatch, ImportRow
from .columns import said
from .kinds import ImportKind

Verdict, Outcome = ImportRow.Verdict, ImportRow.Outcome
# Recognised, and left out, when the file comes back.
ROW, REASON = "原行号 / Row", "原因 / Reason"


def rows(batch: ImportBatch) -> QuerySet[ImportRow]:
    """Wrong ones, those put aside, and those that nobody decided about."""
    undecided = Q(verdict=Verdict.CONFLICT, choice="", outcome="")
    return batch.rows.filter(Q(verdict=Verdict.ERROR) | Q(outcome=Outcome.PUT_ASIDE) | undecided).order_by("number")


def reason(row: ImportRow, labels: dict[str, str]) -> str:
    """What is wrong, each with its column, in the reader's language."""
    notes = [
        f"{labels[note['column']]}: {said(note)}" if note.get("column") in labels else said(note) for note in row.notes
    ]
    return " ".join([*notes, *([said(row.outcome_note)] if row.outcome_note else [])])


def write(file: IO[bytes], batch: ImportBatch, kind: ImportKind) -> int:
    """The original cells under their own headers, and beside them the row's number and the reason."""
    headers = batch.headers
    labels = {column.code: column.title() for column in kind.columns()}
    # A file of refused rows that came back has these two already.
    kept = [place for place, text in enumerate(headers) if text not in (ROW, REASON)]

    def lines() -> Iterator[list[Any]]:
        for row in rows(batch).iterator(chunk_size=500):
            cells = [row.cells[place] if place < len(row.cells) else "" for place in kept]
            yield [row.number, reason(row, labels), *cells]

    columns = [
        sheets.Column(ROW, kind="number", is_plain=True, width=10),
        sheets.Column(REASON, width=60),
        *(sheets.Column(headers[place]) for place in kept),
    ]
    return sheets.write_xlsx(file, [sheets.Sheet(_("Rows to correct"), columns, lines())])
