import csv
import io

import pytest
from django.db.models import Q
from django.http import QueryDict
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from alliance.core.bilingual import order_by_name
from alliance.core.lists import Column, Facet, ListDefinition, ListFilter, SearchBox, Sort, View, csv_response
from alliance.core.lists.export import cell
from alliance.core.models import Division

pytestmark = pytest.mark.django_db

BANDS = {"east": "East", "central": "Central", "west": "West"}


class DivisionFilter(ListFilter):
    q = SearchBox(lambda text: Q(name_zh__icontains=text) | Q(name_en__icontains=text), label="Words")
    band = Facet("band", label="Band", choices=BANDS, blank=True)
    level = Facet("level", label="Level", choices=Division.Level)

    class Meta:
        model = Division
        fields: list[str] = []


DIVISIONS = ListDefinition(
    code="divisions",
    url_name="home",
    filterset=DivisionFilter,
    rows=lambda user: Division.objects.all(),
    sorts=[
        Sort("name", "By name", lambda listing: order_by_name()),
        Sort("code", "By code", lambda listing: ["-code"]),
        Sort("match", "Best first", lambda listing: ["code"], needs="q"),
    ],
    columns=[
        Column("name", "Name", lambda row: row.name, url=lambda row: f"/{row.code}/", sort="name"),
        Column("band", "Band", lambda row: row.band),
        Column("code", "Code", lambda row: int(row.code), is_number=True, in_table=False),
    ],
    views=[View("table", "Table"), View("map", "Map")],
    place="band",
    carries=["keep"],
    per_page=3,
)


@pytest.fixture(autouse=True)
def chinese():
    """What a test before this one left active does not count."""
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def divisions():
    names = [("110000", "甲", "east"), ("120000", "乙", "east"), ("130000", "丙", "west"), ("140000", "丁", "")]
    provinces = [
        Division(code=code, level="province", name_zh=zh, name_en=f"Place {code}", short_zh=zh, short_en=zh, band=band)
        for code, zh, band in names
    ]
    Division.objects.bulk_create(provinces)
    Division.objects.create(
        code="110100",
        level="prefecture",
        parent=provinces[0],
        name_zh="甲市",
        name_en="",
        band="east",
        short_zh="甲",
        short_en="",
    )


def read(query="", **kwargs):
    return DIVISIONS.read(QueryDict(query), **kwargs)


def numbers(listing):
    return {facet.name: {option.value: option.count for option in facet.options} for facet in listing.facets}


class TestCounts:
    def test_everything(self, divisions):
        listing = read()

        assert listing.total == 5
        assert numbers(listing) == {
            "band": {"east": 3, "west": 1, "none": 1},
            "level": {"province": 4, "prefecture": 1},
        }
        assert listing.places == {"east": 3, "west": 1, "": 1}

    def test_a_facet_in_use_is_counted_without_itself(self, divisions):
        listing = read("band=west")

        assert listing.total == 1
        assert numbers(listing) == {"band": {"east": 3, "west": 1, "none": 1}, "level": {"province": 1}}
        assert listing.places == {"west": 1}

    def test_conditions_narrow_each_other(self, divisions):
        listing = read("band=east&band=west&level=province")

        assert listing.total == 3
        assert numbers(listing) == {
            "band": {"east": 2, "west": 1, "none": 1},
            "level": {"province": 3, "prefecture": 1},
        }

    def test_not_reported_can_be_chosen(self, divisions):
        assert [row.code for row in read("band=none").page] == ["140000"]
        assert read("band=none&band=west").total == 2

    def test_words_narrow_every_count(self, divisions):
        listing = read("q=甲")

        assert listing.total == 2
        assert numbers(listing) == {"band": {"east": 2}, "level": {"province": 1, "prefecture": 1}}

    def test_nothing_found(self, divisions):
        listing = read("q=zzz&band=east")

        assert listing.total == 0
        assert list(listing.page) == []
        assert numbers(listing) == {"band": {"east": 0}, "level": {}}

    def test_no_rows_by_declaration(self, divisions):
        none = ListDefinition(
            code="x", url_name="home", filterset=DivisionFilter, rows=lambda user: Division.objects.none()
        )

        listing = none.read(QueryDict("band=east"))

        assert (listing.total, listing.places, list(listing.page)) == (0, {}, [])

    def test_one_query_for_counts_and_one_for_rows(self, divisions, django_assert_num_queries):
        with django_assert_num_queries(2):
            listing = read("band=east&level=province&level=prefecture&q=甲")
            assert listing.facets
            assert listing.places
            assert list(listing.page)


