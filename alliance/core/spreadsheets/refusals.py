"""Why a file or a cell is not taken, in words that say what to do instead."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..errors import RuleBroken

SAVE_AS = gettext_lazy("Open it in Excel or WPS and save it as “Excel workbook (.xlsx)” or as CSV.")

REASONS: dict[str, str | Promise] = {
    "empty": gettext_lazy("The file is empty."),
    "no_rows": gettext_lazy("The table has no rows. Fill in the template below its headers and send it again."),
    "too_large": gettext_lazy("The file is larger than %(most)s MB. Please divide it into several files."),
    "extension": gettext_lazy("Only .xlsx and .csv files are read."),
    "disagree": gettext_lazy("By its name this is %(said)s, but it is %(found)s."),
    "old_excel": gettext_lazy("This is an old Excel workbook (.xls)."),
    "encrypted": gettext_lazy("The workbook is protected with a password. Remove the password and upload it again."),
    "macro_name": gettext_lazy("Workbooks that may contain macros (.xlsm, .xltm, .xlsb, .xlam) are not accepted."),
    "macros": gettext_lazy("The workbook contains macros."),
    "active": gettext_lazy("The workbook contains controls or embedded programs."),
    "opendocument": gettext_lazy("This is an OpenDocument table (.ods)."),
    "web_page": gettext_lazy("This is a web page or an XML file, not a table."),
    "picture": gettext_lazy("This is a picture, not a table."),
    "pdf": gettext_lazy("This is a PDF, not a table."),
    "archive": gettext_lazy("This is an archive, not a workbook. Unpack it and send the table inside."),
    "binary": gettext_lazy("This is not a table that can be read."),
    "damaged": gettext_lazy("The workbook is damaged and cannot be read."),
    "external": gettext_lazy(
        "The workbook refers to other files. In Excel choose Data, Edit Links, Break Link, and save it."
    ),
    "embedded": gettext_lazy("The workbook has other files embedded. Remove them and save it."),
    "unsafe": gettext_lazy("The workbook is packed in a way that no spreadsheet program uses."),
    "entries": gettext_lazy("The workbook has more than %(most)s parts."),
    "unpacked": gettext_lazy("Unpacked, the workbook is larger than %(most)s MB. Keep the table alone in the file."),
    "ratio": gettext_lazy("The workbook unpacks to more than %(most)s times its size."),
    "no_sheet": gettext_lazy("The workbook has no sheet with a table."),
    "too_many_rows": gettext_lazy("The table has more than %(most)s rows. Please divide it into several files."),
    "too_many_columns": gettext_lazy("The table has more than %(most)s columns. Delete those that are not needed."),
    "row_too_long": gettext_lazy("This row is too long. Perhaps a quotation mark is missing."),
    "encoding": gettext_lazy("The text is neither UTF-8 nor GBK. In Excel choose “CSV UTF-8” when you save it."),
    "infected": gettext_lazy("The virus scanner refused the file. Please check the device it comes from."),
    "not_scanned": gettext_lazy("The virus scanner does not answer, so the file was not read. Send it again later."),
    "not_finished": gettext_lazy("The check was stopped before its end. Send the file again."),
    "quotes": gettext_lazy("A quotation mark is opened and not closed, or stands within a quoted text."),
}
# After these it helps to say how to make a file that can be read.
SAVE_AGAIN = {
    "extension", "disagree", "old_excel", "macro_name", "macros", "active", "opendocument", "web_page", "binary",
    "damaged", "unsafe", "ratio",
}  # fmt: skip

KINDS: dict[str, str | Promise] = {
    "xlsx": gettext_lazy("an Excel workbook"),
    "csv": gettext_lazy("a text table (CSV)"),
}

# A cell that is not taken.
FLAWS: dict[str, str | Promise] = {
    "formula": gettext_lazy("This cell has a formula. Copy it and paste it as values."),
    "error": gettext_lazy("This cell shows an error of the spreadsheet, such as #N/A."),
    "long": gettext_lazy("This cell has more than 32,768 characters."),
    "merged": gettext_lazy("This cell is merged with others. Unmerge the cells and fill in each."),
    "rounded": gettext_lazy(
        "The spreadsheet keeps only 15 digits of a number and has rounded this one. Make the cell a text and type it "
        "again."
    ),
    "characters": gettext_lazy("This cell contains characters that are not text. Please type it again."),
}


class Refused(RuleBroken):
    """This file is not taken. `code`, place and `params` can be kept; the words are those of the reader."""

    def __init__(self, code: str, *, row: int | None = None, column: int | None = None, **params: Any) -> None:
        super().__init__(code)
        self.code, self.row, self.column, self.params = code, row, column, params

    def __str__(self) -> str:
        return words(self.as_kept())

    def as_kept(self) -> dict[str, Any]:
        return {"code": self.code, "row": self.row, "column": self.column, "params": self.params}


def words(kept: Mapping[str, Any]) -> str:
    """The sentence for a refusal that was kept, in the active language."""
    from .table import column_letters

    params = {name: KINDS.get(value, value) for name, value in (kept.get("params") or {}).items()}
    text = str(REASONS[kept["code"]]) % params
    if kept["code"] in SAVE_AGAIN:
        text = f"{text} {SAVE_AS}"
    row, column = kept.get("row"), kept.get("column")
    if row and column is not None:
        return _("Row %(row)s, column %(column)s: %(text)s") % {
            "row": row,
            "column": column_letters(column),
            "text": text,
        }
    return _("Row %(row)s: %(text)s") % {"row": row, "text": text} if row else text


def flaw_words(code: str) -> str:
    return str(FLAWS[code])
