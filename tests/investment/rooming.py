"""Data rooms for tests: a room with documents, a group, and an investor who may enter."""

import io
import zipfile
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from alliance.accounts.models import User
from alliance.core import files
from alliance.core.models import StoredFile
from investment.models import Interest, Investor, Project, Room, RoomGroup, RoomNode
from investment.rooms.gathering import Visit, room_at
from investment.services import agreements, rooms
from tests.investment.factories import Promoters, make_project
from tests.investment.investing import Investing, agree, make_investor, move_all, send_interest


def pdf_of(*texts: str, size: tuple[int, int] = (300, 400), **options: Any) -> bytes:
    """A PDF with a line of text on each page."""
    pdf = pikepdf.new()
    font = pdf.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    )
    for text in texts or ("Sample",):
        page = pdf.add_blank_page(page_size=size)
        page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        page.obj.Contents = pdf.make_stream(f"BT /F1 24 Tf 40 300 Td ({text}) Tj ET".encode())
    out = io.BytesIO()
    pdf.save(out, **options)
    return out.getvalue()


def is_marked(page: pikepdf.Page) -> bool:
    """Whether the content of the page itself draws the reader's mark, last of all."""
    drawn = [(operands, str(operator)) for operands, operator in pikepdf.parse_content_stream(page)]
    names = [str(operands[0]) for operands, operator in drawn if operator == "Do"]
    return bool(names) and names[-1].startswith("/Reader")


def picture(colour: str = "teal", size: tuple[int, int] = (400, 300)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


def docx() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        )
        archive.writestr("word/document.xml", '<?xml version="1.0"?><document/>')
    return out.getvalue()


def upload(name: str = "sample.pdf", body: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf_of() if body is None else body)


def check_files() -> None:
    """As the worker does a moment after the upload."""
    for pk in StoredFile.objects.filter(state=StoredFile.State.WAITING).values_list("pk", flat=True):
        files.make_renditions(pk)


def add_document(
    room: Room,
    by: User,
    name: str = "Sample document",
    *,
    parent: RoomNode | None = None,
    file: SimpleUploadedFile | None = None,
) -> RoomNode:
    node = rooms.add_file(room, parent, file or upload(), name_zh=name, name_en=name, by=by)
    check_files()
    return node


def open_group(room: Room, name: str, by: User, *, hours: int = 48) -> RoomGroup:
    now = timezone.now()
    return rooms.write_group(
        room, None, name=name, opens_at=now - timedelta(hours=1), closes_at=now + timedelta(hours=hours), by=by
    )


def enter(project: Project, investing: Investing, lead: User) -> Interest:
    """The investor's interest is accepted, and its signatory accepts the agreement: D-2 and D-3."""
    if not project.agreements.exists():
        agreements.write_agreement(project, text_zh="样例协议", text_en="Sample", valid_days=365, by=lead)
    interest = move_all(send_interest(investing, project), "acknowledge", "accept", by=lead)
    agree(interest, investing)
    interest.refresh_from_db()
    return interest


@dataclass
class Rooming:
    """A project in dialogue with a room, and one investor whose signatory is in its group."""

    promoters: Promoters
    room: Room
    group: RoomGroup
    investing: Investing
    interest: Interest

    @property
    def lead(self) -> User:
        return self.promoters.lead

    @property
    def project(self) -> Project:
        return self.promoters.project

    @property
    def investor(self) -> Investor:
        return self.investing.investor

    @property
    def reader(self) -> User:
        return self.investing.signatory

    def let(self, node: RoomNode, level: str, group: RoomGroup | None = None) -> RoomNode:
        rooms.set_access(node, {(group or self.group).pk: level}, by=self.lead)
        return node

    def document(self, name: str = "Sample document", level: str = "view", **more: Any) -> RoomNode:
        node = add_document(self.room, self.lead, name, **more)
        return self.let(node, level) if level else node

    def folder(self, name: str, parent: RoomNode | None = None) -> RoomNode:
        return rooms.add_folder(self.room, parent, name_zh=name, name_en=name, by=self.lead)

    def visit(self, person: User | None = None) -> Visit:
        """As a fresh request sees it."""
        found = room_at(self.project.slug)
        assert found is not None
        return Visit(User.objects.get(pk=(person or self.reader).pk), found)

    def names(self, person: User | None = None) -> list[str]:
        return [str(row.node.name_en) for row in self.visit(person).rows]


def make_room() -> Rooming:
    promoters = make_project()
    room = rooms.open_room(promoters.project, with_folders=False, by=promoters.lead)
    investing = make_investor()
    interest = enter(promoters.project, investing, promoters.lead)
    group = open_group(room, "Sample group", promoters.lead)
    rooms.add_member(group, investing.signatory, investing.investor, by=promoters.lead)
    return Rooming(promoters, room, group, investing, interest)
