"""Files that spreadsheets open: what stands in their cells, and that it comes back as it was."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from alliance.core import cells, sheets
from alliance.core.sheets import Column, Sheet

DANGEROUS = ["=1+1", "+86 574", "-2", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠a"]


def book(*written, **kwargs):
    file = io.BytesIO()
    sheets.write_xlsx(file, written, **kwargs)
    return openpyxl.load_workbook(io.BytesIO(file.getvalue()))


def table(rows, *kinds):
    return Sheet("Rows", [Column(f"Column {number}", kind=kind) for number, kind in enumerate(kinds)], rows)


class TestCells:
    @given(st.text())
    def test_a_quote_can_be_taken_away_again(self, text):
        assert cells.unquoted(cells.quoted(text)) == text

    @given(st.text())
    def test_no_text_in_csv_begins_a_formula(self, text):
        assert not str(cells.for_csv(text)).startswith(cells.FORMULA_STARTS)

    @pytest.mark.parametrize("text", ["'=1", "''+1", "'", "'a", "O'Neil"])
    def test_an_apostrophe_of_ones_own_stays(self, text):
        assert cells.unquoted(cells.quoted(text)) == text

    @pytest.mark.parametrize(
        ("value", "shown"),
        [
            (-5, -5),
            (-0.5, -0.5),
            (Decimal("-3.10"), Decimal("-3.10")),
            (float("nan"), ""),
            (float("inf"), ""),
            (None, ""),
            (0, 0),
            (True, 1),
            (date(2026, 3, 1), "2026-03-01"),
            (datetime(2026, 3, 1, 16, tzinfo=UTC), "2026-03-02 00:00"),
            (12345678901234567, "12345678901234567"),
            ("a\ud800b", "ab"),
        ],
    )
    def test_csv(self, value, shown):
        assert cells.for_csv(value) == shown


class TestXlsx:
    @pytest.mark.parametrize("text", DANGEROUS)
    def test_no_text_is_a_formula(self, text):
        cell = book(table([[text]], "text"))["Rows"]["A2"]

        assert (cell.data_type, cell.quotePrefix) == ("s", True)
        assert unescape(cell.value) == text

    def test_no_text_is_a_link(self):
        sheet = book(table([["https://example.org/"], ["mailto:a@example.org"]], "text"))["Rows"]

        assert (sheet["A2"].hyperlink, sheet["A3"].hyperlink) == (None, None)

    def test_numbers_days_and_times_come_back_as_such(self):
        moment = datetime(2026, 3, 1, 16, 30, tzinfo=UTC)
        row = [-5, Decimal("3.5"), date(2026, 3, 1), moment, True, None, "12"]
        sheet = book(table([row], "number", "number", "date", "moment", "text", "number", "text"))["Rows"]

        assert [cell.value for cell in sheet[2]] == [
            -5,
            3.5,
            datetime(2026, 3, 1),
            datetime(2026, 3, 2, 0, 30),
            True,
            None,
            "12",
        ]

    def test_head_is_frozen_and_rows_can_be_filtered(self):
        sheet = book(table([["a", 1], ["b", 2]], "text", "number"))["Rows"]

        assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:B3")
        assert sheet.column_dimensions["A"].width > 8

    def test_what_a_sheet_cannot_hold(self):
        rows = [["长" * 40_000], [date(1850, 1, 1)], ["a\x00\x01b\ud800"]]
        sheet = book(table(rows, "text"))["Rows"]

        assert (len(sheet["A2"].value), sheet["A2"].value[-1]) == (32_767, "…")
        assert sheet["A3"].value == "1850-01-01"
        assert sheet["A4"].value == "a_x0001_b"

    def test_names_of_sheets(self):
        names = ["园区/[表]", "a" * 40, "a" * 40, "History", "'", ""]
        columns = [Column("A")]

        found = book(*[Sheet(name, columns, []) for name in names]).sheetnames

        assert found == ["园区  表", "a" * 31, "a" * 29 + " 2", "History 2", "Sheet", "Sheet 2"]

    def test_a_long_table_goes_on_in_a_further_sheet(self, monkeypatch):
        monkeypatch.setattr(sheets, "LAST_ROW", 3)

        found = book(table(([number] for number in range(7)), "number"))

        assert found.sheetnames == ["Rows", "Rows 2", "Rows 3"]
        assert [[row[0].value for row in sheet.iter_rows(min_row=2)] for sheet in found] == [[0, 1, 2], [3, 4, 5], [6]]

    def test_nothing_at_all_is_still_a_table(self):
        assert [cell.value for cell in book(table([], "text", "number"))["Rows"][1]] == ["Column 0", "Column 1"]

    def test_definitions(self):
        columns = [Column("Area", meaning="Of all floors.", unit="m²", source="The park."), Column("Name")]

        with translation.override("en"):
            rows = list(book(sheets.definitions(columns)).worksheets[0].iter_rows(values_only=True))

        assert rows == [
            ("Column", "Meaning", "Unit", "Source", "Where a value is missing"),
            ("Area", "Of all floors.", "m²", "The park.", "an empty cell; missing is never zero"),
            ("Name", "", "", "", "an empty cell; missing is never zero"),
        ]

    def test_an_about_sheet_is_read_when_the_rows_are_written(self):
        seen = []

        def rows():
            for number in range(3):
                seen.append(number)
                yield [number]

        def lines():
            yield "Rows", len(seen)

        found = book(table(rows(), "number"), sheets.about(lines()))

        assert found.worksheets[1]["B2"].value == 3


class TestCsv:
    def test_excel_sees_utf_8_and_rows_come_back(self):
        file = io.BytesIO()

        total = sheets.write_csv(file, [Column("名称"), Column("N")], [["=甲\n乙", -1], ['a,b;"c"', None]])

        assert total == 2
        assert file.getvalue().startswith(b"\xef\xbb\xbf")
        assert list(csv.reader(io.StringIO(file.getvalue().decode("utf-8-sig"), newline=""))) == [
            ["名称", "N"],
            ["'=甲\n乙", "-1"],
            ['a,b;"c"', ""],
        ]

    def test_progress_is_told_now_and_then(self):
        told = []

        sheets.write_csv(io.BytesIO(), [Column("N")], ([number] for number in range(1200)), progress=told.append)

        assert told == [500, 1000]
