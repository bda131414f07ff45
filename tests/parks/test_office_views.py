"""The secretariat's pages about parks: list, one park, check, return, publish, correct, standing, add."""

import pytest
from django.urls import reverse
from django.utils import translation

from parks import services
from parks.blocks import BLOCKS
from parks.models import BlockEdit, Park, Submission
from tests.factories import make_council_member, make_officer, make_park, make_user

from .profiles import make_ready_park, make_reference

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def officer():
    return make_officer(name="Chen Yu", language="en")


@pytest.fixture
def desk(client, officer):
    client.force_login(officer)
    return client


@pytest.fixture
def submission(officer):
    return services.submit_profile(make_ready_park(manager := make_user(name="Li Wei")), by=manager, message="Hello")


def url(name, *args):
    return reverse(f"parks:{name}", args=args)


class TestWhoMayOpen:
    def pages(self, submission):
        park = submission.park.slug
        return [
            url("office_parks"),
            url("office_park_add"),
            url("office_park", park),
            url("office_history", park),
            url("office_correct", park, "contact"),
            url("office_move", park, "suspend"),
            url("office_submission", submission.pk),
        ]

    def test_the_membership_desk(self, desk, submission):
        assert [desk.get(page).status_code for page in self.pages(submission)] == [200] * 7

    def test_for_others_there_is_nothing(self, client, submission):
        for person in (make_user(), submission.submitted_by, make_council_member()):
            client.force_login(person)
            assert {client.get(page).status_code for page in self.pages(submission)} == {404}

    def test_visitors_are_sent_to_sign_in(self, client, submission):
        assert {client.get(page).status_code for page in self.pages(submission)} == {302}

    def test_the_data_desk_reads_and_corrects_but_does_not_decide(self, client, submission):
        client.force_login(make_officer("data_desk"))
        park = submission.park.slug

        assert client.get(url("office_submission", submission.pk)).status_code == 200
        assert client.get(url("office_correct", park, "contact")).status_code == 200
        assert client.post(url("submission_accept", submission.pk)).status_code == 403
        assert client.post(url("submission_return", submission.pk), {"reasons": "x"}).status_code == 403
        assert client.post(url("office_move", park, "suspend"), {"reason": "x"}).status_code == 403
        assert client.post(url("office_park_add")).status_code == 403


class TestList:
    def test_drafts_stand_in_it(self, desk):
        make_park(name_en="Hidden Draft", standing="draft")
        make_park(name_en="Public One")

        text = desk.get(url("office_parks")).content.decode()

        assert "Hidden Draft" in text
        assert "Public One" in text

    def test_found_by_part_of_a_name_and_by_credit_code(self, desk):
        park = make_park(name_zh="和丰创意广场", name_en="Hefeng", standing="draft")
        park.organisation.credit_code = "91330200144052096U"
        park.organisation.save()
        make_park(name_en="Another")

        for words in ("和丰", "hefeng", "91330200144052096U"):
            text = desk.get(url("office_parks"), {"q": words}).content.decode()
            assert "Hefeng" in text
            assert "Another" not in text

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({"standing": "draft"}, "Draft"),
            ({"age": "never", "standing": "draft"}, "Draft"),
            ({"language": "zh", "standing": "draft"}, "Draft"),
            ({"submission": "submitted"}, "Submitted"),
            ({"people": "yes"}, "Submitted"),
        ],
    )
    def test_filters(self, desk, submission, query, found):
        make_park(name_en="Draft", standing="draft")
        Park.objects.filter(pk=submission.park_id).update(name_en="Submitted")

        listing = desk.get(url("office_parks"), query).context["listing"]

        assert [park.name_en for park in listing.page.object_list] == [found]

    def test_page_10000_and_unknown_filters(self, desk):
        make_park()

        assert desk.get(url("office_parks"), {"page": "10000"}).status_code == 404
        assert desk.get(url("office_parks"), {"standing": "nonsense", "x": "y"}).status_code == 200

    def test_asks_the_same_for_one_and_ten_parks(self, desk, django_assert_max_num_queries):
        make_reference()
        counts = []
        for more in (1, 9):
            for _number in range(more):
                make_park()
            with django_assert_max_num_queries(30) as captured:
                desk.get(url("office_parks"))
            counts.append(len(captured))

        assert counts[0] == counts[1]


