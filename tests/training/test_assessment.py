"""Marks from the first attempt to the final one (G-1 to G-6)."""

import contextlib
import itertools
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alliance.core import workflow
from alliance.core.calendar import add_working_days, working_days_between
from alliance.core.errors import MoveRefused, RuleBroken, Stale
from alliance.core.models import AuditEvent
from alliance.notifications.models import OutboxEvent, Task
from tests.factories import make_duty, make_user
from tests.training.assessing import School
from tests.training.factories import make_cohort, make_partner, make_version
from training import requirements, transcripts
from training.models import (
    Appeal,
    AppealDecision,
    AssessmentItem,
    Attempt,
    CurriculumVersion,
    Enrolment,
    Moderation,
    ModerationCheck,
)
from training.services import appeals, attempts, moderation, recognition
from training.workflows.attempts import ATTEMPT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def school() -> School:
    return School()


def told(code: str) -> int:
    return OutboxEvent.objects.filter(kind=f"training.{code}").count()


class TestDistance:
    def test_g1_marker_and_moderator_are_two_people(self, school):
        attempt = school.mark(school.trainee(), school.items[0], 8_000)
        drawn = moderation.draw(school.cohort, attempt.item, by=school.marker)

        with pytest.raises(RuleBroken, match="a second person"):
            moderation.say(drawn.checks.get(), "agree", by=school.marker)
        with pytest.raises(IntegrityError), transaction.atomic():
            Attempt.objects.filter(pk=attempt.pk).update(moderator=school.marker)

    def test_g1_the_line_manager_neither_marks_nor_checks(self, school):
        enrolment = school.trainee()
        attempts.name_manager(enrolment, school.marker, by=enrolment.person)

        with pytest.raises(RuleBroken, match="direct this trainee"):
            school.mark(enrolment, school.items[0], 8_000)
        attempts.set_mark(enrolment, school.items[0], 8_000, by=school.second)
        drawn = moderation.draw(school.cohort, school.items[0], by=school.second)
        with pytest.raises(RuleBroken, match="direct this trainee"):
            moderation.say(drawn.checks.get(), "agree", by=school.marker)

    def test_g1_nobody_of_the_home_park_alone_marks_what_counts(self, school):
        make_partner(school.programme, school.home.organisation, "teaching")
        trainer = make_duty(make_user(), school.home.organisation, "trainer").person
        enrolment, other = school.trainee(), school.trainee(park=school.park)

        with pytest.raises(RuleBroken, match="home park"):
            attempts.set_mark(enrolment, school.items[0], 8_000, by=trainer)
        assert attempts.set_mark(other, school.items[0], 8_000, by=trainer).mark == 8_000
        make_duty(trainer, school.organisation, "trainer")
        again = type(trainer).objects.get(pk=trainer.pk)
        assert attempts.set_mark(enrolment, school.items[0], 8_000, by=again).marker == again

    def test_strangers_and_the_home_park_without_a_part_do_not_mark(self, school):
        enrolment = school.trainee()
        stranger = make_duty(make_user(), school.home.organisation, "training_manager").person

        for person in (stranger, make_user(), school.awarding):
            with pytest.raises(PermissionDenied):
                attempts.set_mark(enrolment, school.items[0], 8_000, by=person)


