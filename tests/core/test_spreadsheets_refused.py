"""Files that are not taken: each is made here, and refused with a sentence that says what to do (6.43, 6.45)."""

import io
import random
import struct
import subprocess
import sys
import textwrap
import zipfile

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance.core import spreadsheets
from alliance.core.spreadsheets import Refused, limits
from alliance.core.spreadsheets.refusals import REASONS, words
from tests.core.workbooks import TYPES, csv_file, pack, parts, relations, xlsx


def refusal(file: io.BytesIO, name: str = "table.xlsx") -> Refused:
    with pytest.raises(Refused) as caught, spreadsheets.open_table(file, name) as table:
        for _row in table.rows():
            pass
    return caught.value


def code(file: io.BytesIO, name: str = "table.xlsx") -> str:
    return refusal(file, name).code


def plain() -> bytes:
    return xlsx([["name"], ["x"]]).getvalue()


class TestWhatAFileIs:
    @pytest.mark.parametrize(
        ("content", "name", "expected"),
        [
            (b"", "a.csv", "empty"),
            (b"a,b\n", "a.exe", "extension"),
            (b"a,b\n", "no-extension", "extension"),
            (b"a,b\n", "a.xlsx", "disagree"),
            (b"\x89PNG\r\n\x1a\n0000", "a.csv", "picture"),
            (b"\xff\xd8\xff\xe0JFIF", "a.xlsx", "picture"),
            (b"%PDF-1.7", "a.csv", "pdf"),
            (b"<html><table>", "a.csv", "web_page"),
            (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook>", "a.csv", "web_page"),
            (b"MZ\x90\x00", "a.csv", "binary"),
            (b"a,b\0c\n", "a.csv", "binary"),
            (b"a" * 5000 + b"\0", "a.csv", "binary"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.xls", "old_excel"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.xlsx", "old_excel"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "encrypted"),
            (b"Rar!\x1a\x07", "a.xlsx", "archive"),
            (b"a,\xff\xff\xff\n", "a.csv", "encoding"),
            (b"\xff\xfe\0\0a\0\0\0", "a.csv", "encoding"),
        ],
    )
    def test_bytes_decide_and_the_name_must_agree(self, content: bytes, name: str, expected: str):
        assert code(io.BytesIO(content), name) == expected

    @pytest.mark.parametrize(
        ("name", "expected"), [("a.csv", "disagree"), ("a.xlsm", "macro_name"), ("a.ods", "opendocument")]
    )
    def test_a_workbook_under_another_name(self, name: str, expected: str):
        assert code(io.BytesIO(plain()), name) == expected

    def test_fifty_megabytes(self):
        file = csv_file("name\n" + ("x" * 1023 + "\n") * 51_200)

        assert file.seek(0, 2) > 50 * 1024 * 1024
        assert code(file, "a.csv") == "too_large"


class TestArchives:
    def test_one_part_too_many(self):
        more = {f"xl/drawings/d{number}.xml": "<a/>" for number in range(limits.MAX_ENTRIES)}

        assert code(pack(parts() | more)) == "entries"

    def test_a_directory_that_would_fill_the_memory_is_not_even_read(self):
        """The end record says two entries, the directory before it has a megabyte of them."""
        data = plain()
        at = data.rfind(b"PK\x05\x06")
        lying = data[:at] + data[at : at + 12] + struct.pack("<I", 2 * 1024 * 1024) + data[at + 16 :]

        assert code(io.BytesIO(lying)) == "unsafe"

    def test_a_bomb_of_zeros(self):
        bomb = pack(parts(after=" " * (150 * 1024 * 1024)))

        assert len(bomb.getvalue()) < 1024 * 1024
        assert code(bomb) == "ratio"

    def test_many_small_bombs_are_counted_together(self):
        """Each packs less than a hundred to one; together they are beyond 200 MB."""
        filler = b"".join(random.Random(number).randbytes(600) + bytes(24_400) for number in range(1000))
        more = {f"xl/media/i{number}.png": filler for number in range(9)}

        assert code(pack(parts() | more)) == "unpacked"

    def test_more_than_two_hundred_megabytes(self, monkeypatch):
        monkeypatch.setattr(limits, "MAX_UNPACKED", 1024 * 1024)
        noise = {f"xl/media/i{number}.png": random.Random(number).randbytes(300_000) for number in range(4)}

        assert code(pack(parts() | noise)) == "unpacked"

    def test_a_directory_that_lies_about_sizes(self):
        """It says ten bytes where megabytes are: what is read is counted, and does not fit its checksum."""
        packed = bytearray(pack(parts(after=" " * 3_000_000)).getvalue())
        at = packed.find(b"PK\x01\x02", packed.find(b"xl/worksheets"))
        while b"sheet1" not in packed[at + 46 : at + 46 + 40]:
            at = packed.find(b"PK\x01\x02", at + 4)
        packed[at + 24 : at + 28] = struct.pack("<I", 10)

        assert code(io.BytesIO(bytes(packed))) == "damaged"

    @pytest.mark.parametrize("name", ["../evil.xml", "/etc/passwd.xml", "xl\\evil.xml", "C:evil.xml", "xl/./a.xml"])
    def test_names_that_lead_elsewhere(self, name: str):
        assert code(pack(parts() | {name: "<a/>"})) == "unsafe"

    def test_the_same_name_twice(self):
        file = pack(parts())
        with zipfile.ZipFile(file, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("xl/workbook.xml", "<other/>")

        assert code(file) == "unsafe"

    def test_names_that_differ_by_case_alone(self):
        assert code(pack(parts() | {"XL/Workbook.xml": "<a/>"})) == "unsafe"

    @pytest.mark.parametrize("way", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    def test_packed_as_no_spreadsheet_does(self, way: int):
        assert code(pack(parts(), way)) == "unsafe"

    @pytest.mark.parametrize(
        ("name", "content", "expected"),
        [
            ("xl/vbaProject.bin", b"x", "macros"),
            ("xl/macrosheets/sheet1.xml", b"<a/>", "macros"),
            ("xl/activeX/activeX1.xml", b"<a/>", "active"),
            ("xl/ctrlProps/ctrlProp1.xml", b"<a/>", "active"),
            ("xl/externalLinks/externalLink1.xml", b"<a/>", "external"),
            ("xl/connections.xml", b"<a/>", "external"),
            ("xl/embeddings/oleObject1.bin", b"x", "embedded"),
            ("xl/inner.zip", b"PK\x03\x04", "embedded"),
            ("xl/media/image1.png", b"PK\x03\x04nested", "embedded"),
            ("xl/workbook.bin", b"x", "macro_name"),
            ("xl/readme.html", b"<html>", "unsafe"),
        ],
    )
    def test_what_does_not_belong_into_a_table(self, name: str, content: bytes, expected: str):
        assert code(pack(parts() | {name: content})) == expected

    def test_other_archives(self):
        assert code(pack({"readme.txt": "x"})) == "archive"
        assert code(pack({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"})) == (
            "opendocument"
        )

    def test_cut_off(self):
        data = plain()

        assert {code(io.BytesIO(data[:size])) for size in (30, len(data) // 2, len(data) - 30)} == {"damaged"}


class TestParts:
    def test_macros_said_by_the_content_types_alone(self):
        types = TYPES.replace("spreadsheetml.sheet.main", "x").replace(
            "application/vnd.openxmlformats-officedocument.x+xml",
            "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        )

        assert code(pack(parts() | {"[Content_Types].xml": types})) == "macros"

    @pytest.mark.parametrize(
        ("kind", "target"),
        [
            ("externalLinkPath", "file:///C:/other.xlsx"),
            ("oleObject", "\\\\server\\share\\a.doc"),
            ("image", "http://169.254.169.254/"),
            ("hyperlink", "file:///etc/passwd"),
            ("hyperlink", "javascript:alert(1)"),
        ],
    )
    def test_relations_that_lead_out(self, kind: str, target: str):
        out = relations(("rId9", kind, target, "External"))

        assert code(pack(parts() | {"xl/worksheets/_rels/sheet1.xml.rels": out})) == "external"

    def test_document_types_and_entities(self):
        bomb = '<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;">]><sst>&y;</sst>'
        outside = '<!DOCTYPE a SYSTEM "file:///etc/passwd"><sst/>'

        assert code(pack(parts() | {"xl/sharedStrings.xml": bomb})) == "unsafe"
        assert code(pack(parts() | {"xl/sharedStrings.xml": outside})) == "unsafe"

    def test_a_document_type_in_another_encoding(self):
        wide = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><sst/>'.encode("utf-16")

        assert code(pack(parts() | {"xl/sharedStrings.xml": wide})) == "unsafe"

    def test_depth_without_end(self):
        deep = "<a>" * 50_000 + "</a>" * 50_000

        assert code(pack(parts() | {"xl/sharedStrings.xml": deep})) == "unsafe"

    def test_a_tag_without_end(self):
        endless = "<sst a='" + random.Random(1).randbytes(3_000_000).hex() + "'/>"

        assert code(pack(parts() | {"xl/sharedStrings.xml": endless})) == "unsafe"

    def test_broken_parts(self):
        assert code(pack(parts("<row><c></row>"))) == "damaged"
        assert code(pack(parts("<row><c><v>&#xD800;</v></c></row>"))) == "damaged"
        assert code(pack(parts() | {"_rels/.rels": relations()})) == "damaged"
        assert code(pack(parts() | {"xl/_rels/workbook.xml.rels": relations()})) == "no_sheet"


class TestSizes:
    def test_a_hundred_thousand_rows(self):
        assert code(xlsx([number, "x"] for number in range(100_000))) == "too_many_rows"
        assert code(csv_file("name\n" + "x\n" * 100_000), "a.csv") == "too_many_rows"

    def test_twenty_thousand_rows_under_their_headers_and_not_one_more(self):
        with spreadsheets.open_table(csv_file("name\n" + "x\n\n" * 20_000), "a.csv") as table:
            assert sum(1 for _row in table.rows()) == 20_001
        assert code(csv_file("name\n" + "x\n" * 20_001), "a.csv") == "too_many_rows"

    def test_a_hundred_and_one_columns(self):
        found = refusal(xlsx([["x"], ["y"] * 101]))

        assert (found.code, found.row) == ("too_many_columns", 2)
        assert code(csv_file("x\n" + "y," * 100 + "y\n"), "a.csv") == "too_many_columns"

    def test_an_open_quote_and_a_line_without_end(self):
        assert code(csv_file('a,b\n"x,y\n'), "a.csv") == "quotes"
        assert code(csv_file('a,b\n"x"y,z\n'), "a.csv") == "quotes"
        assert code(csv_file('a,b\n"' + "x\n" * 100_000), "a.csv") == "row_too_long"
        assert code(csv_file("a,b\n" + "x" * 4_000_000), "a.csv") == "row_too_long"


MEMORY = """
    import io, os, resource, sys, zipfile, zlib, struct
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings")
    os.environ.setdefault("SECRET_KEY", "only for tests")
    import django
    django.setup()
    from alliance.core import spreadsheets
    from tests.core.workbooks import parts

    path = sys.argv[1]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answer = "read"
    try:
        with open(path, "rb") as file, spreadsheets.open_table(file, "a.xlsx") as table:
            for row in table.rows():
                pass
    except spreadsheets.Refused as refused:
        answer = refused.code
    print(answer, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def peak(path) -> tuple[str, int]:
    """(what became of the file, megabytes its reading added to a process of its own)."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(MEMORY), str(path)], capture_output=True, text=True, check=True
    )
    answer, megabytes = done.stdout.split()
    return answer, int(megabytes)


class TestMemory:
    def test_four_gigabytes_of_one_shared_string(self, tmp_path):
        """Packed four megabytes, unpacked four gigabytes: given up on the way, without holding it."""
        path = tmp_path / "bomb.xlsx"
        found = parts()
        del found["xl/sharedStrings.xml"]
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name, content in found.items():
                archive.writestr(name, content)
            with archive.open("xl/sharedStrings.xml", "w", force_zip64=True) as part:
                part.write(b"<sst><si><t>")
                block = b"x" * (1 << 24)
                for _number in range(256):
                    part.write(block)
                part.write(b"</t></si></sst>")

        assert path.stat().st_size < limits.MAX_BYTES
        answer, megabytes = peak(path)
        assert answer == "unpacked"
        assert megabytes < 30

    def test_one_shared_string_of_ninety_megabytes_that_packs_badly(self, tmp_path):
        """Below every limit of the archive: its cell is a flaw, and it was never held."""
        filler = "".join(random.Random(number).randbytes(300).hex() + "x" * 24_400 for number in range(3_600))
        path = tmp_path / "long.xlsx"
        path.write_bytes(pack(parts(strings=f"<si><t>{filler}</t></si>")).getvalue())

        answer, megabytes = peak(path)
        assert answer == "read"
        assert megabytes < 40

    def test_millions_of_shared_strings(self, tmp_path):
        strings = "".join(f"<si><t>{number:x}</t></si>" for number in range(800_000))
        path = tmp_path / "many.xlsx"
        path.write_bytes(pack(parts(strings=strings)).getvalue())

        answer, megabytes = peak(path)
        assert answer == "read"
        assert megabytes < 60

    def test_twenty_thousand_rows_of_which_no_cell_is_like_another(self, tmp_path):
        path = tmp_path / "full.xlsx"
        rows = ([f"{row}-{column}" for column in range(15)] for row in range(20_000))
        path.write_bytes(xlsx(rows, constant_memory=True).getvalue())

        answer, megabytes = peak(path)
        assert answer == "read"
        assert megabytes < 40


class TestWords:
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    @pytest.mark.parametrize("reason", sorted(REASONS))
    def test_every_refusal_can_be_said_in_both_languages(self, reason: str, language: str):
        params = {"most": 20, "said": "csv", "found": "xlsx"}
        with translation.override(language):
            said = words(Refused(reason, row=3, column=27, **params).as_kept())

        assert ("第" in said) if language == "zh-hans" else said.startswith("Row 3, column AB: ")
        assert "%" not in said

    def test_the_place_stands_in_the_sentence(self):
        with translation.override("en"):
            assert str(Refused("quotes", row=7)).startswith("Row 7: A quotation mark")


class TestFuzz:
    @settings(max_examples=150, deadline=None)
    @given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.xlsx", "a.tsv", "a"]))
    def test_any_bytes(self, content: bytes, name: str):
        self._only_refused(content, name)

    @settings(max_examples=150, deadline=None)
    @given(st.integers(0, 10**6), st.binary(min_size=1, max_size=6), st.booleans())
    def test_a_workbook_with_bytes_changed(self, place: int, change: bytes, is_packed: bool):
        data = bytearray(pack(parts(), zipfile.ZIP_DEFLATED if is_packed else zipfile.ZIP_STORED).getvalue())
        at = place % len(data)
        data[at : at + len(change)] = change

        self._only_refused(bytes(data), "a.xlsx")

    @settings(max_examples=150, deadline=None)
    @given(st.text(max_size=300), st.sampled_from(["row", "c", "v", "si", "is", "t", "f"]))
    def test_any_text_in_a_sheet(self, text: str, name: str):
        found = pack(parts(f"<row><c t='s'><v>{text.encode(errors='ignore').decode()}</v></c></row><{name}>"))

        self._only_refused(found.getvalue(), "a.xlsx")

    @settings(max_examples=150, deadline=None)
    @given(st.text(max_size=300), st.sampled_from(["utf-8", "gb18030", "utf-16", "utf-8-sig"]))
    def test_any_text_as_csv(self, text: str, encoding: str):
        self._only_refused(text.encode(encoding, errors="ignore"), "a.csv")

    @staticmethod
    def _only_refused(content: bytes, name: str) -> None:
        try:
            with spreadsheets.open_table(io.BytesIO(content), name) as table:
                for row in table.rows():
                    assert all("\0" not in cell and cell.encode() is not None for cell in row.cells)
        except Refused as refused:
            # Saying why must not fail either.
            str(refused)
