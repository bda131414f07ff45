"""The public list of joint projects: rows, facets, orders, files, feed, saved searches; the same rows everywhere."""

import csv
import io
import json
from datetime import timedelta
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from alliance.notifications.models import SearchMatch
from alliance.notifications.services import searches
from investment.lists import PROJECTS
from investment.models import Project
from investment.services import projects
from tests.factories import make_user
from tests.investment.factories import make_project

pytestmark = pytest.mark.django_db
MILLION = 1_000_000 * 100


def slugs(query: str = "") -> list[str]:
    return [project.slug for project in PROJECTS.read(QueryDict(query)).page]


def copies(made: Project, number: int) -> None:
    """More rows like this one, each with its parks and its version, without the road to them."""
    for copy in range(number):
        fresh = Project.objects.get(pk=made.pk)
        version, parties = fresh.version, list(fresh.parties.all())
        fresh.pk, fresh.slug, fresh.version, fresh.state = None, f"{made.slug}-{copy}", None, "draft"
        fresh.save()
        version.pk, version.project = None, fresh
        version.save(force_insert=True)
        Project.objects.filter(pk=fresh.pk).update(version=version, state="published")
        for party in parties:
            party.pk, party.project = None, fresh
            party.save()


class TestRows:
    def test_only_what_is_public(self):
        public = make_project("published")
        make_project("draft")
        gone = make_project("published")
        projects.move_project(gone.project, "withdraw", by=gone.lead, reason="Sample reason")

        assert slugs() == [public.project.slug]

    def test_newest_first_and_other_orders(self):
        small, large = make_project(need=5 * MILLION).project, make_project(need=60 * MILLION).project

        assert slugs() == [large.slug, small.slug]
        assert slugs("sort=smallest") == [small.slug, large.slug]
        assert slugs("sort=largest") == [large.slug, small.slug]

    def test_bands_of_the_capital_sought(self):
        exact = make_project(need=10 * MILLION).project
        below = make_project(need=10 * MILLION - 1).project
        listing = PROJECTS.read(QueryDict("need=to50"))

        assert slugs("need=to10") == [below.slug]
        assert slugs("need=to50") == [exact.slug]
        facet = next(facet for facet in listing.facets if facet.name == "need")
        assert {option.value: option.count for option in facet.options} == {"to10": 1, "to50": 1}

    def test_j3_a_committee_is_counted_as_due_diligence(self):
        before, seen = make_project("ic_review").project, make_project("due_diligence").project
        listing = PROJECTS.read(QueryDict("stage=due_diligence"))

        assert set(slugs("stage=due_diligence")) == {before.slug, seen.slug}
        facet = next(facet for facet in listing.facets if facet.name == "stage")
        assert [(option.value, option.count) for option in facet.options] == [("due_diligence", 2)]
        assert [problem.name for problem in PROJECTS.read(QueryDict("stage=ic_review")).problems] == ["stage"]

    def test_takes_interest_now(self):
        open_now = make_project("in_dialogue").project
        held = make_project("published")
        projects.move_project(held.project, "hold", by=held.lead, reason="Sample reason")

        assert slugs("accepts=yes") == [open_now.slug]
        assert slugs("accepts=no") == [held.project.slug]

    @pytest.mark.parametrize("words", ["联合项目", "联合", "joint", "公共服务平台", "shared platform"])
    def test_words_in_both_languages(self, words):
        found = make_project("published").project

        assert slugs(f"q={words}") == [found.slug]

    def test_map_counts_the_same_rows(self):
        found = make_project("published").project
        listing = PROJECTS.read(QueryDict("view=map"))

        assert dict(listing.places) == {found.province_id: 1}
        assert listing.total == 1


class TestPages:
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    @pytest.mark.parametrize("view", ["", "?view=table", "?view=map"])
    def test_every_view_shows_the_project(self, client, language, view):
        project = make_project("published").project

        page = client.get(f"/{language}/projects/{view}").content.decode()

        assert (str(project.province.short_zh) if language == "zh-hans" else "Zhejiang") in page
        assert (project.slug in page) == (view != "?view=map")

    def test_an_empty_list_teaches(self, client):
        page = client.get("/en/projects/").content.decode()

        assert "No project is public yet" in page
        assert "/en/processes/project/" in page

    def test_beyond_the_end_leads_back(self, client):
        make_project("published")

        assert client.get("/en/projects/?page=7").status_code == 404

    @pytest.mark.parametrize("address", ["projects/", "projects/?view=table", "projects/list.json", "projects/feed/"])
    def test_a_hundred_rows_cost_no_more_than_one(self, client, address, settings):
        settings.SHARED_PART_SECONDS = 0
        made = make_project("published").project

        def asked() -> int:
            client.get(f"/en/{address}")
            cache.clear()
            with CaptureQueriesContext(connection) as queries:
                assert client.get(f"/en/{address}").status_code == 200
            return len(queries)

        few = asked()
        copies(made, 99)
        assert Project.objects.public().count() == 100
        assert asked() <= few <= 12


