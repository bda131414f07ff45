"""Promotion events: who joins and asks, a timetable that honours availability, results collected afterwards."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from alliance.accounts.models import User
from alliance.core.errors import RuleBroken
from alliance.notifications.models import Notice, Task
from investment.models import EventMeeting, EventWish, Meeting, MeetingSeat, PromotionEvent
from investment.services import event_plan, events
from tests.factories import make_duty, make_officer, make_organisation
from tests.investment.factories import Promoters, make_project
from tests.investment.investing import Investing, make_investor
from tests.investment.talking import in_days, make_dialogue, make_event

pytestmark = pytest.mark.django_db
State = PromotionEvent.State


@pytest.fixture(autouse=True)
def _ground(settings):
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
    make_organisation("secretariat")


@pytest.fixture
def desk():
    return make_officer("investment_desk")


def bring(event, promoters: Promoters, **values):
    return events.join_project(event, promoters.project, by=promoters.lead, **values)


def come(event, investing: Investing, **values):
    return events.join_investor(event, investing.investor, by=investing.signatory, **values)


def page(event, person) -> str:
    client = Client()
    client.force_login(person)
    with translation.override("en"):
        return client.get(reverse("investment:promotion_event", args=[event.token])).content.decode()


def told(person) -> int:
    return Notice.objects.filter(recipient=person, event__kind="investment.event_moved").count()


class TestTakingPart:
    def test_the_desk_alone_announces_and_nobody_joins_a_draft(self, desk):
        promoters = make_project()
        with pytest.raises(PermissionDenied):
            make_event(promoters.lead)
        event = make_event(desk, "draft")
        with pytest.raises(RuleBroken):
            bring(event, promoters)
        with pytest.raises(RuleBroken):
            make_event(desk, "draft", starts_at=timezone.now() - timedelta(days=1))

    def test_promoters_bring_their_project_and_verified_investors_come(self, desk):
        event, promoters, investing = make_event(desk), make_project(), make_investor()
        with pytest.raises(PermissionDenied):
            events.join_project(event, promoters.project, by=investing.signatory)
        with pytest.raises(PermissionDenied):
            events.join_investor(event, investing.investor, by=promoters.lead)
        waiting = make_investor("contact_verified")
        with pytest.raises(PermissionDenied):
            come(event, waiting)

        bring(event, promoters)
        come(event, investing)
        # Joining again says anew when somebody is away.
        assert come(event, investing, away=[1]).away == [1]
        assert (event.projects.count(), event.investors.count()) == (1, 1)
        with pytest.raises(RuleBroken):
            come(event, investing, away=[0, 1, 2])
        with pytest.raises(RuleBroken):
            come(event, investing, away=[3])

    def test_investors_never_see_one_another_and_parks_see_who_comes(self, desk):
        event, promoters, first, second = make_event(desk), make_project(), make_investor(), make_investor()
        bring(event, promoters)
        come(event, first)
        come(event, second)
        name = second.investor.organisation.name_en

        assert name not in page(event, first.signatory)
        assert promoters.project.title_en in page(event, first.signatory)
        assert name in page(event, promoters.lead)
        assert name not in page(event, make_project().lead)


class TestAsking:
    def test_either_side_asks_and_may_ask_no_more(self, desk):
        event, promoters, investing = make_event(desk), make_project(), make_investor()
        ours, theirs = bring(event, promoters), come(event, investing)
        events.ask(ours, theirs, by=investing.signatory)
        wish = events.ask(ours, theirs, by=promoters.managers[1])
        assert (wish.by_project, wish.by_investor) == (True, True)

        events.ask(ours, theirs, wants=False, by=investing.signatory)
        assert events.ask(ours, theirs, wants=False, by=promoters.lead) is None
        assert not EventWish.objects.exists()

    def test_nobody_asks_for_others_nor_for_both_sides(self, desk):
        event, promoters, investing = make_event(desk), make_project(), make_investor()
        ours, theirs = bring(event, promoters), come(event, investing)
        for person in (make_investor().signatory, make_project().lead, desk):
            with pytest.raises(PermissionDenied):
                events.ask(ours, theirs, by=person)
        make_duty(promoters.lead, investing.investor.organisation, "investor_signatory")
        both = User.objects.get(pk=promoters.lead.pk)
        with pytest.raises(RuleBroken):
            events.ask(ours, theirs, by=both)


class TestTimetable:
    def test_availability_is_honoured_and_nobody_sits_twice(self, desk):
        event = make_event(desk)
        hosts = [make_project() for _each in range(3)]
        guests = [make_investor() for _each in range(3)]
        ours = [bring(event, one, away=[number]) for number, one in enumerate(hosts)]
        theirs = [come(event, one) for one in guests]
        for one in ours:
            for other, guest in zip(theirs, guests, strict=True):
                events.ask(one, other, by=guest.signatory)
        planned = events.move_event(event, "plan", by=desk)
        made = list(EventMeeting.objects.filter(event=event).select_related("project"))

        assert planned.state == State.PLANNED
        # Three times with two tables each.
        assert len(made) == 6
        assert all(one.time not in one.project.away for one in made)
        assert len({(one.time, one.host_id) for one in made}) == len({(one.time, one.guest_id) for one in made}) == 6
        assert told(guests[0].signatory) == told(hosts[0].lead) == 1

    def test_a_meeting_elsewhere_keeps_the_person_away(self, desk):
        talk = make_dialogue()
        event = make_event(desk, starts_at=in_days(20))
        ours, theirs = bring(event, talk.promoters), come(event, talk.investing)
        talk.request(talk.offer(in_days(20) + timedelta(minutes=5), minutes=20))

        assert event_plan.absences(event)[ours.person_id] == event_plan.absences(event)[theirs.person_id] == {0, 1}
        events.ask(ours, theirs, by=talk.asker)
        events.move_event(event, "plan", by=desk)
        assert EventMeeting.objects.get().time == 2

    def test_once_planned_nobody_joins_asks_or_leaves(self, desk):
        event, promoters, investing = make_event(desk), make_project(), make_investor()
        ours, theirs = bring(event, promoters), come(event, investing)
        events.move_event(event, "plan", by=desk)

        for attempt in (
            lambda: come(event, make_investor()),
            lambda: events.ask(ours, theirs, by=investing.signatory),
            lambda: events.leave(ours, by=promoters.lead),
        ):
            with pytest.raises(RuleBroken):
                attempt()

    def test_the_database_itself_refuses_a_person_at_two_tables(self, desk):
        event, promoters, investing = make_event(desk), make_project(), make_investor()
        ours, theirs = bring(event, promoters), come(event, investing)
        events.ask(ours, theirs, by=investing.signatory)
        events.move_event(event, "plan", by=desk)
        made = EventMeeting.objects.get()
        other = event.investors.create(investor=make_investor().investor, person=make_investor().signatory)

        with pytest.raises(IntegrityError, match="investment_event_host_once"), transaction.atomic():
            EventMeeting.objects.create(
                event=event,
                project=ours,
                investor=other,
                host=made.host,
                guest=other.person,
                time=made.time,
                table=made.table + 1,
            )

    def test_a_time_at_a_table_is_kept_like_that_of_any_meeting(self, desk):
        """Nobody is asked for elsewhere while at a table, nor sits at two tables as host here and as guest there."""
        talk = make_dialogue()
        event = make_event(desk)
        ours, theirs = bring(event, talk.promoters), come(event, talk.investing)
        events.ask(ours, theirs, by=talk.asker)
        slot = talk.offer(event.starts_at)
        assert list(Meeting.objects.free(timezone.now())) == [slot]
        events.move_event(event, "plan", by=desk)
        made = EventMeeting.objects.get()

        assert {(seat.person_id, seat.starts_at, seat.ends_at) for seat in made.seats.all()} == {
            (person, made.starts_at, made.ends_at) for person in (made.host_id, made.guest_id)
        }
        assert not Meeting.objects.free(timezone.now()).exists()
        with pytest.raises(RuleBroken):
            talk.request(slot)
        with pytest.raises(IntegrityError, match="investment_meeting_person_in_one"), transaction.atomic():
            MeetingSeat.objects.create(
                meeting=slot, person=made.host, side="guest", starts_at=made.starts_at, ends_at=made.ends_at
            )
        events.move_event(event, "cancel", by=desk, reason="Sample")
        assert talk.request(slot).state == Meeting.State.REQUESTED

    def test_a_seat_is_of_one_meeting(self, desk):
        talk = make_dialogue()
        slot = talk.offer()
        times = {"person": talk.asker, "side": "host", "starts_at": slot.starts_at, "ends_at": slot.ends_at}
        with pytest.raises(IntegrityError, match="investment_meeting_seat_of_one_meeting"), transaction.atomic():
            MeetingSeat.objects.create(**times)

    def test_two_events_at_once_share_no_person(self, desk):
        talk = make_dialogue()
        for _each in range(2):
            event = make_event(desk, times=1)
            events.ask(bring(event, talk.promoters), come(event, talk.investing), by=talk.asker)
            events.move_event(event, "plan", by=desk)

        assert EventMeeting.objects.count() == 1


class TestResults:
    def planned(self, desk):
        event, promoters, investing = make_event(desk), make_project(), make_investor()
        events.ask(bring(event, promoters), come(event, investing), by=investing.signatory)
        events.move_event(event, "plan", by=desk)
        return event, promoters, investing, EventMeeting.objects.get(event=event)

    def test_recorded_by_the_parks_after_it_began_and_once(self, desk):
        event, promoters, investing, meeting = self.planned(desk)
        words = {"is_held": True, "outcome": "Sample outcome", "outcome_code": "again"}
        with pytest.raises(RuleBroken):
            events.record_result(meeting, by=promoters.lead, **words)
        PromotionEvent.objects.update(starts_at=timezone.now() - timedelta(days=1))
        for person in (investing.signatory, desk):
            with pytest.raises(PermissionDenied):
                events.record_result(meeting, by=person, **words)
        with pytest.raises(RuleBroken):
            events.record_result(meeting, by=promoters.lead, **words | {"outcome": " "})

        assert events.record_result(meeting, by=promoters.lead, **words).state == "held"
        with pytest.raises(RuleBroken):
            events.record_result(meeting, by=promoters.lead, **words)
        assert "Sample outcome" in page(event, investing.signatory)

    def test_missing_results_are_asked_for_and_keep_the_event_open(self, desk):
        event, promoters, _investing, meeting = self.planned(desk)
        PromotionEvent.objects.update(starts_at=timezone.now() - timedelta(days=1))
        events.mind()
        events.mind()
        tasks = Task.objects.open().filter(kind="investment.record_event_results")
        assert tasks.count() == 1
        with pytest.raises(RuleBroken):
            events.move_event(event, "close", by=desk)

        events.record_result(meeting, is_held=False, outcome="Sample: nobody came", by=promoters.lead)
        assert not tasks.exists()
        assert events.move_event(event, "close", by=desk).state == State.CLOSED


def test_the_page_costs_the_same_with_one_project_and_with_ten(desk):
    event, investing = make_event(desk), make_investor()
    theirs = come(event, investing)
    events.ask(bring(event, make_project()), theirs, by=investing.signatory)
    client = Client()
    client.force_login(investing.signatory)
    with translation.override("en"):
        url = reverse("investment:promotion_event", args=[event.token])

    def cost() -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    before = cost()
    # Platform spec, 4: on any page.
    assert before <= 12
    for _each in range(9):
        events.ask(bring(event, make_project()), theirs, by=investing.signatory)
    assert cost() == before
