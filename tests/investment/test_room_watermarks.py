"""D-9: the reader is burned into every page and picture, with Chinese names, into the content itself."""

import io
import re
import time
from datetime import UTC, datetime

import pikepdf
import pytest
from PIL import Image, ImageChops

from investment.rooms import watermarks
from investment.rooms.watermarks import Mark
from tests.investment.rooming import is_marked, pdf_of, picture

AT = datetime(2026, 5, 20, 1, 2, 3, tzinfo=UTC)
MARK = Mark("王小明", "样例基金", "reader@sample.example", AT, "0a1b2c3d4e5f-2", "k7m2p9")


def stamped(body: bytes) -> pikepdf.Pdf:
    out = io.BytesIO()
    watermarks.stamp_pdf(io.BytesIO(body), out, MARK)
    return pikepdf.open(io.BytesIO(out.getvalue()))


def letters_of(form: pikepdf.Object) -> set[str]:
    """The characters that the fonts of a drawn mark can be read back as."""
    found: set[str] = set()
    for font in form.Resources.Font.values():
        table = font.ToUnicode.read_bytes().decode()
        for code in re.findall(r"<[0-9A-F]{4}> <([0-9A-F]{4,})>", table):
            found.add(bytes.fromhex(code).decode("utf-16-be"))
        for _from, _to, start in re.findall(r"<([0-9A-F]{4})> <([0-9A-F]{4})> <([0-9A-F]{4})>", table):
            found.add(bytes.fromhex(start).decode("utf-16-be"))
    return found


class TestPdf:
    def test_every_page_draws_the_mark_last_and_no_page_has_it_as_a_note(self):
        pdf = stamped(pdf_of("One", "Two", "Three"))
        assert [is_marked(page) for page in pdf.pages] == [True] * 3
        assert not any("/Annots" in page for page in pdf.pages)

    def test_the_mark_says_who_for_whom_when_which_document_and_which_copy(self):
        assert MARK.data(300, 400)["foot"] == (
            "王小明 · 样例基金 · reader@sample.example · 2026-05-20 09:02:03 +0800 · 0a1b2c3d4e5f-2 · k7m2p9"
        )
        pdf = stamped(pdf_of("One"))
        (form,) = [value for name, value in pdf.pages[0].Resources.XObject.items() if name.startswith("/Reader")]
        assert set("王小明样例基金@0a1b2c3d4e5fk7mp9") <= letters_of(form)

    def test_pages_of_one_size_share_one_drawing(self):
        pdf = stamped(pdf_of("One", "Two"))
        first, second = (page.Resources.XObject["/Reader300x400"] for page in pdf.pages)
        assert first.objgen == second.objgen

    def test_what_the_page_left_open_does_not_move_the_mark(self):
        plain = pdf_of("One")
        with pikepdf.open(io.BytesIO(plain)) as pdf:
            pdf.pages[0].contents_add(b"0.01 0 0 0.01 0 0 cm")
            out = io.BytesIO()
            pdf.save(out)
        first = watermarks.picture_of_page(io.BytesIO(plain), 1, MARK)
        second = watermarks.picture_of_page(io.BytesIO(out.getvalue()), 1, MARK)
        assert difference(first, second) is None

    def test_a_turned_and_cut_page_has_it_upright_in_what_is_seen(self):
        with pikepdf.open(io.BytesIO(pdf_of("One", size=(300, 400)))) as pdf:
            pdf.pages[0].obj.Rotate = 90
            pdf.pages[0].obj.CropBox = pikepdf.Array([20, 30, 280, 370])
            out = io.BytesIO()
            pdf.save(out)
        with Image.open(io.BytesIO(watermarks.picture_of_page(io.BytesIO(out.getvalue()), 1, MARK))) as image:
            assert image.width > image.height
        marked = stamped(out.getvalue())
        assert "/Reader340x260" in marked.pages[0].Resources.XObject

    def test_resources_that_a_page_inherits_stay(self):
        with pikepdf.open(io.BytesIO(pdf_of("One"))) as pdf:
            page = pdf.pages[0].obj
            page.Parent.Resources = page.Resources
            del page.Resources
            out = io.BytesIO()
            pdf.save(out)
        marked = stamped(out.getvalue())
        assert "/F1" in marked.pages[0].resources.Font

    @pytest.mark.parametrize("number", [0, 3, 10_000])
    def test_no_page_beyond_the_last(self, number):
        with pytest.raises(IndexError):
            watermarks.picture_of_page(io.BytesIO(pdf_of("One", "Two")), number, MARK)

    def test_a_page_as_a_picture_has_the_mark_in_its_pixels(self):
        other = Mark("李四", "样例银行", "other@sample.example", MARK.at, MARK.document, MARK.copy)
        first = watermarks.picture_of_page(io.BytesIO(pdf_of("One")), 1, MARK)
        second = watermarks.picture_of_page(io.BytesIO(pdf_of("One")), 1, other)
        assert difference(first, second) is not None

    def test_notes_cannot_cover_the_mark_in_a_picture(self):
        body = pdf_of("One")
        with pikepdf.open(io.BytesIO(body)) as pdf:
            note = pikepdf.Dictionary(
                Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Square, Rect=[0, 0, 300, 400], IC=[1, 1, 1], C=[1, 1, 1]
            )
            pdf.pages[0].obj.Annots = pikepdf.Array([pdf.make_indirect(note)])
            out = io.BytesIO()
            pdf.save(out)
        plain = watermarks.picture_of_page(io.BytesIO(body), 1, MARK)
        assert difference(plain, watermarks.picture_of_page(io.BytesIO(out.getvalue()), 1, MARK)) is None

    def test_two_hundred_pages_in_two_seconds_of_the_processor(self):
        body = pdf_of(*[f"Page {number}" for number in range(200)])
        stamped(body)
        begun = time.process_time()
        stamped(body)
        assert time.process_time() - begun < 2


