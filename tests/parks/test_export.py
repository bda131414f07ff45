"""The directory and its file over rows made for the test; over the real parks in test_directory.py."""

import csv
import io

import pytest
from django.utils import timezone

from alliance.core import search
from parks.models import FieldOfWork, Figure
from tests.factories import make_park, make_province

pytestmark = pytest.mark.django_db


def page(client, query="", language="en"):
    return client.get(f"/{language}/parks/?{query}")


class TestPage:
    @pytest.mark.parametrize("count", [0, 1, 10, 200])
    @pytest.mark.parametrize("view", ["cards", "table", "map"])
    def test_queries_do_not_grow(self, client, django_assert_num_queries, count, view):
        province = make_province()
        for number in range(count):
            make_park(province=province, fields=["design"], name_zh=f"园区{number}")
        FieldOfWork.objects.create(code="design", name_zh="设计", name_en="Design")
        # Names of provinces, fields and classes, and all numbers; then rows and their pictures.
        expected = 4 if view == "map" or not count else 6

        with django_assert_num_queries(expected):
            page(client, f"view={view}")

    def test_drafts_and_suspended_parks_are_in_no_row_and_no_number(self, client):
        make_park(name_zh="公开园区", formation="regeneration")
        make_park(name_zh="草稿园区", standing="draft", formation="regeneration")
        make_park(name_zh="暂停园区", standing="suspended", suspended_at=timezone.now(), formation="regeneration")

        response = page(client, language="zh-hans")

        html = response.content.decode()
        assert "公开园区" in html
        assert "草稿园区" not in html
        assert "暂停园区" not in html
        assert response.context["listing"].total == 1
        file = b"".join(client.get("/zh-hans/parks/export.csv").streaming_content).decode()
        assert ("草稿园区" in file, "公开园区" in file) == (False, True)

    def test_a_missing_language_says_so(self, client):
        make_park(name_zh="只有中文", name_en="")

        assert '<span lang="zh-Hans">只有中文</span>' in page(client).content.decode()


class TestNames:
    @pytest.mark.parametrize(
        "name", ["园" * 120, "园", "a" * 120, "😀🏭", "\u202eعربي园区", "<script>alert(1)</script>", "{{ 7 }}"]
    )
    def test_any_name_can_be_shown(self, client, name):
        park = make_park(name_zh=name, name_en=name[:200], former_use_zh=name, summary_zh=name)
        search.index(park)

        for path in ("parks/", "parks/?view=table", f"parks/{park.slug}/"):
            response = client.get(f"/zh-hans/{path}")
            assert response.status_code == 200
            assert "<script>alert" not in response.content.decode()


class TestFile:
    def test_what_looks_like_a_formula_is_quoted(self, client):
        make_park(name_zh="=1+1", name_en="+86 park", former_use_zh="＝SUM(A1)")

        (row,) = csv.DictReader(
            io.StringIO(b"".join(client.get("/en/parks/export.csv").streaming_content).decode("utf-8-sig"))
        )

        assert (row["Chinese name"], row["English name"], row["Former use"]) == ("'=1+1", "'+86 park", "'＝SUM(A1)")

    def test_figures_are_numbers_and_missing_is_empty(self, client):
        park = make_park()
        Figure.objects.create(park=park, indicator="floor_area", year=2020, value=1000)
        Figure.objects.create(park=park, indicator="floor_area", year=2024, value=2000)
        Figure.objects.create(park=park, indicator="floor_area", year=2025, value=9000, is_planned=True)

        (row,) = csv.DictReader(
            io.StringIO(b"".join(client.get("/en/parks/export.csv").streaming_content).decode("utf-8-sig"))
        )

        assert (row["Floor area (m²)"], row["Floor area: year"], row["Floor area: planned"]) == ("2000", "2024", "")
        assert (row["Yearly visits (visits)"], row["Occupancy (%)"]) == ("", "")

    @pytest.mark.parametrize("count", [1, 12])
    def test_queries_do_not_grow(self, client, django_assert_num_queries, count):
        for _ in range(count):
            make_park()

        with django_assert_num_queries(6):
            b"".join(client.get("/en/parks/export.csv").streaming_content)
