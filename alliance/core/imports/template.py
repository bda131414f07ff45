"""The empty table to fill in: headers in both languages, lists to choose from, a help sheet, all from live columns."""

from collections.abc import Sequence
from typing import IO, Any

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .columns import Column, Option
from .kinds import ImportKind

# Rows that offer their lists; below one can still write.
OFFERED_ROWS = 2_000
SHAPES = {"number": 14, "year": 10, "date": 13, "choice": 22, "choices": 28, "lines": 44}


def write(file: IO[bytes], kind: ImportKind) -> None:
    """Write the template of a kind in the active language. It holds no row, not even an example."""
    columns = list(kind.columns())
    options = {column.code: list(column.options()) for column in columns if column.options is not None}
    book = xlsxwriter.Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": str(kind.title)})
    table = book.add_worksheet(_sheet_name(kind))
    _write_table(book, table, columns)
    _write_help(book, kind, columns, options)
    _write_lists(book, table, columns, options)
    table.activate()
    book.close()


def _sheet_name(kind: ImportKind) -> str:
    return str(kind.title)[:31].translate(str.maketrans("[]:*?/\\", "       "))


def _write_table(book: Any, sheet: Any, columns: Sequence[Column]) -> None:
    shape = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#EAF1F8"}
    required = book.add_format({**shape, "bg_color": "#F6E3DC"})
    plain = book.add_format(shape)
    as_text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    sheet.freeze_panes(1, 0)
    sheet.set_row(0, 48)
    for place, column in enumerate(columns):
        # Texts, so that credit codes keep their digits and telephone numbers their zeros.
        as_number = column.kind in {"number", "year"}
        sheet.set_column(place, place, SHAPES.get(column.kind, 24), None if as_number else as_text)
        header = column.header() + (" *" if column.is_required else "")
        sheet.write_string(0, place, header, required if column.is_required else plain)


def _write_help(book: Any, kind: ImportKind, columns: Sequence[Column], options: dict[str, list[Option]]) -> None:
    sheet = book.add_worksheet(_("How to fill it in"))
    head = book.add_format({"bold": True, "valign": "top", "bottom": 1, "bg_color": "#EAF1F8", "text_wrap": True})
    prose = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.hide_gridlines(2)
    for place, width in enumerate((34, 12, 56, 20, 70)):
        sheet.set_column(place, place, width, prose)
    line = 0
    for hint in (kind.sentence, *kind.hints, _("A cell with a formula is refused; paste values. Merged cells too.")):
        sheet.merge_range(line, 0, line, 4, str(hint), prose)
        line += 1
    line += 1
    heads = (
        _("Column"),
        pgettext("column", "Needed"),
        _("Meaning"),
        _("Shape of a value"),
        _("Values to choose from"),
    )
    for place, text in enumerate(heads):
        sheet.write_string(line, place, text, head)
    sheet.freeze_panes(line + 1, 1)
    for column in columns:
        line += 1
        values = "; ".join(option.label() for option in options.get(column.code, []))
        needed = _("yes") if column.is_required else ""
        for place, said in enumerate((column.header(), needed, column.help, column.example, values[:32_000])):
            sheet.write_string(line, place, str(said), prose)


def _write_lists(book: Any, table: Any, columns: Sequence[Column], options: dict[str, list[Option]]) -> None:
    """The values of each choice on a hidden sheet: a list in the rule itself may have 255 characters."""
    lists = book.add_worksheet("Lists")
    lists.hide()
    for place, column in enumerate(columns):
        values = [option.label() for option in options.get(column.code, [])]
        if not values or column.kind != "choice":
            continue
        for line, value in enumerate(values):
            lists.write_string(line, place, value)
        letter = xlsxwriter.utility.xl_col_to_name(place)
        table.data_validation(
            1,
            place,
            OFFERED_ROWS,
            place,
            {
                "validate": "list",
                "source": f"=Lists!${letter}$1:${letter}${len(values)}",
                "input_title": column.title()[:32],
                "input_message": str(column.help)[:255] or _("Choose from the list."),
                "error_type": "warning",
                "error_title": column.title()[:32],
                "error_message": _("This value is not in the list."),
            },
        )