class TestAddresses:
    def test_canonical_order_and_no_blanks(self, divisions):
        assert read("level=province&q=&band=west&band=east&sort=name&page=1").link() == (
            "/zh-hans/?band=east&band=west&level=province"
        )

    def test_a_change_leads_to_the_first_page_and_keeps_the_rest(self, divisions):
        listing = read("page=2&sort=code&keep=a&keep=b&view=map")

        assert listing.link() == "/zh-hans/?sort=code&view=map&keep=a&keep=b&page=2"
        assert listing.link(band=["east"]) == "/zh-hans/?sort=code&view=map&keep=a&keep=b&band=east"
        assert listing.clear_url == "/zh-hans/?sort=code&view=map&keep=a&keep=b"

    def test_chips_take_one_condition_away(self, divisions):
        listing = read("q=甲&band=east&band=none")

        assert [(str(chip.label), chip.url) for chip in listing.chips] == [
            ("“甲”", "/zh-hans/?band=east&band=none"),
            ("East", "/zh-hans/?q=%E7%94%B2&band=none"),
            ("Band: 未填报", "/zh-hans/?q=%E7%94%B2&band=east"),
        ]

    def test_links_add_and_take_away(self, divisions):
        listing = read("band=west&q=甲")
        changes = {"more": ["west", "east"], "less": [], "odd": ["a&b=c"]}

        assert listing.links("band", changes.items()) == {
            name: listing.link(band=values) for name, values in changes.items()
        }
        assert listing.links("sort", [("x", ["code"])]) == {"x": "/zh-hans/?q=%E7%94%B2&band=west&sort=code"}

    def test_saved_search_reads_back(self, divisions):
        listing = read("q=甲&band=east&sort=code&page=2&keep=a")

        assert listing.query == "q=%E7%94%B2&band=east"
        assert DIVISIONS.read(QueryDict(listing.query)).total == listing.total

    @given(st.text(max_size=30), st.lists(st.text(max_size=12), max_size=4), st.text(max_size=8), st.text(max_size=8))
    def test_any_address_has_a_canonical_form_that_stays(self, q, bands, sort, page):
        query = QueryDict(mutable=True)
        query["q"], query["sort"], query["page"] = q, sort, page
        query.setlist("band", bands)

        once = DIVISIONS.read(query)
        again = DIVISIONS.read(QueryDict(once.parameters().urlencode()))

        assert again.link() == once.link()
        assert again.problems == []


