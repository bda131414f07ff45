import csv
import io
import re

import pytest
from django.utils import translation

from parks import comparison
from parks.models import FieldOfWork, Figure
from tests.factories import make_park

pytestmark = pytest.mark.django_db


def query_for(*parks):
    return "&".join(f"park={park.slug}" for park in parks)


def compare(client, *parks, extra="", language="en"):
    return client.get(f"/{language}/parks/compare/?{query_for(*parks)}{extra}")


class TestSelection:
    def test_order_of_the_address_each_once(self):
        one, two = make_park(), make_park()

        selection = comparison.select([two.slug, one.slug, two.slug, "", "nowhere"])

        assert (selection.rows, selection.unknown, selection.left_over) == ([two, one], ["nowhere"], [])

    def test_five_at_most(self):
        parks = [make_park() for _ in range(6)]

        selection = comparison.select([park.slug for park in parks])

        assert (selection.rows, selection.left_over) == (parks[:5], [parks[5].slug])

    def test_what_is_not_public_is_unknown(self):
        draft = make_park(standing="draft")

        assert comparison.select([draft.slug]) == comparison.Selection([], [draft.slug], [])


class TestPage:
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    @pytest.mark.parametrize("count", [2, 5])
    def test_side_by_side(self, client, language, count):
        parks = [make_park() for _ in range(count)]

        response = compare(client, *parks, language=language)

        assert response.status_code == 200
        html = response.content.decode()
        assert all(park.slug in html for park in parks)
        assert html.count('<th scope="col">') == count + 1

    def test_one_park_is_told_what_to_do(self, client):
        park = make_park()

        html = compare(client, park).content.decode()

        assert "Choose one more park" in html
        assert f'href="/en/parks/?park={park.slug}"' in html

    def test_none(self, client):
        assert "Choose 2 to 5 parks" in client.get("/en/parks/compare/").content.decode()

    def test_six_parks_show_five_and_say_so(self, client):
        html = compare(client, *[make_park() for _ in range(6)]).content.decode()

        assert "At most 5 parks can be compared; the first 5 are shown." in html

    def test_an_unknown_park_is_named(self, client):
        html = compare(client, make_park(), make_park(), extra="&park=<b>x").content.decode()

        assert "&lt;b&gt;x" in html

    def test_missing_is_shown_as_missing_and_is_no_difference(self, client):
        one = make_park(year_opened=2001, formation="regeneration")
        two = make_park(formation="regeneration")
        Figure.objects.create(park=one, indicator="jobs", year=2024, value=500)

        with translation.override("en"):
            lines = {str(line.label): line for section in comparison.compare([one, two]) for line in section.lines}
        html = compare(client, one, two).content.decode()

        assert [cell.is_missing for cell in lines["Year opened"].cells] == [False, True]
        assert [cell.is_missing for cell in lines["People working there"].cells] == [False, True]
        assert not lines["Year opened"].differs
        assert "Not reported" in html
        assert re.search(r"500.*?2024 · Reported by the park", html, re.S)

    def test_differences_are_marked(self):
        one, two = make_park(formation="regeneration"), make_park(formation="cultivated")

        with translation.override("en"):
            lines = {str(line.label): line for section in comparison.compare([one, two]) for line in section.lines}

        assert lines["Formation"].differs
        assert not lines["Kind"].differs

    @pytest.mark.parametrize("count", [2, 5])
    def test_queries_do_not_grow(self, client, django_assert_num_queries, count):
        FieldOfWork.objects.create(code="design", name_zh="设计", name_en="Design")
        parks = [make_park(fields=["design"]) for _ in range(count)]

        with django_assert_num_queries(5):
            compare(client, *parks)


class TestFile:
    def test_a_column_for_each_park(self, client):
        one, two = make_park(name_en="=One", year_opened=2001), make_park(name_en="Two")
        Figure.objects.create(park=one, indicator="floor_area", year=2024, value=500, is_planned=True)

        response = client.get(f"/en/parks/compare.csv?{query_for(one, two)}")
        rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))

        assert rows[0] == ["", "'=One", "Two"]
        assert ["Year opened", "2001", ""] in rows
        assert ["Floor area", "500 m² (2024) planned", ""] in rows

    def test_too_few_lead_to_the_page(self, client):
        park = make_park()

        response = client.get(f"/en/parks/compare.csv?park={park.slug}")

        assert (response.status_code, response["Location"]) == (302, f"/en/parks/compare/?park={park.slug}")


class TestTray:
    def test_the_selection_travels_with_the_list(self, client):
        one, two = make_park(), make_park()

        html = client.get(f"/en/parks/?{query_for(one, two)}&formation=regeneration&formation=none").content.decode()

        assert "Compare 2 of 5" in html
        assert f"/en/parks/compare/?{query_for(one, two)}" in html.replace("&amp;", "&")
        # Taking one away keeps the filter and the other park.
        assert f"/en/parks/?formation=regeneration&formation=none&park={two.slug}" in html.replace("&amp;", "&")

    def test_parks_that_this_page_does_not_show_stay_chosen(self, client):
        chosen, shown = make_park(kind="village"), make_park()
        hidden = '<input type="hidden" name="park" value="{}" form="list-filter">'

        html = client.get(f"/en/parks/?{query_for(chosen, shown)}&kind=park").content.decode()

        assert hidden.format(chosen.slug) in html
        assert hidden.format(shown.slug) not in html

    def test_when_five_are_chosen_the_others_wait(self, client):
        parks = [make_park() for _ in range(6)]

        html = client.get(f"/en/parks/?{query_for(*parks[:5])}").content.decode()

        assert len(re.findall(r'name="park"[^>]* checked', html)) == 5
        assert len(re.findall(r'name="park"[^>]* disabled', html)) == 1