class TestFiles:
    def test_csv_has_the_rows_of_the_list_and_their_definitions(self, client):
        chosen = make_project(need=12_345_678_900).project
        make_project(need=5 * MILLION)

        raw = b"".join(client.get("/en/projects/list.csv?need=to500").streaming_content).decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(raw)))

        table = next(at for at, row in enumerate(rows) if any("Capital sought" in cell for cell in row))
        assert [chosen.title_en in row for row in rows[table + 1 : table + 2]] == [True]
        assert "123456789" in raw
        assert "Sample joint project" in raw
        assert chosen.version.sha256 in raw

    def test_json_is_paged_and_follows_the_filter(self, client):
        chosen = make_project(need=5 * MILLION).project
        make_project(need=60 * MILLION)

        found = json.loads(client.get("/zh-hans/projects/list.json?need=to10").content)

        assert [line["slug"] for line in found["projects"]] == [chosen.slug]
        assert (found["total"], found["next"]) == (1, None)
        assert found["projects"][0]["capital_sought"] == {"fen": 5 * MILLION, "currency": "CNY"}

    def test_json_leads_to_the_next_page(self, client):
        copies(make_project("published").project, 100)

        first = json.loads(client.get("/en/projects/list.json").content)
        second = json.loads(client.get(urlsplit(first["next"])._replace(scheme="", netloc="").geturl()).content)

        assert len(first["projects"]) == 100
        assert len(second["projects"]) == 1
        assert second["next"] is None


class TestFeed:
    def items(self, client, address: str) -> list[ElementTree.Element]:
        return ElementTree.fromstring(client.get(address).content).findall("channel/item")

    def test_newly_published_first_with_what_j3_says(self, client):
        older, newer = make_project().project, make_project().project

        items = self.items(client, "/en/projects/feed/")

        assert [item.findtext("title") for item in items] == [newer.title_en, older.title_en]
        assert all("never means being funded" in item.findtext("description") for item in items)

    def test_language_and_filter_are_those_of_the_address(self, client):
        chosen = make_project(need=5 * MILLION).project
        make_project(need=60 * MILLION)

        feed = ElementTree.fromstring(client.get("/zh-hans/projects/feed/?need=to10").content)

        assert feed.findtext("channel/language") == "zh-hans"
        assert [item.findtext("title") for item in feed.findall("channel/item")] == [chosen.title_zh]
        assert "need=to10" in feed.findtext("channel/link")

    def test_a_project_that_moves_on_is_the_same_item(self, client):
        made = make_project()
        [before] = self.items(client, "/en/projects/feed/")
        projects.move_project(made.project, "talk", by=made.lead)
        [after] = self.items(client, "/en/projects/feed/")

        assert before.findtext("guid") == after.findtext("guid")


class TestSavedSearches:
    def test_who_follows_hears_of_what_is_published_and_why(self):
        person = make_user()
        listing = PROJECTS.read(QueryDict("need=to10"))
        search = searches.save_search(listing, name="Small ones", alerts="at_once", by=person)
        fits, other = make_project(need=5 * MILLION).project, make_project(need=60 * MILLION).project

        searches.look()

        assert list(SearchMatch.objects.values_list("object_id", flat=True)) == [fits.pk]
        assert other.pk != fits.pk
        search.refresh_from_db()
        with translation.override("en"):
            assert "Capital sought = under CNY 10 million" in PROJECTS.read(QueryDict(search.query)).in_words
        assert search.told_at is not None

    def test_a_step_brings_a_project_into_a_search(self):
        made = make_project("due_diligence")
        person = make_user()
        listing = PROJECTS.read(QueryDict("stage=financing_agreed"))
        searches.save_search(listing, name="Agreed", alerts="at_once", by=person)
        Project.objects.filter(pk=made.project.pk).update(updated_at=timezone.now() - timedelta(days=9))

        projects.move_project(made.project, "agree", by=made.lead)
        searches.look()

        assert list(SearchMatch.objects.values_list("object_id", flat=True)) == [made.project.pk]