def difference(first: bytes, second: bytes):
    with Image.open(io.BytesIO(first)) as one, Image.open(io.BytesIO(second)) as two:
        return ImageChops.difference(one.convert("RGB"), two.convert("RGB")).getbbox()


class TestRefusals:
    def test_a_locked_pdf(self):
        locked = pdf_of("One", encryption=pikepdf.Encryption(owner="a", user="b"))
        with pytest.raises(watermarks.Locked):
            watermarks.count_pages(io.BytesIO(locked), "a.pdf")

    @pytest.mark.parametrize("body", [b"%PDF-1.7\nnothing", pdf_of("One")[:200], b"%PDF-1.4\n%%EOF"])
    def test_a_broken_pdf(self, body):
        with pytest.raises(watermarks.Broken):
            watermarks.count_pages(io.BytesIO(body), "a.pdf")

    def test_pages_are_counted(self):
        assert watermarks.count_pages(io.BytesIO(pdf_of("One", "Two")), "a.pdf") == 2


class TestPictures:
    @pytest.mark.parametrize("colour", ["black", "white", "teal"])
    def test_the_mark_shows_on_any_colour(self, colour):
        made = watermarks.stamp_picture(io.BytesIO(picture(colour)), "image/jpeg", MARK)
        with Image.open(io.BytesIO(made)) as image:
            low, high = image.convert("L").crop((0, 0, image.width, image.height * 3 // 4)).getextrema()
        assert high - low > 25

    def test_it_is_no_larger_than_said_and_keeps_nothing_of_the_camera(self):
        out = io.BytesIO()
        exif = Image.Exif()
        exif[0x010F] = "Camera"
        Image.new("RGB", (5000, 2500)).save(out, "JPEG", exif=exif)
        made = watermarks.stamp_picture(io.BytesIO(out.getvalue()), "image/jpeg", MARK)
        with Image.open(io.BytesIO(made)) as image:
            assert max(image.size) <= watermarks.HANDED_OUT
            assert not image.getexif()

    def test_a_transparent_picture_comes_on_white(self):
        out = io.BytesIO()
        Image.new("RGBA", (600, 400), (0, 0, 0, 0)).save(out, "PNG")
        made = watermarks.stamp_picture(io.BytesIO(out.getvalue()), "image/png", MARK)
        with Image.open(io.BytesIO(made)) as image:
            assert image.convert("L").getextrema()[1] > 240
