"""Send a table as a desk does, and bring it to where a test needs it."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from alliance.accounts.models import User
from alliance.core import imports
from alliance.core.imports import requests
from alliance.core.jobs import running
from alliance.core.models import ImportBatch, ImportRow
from tests.core.workbooks import xlsx


def send(kind: str, rows: Iterable[Sequence[Any]], by: User, name: str = "table.xlsx", **options: Any) -> ImportBatch:
    """A table that was sent and checked."""
    return send_file(kind, xlsx(rows), by, name, **options)


def send_file(kind: str, file: io.BytesIO, by: User, name: str = "table.xlsx", **options: Any) -> ImportBatch:
    found = imports.kind_of(kind)
    assert found is not None
    batch = requests.upload(found, SimpleUploadedFile(name, file.getvalue()), by=by, options=options)
    return work(batch)


def work(batch: ImportBatch) -> ImportBatch:
    """Do what waits for a worker."""
    batch.refresh_from_db()
    assert batch.job is not None
    running.run(batch.job.pk)
    batch = ImportBatch.objects.get(pk=batch.pk)
    batch.job.refresh_from_db()
    assert batch.job.error == ""
    return batch


def take_over(batch: ImportBatch, by: User) -> ImportBatch:
    return work(requests.confirm(batch, by=by))


def take_back(batch: ImportBatch, by: User) -> ImportBatch:
    return work(requests.take_back(batch, by=by))


def verdicts(batch: ImportBatch) -> list[tuple[int, str]]:
    return list(batch.rows.values_list("number", "verdict"))


def outcomes(batch: ImportBatch) -> list[tuple[int, str]]:
    return list(batch.rows.exclude(outcome="").values_list("number", "outcome"))


def row(batch: ImportBatch, number: int) -> ImportRow:
    return batch.rows.get(number=number)


def english(notes: list[dict[str, str]]) -> list[tuple[str, str]]:
    """(column, English words) of what is wrong with a row."""
    return [(note["column"], note["en"]) for note in notes]
