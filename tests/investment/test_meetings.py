"""Spec 3.11, meetings: offered, requested, confirmed, held or not; nobody is booked twice; outcomes in five days."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from icalendar import Calendar

from alliance.core.calendar import add_working_days
from alliance.core.errors import MoveRefused, RuleBroken
from alliance.notifications.models import Notice, Task
from investment.models import Meeting, MeetingSeat
from investment.services import interests, meetings
from investment.workflows.meetings import MEETING
from tests.factories import make_organisation
from tests.investment.factories import make_project
from tests.investment.investing import make_investor, send_interest
from tests.investment.talking import in_days, make_dialogue, shift

pytestmark = pytest.mark.django_db
State = Meeting.State


@pytest.fixture(autouse=True)
def _ground(settings):
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
    make_organisation("secretariat")


def visitor(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def address(name: str, *args) -> str:
    with translation.override("en"):
        return reverse(f"investment:{name}", args=args)


def told(person, kind: str) -> int:
    return Notice.objects.filter(recipient=person, event__kind=f"investment.{kind}").count()


def waits(about, kind: str) -> bool:
    return Task.objects.about(about).open().filter(kind=f"investment.{kind}").exists()


class TestWay:
    def test_from_the_offer_to_what_came_of_it(self):
        talk = make_dialogue()
        asked = talk.request(talk.offer())
        assert (asked.state, asked.guest, asked.interest) == (State.REQUESTED, talk.asker, talk.interest)
        assert told(talk.promoters.lead, "meeting_requested") == 1
        assert waits(asked, "confirm_meeting")

        confirmed = meetings.move_meeting(asked, "confirm", by=talk.promoters.managers[1])
        assert confirmed.outcome_due_at == add_working_days(confirmed.ends_at, 5)
        assert told(talk.asker, "meeting_moved") == 1
        assert not waits(asked, "confirm_meeting")

        with pytest.raises(RuleBroken):
            meetings.move_meeting(confirmed, "hold", by=talk.promoters.lead, outcome="Sample", outcome_code="again")
        over = shift(confirmed, 8)
        with pytest.raises(RuleBroken):
            meetings.move_meeting(over, "hold", by=talk.promoters.lead, outcome=" ", outcome_code="again")
        held = meetings.move_meeting(over, "hold", by=talk.promoters.lead, outcome="Sample", outcome_code="again")
        assert (held.state, held.outcome_by) == (State.HELD, talk.promoters.lead)

    def test_only_investors_in_dialogue_ask(self):
        talk = make_dialogue()
        slot = talk.offer()
        sent = send_interest(make_investor(), talk.promoters.fresh())
        elsewhere = make_dialogue()

        for interest in (sent, elsewhere.interest):
            person = interest.investor.organisation.duties.get().person
            with pytest.raises((PermissionDenied, RuleBroken)):
                meetings.request_meeting(slot, interest, by=person)
        with pytest.raises(PermissionDenied):
            meetings.request_meeting(slot, talk.interest, by=talk.promoters.lead)

    def test_only_the_parks_offer_confirm_and_record(self):
        talk = make_dialogue()
        for person in (talk.asker, talk.promoters.officer, make_project().lead):
            with pytest.raises(PermissionDenied):
                talk.offer(by=person)
        asked = talk.request(talk.offer())
        for person in (talk.asker, talk.promoters.officer):
            with pytest.raises(PermissionDenied):
                meetings.move_meeting(asked, "confirm", by=person)

    def test_a_request_taken_back_leaves_the_time_to_others(self):
        talk = make_dialogue()
        other = make_dialogue(talk.promoters)
        asked = talk.request(talk.offer())
        meetings.move_meeting(asked, "release", by=talk.asker)

        again = Meeting.objects.get(state=State.OFFERED)
        assert (again.starts_at, again.interest, again.token == asked.token) == (asked.starts_at, None, False)
        assert other.request(again).state == State.REQUESTED

    def test_every_edge_that_is_not_in_the_table_is_refused(self):
        talk = make_dialogue()
        confirmed = talk.confirmed()
        for move in MEETING.moves:
            if State.CONFIRMED not in move.sources:
                with pytest.raises((MoveRefused, RuleBroken, PermissionDenied)):
                    meetings.move_meeting(confirmed, move.verb, by=talk.promoters.lead, reason="Sample")
        confirmed.refresh_from_db()
        assert confirmed.state == State.CONFIRMED

    def test_what_passed_or_lost_its_dialogue_is_closed_by_the_clock(self):
        talk = make_dialogue()
        passed = shift(talk.offer(in_days(2)), 3)
        ahead = talk.confirmed(in_days(5))
        interests.move_interest(talk.interest, "withdraw", by=talk.asker)
        meetings.mind()

        assert {one.state for one in Meeting.objects.filter(pk__in=[passed.pk, ahead.pk])} == {State.CANCELLED}
        assert Meeting.objects.get(pk=ahead.pk).sequence == 1
        assert not MeetingSeat.objects.filter(is_booked=True).exists()


class TestNobodyTwice:
    def test_a_guest_is_in_one_meeting_at_a_time(self):
        talk = make_dialogue()
        other = make_dialogue(investing=talk.investing)
        at = in_days(7)
        talk.request(talk.offer(at))

        with pytest.raises(RuleBroken):
            other.request(other.offer(at + timedelta(minutes=30), minutes=15))
        # One ends as the next begins: that is no overlap.
        assert other.request(other.offer(at + timedelta(minutes=45))).state == State.REQUESTED

    def test_a_host_booked_elsewhere_is_neither_shown_nor_given(self):
        talk = make_dialogue()
        other = make_dialogue(talk.promoters)
        at = in_days(7)
        first, late = talk.offer(at), talk.offer(at + timedelta(hours=2))
        second = Meeting.objects.create(
            project=first.project, host=first.host, starts_at=at, ends_at=at + timedelta(minutes=20), place="Sample"
        )
        talk.request(first)

        assert list(Meeting.objects.free(timezone.now())) == [late]
        with pytest.raises(RuleBroken):
            other.request(second)
        second.refresh_from_db()
        assert second.state == State.OFFERED

    def test_the_database_itself_refuses_host_and_guest_alike(self):
        talk = make_dialogue()
        booked = talk.request(talk.offer())
        free = Meeting.objects.create(
            project=booked.project,
            host=talk.asker,
            starts_at=booked.starts_at,
            ends_at=booked.ends_at,
            place="Sample",
        )
        with pytest.raises(IntegrityError, match="investment_meeting_person_in_one"), transaction.atomic():
            MeetingSeat.objects.create(
                meeting=free, person=talk.asker, side="host", starts_at=free.starts_at, ends_at=free.ends_at
            )

    def test_cancelled_the_time_is_free_again(self):
        talk = make_dialogue()
        confirmed = talk.confirmed()
        meetings.move_meeting(confirmed, "cancel", by=talk.asker, reason="Sample")

        assert talk.request(talk.offer(confirmed.starts_at)).state == State.REQUESTED

    def test_a_change_does_not_book_twice_either(self):
        talk = make_dialogue()
        first, second = talk.confirmed(in_days(7)), talk.confirmed(in_days(8))

        with pytest.raises(RuleBroken):
            meetings.change_meeting(
                second, starts_at=first.starts_at, minutes=45, place="Sample", by=talk.promoters.lead
            )
        second.refresh_from_db()
        assert second.sequence == 0

    def test_constraints_hold(self):
        talk = make_dialogue()
        slot, confirmed = talk.offer(in_days(9)), talk.confirmed()
        for broken in (
            {"ends_at": slot.starts_at},
            {"place": "", "link": ""},
            {"state": State.REQUESTED},
            {"state": State.CONFIRMED},
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                Meeting.objects.filter(pk=slot.pk).update(**broken)
        with pytest.raises(DatabaseError), transaction.atomic():
            Meeting.objects.filter(pk=confirmed.pk).update(state=State.HELD)


class TestOutcome:
    def test_asked_for_when_it_is_over_and_overdue_at_the_desk(self):
        talk = make_dialogue()
        over = shift(talk.confirmed(), 8)
        meetings.mind()
        assert waits(over, "record_outcome")
        assert told(talk.promoters.officer, "meeting_late") == 0

        Meeting.objects.update(outcome_due_at=timezone.now() - timedelta(hours=1))
        meetings.mind()
        meetings.mind()
        assert told(talk.promoters.officer, "meeting_late") == 1
        assert waits(over, "chase_outcome")
        assert (
            "The outcome of 1 meeting is overdue"
            in visitor(talk.promoters.officer).get(address("office_meetings")).content.decode()
        )

        meetings.move_meeting(over, "miss", by=talk.promoters.lead, reason="Sample")
        assert not waits(over, "record_outcome")
        assert not waits(over, "chase_outcome")


def event_of(body: bytes):
    calendar = Calendar.from_ical(body)
    (event,) = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), event


class TestCalendar:
    def read(self, person, meeting: Meeting):
        response = visitor(person).get(address("meeting_file", meeting.token))
        assert response["Content-Type"].startswith("text/calendar")
        return event_of(response.content)

    def test_one_uid_and_a_growing_sequence_from_invitation_to_cancellation(self):
        talk = make_dialogue()
        confirmed = talk.confirmed()
        method, invited = self.read(talk.asker, confirmed)
        assert (method, invited["SEQUENCE"], str(invited["STATUS"])) == ("REQUEST", 0, "CONFIRMED")
        assert invited["DTSTART"].dt == confirmed.starts_at

        later = confirmed.starts_at + timedelta(hours=3)
        changed = meetings.change_meeting(
            confirmed, starts_at=later, minutes=60, place="Sample", by=talk.promoters.lead
        )
        assert told(talk.asker, "meeting_changed") == 1
        method, moved = self.read(talk.asker, changed)
        assert (method, moved["SEQUENCE"], moved["DTSTART"].dt) == ("REQUEST", 1, later)

        meetings.move_meeting(changed, "cancel", by=talk.asker, reason="Sample")
        method, gone = self.read(talk.promoters.lead, changed)
        assert (method, gone["SEQUENCE"], str(gone["STATUS"])) == ("CANCEL", 2, "CANCELLED")
        assert invited["UID"] == moved["UID"] == gone["UID"]

    def test_nobody_reads_the_address_of_the_other_side(self):
        talk = make_dialogue()
        confirmed = talk.confirmed()
        body = visitor(talk.asker).get(address("meeting_file", confirmed.token)).content.decode()

        assert talk.asker.email in body
        assert talk.promoters.lead.email not in body

    def test_nothing_changed_is_no_new_invitation(self):
        talk = make_dialogue()
        confirmed = talk.confirmed()
        same = meetings.change_meeting(
            confirmed, starts_at=confirmed.starts_at, minutes=45, place=confirmed.place, by=talk.promoters.lead
        )
        assert same.sequence == 0
        assert told(talk.asker, "meeting_changed") == 0

    def test_before_it_is_confirmed_there_is_no_file(self):
        talk = make_dialogue()
        asked = talk.request(talk.offer())

        assert visitor(talk.asker).get(address("meeting_file", asked.token)).status_code == 404

    def test_the_list_has_ones_own_alone(self):
        talk = make_dialogue()
        other = make_dialogue(talk.promoters)
        mine, theirs = talk.confirmed(in_days(5)), other.confirmed(in_days(6))
        body = visitor(talk.asker).get(address("meetings_file")).content.decode()

        assert mine.token.hex in body.replace("\r\n ", "")
        assert theirs.token.hex not in body.replace("\r\n ", "")


class TestPages:
    def test_an_investor_asks_for_a_time_on_its_page_and_others_never_see_it(self):
        talk = make_dialogue()
        other = make_dialogue(talk.promoters)
        slot = talk.offer()
        client = visitor(talk.asker)
        assert "Ask for this time" in client.get(address("interest_meetings", talk.interest.token)).content.decode()
        response = client.post(
            address("meeting_request", slot.token), {"interest": talk.interest.token, "topic": "Sample"}
        )

        assert response["Location"] == address("meeting", slot.token)
        assert visitor(other.asker).get(address("meeting", slot.token)).status_code == 404
        # With somebody else's interest nobody asks.
        second = talk.offer(in_days(9))
        visitor(other.asker).post(address("meeting_request", second.token), {"interest": talk.interest.token})
        second.refresh_from_db()
        assert second.state == State.OFFERED

    def test_the_parks_offer_record_and_read_it_on_their_pages(self):
        talk = make_dialogue()
        client = visitor(talk.promoters.lead)
        day = timezone.localdate() + timedelta(days=10)
        values = {"on": day.isoformat(), "at": "09:30", "minutes": "45", "link": "https://meet.example.org/a"}
        response = client.post(address("project_meetings", talk.promoters.project.slug), values | {"language": "en"})
        assert response.status_code == 302
        made = Meeting.objects.get()
        assert f"{timezone.localtime(made.starts_at):%Y-%m-%d %H:%M}" == f"{day} 09:30"
        nowhere = client.post(
            address("project_meetings", talk.promoters.project.slug), values | {"language": "en", "link": ""}
        )
        assert nowhere.status_code == 422

        over = shift(meetings.move_meeting(talk.request(made), "confirm", by=talk.promoters.lead), 11)
        url = address("meeting_move", over.token, "hold")
        assert client.post(url, {"outcome_code": "again"}).status_code == 422
        assert client.post(url, {"outcome_code": "again", "outcome": "Sample outcome"}).status_code == 302
        assert "Sample outcome" in visitor(talk.asker).get(address("meeting", over.token)).content.decode()

    def test_lists_cost_the_same_with_one_row_and_with_ten(self):
        talk = make_dialogue()
        talk.confirmed(in_days(3))
        places = [
            ("meetings", (), talk.asker),
            ("project_meetings", (talk.promoters.project.slug,), talk.promoters.lead),
            ("office_meetings", (), talk.promoters.officer),
            ("interest_meetings", (talk.interest.token,), talk.asker),
        ]

        def costs() -> list[int]:
            found = []
            for name, args, person in places:
                client = visitor(person)
                client.get(address(name, *args))
                with CaptureQueriesContext(connection) as queries:
                    assert client.get(address(name, *args)).status_code == 200
                found.append(len(queries))
            return found

        before = costs()
        # Platform spec, 4: on any page.
        assert max(before) <= 12
        for days in range(9):
            talk.confirmed(in_days(10 + days))
        assert costs() == before
