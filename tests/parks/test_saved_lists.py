"""Lists of parks that the desks pick by hand: whose they are, what stands on them, how they filter."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone, translation

from alliance.core.errors import RuleBroken
from alliance.core.models import AuditEvent
from parks.models import ListedPark, SavedList
from parks.office_list import OFFICE_PARKS
from parks.services import saved_lists
from tests.factories import make_officer, make_park, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def officer(client):
    officer = make_officer()
    client.force_login(officer)
    return officer


def begin(owner, *parks, name="Autumn fair", **values):
    saved = saved_lists.begin_list(name, by=owner, **values)
    saved_lists.add_parks(saved, parks, by=owner)
    return saved


def of(name, *args, query=""):
    return reverse(f"parks:{name}", args=args) + query


class TestLists:
    def test_only_the_desks_keep_them(self):
        with pytest.raises(PermissionDenied):
            saved_lists.begin_list("Mine", by=make_user())

    def test_a_park_stands_on_a_list_once(self, officer):
        park = make_park()
        saved = begin(officer, park)

        assert saved_lists.add_parks(saved, [park, park, make_park()], by=officer) == 1
        assert saved.entries.count() == 2
        assert AuditEvent.objects.filter(verb="saved_list.added", object_id=str(saved.pk)).count() == 2

    def test_a_name_once_for_each_owner(self, officer):
        begin(officer)
        begin(make_officer())

        with pytest.raises(RuleBroken):
            saved_lists.begin_list("Autumn fair", by=officer)

    def test_a_private_list_does_not_exist_for_colleagues(self, officer, client):
        saved = begin(make_officer(), make_park())
        entry = saved.entries.get()

        assert client.get(of("saved_list", saved.pk)).status_code == 404
        for name, args in [("list_remove", [saved.pk]), ("list_take_out", [saved.pk, entry.pk])]:
            assert client.post(of(name, *args)).status_code == 404
        assert "Autumn fair" not in client.get(of("saved_lists")).content.decode()
        with pytest.raises(PermissionDenied):
            saved_lists.add_parks(saved, [make_park()], by=officer)

    def test_a_shared_list_is_worked_on_together_and_its_owner_decides(self, officer, client):
        saved = begin(make_officer(), make_park(), is_shared=True)
        client.post(
            of("list_add"), {"park": [make_park().slug], "saved_list": saved.pk, "note": "Good host", "to": "1"}
        )

        assert saved.entries.count() == 2
        assert saved.entries.last().note == "Good host"
        assert client.post(of("saved_list", saved.pk), {"name": "Mine now"}).status_code == 404
        assert client.post(of("list_remove", saved.pk)).status_code == 403
        saved.refresh_from_db()
        assert (saved.name, saved.removed_at) == ("Autumn fair", None)

    def test_who_left_the_desk_keeps_nothing(self, officer, client):
        saved = begin(officer, make_park())
        officer.duties.all().delete()

        assert client.get(of("saved_lists")).status_code == 404
        assert client.get(of("saved_list", saved.pk)).status_code == 404

    def test_remove_and_bring_back(self, officer, client):
        saved = begin(officer, make_park())

        client.post(of("list_remove", saved.pk))
        assert client.get(of("saved_list", saved.pk)).status_code == 404
        assert "“Autumn fair” was removed." in client.get(of("saved_lists")).content.decode()
        client.post(of("list_restore", saved.pk))

        assert client.get(of("saved_list", saved.pk)).status_code == 200
        assert saved.entries.count() == 1
        SavedList.objects.update(removed_at=timezone.now() - timedelta(hours=1))
        with pytest.raises(RuleBroken):
            saved_lists.restore_list(saved, by=officer)


class TestPages:
    def test_from_ticking_to_a_new_list(self, officer, client):
        parks = [make_park(name_en="Loom Yard"), make_park(name_en="Dye House", standing="draft")]
        query = "?" + "&".join(f"park={park.slug}" for park in parks)
        assert 'form="pick-form"' in client.get(of("office_parks")).content.decode()
        assert "2 parks chosen" in client.get(of("list_add", query=query)).content.decode()

        response = client.post(
            of("list_add"), {"park": [park.slug for park in parks], "name": "New ones", "note": "", "to": "1"}
        )

        html = client.get(response["Location"]).content.decode()
        assert "Loom Yard" in html
        assert "Dye House" in html

    def test_without_a_list_or_a_name_it_asks(self, officer, client):
        html = client.post(of("list_add"), {"park": [make_park().slug], "name": " ", "to": "1"}).content.decode()

        assert "Choose a list, or give the new one a name." in html
        assert not SavedList.objects.exists()

    def test_note_and_take_out(self, officer, client):
        saved = begin(officer, make_park())
        entry = saved.entries.get()

        client.post(of("list_note", saved.pk, entry.pk), {"note": " Has a hall "})
        assert ListedPark.objects.get().note == "Has a hall"
        client.post(of("list_take_out", saved.pk, entry.pk))

        assert not ListedPark.objects.exists()

    def test_an_entry_of_another_list_is_not_there(self, officer, client):
        mine, other = begin(officer, make_park()), begin(make_officer(), make_park())

        assert client.post(of("list_take_out", mine.pk, other.entries.get().pk)).status_code == 404

    def test_from_a_comparison(self, officer, client):
        first, second = make_park(), make_park()
        query = f"?park={first.slug}&park={second.slug}"

        assert (
            of("list_add", query=query.replace("&", "&amp;"))
            in client.get(of("park_compare", query=query)).content.decode()
        )
        client.logout()
        assert "office/lists" not in client.get(of("park_compare", query=query)).content.decode()

    @pytest.mark.parametrize("count", [1, 12])
    def test_queries_do_not_grow(self, officer, client, django_assert_max_num_queries, count):
        saved = begin(officer, *[make_park() for _ in range(count)])

        with django_assert_max_num_queries(14):
            client.get(of("saved_list", saved.pk))


class TestFilter:
    def read(self, query, person):
        return OFFICE_PARKS.read(QueryDict(query), user=person)

    def test_a_list_is_a_filter_with_its_number(self, officer):
        on, draft, off = make_park(), make_park(standing="draft"), make_park()
        saved = begin(officer, on, draft)

        listing = self.read(f"list={saved.pk}", officer)

        assert {park.pk for park in listing.all_rows()} == {on.pk, draft.pk}
        (facet,) = [facet for facet in self.read("", officer).facets if facet.name == "list"]
        assert [(option.label, option.count) for option in facet.options] == [("Autumn fair", 2)]
        assert listing.in_words == "On the list = Autumn fair"
        assert off.pk not in {park.pk for park in listing.all_rows()}

    def test_other_peoples_lists_are_unknown_values(self, officer):
        saved = begin(make_officer(), make_park())

        listing = self.read(f"list={saved.pk}", officer)

        assert listing.chosen == {}
        assert len(listing.problems) == 1

    def test_goes_with_other_conditions_and_into_the_file(self, officer, client):
        begin(officer, make_park(name_en="Elsewhere"), name="Other")
        saved = begin(officer, make_park(name_en="Public"), make_park(standing="draft", name_en="Draft"))

        response = client.get(f"/en/lists/office_parks/export.xlsx?list={saved.pk}&standing=draft")

        rows = openpyxl.load_workbook(io.BytesIO(response.content)).worksheets[0]
        assert [row[1].value for row in rows.iter_rows(min_row=2)] == ["Draft"]
