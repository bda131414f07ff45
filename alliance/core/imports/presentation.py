"""An import as its reader sees it: counts, filters, rows in words."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .. import spreadsheets
from ..models import ImportBatch, ImportRow
from ..spreadsheets import refusals
from .columns import said
from .kinds import ImportKind

Verdict, Outcome = ImportRow.Verdict, ImportRow.Outcome
TONES: dict[str, str] = {
    Verdict.NEW: "ok", Verdict.UPDATE: "info", Verdict.SAME: "", Verdict.CONFLICT: "wait", Verdict.ERROR: "bad",
    Outcome.CREATED: "ok", Outcome.UPDATED: "ok", Outcome.PUT_ASIDE: "wait", Outcome.UNDONE: "", Outcome.KEPT: "wait",
}  # fmt: skip
STATE_TONES: dict[str, str] = {
    ImportBatch.State.REFUSED: "bad", ImportBatch.State.CHECKED: "wait", ImportBatch.State.COLUMNS: "wait",
    ImportBatch.State.APPLIED: "ok",
}  # fmt: skip
# As many values of a row are shown; the rest is in the file.
MOST_VALUES = 60


@dataclass(frozen=True)
class Filter:
    """One of the tabs above the rows."""

    code: str
    label: Any
    count: int
    is_current: bool


def filters(batch: ImportBatch, current: str) -> list[Filter]:
    """Verdicts before the file is taken over, outcomes after it; only those that have rows."""
    after = batch.applied_at is not None
    shown = [*Outcome.choices, *((code, label) for code, label in Verdict.choices if code in ("same", "error"))]
    choices = shown if after else Verdict.choices
    total = sum(batch.counts.get(code, 0) for code, _label in Verdict.choices)
    made = [Filter("", _("All"), total, not current)]
    return made + [
        Filter(code, label, batch.counts[code], current == code) for code, label in choices if batch.counts.get(code)
    ]


def rows_of(batch: ImportBatch, code: str) -> Any:
    """The rows of one tab; an unknown one shows all."""
    rows = batch.rows.order_by("number")
    if code in Outcome.values:
        return rows.filter(outcome=code)
    return rows.filter(verdict=code) if code in Verdict.values else rows


@dataclass(frozen=True)
class Value:
    label: str
    text: str
    before: str | None = None


@dataclass
class ShownRow:
    """A row in words, with what may be decided about it."""

    row: ImportRow
    name: str
    label: str
    tone: str
    notes: list[tuple[str, str]]
    values: list[Value]
    changes: list[Value]
    choices: list[tuple[str, str]]
    outcome_note: str
    flawed: list[Value]

    @property
    def is_open(self) -> bool:
        return self.row.is_open


TAKE = {
    Verdict.NEW: pgettext_lazy("import", "Add"),
    Verdict.UPDATE: pgettext_lazy("import", "Change"),
}
SKIP = pgettext_lazy("import", "Leave it out")


def shown(rows: list[ImportRow], batch: ImportBatch, kind: ImportKind) -> list[ShownRow]:
    words = kind.words()
    titles = {column.code: column.title() for column in kind.columns()}
    places = {code: int(place) for place, code in batch.columns.items() if code}
    return [_shown(row, kind, words, titles, places) for row in rows]


def _shown(row: ImportRow, kind: ImportKind, words: Any, titles: dict[str, str], places: dict[str, int]) -> ShownRow:
    def text(code: str, value: Any) -> str:
        return kind.shown(code, value, words)

    def cell(code: str) -> str:
        place = places.get(code, -1)
        return row.cells[place] if 0 <= place < len(row.cells) else ""

    values = [Value(titles[code], text(code, row.values[code])) for code in titles if code in row.values]
    changes = [
        Value(titles[code], text(code, after), text(code, before))
        for code, (before, after) in row.changes.items()
        if code in titles
    ]
    wrong = [note["column"] for note in row.notes if note.get("column") in titles]
    label: Any = row.get_outcome_display() if row.outcome else row.get_verdict_display()
    first = next((cell(code) for code in titles if cell(code) and code != "slug"), "")
    return ShownRow(
        row=row,
        name=row.target_name or str(row.values.get("name_zh") or row.values.get("email") or first)[:120],
        label=label,
        tone=TONES.get(row.outcome or row.verdict, ""),
        notes=[(titles.get(note.get("column", ""), ""), said(note)) for note in row.notes],
        values=values[:MOST_VALUES],
        changes=changes,
        choices=_choices(row),
        outcome_note=said(row.outcome_note) if row.outcome_note else "",
        flawed=[Value(titles[code], cell(code)) for code in dict.fromkeys(wrong) if cell(code)],
    )


def _choices(row: ImportRow) -> list[tuple[str, str]]:
    if row.verdict == Verdict.CONFLICT:
        offers = [(entry["code"], said(entry)) for entry in row.offers]
        return [("", str(_("Not decided yet"))), *offers, (ImportRow.SKIP, str(SKIP))]
    if row.verdict in TAKE:
        return [(ImportRow.TAKE, str(TAKE[Verdict(row.verdict)])), (ImportRow.SKIP, str(SKIP))]
    return []


def problem_words(batch: ImportBatch) -> str:
    return refusals.words(batch.problem) if batch.problem else ""


def read_words(batch: ImportBatch) -> list[str]:
    """How the file was read, for people to check."""
    found = []
    how = batch.read_as
    if how.get("sheet"):
        found.append(str(_("Sheet “%(name)s”") % {"name": how["sheet"]}))
    elif how.get("encoding"):
        marks = {",": _("comma"), ";": _("semicolon"), "\t": _("tab")}
        encoding = {"gb18030": "GBK"}.get(how["encoding"], how["encoding"].upper().replace("-SIG", ""))
        found.append(
            str(_("%(encoding)s, separated by %(mark)s"))
            % {"encoding": encoding, "mark": marks.get(how.get("delimiter", ","), "")}
        )
    if how.get("header_row"):
        found.append(str(_("headers in row %(row)s") % {"row": how["header_row"]}))
    if how.get("other_sheets"):
        found.append(str(_("not read: %(names)s") % {"names": _(", ").join(how["other_sheets"])}))
    if how.get("nameless"):
        letters = ", ".join(spreadsheets.column_letters(place) for place in how["nameless"])
        found.append(str(_("columns without a header are not read: %(names)s") % {"names": letters}))
    return found


def left_out(batch: ImportBatch) -> list[str]:
    """Headers of the file that mean no column."""
    return [text for place, text in enumerate(batch.headers) if text and not batch.columns.get(str(place))]