class TestMarking:
    def test_a_mark_plans_takes_in_and_marks_the_first_attempt(self, school):
        attempt = school.mark(school.trainee(), school.items[0], 7_550)

        assert (attempt.number, attempt.state, attempt.mark, attempt.marker) == (1, "marked", 7_550, school.marker)
        assert set(AuditEvent.objects.filter(object_id=str(attempt.pk)).values_list("verb", flat=True)) >= {
            "attempt.scheduled",
            "attempt.submit",
            "attempt.mark",
        }

    def test_what_somebody_else_wrote_meanwhile_is_not_overwritten(self, school):
        enrolment = school.trainee()
        school.mark(enrolment, school.items[0], 7_000)

        with pytest.raises(Stale, match="70"):
            attempts.set_mark(enrolment, school.items[0], 9_000, by=school.second, seen="")
        assert attempts.set_mark(enrolment, school.items[0], 9_000, by=school.second, seen="70").mark == 9_000

    def test_before_the_cohort_runs_nothing_is_marked(self, school):
        enrolment = school.trainee()
        type(school.cohort).objects.filter(pk=school.cohort.pk).update(state="enrolling")

        with pytest.raises(RuleBroken, match="not under way"):
            school.mark(enrolment, school.items[0], 9_000)

    def test_an_item_of_another_curriculum_is_refused(self, school):
        other = School()

        with pytest.raises(RuleBroken, match="not part"):
            attempts.set_mark(school.trainee(), other.items[0], 9_000, by=school.marker)

    def test_g4_no_more_attempts_than_one_and_the_resits(self, school):
        enrolment, item = school.trainee(), school.items[0]
        school.tell(enrolment, item, 4_000)
        with pytest.raises(RuleBroken, match="released"):
            school.mark(enrolment, item, 9_000)
        attempts.schedule(enrolment, item, by=school.marker)
        school.tell(enrolment, item, 7_000)

        with pytest.raises(RuleBroken, match="used up"):
            attempts.schedule(enrolment, item, by=school.marker)
        assert transcripts.of_one(enrolment).units[0].result.mark == 7_000

    def test_g4_a_void_attempt_uses_up_no_resit(self, school):
        enrolment, item = school.trainee(), school.items[0]
        first = school.tell(enrolment, item, 1_000)
        attempts.declare_void(first, by=school.manager, reason="Ill on the day")
        for mark in (4_000, 5_000):
            attempts.schedule(enrolment, item, by=school.marker)
            school.tell(enrolment, item, mark)

        assert transcripts.of_one(enrolment).units[0].result.mark == 5_000
        with pytest.raises(RuleBroken, match="used up"):
            attempts.schedule(enrolment, item, by=school.marker)
        assert told("attempt_void") == 1

    def test_g4_a_capped_resit(self):
        school = School(resit_cap=6_000)
        enrolment, item = school.trainee(), school.items[0]
        school.tell(enrolment, item, 4_000)
        attempts.schedule(enrolment, item, by=school.marker)
        school.tell(enrolment, item, 9_500)

        assert transcripts.of_one(enrolment).units[0].result.mark == 6_000


class TestModeration:
    def test_g2_the_sample_is_kept_with_its_seed(self, school):
        marks = [5_000, 6_200, *[8_000] * 30]
        for mark in marks:
            school.mark(school.trainee(), school.items[0], mark)

        drawn = moderation.draw(school.cohort, school.items[0], by=school.marker, seed="a" * 32)

        whys = list(drawn.checks.values_list("why", flat=True))
        assert (whys.count("fail"), whys.count("near"), whys.count("random")) == (1, 1, 3)
        assert (drawn.seed, drawn.size) == ("a" * 32, 32)
        event = AuditEvent.objects.get(verb="moderation.drawn")
        assert event.payload["drawn"] == sorted(drawn.checks.values_list("attempt", flat=True))
        assert Task.objects.filter(kind="training.moderate", state="open").count() == 1

    def test_g2_a_question_goes_to_the_marker_and_back(self, school):
        attempt = school.mark(school.trainee(), school.items[0], 5_500)
        drawn = moderation.draw(school.cohort, attempt.item, by=school.marker)
        check = moderation.say(drawn.checks.get(), "change", by=school.second, comment="Task 2 was not counted")

        with pytest.raises(RuleBroken, match="agreed"):
            moderation.close(drawn, by=school.second)
        assert told("mark_again") == 1
        school.mark(attempt.enrolment, attempt.item, 6_100)
        check.refresh_from_db()
        assert check.verdict == ""
        moderation.say(check, "agree", by=school.second)
        assert moderation.close(drawn, by=school.second) == 1
        attempt.refresh_from_db()
        assert (attempt.state, attempt.mark, attempt.moderator) == ("moderated", 6_100, school.second)

    def test_g2_marks_outside_the_question_are_held_fast(self, school):
        one = school.mark(school.trainee(), school.items[0], 8_000)
        moderation.draw(school.cohort, one.item, by=school.marker)

        with pytest.raises(RuleBroken, match="second person"):
            school.mark(one.enrolment, one.item, 9_000)
        assert school.mark(one.enrolment, one.item, 8_000).mark == 8_000

    def test_nothing_is_released_unchecked(self, school):
        attempt = school.mark(school.trainee(), school.items[0], 8_000)

        assert attempts.release([attempt], by=school.manager) == 0
        with pytest.raises(MoveRefused):
            workflow.apply(ATTEMPT, attempt, "release", by=school.manager)
        with pytest.raises(RuleBroken, match="second person"):
            workflow.apply(ATTEMPT, attempt, "moderate", by=None)

    def test_practice_that_does_not_count_needs_no_second_person(self, school):
        version = make_version(school.programme, units=1, state="draft")
        AssessmentItem.objects.filter(unit__version=version).update(is_summative=False)
        CurriculumVersion.objects.filter(pk=version.pk).update(
            state="published", content="{}", content_sha256="0" * 64, requirements_sha256="0" * 64
        )
        school.version, school.cohort = version, make_cohort(version, shared=5, state="running")
        attempt = school.mark(school.trainee(), school.items[0], 3_000)
        drawn = moderation.draw(school.cohort, school.items[0], by=school.marker)

        attempt.refresh_from_db()
        assert (attempt.state, drawn.checks.count(), drawn.closed_at is not None) == ("moderated", 0, True)

    def test_a_second_sample_takes_only_what_came_since(self, school):
        school.mark(school.trainee(), school.items[0], 8_000)
        school.check(school.items[0])
        school.mark(school.trainee(), school.items[0], 8_000)

        drawn = moderation.draw(school.cohort, school.items[0], by=school.marker)

        assert drawn.size == 1
        with pytest.raises(RuleBroken, match="already"):
            moderation.draw(school.cohort, school.items[0], by=school.marker)


