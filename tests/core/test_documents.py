"""Documents: what is taken, what is refused and how, what is kept back for what is inside (platform spec, 6.40-44)."""

import io
import os

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from alliance.core.files import NotAccepted, accept_document, inspecting, make_renditions, refusal_text
from alliance.core.files.documents import MEDIA_TYPES
from alliance.core.files.scanning import EICAR
from alliance.core.models import StoredFile
from tests.factories import make_user

from .documents import GOOD, MP4, OLE, RELATIONS, TYPES, object_stream, office, packed, pdf

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_memory(monkeypatch):
    from django.core.files.storage import InMemoryStorage

    monkeypatch.setattr(StoredFile._meta.get_field("content"), "storage", InMemoryStorage())
    with translation.override("en"):
        yield


def sent(body: bytes, name: str) -> SimpleUploadedFile:
    # What a browser says of the type is not asked.
    return SimpleUploadedFile(name, body, "text/html")


def taken(body: bytes, name: str) -> StoredFile:
    """Accepted, and looked at by the worker."""
    stored = accept_document(sent(body, name), by=make_user())
    make_renditions(stored.pk)
    stored.refresh_from_db()
    return stored


class TestAccept:
    @pytest.mark.parametrize("name", GOOD)
    def test_is_taken_and_waits_for_its_check(self, name):
        stored = accept_document(sent(GOOD[name], name), by=make_user())

        assert (stored.state, stored.is_public, stored.original_name) == ("waiting", False, name)
        assert stored.media_type != "text/html"
        assert name not in stored.content.name

    @pytest.mark.parametrize(
        ("body", "name", "words"),
        [
            (b"", "work.pdf", "is empty"),
            (GOOD["all.zip"], "work.docx", "is ZIP by its content"),
            (GOOD["work.docx"], "all.zip", "is DOCX by its content"),
            (GOOD["work.docx"], "talk.pptx", "is DOCX by its content"),
            (GOOD["work.pdf"], "hall.jpg", "is PDF by its content"),
            (GOOD["hall.png"], "work.pdf", "is PNG by its content"),
            (GOOD["work.pdf"], "work", "is PDF by its content"),
            (GOOD["work.pdf"], "work.exe", "is PDF by its content"),
            (b"MZ\x90\x00" + b"\x00" * 60, "work.pdf", "none of the kinds"),
            (b"MZ\x90\x00" + b"\x00" * 60, "setup.exe", "none of the kinds"),
            (b"<html><script>alert(1)</script></html>", "work.pdf", "none of the kinds"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "work.svg", "none of the kinds"),
            (MP4.replace(b"isom", b"qt  "), "film.mp4", "none of the kinds"),
            (OLE, "work.docx", "old Office document, or it is protected with a password. Save it without, as DOCX"),
            (OLE, "table.xls", "Save it without, as XLSX"),
            (b"PK\x03\x04 broken", "all.zip", "none of the kinds"),
        ],
    )
    def test_what_is_refused_says_why(self, body, name, words):
        with pytest.raises(NotAccepted, match=words):
            accept_document(sent(body, name), by=make_user())

        assert not StoredFile.objects.exists()

    def test_too_large(self, settings):
        settings.DOCUMENT_MAX_BYTES = 1024 * 1024

        with pytest.raises(NotAccepted, match="larger than 1 MB"):
            accept_document(sent(b"%PDF-1.7" + b"\x00" * 1024 * 1024, "work.pdf"))


class TestInside:
    @pytest.mark.parametrize("name", GOOD)
    def test_the_harmless_is_ready(self, name):
        assert taken(GOOD[name], name).state == "ready"

    @pytest.mark.parametrize(
        ("body", "name", "words"),
        [
            (office(more={"word/vbaProject.bin": "x"}), "a.docx", "macros"),
            (office(types='<Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'),
             "a.docx", "macros"),
            (office(more={"word/activeX/activeX1.xml": "<x/>"}), "a.docx", "macros"),
            (office("ppt", relations='<Relationship Id="r" Type="t/attachedTemplate" Target="https://e.example/t.dotm"'
                    ' TargetMode="External"/>'), "a.pptx", "loads parts"),
            (office(more={"word/evil.xml": "x" * 40 * 1024 * 1024}), "a.docx", "packed"),
            (packed({"[Content_Types].xml": "<!DOCTYPE x>" + TYPES.format(""), "word/document.xml": "<d/>"}),
             "a.docx", "packed"),
            (packed({"[Content_Types].xml": TYPES.format(""), "word/document.xml": "<d/>", "../../x.xml": "<d/>"}),
             "a.docx", "packed"),
            (packed({"[Content_Types].xml": TYPES.format(""), "word/document.xml": "<d/>", "_rels/.rels": "<no"}),
             "a.docx", "packed"),
            (pdf(b"3 0 obj<</S/JavaScript/JS(app.alert(1))>>endobj"), "a.pdf", "scripts"),
            (pdf(b"3 0 obj<</S/J#61va#53cript/JS(app.alert(1))>>endobj"), "a.pdf", "scripts"),
            (pdf(b"3 0 obj<</S /Launch /F(cmd.exe)>>endobj"), "a.pdf", "scripts"),
            (pdf(b"3 0 obj<</Names<</EmbeddedFiles 4 0 R>>>>endobj"), "a.pdf", "scripts"),
            (pdf(object_stream(b"3 0 <</S/JavaScript/JS(app.alert(1))>>")), "a.pdf", "scripts"),
            (b"%PDF-1.4\n" + EICAR, "a.pdf", "virus scanner"),
        ],
    )  # fmt: skip
    def test_what_would_run_or_load_something_is_kept_back(self, body, name, words):
        stored = taken(body, name)

        assert stored.state == "refused"
        assert words in refusal_text(stored)

    def test_a_link_of_a_text_is_no_part_of_the_document(self):
        link = '<Relationship Id="r" Type="t/hyperlink" Target="https://e.example/" TargetMode="External"/>'

        assert taken(office(relations=link), "a.docx").state == "ready"

    def test_what_stands_in_a_picture_by_chance_is_no_script(self):
        noise = b"4 0 obj<</Subtype/Image/Length 9>>stream\n" + os.urandom(2_000_000) + b"/JS(\nendstream endobj"

        assert taken(pdf(noise), "a.pdf").state == "ready"

    def test_an_object_stream_of_endless_zeros_is_refused_in_bounded_memory(self):
        assert inspecting.flaw(io.BytesIO(pdf(object_stream(b"\x00" * 30_000_000))), MEDIA_TYPES["pdf"]) == "packed"

    def test_relations_are_read_in_every_folder(self):
        away = '<Relationship Id="r" Type="t/image" Target="//e.example/i.png" TargetMode="External"/>'
        body = packed(
            {
                "[Content_Types].xml": TYPES.format(""),
                "word/document.xml": "<d/>",
                "word/footers/_rels/one.xml.rels": RELATIONS.format(away),
            }
        )

        assert inspecting.flaw(io.BytesIO(body), MEDIA_TYPES["docx"]) == "external"
