"""Marks are only added, the right one counts, and what is final needs two people (A-1 to A-3, A-6, A-7)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from alliance.core import workflow
from alliance.core.errors import RuleBroken
from alliance.core.models import AuditEvent
from alliance.notifications.models import Notice, Task
from tests.factories import make_duty
from tests.training.factories import make_cohort, make_enrolment, make_session
from tests.world import make_world
from training import attending, checkin, conflicts, requirements
from training.models import AttendanceChange, AttendanceMark, Session
from training.services import marking, session_clock
from training.workflows.sessions import SESSION

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    world = make_world()
    now = timezone.now()
    world.cohort = make_cohort(
        world.version,
        code="ani-2026a",
        shared=30,
        state="running",
        enrol_from=now - timedelta(days=40),
        enrol_until=now - timedelta(days=30),
        starts_at=now - timedelta(days=20),
    )
    return world


@pytest.fixture
def meet(world):
    """A session of two hours that began `ago`."""

    def make(ago=timedelta(0), state="open", **fields):
        fields.setdefault("trainer", world.trainer)
        if state in ("closed", "locked"):
            fields.setdefault("closed_at", timezone.now() - ago + timedelta(hours=2))
        return make_session(world.cohort, starts_at=timezone.now() - ago, state=state, **fields)

    return make


def counts(session, enrolment):
    return AttendanceMark.objects.filter(session=session, enrolment=enrolment).effective().get()


def code_now(session, back=0, now=None):
    return checkin.code_of(session, checkin.window_of(now or timezone.now()) - back)


class TestMarks:
    def test_a1_they_are_only_added_in_the_database_itself(self, world, meet):
        mark = marking.mark(meet(), world.enrolment, "present", by=world.trainer)

        for change in ({"kind": "absent"}, {"minutes_present": 3}, {"reason": "x"}, {"actor": world.school}):
            with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
                AttendanceMark.objects.filter(pk=mark.pk).update(**change)
        with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
            AttendanceMark.objects.filter(pk=mark.pk).delete()

    def test_a1_words_about_a_person_can_be_forgotten(self, world, meet):
        mark = marking.correct(meet(), world.enrolment, "excused", by=world.trainer, reason="住院")

        AttendanceMark.objects.filter(pk=mark.pk).update(reason="")

        mark.refresh_from_db()
        assert (mark.kind, mark.reason) == ("excused", "")

    def test_a1_the_same_nonce_again_changes_nothing(self, world, meet):
        session = meet()

        first = marking.mark(session, world.enrolment, "present", by=world.trainer, nonce="a" * 24)
        again = marking.mark(session, world.enrolment, "absent", by=world.trainer, nonce="a" * 24)

        assert first == again
        assert AttendanceMark.objects.count() == 1

    def test_a2_the_trainer_outranks_the_screen_and_a_correction_both(self, world, meet):
        session = meet()
        marking.mark(session, world.enrolment, "absent", by=world.trainer)
        marking.check_in(session, code_now(session), by=world.trainee)
        assert counts(session, world.enrolment).kind == "absent"

        marking.correct(session, world.enrolment, "present", by=world.school, reason="坐在后排")

        assert counts(session, world.enrolment).kind == "present"
        with pytest.raises(RuleBroken):
            marking.mark(session, world.enrolment, "absent", by=world.trainer)

    def test_a2_a_correction_needs_its_reason(self, world, meet):
        with pytest.raises(RuleBroken):
            marking.correct(meet(), world.enrolment, "present", by=world.trainer, reason="  ")

    @pytest.mark.parametrize(("kind", "minutes"), [("late", None), ("late", 121), ("left_early", -1), ("asleep", None)])
    def test_bad_input_is_refused(self, world, meet, kind, minutes):
        with pytest.raises(RuleBroken):
            marking.mark(meet(), world.enrolment, kind, by=world.trainer, minutes_present=minutes)

    def test_minutes_of_a_kind_that_needs_none_are_left_out(self, world, meet):
        assert (
            marking.mark(meet(), world.enrolment, "present", by=world.trainer, minutes_present=5).minutes_present
            is None
        )

    def test_nobody_keeps_their_own_attendance(self, world, meet):
        session = meet()
        own = make_enrolment(world.cohort, person=world.trainer)

        for act in (
            lambda: marking.mark(session, own, "present", by=world.trainer),
            lambda: marking.correct(session, own, "present", by=world.trainer, reason="我在"),
        ):
            with pytest.raises(RuleBroken):
                act()

    @pytest.mark.parametrize("state", ["scheduled", "cancelled", "locked"])
    def test_marks_are_made_while_the_session_is_open_or_closed(self, world, meet, state):
        with pytest.raises(RuleBroken):
            marking.mark(meet(state=state), world.enrolment, "present", by=world.trainer)

    def test_whoever_does_not_teach_there_marks_nothing(self, world, meet):
        session = meet()

        for person in (world.trainee, world.awarding, world.training_desk, world.other_manager):
            with pytest.raises(PermissionDenied):
                marking.mark(session, world.enrolment, "present", by=person)

    def test_the_rest_is_present(self, world, meet):
        session = meet()
        marking.mark(session, world.enrolment, "absent", by=world.trainer)
        others = [make_enrolment(world.cohort) for _n in range(3)]
        make_enrolment(world.cohort, state="offered")

        assert marking.mark_rest_present(session, by=world.trainer) == 3

        assert counts(session, world.enrolment).kind == "absent"
        assert {counts(session, other).kind for other in others} == {"present"}


class TestCode:
    def test_a3_the_present_window_and_the_one_before_are_accepted(self, world, meet):
        session = meet()
        now = timezone.now()
        window = checkin.window_of(now)
        assert [checkin.is_valid(session, checkin.code_of(session, window - back), now) for back in (-1, 0, 1, 2)] == [
            False,
            True,
            True,
            False,
        ]

    def test_a3_a_code_of_another_session_or_key_is_worth_nothing(self, world, meet):
        session, other = meet(trainer=None), meet(trainer=None)

        assert code_now(session) != code_now(other)
        with pytest.raises(RuleBroken):
            marking.check_in(session, code_now(other), by=world.trainee if world.enrolment else None)

    def test_a3_the_server_says_how_late_somebody_is(self, world, meet):
        session = meet(timedelta(minutes=25))

        mark = marking.check_in(session, code_now(session), by=world.trainee if world.enrolment else None)

        assert (mark.kind, mark.minutes_present, mark.source) == ("late", 95, "qr")

    def test_a3_scanning_twice_marks_once(self, world, meet):
        session = meet()
        assert world.enrolment

        first = marking.check_in(session, code_now(session), by=world.trainee)
        again = marking.check_in(session, code_now(session, 1), by=world.trainee)

        assert first == again

    def test_a3_only_a_holder_of_the_cohort_checks_in(self, world, meet):
        session = meet()
        offered = make_enrolment(world.cohort, state="offered")

        for person in (world.nobody, offered.person, world.trainer):
            with pytest.raises(RuleBroken):
                marking.check_in(session, code_now(session), by=person)
        assert not AttendanceMark.objects.exists()

    @pytest.mark.parametrize("state", ["scheduled", "closed", "locked", "cancelled"])
    def test_a3_only_while_the_session_is_open(self, world, meet, state):
        session = meet(state=state)
        assert world.enrolment

        with pytest.raises(RuleBroken):
            marking.check_in(session, code_now(session), by=world.trainee)

    def test_a3_one_device_for_two_people_raises_a_flag_and_refuses_nobody(self, world, meet):
        session, later = meet(trainer=None), meet(trainer=None)
        friend = make_enrolment(world.cohort)
        assert world.enrolment

        first = marking.check_in(session, code_now(session), by=world.trainee, device="one phone")
        second = marking.check_in(session, code_now(session), by=friend.person, device="one phone")
        elsewhere = marking.check_in(later, code_now(later), by=friend.person, device="one phone")

        assert (first.flags, second.flags) == ([], ["shared_device"])
        assert elsewhere.flags == []
        # Between two sessions nothing links the device.
        assert second.device_digest != elsewhere.device_digest


class TestFinal:
    def test_a6_the_clock_closes_warns_and_fills_in(self, world, meet):
        session = meet(timedelta(hours=3))
        marked, unmarked = world.enrolment, make_enrolment(world.cohort)
        marking.mark(session, marked, "present", by=world.trainer)
        now = timezone.now()

        assert session_clock.run(now)["closed"] == 1
        assert session_clock.run(now) == {"closed": 0, "locked": 0, "warned": 0, "asked": 0}
        assert session_clock.run(now + timedelta(hours=25))["warned"] == 1
        assert session_clock.run(now + timedelta(hours=26))["warned"] == 0
        assert not AttendanceMark.objects.filter(enrolment=unmarked).exists()
        assert session_clock.run(now + timedelta(hours=48, minutes=1))["locked"] == 1

        session.refresh_from_db()
        filled = counts(session, unmarked)
        assert session.state == "locked"
        assert (filled.kind, filled.source, filled.actor) == ("absent", "system", None)
        assert counts(session, marked).kind == "present"
        assert Notice.objects.filter(event__kind="training.attendance_unfinished", recipient=world.trainer).count() == 1

    def test_a6_a_session_that_nobody_opened_makes_nobody_absent(self, world, meet):
        session = meet(timedelta(hours=50), state="scheduled")
        assert world.enrolment

        assert session_clock.run()["asked"] == 1
        assert session_clock.run()["asked"] == 0

        session.refresh_from_db()
        assert session.state == "scheduled"
        assert not AttendanceMark.objects.exists()

    def test_a6_a_trainer_locks_once_everybody_has_a_mark(self, world, meet):
        session = meet(timedelta(hours=2), state="closed")
        assert world.enrolment

        with pytest.raises(RuleBroken):
            workflow.apply(SESSION, session, "lock", by=world.trainer)
        marking.mark_rest_present(session, by=world.trainer)

        assert workflow.apply(SESSION, session, "lock", by=world.trainer).state == "locked"


class TestSecondPerson:
    @pytest.fixture
    def change(self, world, meet):
        return marking.correct(
            meet(timedelta(days=3), "locked"), world.enrolment, "present", by=world.trainer, reason="在场"
        )

    def test_a2_after_the_lock_a_correction_waits_for_another(self, world, change):
        assert isinstance(change, AttendanceChange)
        assert not AttendanceMark.objects.exists()
        assert Task.objects.open().filter(kind="training.confirm_attendance").count() == 1

        with pytest.raises(RuleBroken):
            marking.confirm_change(change, by=world.trainer)
        marking.confirm_change(change, by=world.school)

        mark = counts(change.session, world.enrolment)
        assert (mark.kind, mark.source, mark.actor, mark.second) == (
            "present",
            "correction",
            world.trainer,
            world.school,
        )
        assert not Task.objects.open().filter(kind="training.confirm_attendance").exists()
        assert Notice.objects.filter(event__kind="training.attendance_change_decided", recipient=world.trainer).exists()

    def test_a2_the_learner_is_no_second_person(self, world, change):
        make_duty(world.trainee, world.academy, "trainer")

        with pytest.raises(RuleBroken):
            marking.confirm_change(change, by=world.trainee)

    def test_a2_a_refusal_has_its_reason_and_changes_nothing(self, world, change):
        with pytest.raises(RuleBroken):
            marking.refuse_change(change, by=world.school, reason="")
        marking.refuse_change(change, by=world.school, reason="名单上没有签名")

        assert not AttendanceMark.objects.exists()

    def test_a2_only_whoever_asked_takes_it_back(self, world, change):
        with pytest.raises(PermissionDenied):
            marking.withdraw_change(change, by=world.school)

        assert marking.withdraw_change(change, by=world.trainer).state == "withdrawn"

    def test_a2_the_database_refuses_the_same_person_twice(self, world, change):
        with pytest.raises(IntegrityError, match="decided_by_another"), transaction.atomic():
            AttendanceChange.objects.filter(pk=change.pk).update(
                state="confirmed", decided_by=change.asked_by, decided_at=timezone.now()
            )


class TestConflicts:
    def test_a4_two_who_say_different_things_are_listed_until_one_corrects(self, world, meet):
        session = meet()
        assert world.enrolment
        marking.check_in(session, code_now(session), by=world.trainee)
        marking.mark(session, world.enrolment, "absent", by=world.trainer)

        [conflict] = conflicts.of(session)
        assert (conflict.counts.kind, [mark.kind for mark in conflict.others]) == ("absent", ["present"])

        marking.correct(session, world.enrolment, "absent", by=world.school, reason="只是扫码")
        assert conflicts.of(session) == []

    def test_changing_ones_own_mind_is_no_conflict(self, world, meet):
        session = meet()
        marking.mark(session, world.enrolment, "absent", by=world.trainer)
        marking.mark(session, world.enrolment, "present", by=world.trainer)

        assert conflicts.of(session) == []


class TestWarnings:
    def told(self, kind):
        return list(
            Notice.objects.filter(event__kind=f"training.attendance_{kind}").values_list("recipient", flat=True)
        )

    def test_a7_near_the_minimum_and_out_of_reach_once_each(self, world, meet):
        manager = world.manager
        first, second = meet(timedelta(days=6), "closed"), meet(timedelta(days=5), "closed")
        meet(-timedelta(days=4), "scheduled")
        meet(-timedelta(days=5), "scheduled")
        meet(-timedelta(days=6), "scheduled")

        marking.mark(first, world.enrolment, "absent", by=world.trainer)
        assert (self.told("near"), self.told("out_of_reach")) == ([world.trainee.pk], [])
        marking.mark(first, world.enrolment, "absent", by=world.trainer)
        assert self.told("near") == [world.trainee.pk]

        marking.mark(second, world.enrolment, "absent", by=world.trainer)
        assert sorted(self.told("out_of_reach")) == sorted([world.trainee.pk, manager.pk])

    def test_a7_nobody_is_warned_for_what_is_not_required(self, world, meet):
        session = meet(timedelta(days=6), "closed", is_required=False)

        marking.mark(session, world.enrolment, "absent", by=world.trainer)

        assert self.told("near") == []


class TestRecords:
    def test_a5_the_database_picks_the_same_marks_as_the_rule(self, world, meet):
        session = meet(timedelta(days=2), "closed")
        assert world.enrolment
        for source, kind in (("qr", "present"), ("device", "absent"), ("trainer", "present"), ("system", "absent")):
            AttendanceMark.objects.create(
                session=session,
                enrolment=world.enrolment,
                kind=kind,
                source=source,
                nonce=source,
                actor=None if source == "system" else world.trainer,
            )
        from training.attendance import effective

        rule = effective(mark.as_counted() for mark in AttendanceMark.objects.all())

        assert rule.number == counts(session, world.enrolment).pk
        assert attending.records_of([world.enrolment])[world.enrolment.pk].terms.rate == 10_000

    def test_a6_counting_from_enrolment_is_the_versions_choice(self, world, meet):
        meet(timedelta(days=10), "locked", trainer=None)
        enrolment = make_enrolment(world.cohort, enrolled_at=timezone.now() - timedelta(days=5))
        session = meet(timedelta(days=2), "closed")
        marking.mark(session, enrolment, "present", by=world.trainer)
        enrolment = type(enrolment).objects.select_related("cohort__version").get(pk=enrolment.pk)

        assert attending.records_of([enrolment])[enrolment.pk].terms.rate == 5_000
        enrolment.cohort.version.counts_from_enrolment = True
        assert attending.records_of([enrolment])[enrolment.pk].terms.rate == 10_000

    @pytest.mark.parametrize("number", [1, 10])
    def test_two_queries_however_many(self, world, meet, number, django_assert_num_queries):
        meet(timedelta(days=2), "closed")
        rows = [make_enrolment(world.cohort) for _n in range(number)]
        loaded = list(type(rows[0]).objects.filter(cohort=world.cohort).select_related("cohort__version"))

        with django_assert_num_queries(2):
            attending.records_of(loaded)

    def test_x1_attendance_is_a_requirement_with_its_terms(self, world, meet):
        session = meet(timedelta(days=2), "closed")
        assert world.enrolment
        marking.mark(session, world.enrolment, "late", by=world.trainer, minutes_present=90)
        coming = meet(-timedelta(days=2), "scheduled")

        [found] = [line for line in requirements.of_one(world.enrolment) if line.code == "attendance"]
        assert (found.is_met, found.facts["rate"], found.facts["remaining"]) == (False, 7500, 120)
        assert found.needed == "80.00 %"
        assert found.evidence == [f"training.Session:{session.pk}"]

        Session.objects.filter(pk=coming.pk).update(state="cancelled")
        marking.correct(session, world.enrolment, "late", by=world.trainer, minutes_present=110, reason="钟慢了")
        [found] = [line for line in requirements.of_one(world.enrolment) if line.code == "attendance"]
        assert (found.is_met, found.value) == (True, "100.00 %")


def test_every_mark_stands_in_the_audit_chain(world, meet):
    session = meet()

    marking.mark(session, world.enrolment, "present", by=world.trainer)

    event = AuditEvent.objects.latest("seq")
    assert (event.verb, event.object_id) == ("attendance.marked", str(session.pk))
    assert event.payload["enrolment"] == world.enrolment.pk