class TestReleasedMarks:
    def test_g5_the_database_refuses_every_edit_of_a_released_mark(self, school):
        attempt = school.tell(school.trainee(), school.items[0], 8_000)
        rows = Attempt.objects.filter(pk=attempt.pk)

        for change in (
            {"mark": 9_000},
            {"marker": school.second},
            {"number": 2},
            {"released_at": timezone.now()},
            {"released_at": None},
            {"state": "marked"},
            {"state": "scheduled", "mark": None},
            {"feedback": "better words"},
            {"appeal_until": timezone.now() + timedelta(days=99)},
        ):
            with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
                rows.update(**change)
        with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
            rows._raw_delete("default")

    def test_g5_forgetting_words_about_a_person_stays_possible(self, school):
        attempt = attempts.set_mark(school.trainee(), school.items[0], 8_000, by=school.marker, feedback="Good timing")
        school.check(attempt.item)
        attempts.release([attempt], by=school.manager)

        Attempt.objects.filter(pk=attempt.pk).update(feedback="")

    def test_released_twice_is_told_once(self, school):
        attempt = school.tell(school.trainee(), school.items[0], 8_000)

        assert attempts.release([attempt], by=school.manager) == 0
        assert told("mark_released") == 1

    def test_only_released_marks_are_in_results(self, school):
        enrolment = school.trainee()
        school.mark(enrolment, school.items[0], 8_000)
        assert transcripts.of_one(enrolment).units[0].result.mark is None

        school.check(school.items[0])
        attempts.release(Attempt.objects.all(), by=school.manager)

        assert transcripts.of_one(enrolment).units[0].result.mark == 8_000


