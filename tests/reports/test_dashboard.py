"""The council's dashboard and the lists behind it."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import translation

from alliance.core import pagecache, sharedparts
from alliance.reports import facts
from alliance.reports.figures import FIGURES
from tests.factories import make_council_member, make_duty, make_officer, make_park, make_province, make_user
from tests.reports.test_figures import EXPECTED, alliance, make_listed, make_submission  # noqa: F401


@pytest.fixture(params=["zh-hans", "en"])
def language(request):
    with translation.override(request.param):
        yield request.param


@pytest.fixture
def council(client, db):
    client.force_login(make_council_member())
    return client


class TestDashboard:
    @pytest.mark.parametrize(
        "filters",
        [
            {},
            {"band": "west"},
            {"province": "330000", "standing": "listed"},
            {"formation": "none", "standing": "catalogued", "band": "east"},
        ],
    )
    def test_each_number_opens_the_parks_it_counts(self, council, alliance, language, filters):  # noqa: F811
        page = council.get(reverse("reports:dashboard"), filters)

        links = re.findall(r'<a href="([^"]*/dashboard/rows/[^"]*)">(\d+)(?=<)', page.content.decode())
        links += [(tile.url, str(tile.value)) for tile in page.context["board"].tiles.tiles]
        assert len(links) > 30
        for address, number in links:
            rows = council.get(address.replace("&amp;", "&"))
            assert rows.context["page"].paginator.count == int(number), address

    def test_filters_narrow_every_number(self, council, alliance):  # noqa: F811
        page = council.get(reverse("reports:dashboard"), {"band": "west", "standing": "listed"})

        assert {number.figure.code: number.value for number in page.context["board"].headlines} == {
            "entries": 2,
            "members": 2,
            "pending": 0,
            "stale": 2,
        }
        assert all(
            "band=west" in number.url and "standing=listed" in number.url for number in page.context["board"].headlines
        )

    def test_an_unknown_filter_is_named_and_left_out(self, council, alliance):  # noqa: F811
        page = council.get(reverse("reports:dashboard"), {"band": "moon", "formation": "metropolis", "page": "x"})

        assert page.status_code == 200
        assert "moon" in page.content.decode()
        assert page.context["board"].headlines[0].value == 1

    def test_without_a_single_park_it_still_stands(self, council, language):
        page = council.get(reverse("reports:dashboard"))

        assert page.status_code == 200
        assert {number.value for number in page.context["board"].headlines} == {0}

    @pytest.mark.parametrize("role", ["membership_desk", "data_desk"])
    def test_the_desks_read_it_too(self, client, db, role):
        client.force_login(make_officer(role))

        assert client.get(reverse("reports:dashboard")).status_code == 200

    def test_a_park_manager_does_not(self, client, db):
        client.force_login(make_duty(make_user()).person)

        assert client.get(reverse("reports:dashboard")).status_code == 403
        assert client.get(reverse("reports:rows", args=["entries"])).status_code == 403

    @pytest.mark.parametrize("filters", [{}, {"at": "2026"}, {"province": "330000", "formation": "none"}])
    def test_the_number_of_queries_does_not_grow(self, council, filters, django_assert_max_num_queries):
        for number in range(10):
            make_submission(make_listed(number, province=make_province()))
        facts.refresh()

        with django_assert_max_num_queries(12):
            council.get(reverse("reports:dashboard"), filters)
        with django_assert_max_num_queries(8):
            council.get(reverse("reports:dashboard"), filters)


class TestShared:
    """All who may see the dashboard read one copy, which a change makes anew."""

    @pytest.fixture
    def is_shared(self, settings):
        settings.SHARED_PART_SECONDS = 30
        sharedparts._here.clear()
        cache.clear()

    def entries(self, client) -> str:
        page = client.get(reverse("reports:dashboard")).content.decode()
        return re.search(r'<p class="v"><a href="[^"]*entries/">(\d+)<', page)[1]

    def test_the_second_reader_costs_three_queries(self, council, alliance, is_shared, django_assert_num_queries):  # noqa: F811
        self.entries(council)

        with django_assert_num_queries(1):
            assert self.entries(council) == "8"

    def test_when_the_copy_is_too_old_a_change_shows(self, council, alliance, is_shared):  # noqa: F811
        self.entries(council)
        make_park()
        pagecache._bump()

        assert self.entries(council) == "9"

    def test_it_is_not_handed_to_somebody_who_may_not(self, council, alliance, is_shared, client):  # noqa: F811
        self.entries(council)
        client.force_login(make_duty(make_user()).person)

        assert client.get(reverse("reports:dashboard")).status_code == 403

    def test_it_names_nobody_but_its_reader(self, alliance, is_shared):  # noqa: F811
        for name in ("First Reader", "Second Reader"):
            reader = Client()
            reader.force_login(make_council_member(name=name))
            page = reader.get(reverse("reports:dashboard")).content.decode()
            assert name in page
        assert "First Reader" not in page


class TestRows:
    @pytest.mark.parametrize("code", FIGURES)
    def test_the_list_of_each_figure(self, council, alliance, code, language):  # noqa: F811
        page = council.get(reverse("reports:rows", args=[code]))

        shown = {park.pk for park in page.context["page"]}
        assert shown == {alliance[name].pk for name in EXPECTED[code]}

    def test_an_unknown_figure_is_not_there(self, council):
        assert council.get(reverse("reports:rows", args=["happiness"])).status_code == 404

    @pytest.mark.parametrize("page", ["10000", "x", "-1"])
    def test_a_page_that_is_not_there_shows_the_nearest(self, council, alliance, page):  # noqa: F811
        assert council.get(reverse("reports:rows", args=["entries"]), {"page": page}).status_code == 200

    def test_zero_rows_say_what_zero_means(self, council, db):
        page = council.get(reverse("reports:rows", args=["overdue"]))

        assert page.context["page"].paginator.count == 0
        assert "<table" not in page.content.decode()

    def test_a_suspended_park_is_named_without_a_link(self, council, alliance):  # noqa: F811
        page = council.get(reverse("reports:rows", args=["suspended"])).content.decode()

        assert str(alliance["suspended"].name_zh) in page
        assert alliance["suspended"].get_absolute_url() not in page

    @pytest.mark.parametrize("size", [1, 10])
    def test_queries_are_those_of_one_row(self, council, size, django_assert_num_queries):
        for _number in range(size):
            park = make_park(managers=[make_user(), make_user()])
            make_submission(park)

        with django_assert_num_queries(7):
            council.get(reverse("reports:rows", args=["pending"]))
