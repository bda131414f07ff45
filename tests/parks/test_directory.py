import csv
import io
import re
from datetime import date

import pytest
from django.http import QueryDict
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parks import choices
from parks.directory import PARKS
from parks.filters import MUNICIPALITIES, ParkFilter
from parks.models import Cluster, Park

pytestmark = pytest.mark.usefixtures("real_parks")


@pytest.fixture(autouse=True)
def chinese():
    """What a test before this one left active does not count."""
    with translation.override("zh-hans"):
        yield


def read(query=""):
    return PARKS.read(QueryDict(query))


def page(client, query="", language="en", **headers):
    return client.get(f"/{language}/parks/?{query}", headers=headers)


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


# What a park has under each facet, said a second time without the database.
FACTS = {
    "formation": lambda p: {p.formation or "none"},
    "structure": lambda p: {p.structure or "none"},
    "site_form": lambda p: {p.site_form or "none"},
    "kind": lambda p: {p.kind},
    "national_status": lambda p: {p.national_status} - {""},
    "standing": lambda p: {p.standing},
    "province": lambda p: {p.province_id},
    "city": lambda p: {p.city_id} - {None},
    "field": lambda p: set(p.fields) or {"none"},
    "industry": lambda p: {code[:2] for code in p.industries},
    "digital": lambda p: set(p.digital_forms) or {"none"},
    "service": lambda p: set(p.services) or {"none"},
    "facility": lambda p: set(p.facilities) or {"none"},
    "former_use": lambda p: {"yes"} if p.former_use_zh or p.former_use_en else set(),
    "district": lambda p: {p.district_zh} - {""} if p.province_id in MUNICIPALITIES else set(),
    "cluster": lambda p: set(p.clusters),
    "confirmed": lambda p: {"never" if p.confirmed_at is None else "fresh"},
}
VALUES = {
    "formation": [*choices.Formation.values, "none"],
    "structure": [*choices.Structure.values, "none"],
    "site_form": [*choices.SiteForm.values, "none"],
    "kind": choices.Kind.values,
    "national_status": choices.NationalStatus.values,
    "standing": ["listed", "catalogued"],
    "province": ["330000", "110000", "440000", "710000", "540000"],
    "city": ["330200", "330100", "440300"],
    "field": ["design", "film", "games", "none"],
    "industry": ["02", "03", "06", "09"],
    "digital": [*choices.DigitalForm.values, "none"],
    "service": ["ip", "legal", "none"],
    "facility": ["gallery", "none"],
    "former_use": ["yes"],
    "district": ["普陀区", "朝阳区"],
    "cluster": ["glass", "film"],
    "confirmed": ["fresh", "never"],
}
conditions = st.dictionaries(st.sampled_from(sorted(VALUES)), st.none(), max_size=4).flatmap(
    lambda chosen: st.fixed_dictionaries(
        {name: st.lists(st.sampled_from(VALUES[name]), min_size=1, max_size=3, unique=True) for name in chosen}
    )
)


def fits(park, chosen, leave_out=""):
    return all(FACTS[name](park) & set(values) for name, values in chosen.items() if name != leave_out)


class TestAgreement:
    def test_every_facet_is_covered_here(self):
        assert set(FACTS) == set(VALUES) == set(ParkFilter.base_filters) - {"q"}

    def test_cards_table_map_facets_and_file_say_the_same(self):
        Park.objects.filter(slug="hefeng").update(
            digital_forms=["scenario", "innovation"],
            services=["ip", "legal"],
            facilities=["gallery"],
            industries=["032", "03"],
        )
        Park.objects.filter(slug="m50").update(standing="listed", listed_at=timezone.now())
        in_force = {"state": "approved", "resolution": "R-1", "resolved_on": date(2026, 1, 1)}
        in_force |= {"approved_at": timezone.now(), "review_due_on": date(2028, 1, 1)}
        for slug in VALUES["cluster"]:
            Cluster.objects.create(slug=slug, name_zh=slug, **in_force)
        Park.objects.filter(slug__in=["hefeng", "m50"]).update(clusters=["film", "glass"])
        Park.objects.filter(slug="798-art-zone").update(clusters=["glass"])
        everything = list(Park.objects.all())

        @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
        @given(conditions)
        def check(chosen):
            query = QueryDict(mutable=True)
            for name, values in chosen.items():
                query.setlist(name, values)
            listing = PARKS.read(query)
            expected = [park for park in everything if fits(park, chosen)]

            assert listing.total == len(expected)
            assert {park.slug for park in listing.all_rows()} == {park.slug for park in expected}
            # The map shows exactly the rows.
            assert sum(listing.places.values()) == listing.total
            assert listing.places == tally(expected, lambda park: {park.province_id})
            for facet in listing.facets:
                others = [park for park in everything if fits(park, chosen, leave_out=facet.name)]
                counted = tally(others, FACTS[facet.name])
                shown = {option.value: option.count for option in facet.options if option.count}
                assert shown == {value: n for value, n in counted.items() if value in shown}, facet.name
                # Of places below provinces only those of the chosen provinces are offered, of clusters those named.
                if facet.name not in {"city", "district", "cluster"}:
                    assert shown == counted, facet.name

        check()

    def test_pages_hold_every_row_once(self):
        slugs = [park.slug for number in range(1, 10) for park in read(f"page={number}").page]

        assert len(slugs) == len(set(slugs)) == 200
        assert slugs == [park.slug for park in read().all_rows()]

    def test_file_has_the_rows_of_the_list(self, client):
        response = client.get("/en/parks/export.csv?province=330000&formation=cultivated&page=3&view=table")
        rows = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))

        assert response["Content-Disposition"].startswith('attachment; filename="parks-')
        assert [row["Chinese name"] for row in rows] == [
            park.name_zh for park in read("province=330000&formation=cultivated").all_rows()
        ]
        assert {row["Province"] for row in rows} == {"Zhejiang"}


