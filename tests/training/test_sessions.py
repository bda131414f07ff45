"""Sessions are planned without clashes, moved only before they begin, and told to everybody concerned (C-4, C-5)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from alliance.core import workflow
from alliance.core.errors import RuleBroken
from alliance.notifications.models import Notice
from tests.factories import make_duty, make_user
from tests.training.factories import make_cohort, make_enrolment, make_room, make_session, make_version
from tests.world import make_world
from training.models import Cohort, Session
from training.services import sessions as services
from training.services.sessions import Clash
from training.workflows.sessions import SESSION

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def at(world):
    """Nine o'clock on the third day of the cohort."""
    return timezone.localtime(world.cohort.starts_at + timedelta(days=3)).replace(
        hour=9, minute=0, second=0, microsecond=0
    )


@pytest.fixture
def add(world, at):
    def plan(start=at, hours=2, **fields):
        fields.setdefault("trainer", world.trainer)
        fields.setdefault("room", world.room)
        return services.add_session(
            world.cohort,
            by=world.school,
            unit=world.version.units.first(),
            starts_at=start,
            ends_at=start + timedelta(hours=hours),
            **fields,
        )

    return plan


def told(kind: str) -> set:
    return {notice.recipient for notice in Notice.objects.filter(event__kind=f"training.{kind}")}


class TestClashes:
    def test_c4_a_trainer_is_not_in_two_sessions_at_once(self, add, at, world):
        add()

        with pytest.raises(Clash, match=world.cohort.code) as refused:
            add(at + timedelta(hours=1), room=make_room(world.academy))

        assert refused.value.field == "trainer"
        assert Session.objects.count() == 1

    def test_c4_a_room_is_not_taken_twice(self, add, at, world):
        add()

        with pytest.raises(Clash) as refused:
            add(at - timedelta(hours=1), trainer=None)

        assert refused.value.field == "room"

    def test_c4_one_may_begin_when_the_other_ends(self, add, at):
        add()
        add(at + timedelta(hours=2))
        add(at - timedelta(hours=2))

        assert Session.objects.count() == 3

    def test_c4_a_cancelled_session_takes_nothing(self, add, world):
        services.cancel_session(add(), by=world.school, reason="停电")

        add()

        assert Session.objects.filter(state="scheduled").count() == 1

    def test_c4_the_database_has_the_last_word_and_is_told_as_one_reads_it(self, add, world, monkeypatch):
        add()
        checked = services._check_free
        monkeypatch.setattr(services, "_check_free", lambda session: None)

        with pytest.raises(Clash) as refused:
            add()
        monkeypatch.setattr(services, "_check_free", checked)

        assert refused.value.field in ("trainer", "room")
        assert world.cohort.code in str(refused.value)

    @pytest.mark.parametrize("who", ["trainer", "room"])
    def test_c4_by_exclusion_in_the_database(self, world, at, who):
        given = {"trainer": {"trainer": world.trainer}, "room": {"room": world.room}}[who]
        make_session(world.cohort, starts_at=at, **given)

        with pytest.raises(IntegrityError, match=f"training_session_{who}_in_one"), transaction.atomic():
            make_session(world.cohort, starts_at=at + timedelta(minutes=119), **given)

        make_session(world.cohort, starts_at=at + timedelta(minutes=120), **given)

    def test_c4_weekly_sessions_are_all_planned_or_none(self, add, at, world):
        add(at + timedelta(weeks=2))

        with pytest.raises(Clash):
            services.add_sessions(
                world.cohort,
                by=world.school,
                unit=world.version.units.first(),
                times=services.weekly(at, at + timedelta(hours=1), 4, skip_holidays=False),
                trainer=world.trainer,
                room=world.room,
            )

        assert Session.objects.count() == 1


