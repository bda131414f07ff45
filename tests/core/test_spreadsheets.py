"""Tables as people send them are read as they see them."""

import io
import re
import string
from datetime import date, datetime

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance.core import spreadsheets
from alliance.core.spreadsheets import values
from tests.core.workbooks import csv_file, pack, parts, xlsx


def read(file: io.BytesIO, name: str = "table.xlsx") -> list[list[str]]:
    with spreadsheets.open_table(file, name) as table:
        return [row.cells for row in table.rows()]


def flaws(file: io.BytesIO, name: str = "table.xlsx") -> list[tuple[int, dict[int, str]]]:
    with spreadsheets.open_table(file, name) as table:
        return [(row.number, row.flaws) for row in table.rows() if row.flaws]


class TestText:
    @pytest.mark.parametrize(
        ("encoding", "said"),
        [
            ("utf-8", "utf-8"),
            ("utf-8-sig", "utf-8-sig"),
            ("gbk", "gb18030"),
            ("gb18030", "gb18030"),
            ("utf-16", "utf-16"),
        ],
    )
    def test_encodings_that_spreadsheets_write(self, encoding: str, said: str):
        file = csv_file("园区名称,省份\n和丰创意广场,浙江\n", encoding)

        with spreadsheets.open_table(file, "parks.csv") as table:
            assert [row.cells for row in table.rows()] == [["园区名称", "省份"], ["和丰创意广场", "浙江"]]
            assert table.encoding == said

    def test_utf_16_of_both_byte_orders(self):
        for mark, order in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
            assert read(io.BytesIO(mark + "名称\n甲\n".encode(order)), "a.csv") == [["名称"], ["甲"]]

    def test_a_character_beyond_gbk(self):
        assert read(csv_file("名称\n𠮷野\n", "gb18030"), "a.csv") == [["名称"], ["𠮷野"]]

    @pytest.mark.parametrize("mark", [",", ";", "\t"])
    def test_separators(self, mark: str):
        assert read(csv_file(f"a{mark}b\n1{mark}2\n"), "a.csv") == [["a", "b"], ["1", "2"]]

    def test_a_separator_within_quotes_decides_nothing(self):
        assert read(csv_file('"a,b,c";d\n1;2\n'), "a.csv") == [["a,b,c", "d"], ["1", "2"]]

    def test_the_hint_for_excel_is_followed_and_not_a_row(self):
        with spreadsheets.open_table(csv_file("sep=;\na;b\n1;2\n"), "a.csv") as table:
            assert [(row.number, row.cells) for row in table.rows()] == [(1, ["a", "b"]), (2, ["1", "2"])]

    def test_quoted_newlines_stay_in_their_cell_and_rows_are_counted_as_excel_does(self):
        file = csv_file('name,story\r\n甲,"第一段\r\n\r\n第二段, ""引""。"\r\n\r\n乙,短\r\n')

        with spreadsheets.open_table(file, "a.csv") as table:
            rows = [(row.number, row.cells) for row in table.rows()]

        assert rows == [(1, ["name", "story"]), (2, ["甲", '第一段\n\n第二段, "引"。']), (4, ["乙", "短"])]

    def test_old_line_ends(self):
        assert read(csv_file("a,b\r1,2\r"), "a.csv") == [["a", "b"], ["1", "2"]]

    def test_what_our_own_files_guard_with_a_quote_comes_back_without_it(self):
        assert read(csv_file("phone,name\n'+86 574 1,'甲\n"), "a.csv")[1] == ["+86 574 1", "'甲"]

    def test_a_formula_is_a_flaw_and_a_telephone_number_is_none(self):
        file = csv_file('phone,name\n+86 574,=HYPERLINK("http://x")\n-5,@sum\n')

        assert flaws(file, "a.csv") == [(2, {1: "formula"})]

    def test_characters_that_are_no_text(self):
        assert flaws(csv_file("a,b\n1,\ufffe\n"), "a.csv") == [(2, {1: "characters"})]

    def test_a_cell_that_is_too_long(self):
        assert flaws(csv_file("a,b\n" + "x" * 32769 + ",1\n"), "a.csv") == [(2, {0: "long"})]
        assert flaws(csv_file("a,b\n" + "x" * 32768 + ",1\n"), "a.csv") == []

    def test_blanks_of_all_widths_go(self):
        assert read(csv_file("a\n\u3000 和丰\u200b\u00a0\n"), "a.csv") == [["a"], ["和丰"]]