class TestAppeals:
    def test_g5_ten_working_days_and_then_a_clear_refusal(self, school):
        attempt = school.tell(school.trainee(), school.items[0], 5_000)
        released = timezone.localtime(attempt.released_at)

        assert attempt.appeal_until == add_working_days(attempt.released_at, 10)
        assert working_days_between(released.date(), timezone.localtime(attempt.appeal_until).date()) == 10
        late = attempt.appeal_until + timedelta(seconds=1)
        with pytest.raises(RuleBroken, match="ended on"):
            appeals.appeal(attempt, by=attempt.enrolment.person, words="Please", now=late)
        made = appeals.appeal(attempt, by=attempt.enrolment.person, words="Task 3", now=attempt.appeal_until)
        assert made.attempt.state == "appealed"
        assert Task.objects.filter(kind="training.decide_appeal", state="open").count() == 2  # each awarding partner

    def test_g5_a_decision_points_at_the_mark_and_leaves_it(self, school):
        enrolment = school.trainee()
        attempt = school.tell(enrolment, school.items[0], 5_000)
        made = appeals.appeal(attempt, by=enrolment.person, words="Task 3 was right")
        assert not {r.code: r for r in requirements.of_one(enrolment)}["no_open_appeal"].is_met

        decision = appeals.decide(made, by=school.awarding, words="Task 3 counts", mark=6_500)

        attempt.refresh_from_db()
        assert (attempt.mark, attempt.state, decision.mark) == (5_000, "changed", 6_500)
        assert transcripts.of_one(enrolment).units[0].result.mark == 6_500
        assert {r.code: r for r in requirements.of_one(enrolment)}["no_open_appeal"].is_met
        for change in ({"mark": 9_000}, {"outcome": "upheld", "mark": None}):
            with pytest.raises(IntegrityError), transaction.atomic():
                AppealDecision.objects.filter(pk=decision.pk).update(**change)
        assert told("appeal_decided") == 1
        assert not Task.objects.filter(kind="training.decide_appeal", state="open").exists()

    def test_g5_upheld_then_final_and_no_second_appeal(self, school):
        attempt = school.tell(school.trainee(), school.items[0], 5_000)
        person = attempt.enrolment.person
        made = appeals.appeal(attempt, by=person, words="Please")
        appeals.decide(made, by=school.awarding, words="Looked at by two", mark=None)

        with pytest.raises(MoveRefused):
            appeals.appeal(attempt, by=person, words="Again")
        assert attempts.finish() == 1
        attempt.refresh_from_db()
        assert attempt.state == "final"

    def test_g5_marker_moderator_and_trainee_do_not_decide(self, school):
        attempt = school.tell(school.trainee(), school.items[0], 5_000)
        made = appeals.appeal(attempt, by=attempt.enrolment.person, words="Please")
        make_duty(school.marker, school.academy, "awarding_officer")
        marker = type(school.marker).objects.get(pk=school.marker.pk)

        for person in (marker, school.second, attempt.enrolment.person, school.manager):
            with pytest.raises(PermissionDenied):
                appeals.decide(made, by=person, words="No", mark=None)

    def test_a_new_mark_differs(self, school):
        attempt = school.tell(school.trainee(), school.items[0], 5_000)
        made = appeals.appeal(attempt, by=attempt.enrolment.person, words="Please")

        with pytest.raises(RuleBroken, match="as it was"):
            appeals.decide(made, by=school.awarding, words="No", mark=5_000)

    def test_nobody_appeals_for_somebody_else(self, school):
        attempt = school.tell(school.trainee(), school.items[0], 5_000)

        with pytest.raises(PermissionDenied):
            appeals.appeal(attempt, by=school.marker, words="Please")
        assert not Appeal.objects.exists()

    def test_the_clock_makes_marks_final_only_after_the_time(self, school):
        attempt = school.tell(school.trainee(), school.items[0], 5_000)

        assert attempts.finish(attempt.appeal_until) == 0
        assert attempts.finish(attempt.appeal_until + timedelta(seconds=1)) == 1


class TestRecognition:
    def test_g6_at_most_half_of_the_credits(self, school):
        enrolment = school.trainee()
        first, second = school.version.units.all()
        asked = recognition.ask(enrolment, first, by=enrolment.person, words="Three years at a studio")
        with pytest.raises(RuleBroken, match="at least"):
            recognition.decide(asked, by=school.awarding, words="Papers seen", mark=5_999)
        recognition.decide(asked, by=school.awarding, words="Papers seen", mark=7_000)

        assert transcripts.of_one(enrolment).units[0].result.mark == 7_000
        with pytest.raises(RuleBroken, match="more credits"):
            recognition.ask(enrolment, second, by=enrolment.person, words="And more")

    def test_g6_the_version_may_lower_the_share(self):
        school = School(recognition_most=4_900)
        enrolment = school.trainee()

        with pytest.raises(RuleBroken, match="more credits"):
            recognition.ask(enrolment, school.version.units.first(), by=enrolment.person, words="Papers")

    def test_g6_only_the_awarding_partner_decides(self, school):
        enrolment = school.trainee()
        asked = recognition.ask(enrolment, school.version.units.first(), by=enrolment.person, words="Papers")

        for person in (school.marker, school.manager, enrolment.person):
            with pytest.raises(PermissionDenied):
                recognition.decide(asked, by=person, words="Yes", mark=7_000)
        recognition.decide(asked, by=school.awarding, words="No papers", mark=None)
        assert told("recognition_decided") == 1