class TestPlan:
    def test_a_session_lies_within_its_cohort(self, add, world):
        with pytest.raises(Clash) as refused:
            add(world.cohort.starts_at - timedelta(hours=1))

        assert refused.value.field == "starts_at"

    def test_a_unit_of_another_version_is_refused(self, world, at):
        with pytest.raises(Clash) as refused:
            services.add_session(
                world.cohort,
                by=world.school,
                unit=make_version().units.first(),
                starts_at=at,
                ends_at=at + timedelta(hours=1),
                room=world.room,
            )

        assert refused.value.field == "unit"

    def test_a_stranger_neither_teaches_nor_lends_a_room(self, add):
        with pytest.raises(Clash) as refused:
            add(trainer=make_user())
        assert refused.value.field == "trainer"
        with pytest.raises(Clash) as refused:
            add(room=make_room())
        assert refused.value.field == "room"

    def test_it_needs_a_place(self, add):
        with pytest.raises(Clash) as refused:
            add(room=None)
        assert refused.value.field == "room"

        assert add(room=None, link="https://meeting.example.org/1").pk

    def test_a_trainer_plans_nothing(self, world, at):
        with pytest.raises(PermissionDenied):
            services.add_session(
                world.cohort,
                by=world.trainer,
                unit=world.version.units.first(),
                starts_at=at,
                ends_at=at + timedelta(hours=1),
                room=world.room,
            )

    def test_the_calendar_of_a_finished_cohort_stands(self, add, world):
        Cohort.objects.filter(pk=world.cohort.pk).update(state="completed")

        with pytest.raises(RuleBroken, match="不再"):
            add()

    def test_the_trainer_is_told_once_of_many(self, world, at):
        made = services.add_sessions(
            world.cohort,
            by=world.school,
            unit=world.version.units.first(),
            times=services.weekly(at, at + timedelta(hours=1), 3, skip_holidays=False),
            trainer=world.trainer,
            room=world.room,
        )

        assert len(made) == 3
        assert Notice.objects.filter(recipient=world.trainer).count() == 1

    def test_weekly_keeps_the_hours_and_leaves_out_holidays(self):
        start = timezone.make_aware(timezone.datetime(2026, 9, 17, 9))

        times = services.weekly(start, start + timedelta(hours=2), 4, skip_holidays=True)

        # 1 October is a holiday.
        assert [timezone.localtime(begin).strftime("%m-%d %H:%M") for begin, _end in times] == [
            "09-17 09:00",
            "09-24 09:00",
            "10-08 09:00",
        ]


class TestMove:
    def test_c5_everybody_with_a_seat_is_told_and_calendars_see_it(self, add, at, world):
        session = add()
        holder, offered = make_enrolment(world.cohort), make_enrolment(world.cohort, state="offered")
        waiting = make_enrolment(world.cohort, state="waitlisted")

        moved = services.change_session(
            session, by=world.school, starts_at=at + timedelta(days=1), ends_at=at + timedelta(days=1, hours=2)
        )

        assert moved.sequence == session.sequence + 1
        assert moved.changed_at > session.changed_at
        assert told("session_moved") == {holder.person, offered.person, world.trainer}
        assert waiting.person not in told("session_moved")

    def test_c5_a_new_title_is_told_to_nobody(self, add, world):
        session = add()
        make_enrolment(world.cohort)

        services.change_session(session, by=world.school, title_zh="新标题")

        assert told("session_moved") == set()

    def test_c5_after_its_beginning_it_is_refused(self, world):
        now = timezone.now()
        cohort = make_cohort(
            world.version,
            state="running",
            enrol_from=now - timedelta(days=9),
            enrol_until=now - timedelta(days=5),
            starts_at=now - timedelta(days=2),
        )
        session = make_session(cohort, starts_at=now - timedelta(minutes=1))

        with pytest.raises(RuleBroken, match="已经开始"):
            services.change_session(
                session, by=world.school, starts_at=now + timedelta(days=1), ends_at=now + timedelta(days=1, hours=1)
            )

        session.refresh_from_db()
        assert session.sequence == 0

    def test_c5_a_held_session_keeps_its_time_in_the_database(self, world):
        session = make_session(world.cohort, state="closed")

        with pytest.raises(IntegrityError, match="keeps its time"), transaction.atomic():
            Session.objects.filter(pk=session.pk).update(ends_at=session.ends_at + timedelta(hours=1))

    def test_c5_it_does_not_clash_with_itself(self, add, at, world):
        session = add()

        services.change_session(
            session, by=world.school, starts_at=at + timedelta(minutes=30), ends_at=at + timedelta(hours=2)
        )

    def test_a_new_trainer_is_told(self, add, world):
        session = add()
        other = make_duty(make_user(), world.academy, "trainer").person

        services.change_session(session, by=world.school, trainer=other)

        assert other in told("session_to_teach")

    def test_cancelling_is_told_with_its_reason(self, add, world):
        session = add()
        holder = make_enrolment(world.cohort)

        cancelled = services.cancel_session(session, by=world.school, reason="教师生病")

        assert (cancelled.state, cancelled.state_reason, cancelled.sequence) == ("cancelled", "教师生病", 1)
        assert told("session_cancelled") == {holder.person, world.trainer}
        with pytest.raises(RuleBroken):
            services.cancel_session(session, by=world.school, reason="再一次")

    def test_what_has_not_been_held_falls_away_with_the_cohort(self, add, at, world):
        coming = add()
        held = make_session(world.cohort, starts_at=at + timedelta(days=1), state="locked")

        assert services.cancel_coming(world.cohort, reason="班次取消") == 1

        coming.refresh_from_db()
        held.refresh_from_db()
        assert (coming.state, held.state) == ("cancelled", "locked")


class TestOpen:
    def test_not_before_an_hour_before_it_begins(self, world):
        Cohort.objects.filter(pk=world.cohort.pk).update(state="confirmed")

        with pytest.raises(RuleBroken):
            workflow.apply(SESSION, world.session, "open", by=world.trainer)

    def test_not_while_the_cohort_still_enrols(self, world):
        session = make_session(world.cohort, starts_at=timezone.now())

        with pytest.raises(RuleBroken):
            workflow.apply(SESSION, session, "open", by=world.trainer)
