"""A sample data room for the project with which the sample fund is furthest."""

import io
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from alliance.core.models import StoredFile

from ..models import Interest, Room, RoomGroup, RoomNode
from ..services import rooms
from . import person

LEAD = "promoter-a"
# Folder (by its place among the standard ones), names, pages, what the fund may.
DOCUMENTS = (
    (0, "样例项目建议书", "Sample project proposal", 6, "download"),
    (2, "样例三年财务预测", "Sample three-year forecast", 3, "view"),
    (2, "样例审计报告", "Sample audit report", 4, ""),
    (4, "样例用地文件", "Sample land documents", 2, "original"),
)


def make() -> Room | None:
    interest = (
        Interest.objects.filter(investor__is_sample=True, state__in=Interest.ROOM_STATES)
        .select_related("project", "investor__organisation")
        .order_by("pk")
        .last()
    )
    if interest is None:
        return None
    by = person(LEAD)
    room = rooms.open_room(interest.project, with_folders=True, by=by)
    folders = list(room.nodes.order_by("position"))
    group = _group(room, interest)
    for place, zh, en, pages, level in DOCUMENTS:
        upload = SimpleUploadedFile(f"sample-{place}.pdf", page_of(en, pages), content_type="application/pdf")
        node = rooms.add_file(room, folders[place], upload, name_zh=zh, name_en=en, by=by)
        # Made here a moment ago: there is nothing to wait for.
        StoredFile.objects.filter(room_version__node=node).update(state=StoredFile.State.READY)
        if level:
            rooms.set_access(node, {group.pk: level}, by=by)
    _open_folder(folders[0], group)
    return room


def _group(room: Room, interest: Interest) -> RoomGroup:
    by, now = person(LEAD), timezone.now()
    name = str(interest.investor.organisation.name)[:80]
    group = rooms.write_group(room, None, name=name, opens_at=now, closes_at=now + timedelta(days=60), by=by)
    for side, people in rooms.candidates(room):
        if side.pk == interest.investor_id:
            for one in people:
                rooms.add_member(group, one, side, by=by)
    return group


def _open_folder(folder: RoomNode, group: RoomGroup) -> None:
    rooms.set_access(folder, {group.pk: "view"}, by=person(LEAD))


def page_of(title: str, pages: int) -> bytes:
    """Pages that say what they are."""
    import pikepdf

    pdf = pikepdf.new()
    font = pdf.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    )
    for number in range(1, pages + 1):
        page = pdf.add_blank_page(page_size=(595, 842))
        page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        lines = "(This page is a sample: it describes no real project.) Tj 0 -22 Td " * 12
        text = f"BT /F1 24 Tf 60 760 Td ({title}, page {number}) Tj /F1 12 Tf 0 -48 Td {lines} ET"
        page.obj.Contents = pdf.make_stream(text.encode())
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()
