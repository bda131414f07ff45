"""The printed report: tagged for screen readers, set in our fonts, and every text as it was typed."""

import re
from io import BytesIO

import pikepdf
import pytest
from django.utils import timezone, translation

from alliance.core import charts, drawings, typeset
from alliance.reports import document, facts, periods, snapshots
from parks.models import Park
from tests.reports.test_figures import alliance  # noqa: F401

pytestmark = pytest.mark.django_db

# Markup of the engine, of the web and of shells; characters no font has; a rare one that ours has.
NASTY_ZH = "#let $x$ *粗* [链] \\ @ref <b>𠮷 㐂龘 😀\x00园"
NASTY_EN = 'Park #{1+1} $x^2$ *bold* [link] \\ `raw` <h1> @cite "quoted" // comment'


@pytest.fixture(scope="session")
def has_fonts():
    """CI fetches the fonts at set-up like everybody; there they must be."""
    if not typeset.are_fonts_there():
        import os

        assert os.environ.get("CI") != "true", "The fonts were not fetched at set-up."
        pytest.skip("python -m alliance.core.local.fonts fetches the fonts")


@pytest.fixture
def snapshot(alliance, has_fonts):  # noqa: F811
    Park.objects.filter(pk=alliance["plain"].pk).update(name_zh=NASTY_ZH.replace("\x00", ""), name_en=NASTY_EN)
    facts.refresh()
    return snapshots.make(periods.now(), {}, by=None)


def make_pdf(snapshot, language: str = "zh-hans") -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(document.pdf(snapshot, language, with_parks=True)))


def text_of(pdf: pikepdf.Pdf) -> str:
    """What a reader copies from it, read through the map of characters that each font brings."""
    return "".join(_page_text(page) for page in pdf.pages)


def _page_text(page: pikepdf.Page) -> str:
    maps = {}
    for name, font in page.resources.get("/Font", {}).items():
        maps[name] = _characters(font.ToUnicode.read_bytes().decode("latin-1")) if "/ToUnicode" in font else {}
    found, current = [], {}
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "Tf":
            current = maps.get(str(operands[0]), {})
        elif str(operator) in {"Tj", "TJ"}:
            for piece in operands[0] if str(operator) == "TJ" else operands:
                if isinstance(piece, pikepdf.String):
                    raw = bytes(piece)
                    codes = (int.from_bytes(raw[n : n + 2], "big") for n in range(0, len(raw), 2))
                    found += [current.get(code, "") for code in codes]
    return "".join(found)


def _characters(cmap: str) -> dict[int, str]:
    found: dict[int, str] = {}

    def words(code: str) -> str:
        return bytes.fromhex(code).decode("utf-16-be")

    for block in re.findall(r"beginbfchar(.*?)endbfchar", cmap, re.S):
        found |= {int(a, 16): words(b) for a, b in re.findall(r"<(\w+)>\s*<(\w+)>", block)}
    for block in re.findall(r"beginbfrange(.*?)endbfrange", cmap, re.S):
        for first, last, start in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            for step in range(int(last, 16) - int(first, 16) + 1):
                found[int(first, 16) + step] = chr(ord(words(start)) + step)
    return found


def elements(pdf: pikepdf.Pdf, kind: str) -> list[pikepdf.Dictionary]:
    return [
        thing
        for thing in pdf.objects
        if isinstance(thing, pikepdf.Dictionary) and thing.get("/S") == pikepdf.Name(f"/{kind}") and "/P" in thing
    ]


class TestTagged:
    @pytest.mark.parametrize(("language", "tag"), [("zh-hans", "zh"), ("en", "en"), ("both", "zh")])
    def test_it_says_what_it_is_and_in_which_language(self, snapshot, language, tag):
        pdf = make_pdf(snapshot, language)

        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang).startswith(tag)
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"]

    def test_every_figure_has_a_text_for_those_who_do_not_see_it(self, snapshot):
        pdf = make_pdf(snapshot)
        figures = elements(pdf, "Figure")

        assert len(figures) >= 15
        assert all(str(figure.Alt).strip() for figure in figures)

    def test_tables_have_heads_and_headings_are_in_order(self, snapshot):
        pdf = make_pdf(snapshot)

        assert len(elements(pdf, "Table")) >= 6
        assert elements(pdf, "TH")
        assert elements(pdf, "H1")
        assert elements(pdf, "H2")
        assert pdf.Root.Outlines.Count != 0

    def test_only_our_fonts_and_all_of_them_inside(self, snapshot):
        pdf = make_pdf(snapshot, "both")
        fonts = [thing for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary) and "/FontDescriptor" in thing]

        assert fonts
        for font in fonts:
            descriptor = font.FontDescriptor
            assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor.keys())
            assert "NotoSansSC" in str(descriptor.FontName)

    def test_nothing_in_it_runs_or_calls_home(self, snapshot):
        pdf = make_pdf(snapshot)
        names = {str(key) for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary) for key in list(thing)}

        assert not names & {"/JavaScript", "/JS", "/Launch", "/EmbeddedFiles", "/URI", "/OpenAction"}