class TestWorkbook:
    def test_what_a_person_sees(self):
        file = io.BytesIO()
        book = xlsxwriter.Workbook(file)
        sheet = book.add_worksheet()
        day, share = book.add_format({"num_format": 'yyyy"年"m"月"d"日"'}), book.add_format({"num_format": "0.0%"})
        sheet.write_row(0, 0, ["text", "number", "day", "moment", "share", "yes", "blank", "digits"])
        sheet.write(1, 0, " 和丰\n创意 ")
        sheet.write(1, 1, 2019)
        sheet.write_datetime(1, 2, date(2026, 11, 1), day)
        sheet.write_datetime(1, 3, datetime(2026, 11, 1, 9, 30), book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
        sheet.write(1, 4, 0.855, share)
        sheet.write(1, 5, True)
        sheet.write_blank(1, 6, None, day)
        sheet.write_string(1, 7, "007")
        book.close()

        assert read(file)[1] == ["和丰\n创意", "2019", "2026-11-01", "2026-11-01 09:30", "85.5%", "TRUE", "", "007"]

    def test_days_before_the_leap_year_that_never_was_and_of_old_macintosh_files(self):
        assert [values.day(n) for n in (1, 59, 61, 43831)] == ["1900-01-01", "1900-02-28", "1900-03-01", "2020-01-01"]
        assert values.day(42369, from_1904=True) == "2020-01-01"

    @pytest.mark.parametrize(
        ("code", "is_date"),
        [
            ("yyyy-mm-dd", True),
            ('yyyy"年"m"月"', True),
            ("[$-804]aaaa;@", False),
            ("[$-404]e/m/d", True),
            ("[h]:mm", True),
            ("0.00E+00", False),
            ('#,##0" days"', False),
            ("General", False),
            ("[Red]0.00", False),
            ("0_);\\(0\\)", False),
        ],
    )
    def test_which_formats_show_days(self, code: str, is_date: bool):
        assert values.is_date_format(code) is is_date

    @pytest.mark.parametrize(
        ("raw", "text"),
        [
            ("2019", "2019"),
            ("340000.5", "340000.5"),
            ("0.1", "0.1"),
            ("0.30000000000000004", "0.3"),
            ("1E+3", "1000"),
            ("-0", "0"),
            ("100000000000000", "100000000000000"),
            ("913302007123456789", None),
            ("9.1330200712345677E+17", None),
            ("1E+308", None),
            ("1E-300", None),
            ("NaN", None),
            ("Infinity", None),
            ("abc", None),
            ("9" * 500, None),
        ],
    )
    def test_numbers_as_typed_and_none_that_was_rounded(self, raw: str, text: str | None):
        assert values.number(raw) == text

    def test_formulas_errors_and_rounded_numbers_are_flaws_of_their_cell(self):
        file = pack(
            parts(
                '<row r="1"><c r="A1" t="inlineStr"><is><t>n</t></is></c></row>'
                '<row r="2"><c r="A2"><f>1+1</f><v>2</v></c><c r="B2" t="e"><v>#N/A</v></c>'
                '<c r="C2"><v>913302007123456789</v></c><c r="D2"><v>5</v></c></row>'
                '<row r="3"><c r="A3" t="str"><f t="shared" si="0"/><v>x</v></c></row>'
            )
        )

        assert flaws(file) == [(2, {0: "formula", 1: "error", 2: "rounded"}), (3, {0: "formula"})]

    def test_merged_cells_below_the_title_are_flaws(self):
        file = io.BytesIO()
        book = xlsxwriter.Workbook(file)
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 2, "2026 年园区汇总表")
        sheet.write_row(1, 0, ["省份", "名称"])
        sheet.merge_range(2, 0, 3, 0, "浙江")
        sheet.write(2, 1, "甲")
        sheet.write(3, 1, "乙")
        book.close()

        assert flaws(file) == [(1, {1: "merged", 2: "merged"}), (3, {0: "merged"}), (4, {0: "merged"})]

    def test_escapes_rich_text_and_how_words_are_read_aloud(self):
        strings = (
            "<si><t>a_x000D_b</t></si><si><r><t>和</t></r><r><t>丰</t></r><rPh><t>ヘフェン</t></rPh></si>"
            "<si><t>_xD800_</t></si>"
        )
        file = pack(
            parts(
                '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
                '<row r="2"><c r="A2" t="s"><v>2</v></c><c r="B2" t="s"><v>7</v></c></row>',
                strings=strings,
            )
        )

        assert read(file)[0] == ["a\nb", "和丰"]
        assert flaws(file) == [(2, {0: "characters", 1: "error"})]

    def test_cells_without_an_address_stand_one_after_the_other(self):
        file = pack(parts("<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>"))

        assert read(file) == [["1", "2"], ["3"]]

    def test_hidden_sheets_are_passed_over_and_others_named(self):
        file = io.BytesIO()
        book = xlsxwriter.Workbook(file)
        book.add_worksheet("Lists").hide()
        book.add_worksheet("园区").write(0, 0, "名称")
        book.add_worksheet("说明")
        book.get_worksheet_by_name("园区").activate()
        book.close()

        with spreadsheets.open_table(file, "a.xlsx") as table:
            assert (table.sheet, table.other_sheets) == ("园区", ("说明",))
            assert [row.cells for row in table.rows()] == [["名称"]]

    def test_links_of_cells_are_no_reference_to_other_files(self):
        file = io.BytesIO()
        book = xlsxwriter.Workbook(file)
        book.add_worksheet().write_url(0, 0, "https://example.org/")
        book.close()

        assert read(file) == [["https://example.org/"]]

    def test_a_claim_of_the_whole_sheet_costs_nothing(self):
        """A1:XFD1048576 is what a sheet says of itself, and a last row far down with a format and no value."""
        file = pack(
            parts(
                '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="1"/></row>',
                before='<dimension ref="A1:XFD1048576"/>',
            )
        )

        assert read(file) == [["1"]]


TEXTS = st.text(alphabet=re.sub("[\r\x0b\x0c]", "", string.printable) + "园区，。　ａ１é", max_size=12).filter(
    lambda text: not text.startswith("=")
)
CELLS = st.one_of(
    st.none(),
    TEXTS,
    st.integers(-(10**9), 10**9),
    st.booleans(),
    st.decimals(-1_000_000, 1_000_000, places=3).map(float),
)


class TestSecondOpinion:
    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.lists(CELLS, min_size=1, max_size=6), min_size=1, max_size=8))
    def test_openpyxl_reads_the_same(self, rows: list[list]):
        file = xlsx(rows)
        sheet = openpyxl.load_workbook(file, read_only=True).worksheets[0]
        theirs = [[_as_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]

        assert read(file) == [cut for row in theirs if (cut := _without_end(row))]


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return values.number(repr(value)) or ""
    return values.clean(str(value))


def _without_end(row: list[str]) -> list[str]:
    while row and not row[-1]:
        row = row[:-1]
    return row