def tally(parks, facts):
    numbers = {}
    for park in parks:
        for value in facts(park):
            numbers[value] = numbers.get(value, 0) + 1
    return numbers


class TestSearch:
    def test_words_narrow_the_list_and_its_map(self):
        listing = read("q=和丰")

        assert [park.slug for park in listing.page] == ["hefeng"]
        assert listing.places == {"330000": 1}
        assert listing.sort.code == "relevance"

    @pytest.mark.parametrize("words", ["798", "hefeng", "和", "宁波 设计", "Hefeng Creative", "７９８", "紗廠"])
    def test_real_words_find_something(self, words):
        query = QueryDict(mutable=True)
        query["q"] = words

        listing = PARKS.read(query)

        assert listing.total > 0
        assert len(list(listing.page)) == min(listing.total, 24)

    def test_words_cost_as_many_queries_however_much_they_find(self, client, django_assert_num_queries):
        for words in ("和丰", "园"):
            page(client, f"q={words}")  # what is read once per process
            with django_assert_num_queries(8):
                page(client, f"q={words}")

    def test_the_name_itself_comes_first(self):
        query = QueryDict(mutable=True)
        query["q"] = "M50创意园"

        assert PARKS.read(query).page[0].slug == "m50"

    def test_nothing_found_offers_names_that_sound_alike(self, client):
        response = page(client, "q=hefengchuangyii&province=330000", language="zh-hans")

        assert response.status_code == 200
        assert ("和丰创意广场", read("q=和丰创意广场&province=330000").link()) in response.context["meant"]
        assert "和丰创意广场" in response.content.decode()


class TestPage:
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    @pytest.mark.parametrize("view", ["cards", "table", "map"])
    def test_every_view_opens_for_everybody(self, client, language, view):
        response = page(client, f"view={view}&formation=regeneration", language)

        assert response.status_code == 200
        assert response.context["listing"].total == 100

    def test_part_for_htmx_is_no_whole_page(self, client):
        response = page(client, "q=&formation=regeneration&sort=confirmed", **{"HX-Request": "true"})

        html = response.content.decode()
        assert "<html" not in html
        assert html.lstrip().startswith('<div id="list"')
        assert "HX-Request" in response["Vary"]
        assert response["HX-Push-Url"] == "/en/parks/?formation=regeneration"

    def test_a_chosen_province_opens_its_cities(self, client):
        response = page(client, "province=330000")

        cities = next(facet for facet in response.context["listing"].facets if facet.name == "city")
        assert {option.value for option in cities.options} >= {"330100", "330200"}
        assert not any(facet.name == "city" for facet in page(client).context["listing"].facets)

    def test_robots_and_languages(self, client):
        html = page(client, "province=330000").content.decode()

        assert 'rel="canonical" href="http' in html
        assert 'hreflang="zh-Hans"' in html


class TestBadInput:
    def test_page_ten_thousand_says_so_and_leads_back(self, client):
        response = page(client, "page=10000&province=330000")

        assert response.status_code == 404
        assert "There is no page 10,000. The list has one page." in response.content.decode()
        assert 'href="/en/parks/?province=330000"' in response.content.decode()

    def test_unknown_values_are_said_beside_their_filter(self, client):
        response = page(client, "formation=brutalist&formation=regeneration&province=99")

        html = response.content.decode()
        assert response.status_code == 200
        assert response.context["listing"].total == 100
        assert html.count("“brutalist” is not known under “Formation”.") == 2

    @pytest.mark.parametrize(
        "query",
        [
            "q=%00",
            "q=%ff%fe",
            "q=" + "长" * 500,
            "q=%F0%9F%98%80",
            "q=%E2%80%AE%E5%80%92",
            "q='&sort='&view='&page='",
            "province=" + "9" * 5000,
            "city=%00%00&province=%00",
            "city=330200",
            "city=110000&province=330000",
            "park=%00&park=" + "x" * 3000,
            "&".join(f"park=p{n}" for n in range(300)),
            "&".join(f"formation={n}" for n in range(300)),
            "province[]=330000&__proto__=1&q[$ne]=1",
            "page=99999999999999999999999",
        ],
    )
    def test_nothing_breaks_it(self, client, query):
        for path in ("parks/", "parks/export.csv", "parks/compare/", "parks/compare.csv"):
            response = client.get(f"/en/{path}?{query}")

            assert response.status_code in {200, 302, 404}
            if response.streaming:
                assert b"".join(response.streaming_content)


class TestFile:
    def test_column_names_in_the_readers_language(self, client):
        file = b"".join(client.get("/zh-hans/parks/export.csv").streaming_content).decode("utf-8-sig")
        with translation.override("zh-hans"):
            assert file.split(",")[0] == translation.gettext("Chinese name")


class TestDoors:
    def test_numbers_on_the_home_page_open_as_many_rows(self, client):
        html = client.get("/zh-hans/").content.decode()

        doors = re.findall(
            r'href="/zh-hans/parks/(?:\?([^"]*))?"[^>]*>\s*(?:<span[^>]*>[^<]*</span>\s*)*(?:<b>)?(\d+)', html
        )

        assert len(doors) > 30
        for query, number in doors:
            if "view=map" not in query:
                assert read(query.replace("&amp;", "&")).total == int(number), query