class TestProblems:
    def test_unknown_values_are_named_and_the_rest_is_kept(self, divisions):
        with translation.override("en"):
            listing = read("band=moon&band=east&colour=red&sort=size&view=globe&page=-1&utm_source=x")

            assert listing.total == 3
            assert [problem.text for problem in listing.problems] == [
                "There is no order called “size”.",
                "There is no view called “globe”.",
                "“-1” is not a page number; this is page 1.",
                "This list has no filter called “colour”; it was left out.",
                "“moon” is not known under “Band”. It was left out, the rest holds.",
            ]
            assert listing.facets[0].problems == ["“moon” is not known under “Band”. It was left out, the rest holds."]
            assert listing.facets[0].is_open

    def test_an_order_that_needs_words_is_no_mistake_without_them(self, divisions):
        listing = read("sort=match")

        assert (listing.problems, listing.sort.code) == ([], "name")

    @pytest.mark.parametrize("page", ["0", "-1", "x", "1.5", "٣", "²", "9" * 400, "1e9", "\x00"])
    def test_what_is_no_page_shows_the_first(self, divisions, page):
        query = QueryDict(mutable=True)
        query["page"] = page
        listing = DIVISIONS.read(query)

        assert listing.number == 1
        assert len(listing.problems) == 1
        assert len(listing.problems[0].text) < 200

    def test_beyond_the_end_asks_for_no_rows(self, divisions, django_assert_num_queries):
        listing = read("page=10000")

        with django_assert_num_queries(1), translation.override("en"):
            assert listing.is_beyond_end
            assert list(listing.page) == []
            assert listing.beyond_end_text == "There is no page 10,000. The list has 2 pages."
            assert listing.last_url == "/zh-hans/?page=2"

    @pytest.mark.parametrize("q", ["a\x00b", "\ud800", "😀", "\u202e甲", "甲" * 300, "'; DROP TABLE", "%", "_", "\\"])
    def test_any_words_are_words(self, divisions, q):
        query = QueryDict(mutable=True)
        query["q"] = q

        assert DIVISIONS.read(query).total >= 0

    def test_long_words_are_cut_and_said(self, divisions):
        listing = read("q=" + "x" * 300)

        assert len(listing.text) == 200
        assert len(listing.problems) == 1


class TestRows:
    def test_pages(self, divisions):
        first, second = read("sort=code"), read("sort=code&page=2")

        assert [row.code for row in first.page] == ["140000", "130000", "120000"]
        assert [row.code for row in second.page] == ["110100", "110000"]
        assert (second.page.start_index(), second.page.end_index(), second.page.paginator.num_pages) == (4, 5, 2)

    def test_chinese_names_in_order_of_pinyin(self, divisions):
        with translation.override("zh-hans"):
            assert [row.name_zh for row in read("level=province").all_rows()] == ["丙", "丁", "甲", "乙"]

    def test_table(self, divisions):
        listing = read("band=west")

        assert [(column.code, url) for column, url, _order in listing.heads] == [
            ("name", "/zh-hans/?band=west"),
            ("band", ""),
        ]
        assert [[(value, url) for column, value, url in cells] for row, cells in listing.cells] == [
            [("丙", "/130000/"), ("west", "")]
        ]


class TestChoices:
    def test_the_default_order_is_in_no_address(self, divisions):
        def orders(listing):
            return [(sort.code, sort.url, sort.is_current, sort.is_default) for sort in listing.sorts]

        assert orders(read("sort=code")) == [
            ("name", "/zh-hans/", False, True),
            ("code", "/zh-hans/?sort=code", True, False),
        ]
        assert [sort.code for sort in read("q=甲").sorts] == ["name", "code", "match"]

    def test_views(self, divisions):
        assert [(view.code, view.url, view.is_current) for view in read("view=map").views] == [
            ("table", "/zh-hans/", False),
            ("map", "/zh-hans/?view=map", True),
        ]


class TestFile:
    def test_same_rows_in_the_same_order(self, divisions):
        with translation.override("en"):
            listing = read("band=east&sort=code&page=9")
            text = b"".join(csv_response(listing).streaming_content).decode()

        assert text.startswith("\ufeff")
        assert list(csv.reader(io.StringIO(text.removeprefix("\ufeff")))) == [
            ["Name", "Band", "Code"],
            ["Place 120000", "east", "120000"],
            ["甲市", "east", "110100"],
            ["Place 110000", "east", "110000"],
        ]

    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
    def test_no_cell_becomes_a_formula(self, start):
        assert cell(f"{start}1+1") == f"'{start}1+1"

    @pytest.mark.parametrize(
        ("value", "shown"),
        [(None, ""), (0, 0), (-5, -5), (1.5, 1.5), (True, 1), ("-", "'-"), ("甲=1", "甲=1"), ("", "")],
    )
    def test_numbers_stay_numbers(self, value, shown):
        assert cell(value) == shown
