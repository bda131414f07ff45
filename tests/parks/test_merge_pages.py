"""The pages of a merge: side by side, everything that will move, confirmed once, and addresses that lead on."""

import pytest
from django.urls import reverse
from django.utils import translation

from alliance.core import merging
from alliance.core.models import Merge
from parks.models import Park
from tests.factories import make_duty, make_officer, make_organisation, make_park, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    make_organisation("secretariat")
    with translation.override("en"):
        yield


@pytest.fixture
def pair() -> tuple[Park, Park]:
    return (
        make_park(slug="old-hefeng", name_zh="和丰创意广场", name_en="Old Hefeng"),
        make_park(slug="hefeng", name_zh="宁波和丰创意广场", name_en="Hefeng"),
    )


@pytest.fixture
def desk(client):
    client.force_login(make_officer())
    return client


def prepare(pair: tuple[Park, Park]) -> str:
    return reverse("parks:merge_prepare", args=[park.organisation.slug for park in pair])


class TestMerge:
    def test_from_side_by_side_to_one(self, desk, pair):
        old, new = pair
        make_duty(make_user("Li Wei"), old.organisation)

        side_by_side = desk.get(prepare(pair)).content.decode()
        proposed = desk.post(prepare(pair), {"reason": "Same licence", "parks.Park:name_en": "gone"})
        proposal = Merge.objects.get()
        preview = desk.get(proposed.url).content.decode()

        assert "Old Hefeng" in side_by_side
        assert "宁波和丰创意广场" in side_by_side
        assert "Li Wei" in preview
        assert "act for the surviving one" in preview
        assert Park.objects.filter(pk=old.pk).exists()

        desk.post(reverse("parks:merge_confirm", args=[proposal.pk]))

        new.refresh_from_db()
        assert new.name_en == "Old Hefeng"
        assert not Park.objects.filter(pk=old.pk).exists()

        desk.post(reverse("parks:merge_undo", args=[proposal.pk]))

        new.refresh_from_db()
        assert (new.name_en, Park.objects.filter(pk=old.pk).count()) == ("Hefeng", 1)

    def test_old_addresses_lead_to_the_surviving_entry_for_good(self, desk, client, pair):
        old, new = pair
        officer = make_officer()
        proposal = merging.propose(old.organisation, new.organisation, by=officer, reason="One", choices={})
        merging.confirm(proposal, by=officer)

        for name, there in (("parks:office_park", new.slug), ("parks:park_detail", new.slug)):
            moved = desk.get(reverse(name, args=["old-hefeng"]) + "?from=mail")
            assert (moved.status_code, moved.url) == (301, reverse(name, args=[there]) + "?from=mail")
        team = desk.get(reverse("accounts:organisation_team", args=[old.organisation.slug]))
        assert team.url == reverse("accounts:organisation_team", args=[new.organisation.slug])
        client.logout()
        assert client.get(reverse("parks:park_detail", args=["old-hefeng"])).status_code == 301
        assert client.get(reverse("parks:park_detail", args=["never-was"])).status_code == 404

    def test_without_a_reason_nothing_is_proposed_and_the_choices_stay(self, desk, pair):
        page = desk.post(prepare(pair), {"reason": "", "parks.Park:name_en": "gone"})

        assert (page.status_code, Merge.objects.count()) == (422, 0)
        chosen = [choice.side for sheet in page.context["sheets"] for choice in sheet["choices"]]
        assert "gone" in chosen

    def test_what_changed_since_is_said_and_not_confirmed(self, desk, pair):
        old = pair[0]
        desk.post(prepare(pair), {"reason": "Same licence"})
        proposal = Merge.objects.get()
        make_duty(make_user(), old.organisation)

        page = desk.get(reverse("parks:merge", args=[proposal.pk])).content.decode()
        refused = desk.post(reverse("parks:merge_confirm", args=[proposal.pk]))

        assert "Something changed since this was proposed" in page
        assert refused.status_code == 409
        assert Park.objects.filter(pk=old.pk).exists()

    def test_a_proposal_can_be_dropped(self, desk, pair):
        desk.post(prepare(pair), {"reason": "Same licence"})
        proposal = Merge.objects.get()

        desk.post(reverse("parks:merge_drop", args=[proposal.pk]))

        assert desk.post(reverse("parks:merge_confirm", args=[proposal.pk])).status_code == 409
        assert Park.objects.filter(pk__in=[park.pk for park in pair]).count() == 2

    def test_the_other_one_is_found_by_name(self, desk, pair):
        page = desk.get(reverse("parks:merge_choose", args=[pair[0].organisation.slug]) + "?q=Hefeng")

        assert prepare(pair) in page.content.decode()
