"""Take a checked file over, and take it back: each in one transaction, each row looked at again under lock."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .. import audit
from ..errors import RuleBroken
from ..jobs import Work
from ..models import ImportBatch, ImportRow
from .checking import CHUNK, chunked, judge
from .columns import both
from .kinds import Checker, Draft, Judged, kind_of

State, Verdict, Outcome = ImportBatch.State, ImportRow.Verdict, ImportRow.Outcome
SETTLED = ["outcome", "outcome_note", "made", "target", "target_name"]
# So many rows are written together; after each of these the job says how far it is.
TOGETHER = 50

MOVED = _("This changed since the check. Upload the row again to see how it stands now.")
TAKEN = _("Something else took this name or number a moment ago. Upload the row again.")


def apply(work: Work) -> dict[str, Any]:
    """Do what was confirmed. A second run, after a double click or a killed worker, finds it done or begins anew."""
    with transaction.atomic(), audit.gathered() as events:
        batch = _locked(work.params["batch"])
        kind = kind_of(batch.kind)
        if batch.state != State.APPLYING or kind is None:
            return dict(batch.counts)
        _one_at_a_time(batch)
        checker = kind.checker(kind, batch, work.by)
        rows = batch.rows.chosen().order_by("number")
        total = rows.count()
        done = 0
        for chunk in chunked(rows.iterator(chunk_size=CHUNK), CHUNK):
            checker.lock([row.target for row in chunk if row.target])
            # Only what is written again comes from the row; what it was checked against is asked anew.
            drafts = [Draft(row.number, dict(row.values)) for row in chunk]
            found = zip(chunk, drafts, judge(checker, drafts), strict=True)
            for part in chunked(found, TOGETHER):
                taken = [(row, judged) for row, draft, judged in part if _stands(row, draft, judged)]
                _attempt(taken, partial(_take, checker), events)
                done += len(part)
                work.progress(done, total, "rows")
            ImportRow.objects.bulk_update(chunk, SETTLED)
        counts = _outcomes(batch)
        batch.state, batch.applied_by, batch.applied_at = State.APPLIED, work.by, timezone.now()
        batch.counts = {**batch.counts, **counts}
        batch.save(update_fields=["state", "applied_by", "applied_at", "counts"])
        audit.record("import.applied", batch, by=work.by, kind=batch.kind, file=batch.sha256, **counts)
        work.write()  # a wish to stop still counts here, and takes everything back
    return dict(counts)


def undo(work: Work) -> dict[str, Any]:
    """Take back what a file made, the last row first. Rows that have moved on stay, each with the reason."""
    with transaction.atomic(), audit.gathered() as events:
        batch = _locked(work.params["batch"])
        kind = kind_of(batch.kind)
        if batch.state != State.UNDOING or kind is None:
            return dict(batch.counts)
        _one_at_a_time(batch)
        checker = kind.checker(kind, batch, work.by)
        rows = batch.rows.filter(outcome__in=[Outcome.CREATED, Outcome.UPDATED]).order_by("-number")
        total = rows.count()
        done = 0
        for chunk in chunked(rows.iterator(chunk_size=CHUNK), CHUNK):
            checker.lock([row.target for row in chunk if row.target])
            for part in chunked(chunk, TOGETHER):
                _attempt([(row, None) for row in part], partial(_take_back, checker), events, failed=Outcome.KEPT)
                done += len(part)
                work.progress(done, total, "rows")
            ImportRow.objects.bulk_update(chunk, SETTLED)
        counts = _outcomes(batch)
        batch.state, batch.undone_by, batch.undone_at = State.UNDONE, work.by, timezone.now()
        batch.counts = {**{code: n for code, n in batch.counts.items() if code not in Outcome.values}, **counts}
        batch.save(update_fields=["state", "undone_by", "undone_at", "counts"])
        audit.record("import.undone", batch, by=work.by, kind=batch.kind, **counts)
        work.write()
    return dict(counts)


def _stands(row: ImportRow, draft: Draft, judged: Judged) -> bool:
    """Whether the row is still what was decided about; else it is put aside."""
    if (judged.verdict, judged.target, judged.seen) == (row.verdict, row.target, row.seen):
        return True
    words = draft.notes[0] if draft.notes else both(MOVED)
    row.outcome = Outcome.PUT_ASIDE
    row.outcome_note = {language: words[language] for language in words if language != "column"}
    return False


def _take(checker: Checker, rows: list[tuple[ImportRow, Judged]]) -> None:
    for (row, _judged), made in zip(rows, checker.apply_all(rows), strict=True):
        row.outcome = Outcome.CREATED if made.is_new else Outcome.UPDATED
        row.target, row.made = made.target, made.details


def _take_back(checker: Checker, rows: list[tuple[ImportRow, None]]) -> None:
    checker.undo_all([row for row, _nothing in rows])
    for row, _nothing in rows:
        row.outcome, row.outcome_note = Outcome.UNDONE, {}


def _attempt(
    rows: list[tuple[ImportRow, Any]],
    do: Callable[[list[tuple[ImportRow, Any]]], None],
    events: list[Any],
    failed: str = Outcome.PUT_ASIDE,
) -> None:
    """Rows in one savepoint: what they wrote, and what they told the audit chain, goes if one of them fails.

    Then each half is tried by itself, until the row that cannot be done stands alone with its reason.
    """
    if not rows:
        return
    mark = len(events)
    try:
        with transaction.atomic():
            do(rows)
    except RuleBroken as broken:
        words = both(partial(str, broken))
    except PermissionDenied:
        words = both(_("You may not do this."))
    except ValidationError as error:
        words = both(partial(_messages, error))
    except IntegrityError:
        words = both(TAKEN)
    else:
        return
    del events[mark:]
    if len(rows) > 1:
        half = len(rows) // 2
        _attempt(rows[:half], do, events, failed)
        _attempt(rows[half:], do, events, failed)
        return
    row = rows[0][0]
    row.outcome, row.outcome_note = failed, words


def _messages(error: ValidationError) -> str:
    return " ".join(error.messages)


def _locked(token: str) -> ImportBatch:
    return ImportBatch.objects.select_for_update().get(token=token)


def _one_at_a_time(batch: ImportBatch) -> None:
    """Two files of one kind are taken over one after the other, so that the second sees what the first brought."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"import.{batch.kind}"])


def _outcomes(batch: ImportBatch) -> dict[str, int]:
    return dict(Counter(batch.rows.exclude(outcome="").values_list("outcome", flat=True)))