class TestPark:
    def test_shows_who_did_what(self, desk, submission):
        text = desk.get(url("office_park", submission.park.slug)).content.decode()

        assert "Li Wei" in text
        assert "A submission waits to be checked" in text
        assert "Draft edited" in text

    def test_invites_where_nobody_is(self, desk):
        text = desk.get(url("office_park", make_park().slug)).content.decode()

        assert "Invite its first manager" in text

    def test_suspend_needs_a_reason_and_restores(self, desk):
        park = make_park()

        empty = desk.post(url("office_move", park.slug, "suspend"), {"reason": ""})
        desk.post(url("office_move", park.slug, "suspend"), {"reason": "Fire safety."})
        park.refresh_from_db()
        suspended = (park.standing, park.standing_reason)
        again = desk.post(url("office_move", park.slug, "suspend"), {"reason": "Twice."})
        desk.post(url("office_move", park.slug, "restore_entry"))
        park.refresh_from_db()

        assert "This field is required" in empty.content.decode()
        assert suspended == ("suspended", "Fire safety.")
        assert again.status_code == 409
        assert (park.standing, park.standing_reason) == ("catalogued", "")

    def test_nobody_lists_by_hand(self, desk):
        park = make_park()

        assert desk.post(url("office_move", park.slug, "list")).status_code == 404
        assert desk.post(url("office_move", park.slug, "nonsense")).status_code == 404


class TestCheck:
    def test_shows_what_changes_and_what_the_portal_saw(self, desk, submission):
        text = desk.get(url("office_submission", submission.pk)).content.decode()

        assert "317 Jiangdong North Road" in text
        assert "Hello" in text
        assert "Complete enough" in text

    def test_returning_without_a_reason_keeps_the_page(self, desk, submission):
        response = desk.post(url("submission_return", submission.pk), {"reasons": " "})

        assert response.status_code == 422
        assert "say what the park should change" in response.content.decode()

    def test_return_and_the_park_reads_it(self, desk, client, submission):
        desk.post(url("submission_return", submission.pk), {"reasons": "", "block_story": "Say when it closed."})
        client.force_login(submission.submitted_by)

        overview = client.get(url("desk_park", submission.park.slug)).content.decode()
        editor = client.get(url("edit_block", submission.park.slug, "story")).content.decode()

        assert "Say when it closed." in overview
        assert "Say when it closed." in editor

    def test_publish_and_everybody_sees_it(self, desk, submission):
        response = desk.post(url("submission_accept", submission.pk), follow=True)
        public = desk.get(Park.objects.get(pk=submission.park_id).get_absolute_url()).content.decode()

        assert "The profile is public." in response.content.decode()
        assert "317 Jiangdong North Road" in public
        assert "Confirmed by the park" in public

    def test_a_second_publication_says_so(self, desk, submission):
        desk.post(url("submission_accept", submission.pk))
        again = desk.post(url("submission_accept", submission.pk), follow=True)

        assert "This step is not possible now" in again.content.decode()
        assert Submission.objects.get().state == "accepted"

    def test_after_the_decision_the_page_still_opens(self, desk, submission):
        desk.post(url("submission_accept", submission.pk))

        assert desk.get(url("office_submission", submission.pk)).status_code == 200


class TestCorrect:
    def test_public_at_once(self, desk):
        park = make_park()
        data = {"website": "", "contact_email": "", "contact_visibility": "public"}

        response = desk.post(
            url("office_correct", park.slug, "contact"),
            {**data, "contact_phone": "0574-8888 0000", "note": "Misprint."},
        )

        park.refresh_from_db()
        assert response.status_code == 302
        assert park.contact_phone == "0574-8888 0000"
        assert BlockEdit.objects.get().note == "Misprint."

    def test_without_a_note_nothing_is_lost(self, desk):
        park = make_park()

        response = desk.post(
            url("office_correct", park.slug, "contact"),
            {"contact_phone": "0574-8888 0000", "contact_visibility": "public", "note": ""},
        )

        assert response.status_code == 422
        assert "0574-8888 0000" in response.content.decode()
        assert not BlockEdit.objects.exists()

    @pytest.mark.parametrize("code", list(BLOCKS))
    def test_every_block_opens(self, desk, code):
        make_reference()

        assert desk.get(url("office_correct", make_park().slug, code)).status_code == 200


class TestAdd:
    def test_similar_names_are_shown_first(self, desk):
        park = make_park(name_zh="和丰创意广场", name_en="Hefeng Creative Plaza")
        data = {"name_zh": "宁波和丰文化园", "kind": "park", "province": park.province_id}

        asked = desk.post(url("office_park_add"), data)
        added = desk.post(url("office_park_add"), {**data, "different": "1"})

        assert asked.status_code == 409
        assert "Hefeng Creative Plaza" in asked.content.decode()
        assert added.status_code == 302
        assert Park.objects.filter(name_zh="宁波和丰文化园", standing="draft").exists()

    def test_a_taken_credit_code_stands_beside_its_field(self, desk):
        park = make_park()
        park.organisation.credit_code = "91330200144052096U"
        park.organisation.save()

        response = desk.post(
            url("office_park_add"),
            {"name_zh": "新园", "kind": "park", "province": park.province_id, "credit_code": "91330200144052096U"},
        )

        assert response.status_code == 422
        assert "already has this credit code" in response.content.decode()