class TestText:
    def test_the_chinese_title_and_the_page_numbers_can_be_read(self, snapshot):
        pdf = make_pdf(snapshot)
        with translation.override("zh-hans"):
            title = document.title_of(snapshot).split(" · ")[0]
        text = text_of(pdf)

        assert title.replace(" ", "") in text.replace(" ", "")
        assert snapshot.digest in text.replace("\n", "")

    def test_a_name_stands_as_it_was_typed(self, snapshot):
        text = text_of(make_pdf(snapshot)).replace(" ", "")

        assert NASTY_EN.replace(" ", "").replace("“", '"') in text.replace("“", '"').replace("”", '"')
        assert "#let$x$*粗*[链]\\@ref<b>" in text
        # The font has the rare ones; the others stand there as their codes.
        assert "㐂龘" in text
        assert "〔U+1F600〕" in text

    def test_both_languages_say_the_same_numbers(self, snapshot):
        chinese = document.data(snapshot, "zh-hans", with_parks=True)
        english = document.data(snapshot, "en", with_parks=True)

        assert [one["value"] for one in chinese["headlines"]] == [one["value"] for one in english["headlines"]]
        assert _numbers(chinese) == _numbers(english)

    def test_made_again_from_the_snapshot_it_is_the_same(self, snapshot, alliance):  # noqa: F811
        before = document.data(snapshot, "both", with_parks=True)
        Park.objects.update(standing="draft", name_zh="改名")

        assert document.data(snapshot, "both", with_parks=True) == before


def _numbers(data) -> list[list[str]]:
    tables = [block for part in data["parts"] for section in part["sections"] for block in section["blocks"]]
    return [
        [[cell for cell in row if isinstance(cell, str) and cell.isdecimal()] for row in table["rows"]]
        for table in tables
        if table["kind"] == "table" and len(table["head"]) == 7
    ]


class TestCharacters:
    @pytest.mark.parametrize(
        ("typed", "shown"),
        [
            ("园区 Park 2026", "园区 Park 2026"),
            ("a\x00b\u200bc\u202ed", "abcd"),
            ("行\n段", "行\n段"),
            ("\U0001f600", "〔U+1F600〕"),
            ("\ud800", ""),
            ("全角　空格", "全角　空格"),
        ],
    )
    def test_what_the_fonts_lack_is_written_out(self, has_fonts, typed, shown):
        assert typeset.printable(typed) == shown

    def test_without_fonts_a_sentence_says_so(self, monkeypatch, tmp_path):
        monkeypatch.setenv("FONT_DIR", str(tmp_path))

        with pytest.raises(typeset.FontsMissing, match=r"字体|fonts"):
            typeset.pdf(document.TEMPLATE, {}, made_at=timezone.now())


class TestDrawings:
    def test_the_line_of_the_page_is_the_line_of_the_print(self):
        from django.template.loader import render_to_string

        chart = charts.line_chart([charts.Point("a", 1), charts.Point("b", None), charts.Point("c", 3)], title="园区")

        printed = drawings.line(chart)
        shown = render_to_string("_components/line_svg.html", {"chart": chart})
        marks = r"<(?:path|circle|text)[^>]*>"
        assert re.findall(marks, printed) == re.findall(marks, shown)
        assert 'xmlns="http://www.w3.org/2000/svg"' in printed

    def test_bars_carry_label_and_value_also_where_there_is_none(self):
        drawn = drawings.bars(charts.bar_chart([charts.Bar("<甲>", 3), charts.Bar("乙", None)], title="x"))

        assert "&lt;甲&gt;" in drawn
        assert ">3</text>" in drawn
        assert ">–</text>" in drawn
