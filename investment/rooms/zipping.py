"""Several documents at once (D-7): each asked for by itself, each marked with its reader, and none other in the ZIP.

Few and small ones come at once; more are made in the background. The rights are asked when the work is asked for, when
it runs and when its file is fetched: once one document of it is no longer allowed, the whole file is not handed out.
"""

import shutil
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import IO, Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy

from alliance.accounts.models import User
from alliance.core import jobs
from alliance.core.files import serve
from alliance.core.jobs import JobKind
from alliance.core.models import Job

from ..models import Project, RoomEvent
from . import serving
from .deciding import Action
from .gathering import Row, Visit, room_at

# Up to here the answer waits for it.
AT_ONCE_FILES, AT_ONCE_BYTES, AT_ONCE_PAGES = 10, 20 * 1024 * 1024, 200


def chosen(visit: Visit) -> list[Row]:
    """The documents that this person may take with others: in their own tree, node by node."""
    return [row for row in visit.rows if Action.BULK in row.may and row.may_download]


def is_small(rows: Sequence[Row]) -> bool:
    versions = [row.version for row in rows if row.version is not None]
    return (
        len(versions) <= AT_ONCE_FILES
        and sum(version.file.size for version in versions) <= AT_ONCE_BYTES
        and sum(version.pages or 1 for version in versions) <= AT_ONCE_PAGES
    )


def answer(visit: Visit, rows: Sequence[Row]) -> HttpResponseBase:
    """All of it at once. Raises Http404 where none of the files is there to be handed out."""
    file = tempfile.TemporaryFile(prefix="room-")  # noqa: SIM115  the answer closes it
    try:
        if not write_zip(visit, rows, file):
            raise Http404
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return serve.made(file, name=zip_name(visit), media_type="application/zip")


def zip_name(visit: Visit) -> str:
    return f"{visit.room.project.slug}-{visit.now:%Y%m%d}.zip"


def write_zip(
    visit: Visit, rows: Sequence[Row], target: IO[bytes], *, on_file: Callable[[int, int], None] | None = None
) -> int:
    """Write the marked copies, one after another through the disk, then the decision on each; gives how many.

    A file that is gone is left out and written down as such. Nothing is written down of a ZIP that came to no end.
    """
    names: set[str] = set()
    events: list[RoomEvent] = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for number, row in enumerate(rows, 1):
            assert row.version is not None
            decision, size = visit.decide(row.node, Action.BULK), None
            with tempfile.TemporaryFile(prefix="room-") as file:
                try:
                    serving.write_copy(visit, row.version, file)
                except Http404:
                    decision = serving.nothing(decision)
                else:
                    size = file.tell()
                    file.seek(0)
                    with archive.open(_free(_path(row), names), "w", force_zip64=True) as part:
                        shutil.copyfileobj(file, part)
            events.append(serving.event(visit, row.node, Action.BULK, decision, version=row.version, size=size))
            if on_file is not None:
                on_file(number, len(rows))
    log_refused(visit, rows)
    RoomEvent.objects.bulk_create(events)
    return sum(1 for one in events if one.is_allowed)


def log_refused(visit: Visit, rows: Sequence[Row]) -> None:
    """D-10: what was left out of it is a decision as well."""
    taken = {row.node.pk for row in rows}
    left = [row for row in visit.rows if not row.node.is_folder and row.node.pk not in taken]
    events = []
    for row in left:
        decision = visit.decide(row.node, Action.BULK)
        if not decision:
            events.append(serving.event(visit, row.node, Action.BULK, decision, version=row.version))
    RoomEvent.objects.bulk_create(events)


def _path(row: Row) -> str:
    assert row.version is not None
    folders = [part.replace("/", "-").strip(". ") or "-" for part in row.path[:-1]]
    return "/".join([*folders, serving.copy_name(row.version)])


def _free(path: str, names: set[str]) -> str:
    stem, dot, extension = path.rpartition(".")
    free, number = path, 2
    while free.lower() in names:
        free, number = f"{stem} ({number}){dot}{extension}", number + 1
    names.add(free.lower())
    return free


# As a job -----------------------------------------------------------------------------------------------------------


def _visit(person: Any, params: Mapping[str, Any]) -> Visit | None:
    # Read anew: what a person object knows of its investors may be older than a revocation.
    fresh = User.objects.filter(pk=person.pk, is_active=True).first() if person is not None else None
    room = room_at(str(params.get("project", "")))
    if fresh is None or room is None:
        return None
    return Visit(fresh, room, address=params.get("address"))


def _may(person: Any, params: Mapping[str, Any]) -> bool:
    """Every document that was asked for must still be allowed in the version it had."""
    visit = _visit(person, params)
    if visit is None:
        return False
    asked = {(int(node), int(version)) for node, version in params.get("documents", [])}
    return bool(asked) and asked <= {(row.node.pk, row.version.pk) for row in chosen(visit) if row.version is not None}


def _run(work: jobs.Work) -> dict[str, int]:
    visit = _visit(work.by, work.params)
    assert visit is not None  # `_may` was asked a moment ago
    asked = {int(node) for node, _version in work.params["documents"]}
    rows = [row for row in chosen(visit) if row.node.pk in asked]
    with work.file(zip_name(visit), "application/zip") as file:
        number = write_zip(visit, rows, file, on_file=lambda done, total: work.progress(done, total, "writing"))
    return {"documents": number}


def _describe(job: Job) -> Any:
    project = Project.objects.filter(slug=job.params.get("project", "")).first()
    return project.title if project is not None else ""


BUNDLE = jobs.register(
    JobKind(
        "room_bundle",
        gettext_lazy("Documents of a data room"),
        run=_run,
        may=_may,
        describe=_describe,
        keep_days=1,
        open_at_once=2,
    )
)


def ask(visit: Visit, rows: Sequence[Row]) -> Job:
    documents = [[row.node.pk, row.version.pk] for row in rows if row.version is not None]
    return jobs.request(
        BUNDLE, by=visit.person, project=visit.room.project.slug, documents=documents, address=visit.address
    )
