"""Facets of the directory over rows made for the test: districts of municipalities, and how fresh an entry is."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone, translation

from parks.directory import PARKS
from tests.factories import make_park, make_province

pytestmark = pytest.mark.django_db


def facet(name, query=""):
    found = {one.name: one for one in PARKS.read(QueryDict(query)).facets}.get(name)
    return {str(option.label): option.count for option in found.options} if found else None


@pytest.fixture
def shanghai():
    return make_province(
        "310000", name_zh="上海市", name_en="Shanghai", short_zh="上海", short_en="Shanghai", abbr_zh="沪"
    )


class TestDistrict:
    def test_a_municipality_opens_its_districts(self, shanghai):
        for district in ("普陀区", "普陀区", "徐汇区"):
            make_park(province=shanghai, district_zh=district, district_en="Putuo" if district == "普陀区" else "Xuhui")
        make_park(district_zh="鄞州区")
        make_park(province=shanghai, district_zh="黄浦区", standing="draft")

        assert facet("district") is None
        assert facet("district", "province=310000") == {"普陀区": 2, "徐汇区": 1}
        with translation.override("en"):
            assert facet("district", "province=310000") == {"Putuo": 2, "Xuhui": 1}

    def test_narrows_the_rows(self, shanghai):
        park = make_park(province=shanghai, district_zh="徐汇区")
        make_park(province=shanghai, district_zh="普陀区")

        listing = PARKS.read(QueryDict("province=310000&district=徐汇区"))

        assert list(listing.page) == [park]
        assert listing.problems == []

    def test_provinces_have_cities_instead(self):
        make_park(district_zh="鄞州区")

        assert facet("district", "province=330000") == {}

    def test_asks_nothing_where_no_municipality_is_chosen(self, django_assert_num_queries):
        make_park()

        # Provinces, fields and classes; then the numbers.
        with django_assert_num_queries(4):
            facet("district", "formation=cultivated")


class TestConfirmed:
    def test_counts_by_age(self):
        now = timezone.now()
        for days in (1, 364, 366, 900):
            make_park(confirmed_at=now - timedelta(days=days), standing="listed", listed_at=now)
        make_park()

        with translation.override("en"):
            assert facet("confirmed") == {"within a year": 2, "longer ago": 2, "never": 1}
        assert PARKS.read(QueryDict("confirmed=older")).total == 2
