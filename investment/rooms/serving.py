"""The door: ask `decide`, make what was allowed, marked with its reader, and write down what came of it (D-10)."""

import tempfile
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from typing import IO

from django.http import Http404
from django.http.response import HttpResponseBase

from alliance.core.files import serve

from ..models import RoomEvent, RoomNode, RoomVersion
from . import watermarks
from .deciding import Action, Decision
from .gathering import Row, Visit, kind_of


def hand_out(
    visit: Visit,
    node: RoomNode,
    action: Action,
    make: Callable[[Row, RoomVersion], HttpResponseBase],
    *,
    page: int | None = None,
) -> HttpResponseBase:
    """What `make` makes of the document, if this person may do this with it now; else it does not exist (D-8).

    It is made first and written down after: the log says given only of what there was to give. A folder, a document
    that is still being checked, a page beyond the last are refused by D-8.
    """
    decision = visit.decide(node, action)
    row = visit.row_of(node) if decision else None
    version = row.version if row is not None else None
    made: HttpResponseBase | None = None
    if row is not None and version is not None:
        with suppress(Http404):
            made = make(row, version)
    if made is None and decision:
        decision = nothing(decision)
    write(visit, node, action, decision, version=version, page=page, size=size_of(made))
    if made is None:
        raise Http404
    return made


def size_of(made: HttpResponseBase | None) -> int | None:
    """The bytes of the file that is handed out; None for a page of ours, which holds nothing of it."""
    length = made.headers.get("Content-Length") if made is not None else None
    return int(length) if length is not None else None


def nothing(decision: Decision) -> Decision:
    """It was allowed, and there is nothing to hand out."""
    return Decision(False, "D-8", decision.investor)


def write(
    visit: Visit,
    node: RoomNode,
    action: Action,
    decision: Decision,
    *,
    version: RoomVersion | None = None,
    page: int | None = None,
    size: int | None = None,
) -> None:
    """One event: asked, by whom, for which investor, and given or by which rule not."""
    event(visit, node, action, decision, version=version, page=page, size=size).save()


def event(
    visit: Visit,
    node: RoomNode,
    action: Action,
    decision: Decision,
    *,
    version: RoomVersion | None = None,
    page: int | None = None,
    size: int | None = None,
) -> RoomEvent:
    return RoomEvent(
        room=visit.room,
        node=node,
        version=version,
        person=visit.person,
        investor_id=decision.investor,
        action=action.value,
        is_allowed=decision.is_allowed,
        rule=decision.rule,
        page=page,
        address=visit.address,
        size=size,
        # Originals carry no mark.
        copy=visit.copy if size is not None and action != Action.ORIGINAL else "",
    )


def mark_of(visit: Visit, version: RoomVersion) -> watermarks.Mark:
    """D-9: who reads which version of which document, when and for whom, and which copy it is."""
    investor = visit.investor
    return watermarks.Mark(
        name=visit.person.name or visit.person.email,
        organisation=str(investor.organisation.name) if investor else "",
        email=visit.person.email,
        at=visit.now,
        document=f"{version.node.token.hex[:12]}-{version.number}",
        copy=visit.copy,
    )


# What is handed out -------------------------------------------------------------------------------------------------


def page(visit: Visit, version: RoomVersion, number: int) -> HttpResponseBase:
    """One page of a PDF, or the picture (page 1), as the browser shows it. Raises Http404 beyond the last."""
    mark = mark_of(visit, version)
    with _opened(version) as source:
        if kind_of(version) == "pdf":
            try:
                body, media_type = watermarks.picture_of_page(source, number, mark), "image/png"
            except IndexError:
                raise Http404 from None
        elif kind_of(version) == "picture" and number == 1:
            most = watermarks.SHOWN
            body, media_type = watermarks.stamp_picture(source, version.file.media_type, mark, most=most), "image/jpeg"
        else:
            raise Http404
    return serve.made(BytesIO(body), name="page", media_type=media_type, is_shown=True)


def copy(visit: Visit, version: RoomVersion) -> HttpResponseBase:
    """The whole document with its reader on each page. Office files have no such copy."""
    kind = kind_of(version)
    if kind not in ("pdf", "picture"):
        raise Http404
    file = tempfile.TemporaryFile(prefix="room-")  # noqa: SIM115  the answer closes it
    try:
        write_copy(visit, version, file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    media_type = "application/pdf" if kind == "pdf" else "image/jpeg"
    return serve.made(file, name=copy_name(version), media_type=media_type)


def write_copy(visit: Visit, version: RoomVersion, target: IO[bytes]) -> None:
    """The marked copy of a PDF or a picture, written to `target`."""
    mark = mark_of(visit, version)
    with _opened(version) as source:
        if kind_of(version) == "pdf":
            watermarks.stamp_pdf(source, target, mark)
        else:
            target.write(watermarks.stamp_picture(source, version.file.media_type, mark))


def copy_name(version: RoomVersion) -> str:
    """The document's name as this reader knows it, with the kind of the copy."""
    extension = "pdf" if kind_of(version) == "pdf" else "jpg"
    stem = str(version.node.name).replace("/", "-").strip(". ") or "document"
    return f"{stem}.{extension}"


def original(version: RoomVersion) -> HttpResponseBase:
    """The file as the parks uploaded it."""
    return serve.original(version.file)


def _opened(version: RoomVersion) -> IO[bytes]:
    try:
        return version.file.content.open("rb")
    except FileNotFoundError:
        raise Http404 from None
