"""Tables for tests, made by the libraries people's tables come from, and by hand where no library would."""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import xlsxwriter

TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def relations(*lines: tuple[str, str, str] | tuple[str, str, str, str]) -> str:
    made = "".join(
        f'<Relationship Id="{line[0]}" Type="{OFFICE}/{line[1]}" Target="{line[2]}"'
        + (f' TargetMode="{line[3]}"' if len(line) > 3 else "")
        + "/>"
        for line in lines
    )
    return f'<?xml version="1.0"?><Relationships xmlns="{RELATIONS}">{made}</Relationships>'


def parts(
    sheet_data: str = '<row r="1"><c r="A1" t="inlineStr"><is><t>Name</t></is></c></row>',
    *,
    strings: str = "",
    before: str = "",
    after: str = "",
    **more: str | bytes,
) -> dict[str, str | bytes]:
    """The parts of a small workbook; `more` adds or replaces some ("xl/evil.xml"="…")."""
    made: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": relations(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="Data" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(
            ("rId1", "worksheet", "worksheets/sheet1.xml"), ("rId2", "sharedStrings", "sharedStrings.xml")
        ),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}">{before}<sheetData>{sheet_data}</sheetData>{after}'
        "</worksheet>",
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>',
    }
    return made | more


def pack(found: Mapping[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in found.items():
            archive.writestr(name, content)
    file.seek(0)
    return file


def xlsx(rows: Iterable[Sequence[Any]], **options: Any) -> io.BytesIO:
    """A workbook as a program writes it; texts stay texts, numbers numbers."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(
        file, {"strings_to_urls": False, "strings_to_formulas": False, "strings_to_numbers": False} | options
    )
    sheet = book.add_worksheet("Data")
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is not None and value != "":
                sheet.write(number, column, value)
    book.close()
    file.seek(0)
    return file


def csv_file(text: str, encoding: str = "utf-8") -> io.BytesIO:
    return io.BytesIO(text.encode(encoding))
