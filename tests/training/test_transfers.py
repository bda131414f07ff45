"""What goes with a trainee into another cohort or another version of the curriculum (V-5)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from alliance.core.errors import RuleBroken
from tests.training.assessing import School
from tests.training.factories import freeze, make_cohort, make_enrolment, make_session, make_version
from training import attending, origins, placing, requirements, seats, transcripts
from training.models import AttendanceMark, Cohort, CurriculumVersion, Enrolment, Session
from training.requirements import Requirement
from training.services import attempts, drift, recognition

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def school() -> School:
    return School()


def another(school: School, version: CurriculumVersion | None = None) -> Cohort:
    return make_cohort(version or school.version, shared=30, state=Cohort.State.RUNNING)


def next_version(school: School, **unit: Any) -> CurriculumVersion:
    """Another version of the curriculum; `unit` changes its first unit."""
    major = school.version.curriculum.versions.count() + 1
    version = make_version(curriculum=school.version.curriculum, major=major, state="draft")
    version.units.filter(code="U1").update(**unit or {"code": "U1"})
    freeze(version, "superseded")
    version.refresh_from_db()
    return version


def move(school: School, enrolment: Enrolment, to: Cohort, *counts_as: int | None) -> Enrolment:
    """`counts_as`: for each old unit the place of the new one, or None."""
    old, new = list(enrolment.cohort.version.units.all()), list(to.version.units.all())
    unit_map = {unit: None if place is None else new[place] for unit, place in zip(old, counts_as, strict=False)}
    same = enrolment.cohort.version_id == to.version_id
    return loaded(seats.transfer(enrolment, to, by=school.manager if same else school.awarding, unit_map=unit_map))


def loaded(enrolment: Enrolment) -> Enrolment:
    return Enrolment.objects.select_related("cohort__version__curriculum__programme", "person").get(pk=enrolment.pk)


def asked(enrolment: Enrolment) -> dict[str, Requirement]:
    return {found.code: found for found in requirements.of_one(enrolment)}


class TestWithinAVersion:
    def test_v5_a_passed_unit_stays_passed_with_its_evidence(self, school):
        enrolment = school.trainee()
        attempt = school.tell(enrolment, school.items[0], 8_000)

        found = asked(move(school, enrolment, another(school)))

        assert (found["unit:U1"].is_met, found["unit:U1"].facts["mark"]) == (True, 8_000)
        assert found["unit:U1"].evidence == [f"training.Attempt:{attempt.pk}"]
        assert not found["unit:U2"].is_met

    def test_v5_over_two_transfers_as_well(self, school):
        enrolment = school.trainee()
        school.tell(enrolment, school.items[0], 8_000)
        there = move(school, enrolment, another(school))

        third = move(school, there, another(school))

        assert origins.of_one(third) == [enrolment, there]
        assert asked(third)["unit:U1"].is_met

    def test_g4_attempts_before_the_transfer_use_up_resits(self, school):
        enrolment = school.trainee()
        school.tell(enrolment, school.items[0], 4_000)
        new = move(school, enrolment, another(school))

        with pytest.raises(RuleBroken, match="released"):
            school.mark(new, school.items[0], 7_000)
        resit = attempts.schedule(new, school.items[0], by=school.marker)
        assert resit.number == 2
        school.mark(new, school.items[0], 5_500)
        school.check(school.items[0], new.cohort)
        attempts.release([resit], by=school.manager)

        assert transcripts.of_one(new).units[0].result.mark == 5_500
        with pytest.raises(RuleBroken, match="used up"):
            attempts.schedule(new, school.items[0], by=school.marker)

    def test_g6_a_recognition_goes_along_and_its_credits_are_used(self, school):
        enrolment = school.trainee()
        units = list(school.version.units.all())
        request = recognition.ask(enrolment, units[0], by=enrolment.person, words="样例")
        recognition.decide(request, by=school.awarding, words="样例", mark=9_000)

        new = move(school, enrolment, another(school))

        assert asked(new)["unit:U1"].facts == {"mark": 9_000, "pass_mark": 6_000, "is_recognised": True}
        assert recognition.credits_left(new) == recognition.credits_left(enrolment) == 0
        with pytest.raises(RuleBroken, match="already"):
            recognition.ask(new, units[0], by=new.person, words="样例")
        with pytest.raises(RuleBroken, match="more credits"):
            recognition.ask(new, units[1], by=new.person, words="样例")

    def test_g5_a_mark_from_before_can_still_be_appealed_and_holds_the_certificate(self, school, client):
        enrolment = school.trainee()
        attempt = school.tell(enrolment, school.items[0], 8_000)
        new = move(school, enrolment, another(school))
        client.force_login(new.person)

        page = client.post(reverse("training:my_appeal", args=[attempt.pk]), {"words": "样例申诉"})

        assert page.status_code == 302
        assert page["Location"] == reverse("training:my_results", args=[new.pk])
        assert not asked(new)["no_open_appeal"].is_met
        assert client.get(page["Location"]).status_code == 200

    def test_g4_a_resit_in_a_later_cohort_is_marked_on_its_grid(self, school, client):
        enrolment = school.trainee()
        school.tell(enrolment, school.items[0], 4_000)
        later = another(school)
        Cohort.objects.filter(pk=later.pk).update(starts_at=later.starts_at + timedelta(days=30))
        new = move(school, enrolment, later)
        attempts.schedule(new, school.items[0], by=school.marker)
        client.force_login(school.marker)

        grid = client.get(reverse("training:marking_grid", args=[later.code, school.items[0].pk]))

        row = next(row for row in grid.context["rows"] if row.enrolment.pk == new.pk)
        assert (row.number, row.attempt.enrolment_id, row.attempt.number) == (2, new.pk, 2)
        assert row.can_type

    def test_the_letter_about_a_mark_leads_to_where_it_stands_now(self, school, client):
        enrolment = school.trainee()
        school.tell(enrolment, school.items[0], 8_000)
        new = move(school, enrolment, another(school))
        client.force_login(new.person)

        old = client.get(reverse("training:my_results", args=[enrolment.pk]))

        assert (old.status_code, old["Location"]) == (302, reverse("training:my_results", args=[new.pk]))
        Enrolment.objects.filter(pk=new.pk).update(state=Enrolment.State.REMOVED, pool="")
        assert client.get(old.request["PATH_INFO"])["Location"] == reverse("training:my_results_list")

    def test_g7_a_mark_stands_once_with_the_host_that_gave_it(self, school):
        here = [school.trainee() for _n in range(8)]
        there = make_cohort(school.version, shared=30, state=Cohort.State.RUNNING, host=school.academy)
        theirs = [make_enrolment(there, park=school.home, state="active") for _n in range(8)]
        for cohort, rows in ((school.cohort, here), (there, theirs)):
            marked = [school.mark(row, school.items[0], 8_000) for row in rows]
            school.check(school.items[0], cohort)
            attempts.release(marked, by=school.manager)

        move(school, here[0], there)

        [found] = drift.of_versions([school.version])
        trainees = {figure.host: figure.trainees for figure in found.figures}
        assert trainees == {school.cohort.host_id: 8, school.academy.pk: 8}


class TestIntoAnotherVersion:
    def test_v5_a_passed_unit_counts_as_the_map_says_and_one_mapped_to_none_does_not(self, school, client):
        enrolment = school.trainee()
        first = school.tell(enrolment, school.items[0], 8_000)
        school.tell(enrolment, school.items[1], 9_000)

        new = move(school, enrolment, another(school, next_version(school)), 1, None)

        found = asked(new)
        assert (found["unit:U1"].is_met, found["unit:U2"].is_met) == (False, True)
        assert found["unit:U2"].facts == {
            "mark": 8_000,
            "pass_mark": 6_000,
            "is_recognised": False,
            "is_carried": True,
        }
        [unit_map, evidence] = found["unit:U2"].evidence
        assert unit_map.startswith("training.UnitMap:")
        assert evidence == f"training.Attempt:{first.pk}"
        client.force_login(new.person)
        assert "80" in client.get(reverse("training:my_results", args=[new.pk])).content.decode()

    def test_v5_a_unit_that_was_not_passed_does_not_go_along(self, school):
        enrolment = school.trainee()
        school.tell(enrolment, school.items[0], 5_999)

        new = move(school, enrolment, another(school, next_version(school)), 0, 1)

        assert transcripts.of_one(new).units[0].result.mark is None

    def test_v5_where_the_new_version_asks_for_more_a_better_mark_takes_its_place(self, school):
        enrolment = school.trainee()
        school.tell(enrolment, school.items[0], 6_500)
        version = next_version(school, pass_mark=7_000)
        new = move(school, enrolment, another(school, version), 0, 1)
        assert not asked(new)["unit:U1"].is_met

        item = version.units.get(code="U1").items.get()
        attempt = school.mark(new, item, 7_500)
        school.check(item, new.cohort)
        attempts.release([attempt], by=school.manager)

        assert (asked(new)["unit:U1"].is_met, asked(new)["unit:U1"].facts["mark"]) == (True, 7_500)

    @pytest.mark.parametrize(("second", "mark"), [(9_000, 8_500), (5_000, None)])
    def test_v5_of_two_units_that_count_as_one_both_were_passed(self, school, second, mark):
        enrolment = school.trainee()
        school.tell(enrolment, school.items[0], 8_000)
        school.tell(enrolment, school.items[1], second)

        new = move(school, enrolment, another(school, next_version(school)), 0, 0)

        assert transcripts.of_one(new).units[0].result.mark == mark

    def test_g6_what_was_recognised_before_uses_up_credits(self, school):
        enrolment = school.trainee()
        request = recognition.ask(enrolment, school.version.units.first(), by=enrolment.person, words="样例")
        recognition.decide(request, by=school.awarding, words="样例", mark=9_000)

        new = move(school, enrolment, another(school, next_version(school)), 0, 1)

        assert asked(new)["unit:U1"].facts["is_recognised"]
        assert recognition.credits_left(new) == 0

    def test_v5_over_three_versions_each_map_is_followed(self, school):
        enrolment = school.trainee()
        school.tell(enrolment, school.items[0], 8_000)
        school.tell(enrolment, school.items[1], 7_000)
        second = move(school, enrolment, another(school, next_version(school)), 1, 0)

        third = move(school, second, another(school, next_version(school)), None, 1)

        assert [line.result.mark for line in transcripts.of_one(third).units] == [None, 8_000]

    def test_g5_a_mark_of_the_version_before_is_offered_for_appeal(self, school, client):
        enrolment = school.trainee()
        attempt = school.tell(enrolment, school.items[0], 4_000)
        new = move(school, enrolment, another(school, next_version(school)), 0, 1)
        client.force_login(new.person)

        page = client.get(reverse("training:my_results", args=[new.pk])).content.decode()

        assert reverse("training:my_appeal", args=[attempt.pk]) in page

    def test_g4_back_in_the_first_version_attempts_begin_anew_with_its_marks(self, school):
        """What counts in no result uses up no resit either."""
        enrolment = school.trainee()
        school.tell(enrolment, school.items[0], 4_000)
        away = move(school, enrolment, another(school, next_version(school)), None, None)

        back = move(school, away, another(school), None, None)

        assert transcripts.of_one(back).units[0].items[0].attempts == []
        assert attempts.attempts_at(back, school.items[0]) == []


class TestAttendance:
    def meet(self, cohort: Cohort, days_ago: float, state: str = "locked", unit: int = 0) -> Session:
        return make_session(
            cohort,
            starts_at=timezone.now() - timedelta(days=days_ago),
            state=state,
            unit=list(cohort.version.units.all())[unit],
        )

    def said(self, session: Session, enrolment: Enrolment, kind: str, school: School) -> None:
        AttendanceMark.objects.create(
            session=session, enrolment=enrolment, kind=kind, source="trainer", actor=school.marker, nonce=kind
        )

    def rate(self, enrolment: Enrolment) -> tuple[int, int, int | None]:
        terms = attending.records_of([enrolment])[enrolment.pk].terms
        return terms.credited, terms.scheduled, terms.rate

    def test_v5_marks_from_before_count_and_sessions_missed_by_the_transfer_do_not(self, school, client):
        enrolment, target = school.trainee(), another(school)
        self.said(self.meet(school.cohort, 20), enrolment, "present", school)
        self.said(self.meet(school.cohort, 19), enrolment, "absent", school)
        self.meet(school.cohort, 18)  # locked, and nobody said anything of this person
        self.meet(target, 17)  # in the new cohort, before the transfer

        new = move(school, enrolment, target)
        self.said(self.meet(target, -1), new, "present", school)

        assert self.rate(new) == (240, 360, 6_666)
        client.force_login(new.person)
        page = client.get(reverse("training:learner_attendance", args=[new.pk]))
        assert page.status_code == 200
        assert len(page.context["lines"]) == 3
        assert page.context["before"] == [enrolment]

    def test_v5_sessions_of_a_unit_mapped_to_none_do_not_count(self, school):
        enrolment, target = school.trainee(), another(school, next_version(school))
        self.said(self.meet(school.cohort, 20), enrolment, "present", school)
        self.said(self.meet(school.cohort, 19, unit=1), enrolment, "absent", school)

        new = move(school, enrolment, target, 0, None)

        assert self.rate(new) == (120, 120, 10_000)

    def test_sessions_of_the_old_cohort_after_the_transfer_do_not_count(self, school):
        enrolment, target = school.trainee(), another(school)
        new = move(school, enrolment, target)

        self.said(self.meet(school.cohort, -1), enrolment, "absent", school)

        assert self.rate(new) == (0, 0, None)


class TestPlacement:
    def test_v5_w7_confirmed_hours_go_along(self, school):
        enrolment = school.trainee()
        placement = school.active(school.propose(enrolment))
        school.enter(placement, 10)
        school.confirm(placement)
        assert placing.of_one(enrolment).total == 480

        within = move(school, enrolment, another(school))
        across = move(school, within, another(school, next_version(school)), None, None)

        assert placing.of_one(within).total == placing.of_one(across).total == 480

    def test_w4_each_day_is_held_against_the_sessions_of_its_time(self, school):
        enrolment, target = school.trainee(), another(school)
        placement = school.active(school.propose(enrolment))
        school.enter(placement, 10)
        school.confirm(placement)
        on = timezone.localdate() - timedelta(days=10)
        nine = timezone.make_aware(timezone.datetime(on.year, on.month, on.day, 9))
        make_session(target, starts_at=nine, hours=4)  # nobody asked them to be there
        new = move(school, enrolment, target)
        assert placing.of_one(new).total == 480

        make_session(school.cohort, starts_at=nine, hours=2)

        assert placing.of_one(new).total == 480 - 120


class TestQueries:
    @pytest.mark.parametrize("into_another", [False, True])
    def test_they_do_not_grow_with_the_trainees(self, school, into_another):
        target = another(school, next_version(school) if into_another else None)

        def come() -> None:
            enrolment = school.trainee()
            attempts.set_mark(enrolment, school.items[0], 8_000, by=school.marker)
            move(school, enrolment, target, 0, 1)

        def ask() -> int:
            rows = target.enrolments.select_related("cohort__version__curriculum")
            with CaptureQueriesContext(connection) as seen:
                requirements.of_many(rows)
            return len(seen)

        come()
        at_one = ask()
        for _n in range(9):
            come()

        assert ask() == at_one
        assert target.enrolments.count() == 10
