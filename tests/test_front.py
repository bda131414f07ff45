"""The front door: what it counts, where its doors lead, what it explains."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import translation

from alliance import glossary
from alliance.core import workflow
from alliance.core.picture import building_for, place_of
from alliance.views import featured_parks, states_of
from parks.models import Park
from tests.factories import make_park
from tests.world import World

pytestmark = pytest.mark.django_db


def links(html: str) -> set[str]:
    return {address.replace("&amp;", "&") for address in re.findall(r'<a [^>]*href="(/[^"#]*)', html)}


class TestHome:
    def test_it_counts_what_the_directory_shows(self, client):
        make_park(slug="mill", former_use_zh="棉纺厂", national_status="demonstration_park", standing="catalogued")
        make_park(slug="listed")
        make_park(slug="draft", standing="draft")

        counts = client.get("/en/").context["counts"]

        public = Park.objects.public()
        assert counts == {
            "parks": public.count(),
            "provinces": public.values("province").distinct().count(),
            "former": 1,
            "demonstration": 1,
            "confirmed": public.filter(standing="listed").count(),
        }

    @pytest.mark.parametrize(
        ("query", "count"),
        [
            ("", "parks"),
            ("?former_use=yes", "former"),
            ("?national_status=demonstration_park", "demonstration"),
            ("?standing=listed", "confirmed"),
        ],
    )
    def test_each_number_opens_its_rows(self, client, query, count):
        make_park(slug="mill", former_use_zh="棉纺厂", national_status="demonstration_park", standing="catalogued")
        make_park(slug="listed")

        home = client.get("/en/")
        rows = client.get(f"/en/parks/{query}").context["listing"]

        assert f'href="/en/parks/{query}"' in home.content.decode()
        assert rows.total == home.context["counts"][count]

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    @pytest.mark.parametrize("role", ["anonymous", "nobody", "manager", "membership_desk", "council"])
    def test_no_door_leads_nowhere(self, client, role, language):
        person = World().person(role)
        if person:
            client.force_login(person)

        found = links(client.get(f"/{language}/").content.decode())

        assert len(found) > 15
        for address in found:
            assert client.get(address).status_code in (200, 302), address

    def test_queries_do_not_grow_with_the_directory(self, client, django_assert_num_queries):
        make_park()
        client.get("/en/")
        with django_assert_num_queries(4):
            client.get("/en/")

        for n in range(10):
            make_park(slug=f"park-{n}", former_use_zh="棉纺厂" if n % 2 else "仓库")

        with django_assert_num_queries(4):
            client.get("/en/")

    def test_an_empty_directory_still_has_its_map(self, client):
        page = client.get("/zh-hans/")

        assert page.status_code == 200
        assert page.context["featured"] == []


class TestFeaturedParks:
    def test_the_same_all_week_and_no_building_twice(self):
        for n, former_use in enumerate(["棉纺厂", "棉纺厂", "仓库", "瓷厂"]):
            make_park(slug=f"park-{n}", former_use_zh=former_use)

        monday = featured_parks(date(2026, 11, 23))
        sunday = featured_parks(date(2026, 11, 29))

        assert monday == sunday
        shown = [building_for(place_of(park)) for park in monday]
        assert len(shown) == len(set(shown))

    def test_drafts_stay_at_their_desk(self):
        make_park(standing="draft")

        assert featured_parks(date(2026, 11, 23)) == []


class TestProcesses:
    def test_every_lifecycle_has_its_page_in_both_languages(self, client):
        assert workflow.registry
        for code in workflow.registry:
            for language in ("zh-hans", "en"):
                assert client.get(f"/{language}/processes/{code}/").status_code == 200

    def test_every_move_is_printed_once_from_each_of_its_states(self):
        for flow in workflow.registry.values():
            printed = [(state.code, move.verb) for state in states_of(flow) for move, _ in state.ways]

            assert sorted(printed) == sorted((source, move.verb) for move in flow.moves for source in move.sources)

    def test_it_begins_with_the_first_state(self):
        for flow in workflow.registry.values():
            assert states_of(flow)[0].code == flow.initial

    def test_an_unknown_one_is_not_found(self, client):
        assert client.get("/en/processes/nothing/").status_code == 404


class TestGlossary:
    def test_codes_are_unique_and_both_languages_are_there(self):
        terms = [term for group in glossary.GROUPS for term in group.terms]

        assert len({term.code for term in terms}) == len(terms)
        assert all(term.zh and term.en and term.meaning_zh and term.meaning_en for term in terms)

    def test_a_term_stands_in_the_readers_language_with_the_other_beside(self):
        term = glossary.TERMS["park"]

        with translation.override("en"):
            assert (term.name, term.other_name.lang) == ("park", "zh-hans")
        with translation.override("zh-hans"):
            assert (term.name, term.other_name) == ("园区", "park")

    def test_the_readme_has_the_same_words(self):
        readme = (Path(__file__).resolve().parent.parent / "README.md").read_text(encoding="utf-8")

        assert glossary.as_markdown() in readme

    def test_the_page_lets_one_link_to_a_term(self, client):
        assert 'id="audit-chain"' in client.get("/en/glossary/").content.decode()


class TestEveryPublicPage:
    @pytest.mark.parametrize("name", ["home", "about", "glossary", "processes", "privacy"])
    def test_it_names_its_address_in_both_languages(self, client, settings, name):
        settings.PUBLIC_BASE_URL = "https://portal.example"
        with translation.override("en"):
            english = reverse(name)
        with translation.override("zh-hans"):
            chinese = reverse(name)

        html = client.get(english).content.decode()

        assert f'<link rel="canonical" href="https://portal.example{english}">' in html
        assert f'hreflang="zh-Hans" href="https://portal.example{chinese}">' in html
        assert f'hreflang="x-default" href="https://portal.example{chinese}">' in html
        assert f'<a lang="zh-Hans" hreflang="zh-Hans" href="{chinese}">中文</a>' in html
        assert html.count("<h1") == 1
        assert '<html lang="en">' in html

    def test_the_theme_chosen_on_this_device_is_rendered(self, client):
        client.cookies["theme"] = "dark"

        assert '<html lang="en" data-theme="dark">' in client.get("/en/about/").content.decode()

    def test_registration_numbers_stand_in_the_footer_when_set(self, client, settings):
        assert "beian" not in client.get("/en/about/").content.decode()

        settings.ICP_NUMBER = "京ICP备00000000号"

        assert "京ICP备00000000号" in client.get("/en/about/").content.decode()

    def test_a_filter_goes_along_into_the_other_language(self, client):
        html = client.get("/en/parks/?field=design&province=330000").content.decode()

        assert 'href="/zh-hans/parks/?field=design&amp;province=330000"' in html
