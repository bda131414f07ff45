"""Components: what they say, in both languages, and what they must never contain."""

import re
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from django.utils import timezone, translation

from alliance.core import charts, navigation, tiles
from alliance.core.bilingual import BilingualText

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=timezone.get_default_timezone())


def show(source: str, **context) -> str:
    return Template(source).render(Context(context)).strip()


def words(html: str) -> str:
    """What a reader reads."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


class TestBlocks:
    def test_a_card_wraps_its_content(self):
        html = show(
            '{% card title="Ballot" href="/rows/" action="See rows" %}<p>{{ name }}</p>{% endcard %}', name="<b>"
        )

        assert '<h2>Ballot</h2><a class="small" href="/rows/">See rows</a>' in html
        assert "<p>&lt;b&gt;</p>" in html

    def test_a_misspelt_argument_is_an_error(self):
        with pytest.raises(Exception, match="titel"):
            show('{% card titel="x" %}{% endcard %}')

    def test_a_note_has_a_tone(self):
        assert show('{% note tone="ok" title="Sent" %}Thank you.{% endnote %}').startswith('<div class="note ok">')


class TestButton:
    def test_with_an_address_it_is_a_link(self):
        assert show('{% button "Go" href="/x/" %}') == '<a class="btn" href="/x/">Go</a>'

    def test_without_one_it_is_the_primary_submit(self):
        assert show('{% button "Save" %}') == '<button class="btn primary" type="submit">Save</button>'


class TestTag:
    def test_its_language(self):
        assert show('{% tag "设计" lang="zh-hans" %}') == '<span class="tag" lang="zh-Hans">设计</span>'


class TestClock:
    @pytest.mark.parametrize(
        ("after", "tone", "said"),
        [
            (timedelta(days=7), "", "5 working days left"),
            (timedelta(days=1), "soon", "1 working day left"),
            (timedelta(hours=2), "soon", "Today last day"),
            (timedelta(days=-3), "late", "Overdue 1 working day"),
        ],
    )
    def test_working_days_in_words(self, monkeypatch, after, tone, said):
        monkeypatch.setattr(timezone, "now", lambda: MONDAY)

        html = show("{% clock due %}", due=MONDAY + after)

        assert words(html) == said
        assert f'class="clock{" " + tone if tone else ""}"' in html

    def test_no_deadline(self):
        assert words(show("{% clock due %}", due=None)) == "— no deadline"


class TestBilingual:
    def test_the_readers_language_needs_no_mark(self):
        assert show("{% bi text %}", text=BilingualText("Hefeng", "en")) == "Hefeng"

    def test_a_fallback_carries_its_language_and_a_word(self):
        html = show("{% bi text %}", text=BilingualText("和丰<创意>广场", "zh-hans", is_fallback=True))

        assert html == (
            '<span lang="zh-Hans">和丰&lt;创意&gt;广场</span><small class="origin">Chinese original</small>'
        )

    def test_the_mark_can_be_left_to_the_page(self):
        html = show("{% bi text mark=False %}", text=BilingualText("和丰", "zh-hans", is_fallback=True))

        assert html == '<span lang="zh-Hans">和丰</span>'

    def test_the_other_language_stands_beside(self):
        park = SimpleNamespace(name_zh="和丰创意广场", name_en="Hefeng Creative Square")

        assert show('{% other park "name" %}', park=park) == '<span class="alt" lang="zh-Hans">和丰创意广场</span>'

    def test_nothing_beside_a_fallback(self):
        assert show('{% other park "name" %}', park=SimpleNamespace(name_zh="园", name_en="")) == ""

    def test_nothing_beside_an_equal_name(self):
        assert show('{% other park "name" %}', park=SimpleNamespace(name_zh="LOFT49", name_en="LOFT49")) == ""


class TestWrittenIn:
    def test_what_people_wrote_is_marked_by_its_script(self):
        page = show("{{ a|written_in }} {{ b|written_in }} {{ c|written_in }}", a="我的 Director", b="Director", c="")

        assert page == "zh-Hans en en"


class TestFigures:
    @pytest.mark.parametrize(
        ("value", "chinese", "english"),
        [
            (0, "0", "0"),
            (9_999, "9,999", "9,999"),
            (340_000, "34 万", "340,000"),
            (1_250_000, "125 万", "1.25 million"),
            (120_000_000, "1.2 亿", "120 million"),
            (2_400_000_000, "24 亿", "2.4 billion"),
            (None, "", ""),
        ],
    )
    def test_quantities_as_readers_count(self, value, chinese, english):
        assert show("{{ value|quantity }}", value=value) == english
        with translation.override("zh-hans"):
            assert show("{{ value|quantity }}", value=value) == chinese

    def test_a_figure_has_year_and_source(self):
        html = show('{% figure_value 64 unit="ha" year=2020 source="Ministry" planned=True %}')

        assert words(html) == "64 ha planned 2020 · Ministry"

    def test_missing_is_said_and_never_zero(self):
        html = show('{% figure_value None unit="ha" missing="The park has been asked" %}')

        assert words(html) == "Not reported The park has been asked"
        assert words(show("{% figure_value 0 %}")) == "0"


class TestNav:
    def test_only_the_closest_of_the_side_menus_is_where_the_reader_is(self, rf, monkeypatch):
        menus = {
            "desk": [navigation.Shown("My desk", "/en/desk/", False, "")],
            "office": [navigation.Shown("Work queue", "/en/office/", True, "")],
            "council": [navigation.Shown("Who did what", "/en/office/audit/", True, "/en/unread/")],
        }
        monkeypatch.setattr(navigation, "of", lambda request, area: menus[area])
        request = rf.get("/en/office/audit/")

        office = show('{% nav "office" %}', request=request)
        council = show('{% nav_group "council" %}', request=request)

        assert "aria-current" not in office
        assert 'href="/en/office/audit/" aria-current="page"' in council
        assert 'hx-get="/en/unread/"' in council

    def test_an_empty_group_has_no_heading(self, rf, monkeypatch):
        monkeypatch.setattr(navigation, "of", lambda request, area: [])

        assert show('{% nav_group "council" %}', request=rf.get("/en/")) == ""


class TestPager:
    def page(self, number: int, count: int = 95):
        return Paginator(range(count), 10).page(number)

    def test_other_parameters_stay(self):
        request = RequestFactory().get("/parks/", {"field": ["design", "film"], "page": "2"})

        html = show("{% pager page %}", page=self.page(2), request=request)

        assert 'href="?field=design&amp;field=film&amp;page=3" rel="next"' in html
        assert 'aria-current="page"' in html
        assert "11–20 of 95" in html

    def test_one_page_needs_none(self):
        assert show("{% pager page %}", page=self.page(1, 7)) == ""


class TestForms:
    class Profile(forms.Form):
        name = forms.CharField(label="Name", help_text="As on the licence.")
        story = forms.CharField(label="Story", required=False, widget=forms.Textarea)
        services = forms.MultipleChoiceField(
            label="Services", choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple
        )
        agreed = forms.BooleanField(label="I agree")

    def test_label_help_and_error_belong_to_the_control(self):
        html = str(self.Profile({})["name"].as_field_group())

        assert '<div class="field bad">' in html
        assert '<label for="id_name">Name</label>' in html
        assert 'id="id_name_helptext">As on the licence.' in html
        assert 'id="id_name_error"' in html
        assert 'aria-describedby="id_name_helptext id_name_error"' in html
        assert 'aria-invalid="true"' in html

    def test_optional_is_said(self):
        assert '<span class="opt">optional</span>' in str(self.Profile()["story"].as_field_group())

    def test_a_group_of_boxes_is_a_fieldset(self):
        html = str(self.Profile()["services"].as_field_group())

        assert html.count("<fieldset") == 1
        assert "<legend" in html

    def test_a_single_box_is_inside_its_label(self):
        html = str(self.Profile()["agreed"].as_field_group())

        assert re.search(r'<label class="choice"><input type="checkbox"[^>]+><span>I agree</span></label>', html)

    def test_the_summary_links_every_error_to_its_field(self):
        html = show("{% error_summary form %}", form=self.Profile({}))

        assert "3 things need correcting" in html
        assert '<a href="#id_name">Name</a>' in html
        assert 'role="alert"' in html

    def test_no_summary_without_errors(self):
        assert show("{% error_summary form %}", form=self.Profile()) == ""


class TestCharts:
    def test_bars_say_their_numbers(self):
        chart = charts.bar_chart(
            [charts.Bar("East", 97, "/parks/?band=east"), charts.Bar("Other", None)], title="Bands"
        )

        html = show("{% bars chart %}", chart=chart)

        assert words(html) == "East 97 Other Not reported"
        assert 'href="/parks/?band=east"' in html

    def test_a_line_has_its_table(self):
        chart = charts.line_chart([charts.Point("2020", 4, "/rows/"), charts.Point("2021", None)], title="Parks")

        html = show("{% line chart %}", chart=chart)

        assert '<th scope="row">2020</th><td class="n"><a href="/rows/">4</a></td>' in html
        assert "Not reported" in html

    def test_tiles_are_a_list_of_links(self):
        province = SimpleNamespace(
            code="330000", iso_code="CN-ZJ", abbr_zh="浙", tile_column=5, tile_row=5, short="Zhejiang"
        )
        chart = tiles.tile_map([province], {"330000": 23}, url=lambda p: "/parks/?province=330000")

        html = show('{% tilemap chart unit="parks" %}', chart=chart)

        assert '<li class="c5 r5"><a class="tile q6" href="/parks/?province=330000">' in html
        assert '<span class="abbr" aria-hidden="true">ZJ</span>' in html
        assert "A schematic, not a map; tiles show neither borders nor area." in html


COMPONENTS = """
{% card title="t" %}x{% endcard %}{% note %}x{% endnote %}{% empty title="t" text="x" href="/" action="a" %}
{% button "b" icon="search" %}{% icon "clock" label="due" %}{% missing %}{% clock due %}{% sparkline values label="l" %}
{% donut donut %}{% bars bars %}{% line line %}{% crumbs trail %}{{ form }}
"""


class TestContentPolicy:
    def test_no_component_has_inline_style_or_script(self):
        html = show(
            COMPONENTS,
            due=None,
            values=[1, 2],
            donut=charts.donut_chart([charts.Slice("a", 1)]),
            bars=charts.bar_chart([charts.Bar("a", 1)]),
            line=charts.line_chart([charts.Point("a", 1)]),
            trail=[("Home", "/"), ("Here", None)],
            form=TestForms.Profile({}),
        )

        assert not re.search(r"\sstyle=|\son\w+=|<script|javascript:", html)
        assert not re.search(r'\sid="([^"]+)".*\sid="\1"', html, re.DOTALL)


class TestErrorPages:
    def test_500_needs_no_context_and_speaks_both_languages(self):
        html = get_template("500.html").render({"request_id": "abc123"})

        assert "这一页没有打开" in html
        assert "This page did not open" in html
        assert "abc123" in html

    @pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "429"])
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_each_says_what_to_do_next(self, code, language, rf):
        with translation.override(language):
            request = rf.get(f"/{language}/nowhere/")
            request.user = SimpleNamespace(is_authenticated=False)
            request.csp_nonce = "nonce"
            request.session = {}
            request._messages = []

            html = render_to_string(f"{code}.html", {}, request=request)

        assert html.count("<h1") == 1
        assert f'href="/{language}/"' in html
        assert 'name="robots" content="noindex"' in html
