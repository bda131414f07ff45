"""The copy of a person's data: JSON and CSV of everything declared, and a page that says what is what (6.64)."""

import csv
import io
import json
import uuid
import zipfile
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from alliance.core import cells, jobs
from alliance.core.context_processors import LANGUAGE_TAGS
from alliance.core.jobs import JobKind

from . import personal_data
from .models import User
from .personal_data import Source

BOM = "\ufeff"
EVERYTHING = "data.json"
Progress = Callable[[int, int], None]


def write_copy(person: User, language: str, file: IO[bytes], progress: Progress = lambda done, total: None) -> dict:
    """Everything the portal knows of the person, into a ZIP; gives how many rows of each kind there are."""
    sources = [source for source in personal_data.sources() if source.fields]
    everything: dict[str, list[dict[str, Any]]] = {}
    with translation.override(language), zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, source in enumerate(sources, 1):
            rows = [{key: _plain(value) for key, value in row.items()} for row in source.exported(person)]
            everything[source.code] = rows
            if rows:
                archive.writestr(f"csv/{source.code}.csv", _csv(source, rows))
            progress(number, len(sources) + 1)
        everything["traces"] = list(personal_data.traces_of(person))
        archive.writestr(EVERYTHING, json.dumps(everything, ensure_ascii=False, indent=1))
        archive.writestr("index.html", _index(person, language, sources, everything))
    progress(len(sources) + 1, len(sources) + 1)
    return {code: len(rows) for code, rows in everything.items()}


def _index(person: User, language: str, sources: list[Source], everything: dict[str, list]) -> str:
    context = {
        "person": person,
        "language": LANGUAGE_TAGS[language],
        "made_at": timezone.localtime(),
        "parts": [(source, len(everything[source.code])) for source in sources],
        "traces": len(everything["traces"]),
        "everything": EVERYTHING,
        "base_url": settings.PUBLIC_BASE_URL,
    }
    return render_to_string("accounts/copy_index.html", context)


def _csv(source: Source, rows: Iterable[dict[str, Any]]) -> str:
    model = source.manager.model
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([_head(model, field) for field in source.fields])
    for row in rows:
        writer.writerow([_cell(row[field]) for field in source.fields])
    return BOM + text.getvalue()


def _head(model: type[Model], path: str) -> str:
    """What a column is called, in the active language; the name in the table where it has none in words."""
    name, _sep, rest = path.partition("__")
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return path
    if rest and field.related_model and not isinstance(field.related_model, str):
        return _head(field.related_model, rest)
    return str(getattr(field, "verbose_name", path))


def _cell(value: Any) -> Any:
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False)
    return cells.quoted(value) if isinstance(value, str) else value


def _plain(value: Any) -> Any:
    match value:
        case datetime() | date():
            return value.isoformat()
        case uuid.UUID():
            return str(value)
        case None | bool() | int() | float() | str() | dict() | list():
            return value
    return str(value)


# As a job -------------------------------------------------------------------------------------------------------------


def _run(work: jobs.Work) -> dict[str, int]:
    name = _("my-data") + f"-{timezone.localdate():%Y-%m-%d}.zip"
    with work.file(name, "application/zip") as file:
        return write_copy(work.by, work.language, file, lambda done, total: work.progress(done, total, "reading"))


def _may(person: Any, params: Any) -> bool:
    """Everybody, and only their own: the job knows no other person than the one who asked."""
    return person is not None and person.is_authenticated and person.is_active


COPY = jobs.register(
    JobKind(
        code="personal_data",
        title=translation.gettext_lazy("Copy of my data"),
        run=_run,
        may=_may,
        reads_only=True,
        keep_days=7,
        open_at_once=1,
    )
)