class TestRequirements:
    def test_x1_units_and_total_with_values_facts_and_evidence(self, school):
        enrolment = school.trainee()
        first = school.tell(enrolment, school.items[0], 8_000)
        found = {r.code: r for r in requirements.of_one(enrolment)}
        assert [found[code].is_met for code in ("unit:U1", "unit:U2", "total")] == [True, False, False]

        school.tell(enrolment, school.items[1], 6_001)
        found = {r.code: r for r in requirements.of_one(enrolment)}

        assert all(found[code].is_met for code in ("unit:U1", "unit:U2", "total"))
        assert found["unit:U1"].evidence == [f"training.Attempt:{first.pk}"]
        assert found["total"].facts["mark"] == 7_001  # 70.005 rounded half up

    def test_asked_of_many_at_a_constant_number_of_queries(self, school, django_assert_num_queries):
        def ask():
            requirements.of_many(
                Enrolment.objects.filter(cohort=school.cohort).select_related("cohort__version__curriculum")
            )

        school.mark(school.trainee(), school.items[0], 8_000)
        with django_assert_num_queries(6):
            ask()
        for _n in range(9):
            school.mark(school.trainee(), school.items[0], 8_000)
        with django_assert_num_queries(6):
            ask()


class TestLifecycle:
    @pytest.mark.parametrize(
        ("state", "verb"), list(itertools.product(Attempt.State.values, [m.verb for m in ATTEMPT.moves]))
    )
    def test_every_other_edge_is_refused_for_everyone(self, school, state, verb):
        move = ATTEMPT.move(verb)
        if state in move.sources:
            pytest.skip("an edge of the table")
        attempt = Attempt.objects.create(
            enrolment=school.trainee(), item=school.items[0], number=1, state="void", void_reason="x"
        )
        now = timezone.now()
        Attempt.objects.filter(pk=attempt.pk).update(
            state=state,
            mark=5_000,
            marker=school.marker,
            marked_at=now,
            moderated_at=now,
            **(
                {"released_at": now, "released_by": school.manager, "appeal_until": now}
                if state in Attempt.COUNTING
                else {}
            ),
        )

        for person in (None, school.manager, school.marker, school.awarding, attempt.enrolment.person):
            with pytest.raises(MoveRefused):
                workflow.apply(ATTEMPT, attempt, verb, by=person, reason="x", mark=1)

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.lists(
            st.sampled_from(["mark", "draw", "agree", "close", "release", "appeal", "decide", "void", "end", "resit"]),
            max_size=14,
        )
    )
    def test_whatever_is_tried_a_told_mark_stays(self, school, steps):
        """Any order of steps: what a trainee was told once is in its row as it was."""
        with transaction.atomic():
            enrolment, item = school.trainee(), school.items[0]
            seen: dict[int, int] = {}
            for number, step in enumerate(steps):
                last = Attempt.objects.filter(enrolment=enrolment).order_by("-number").first()
                check = ModerationCheck.objects.filter(attempt=last).last()
                batch = Moderation.objects.filter(closed_at__isnull=True, cohort=school.cohort).first()
                appeal = Appeal.objects.filter(attempt=last).first()
                do = {
                    "mark": lambda n=number: school.mark(enrolment, item, 3_000 + 100 * n),
                    "draw": lambda: moderation.draw(school.cohort, item, by=school.marker),
                    "agree": lambda c=check: c and moderation.say(c, "agree", by=school.second),
                    "close": lambda b=batch: b and moderation.close(b, by=school.second),
                    "release": lambda a=last: a and attempts.release([a], by=school.manager),
                    "appeal": lambda a=last: a and appeals.appeal(a, by=enrolment.person, words="Please"),
                    "decide": lambda p=appeal: p and appeals.decide(p, by=school.awarding, words="So", mark=9_999),
                    "void": lambda a=last: a and attempts.declare_void(a, by=school.manager, reason="Ill"),
                    "end": lambda: attempts.finish(),
                    "resit": lambda: attempts.schedule(enrolment, item, by=school.marker),
                }[step]
                with contextlib.suppress(RuleBroken):
                    do()
                for attempt in Attempt.objects.filter(enrolment=enrolment, released_at__isnull=False):
                    assert seen.setdefault(attempt.pk, attempt.mark) == attempt.mark
                tried = Attempt.objects.filter(enrolment=enrolment).exclude(state="void").count()
                assert tried <= 1 + school.version.resits
            transaction.set_rollback(True)
