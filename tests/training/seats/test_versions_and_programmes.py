"""What a version's end (V-6) and a suspended programme (P-2) mean for cohorts."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from alliance.core.errors import RuleBroken
from alliance.notifications.models import Notice
from tests.factories import make_user
from training import seats
from training.forms.cohorts import versions_for
from training.models import Cohort, CurriculumVersion
from training.seats.nominating import Line, Mode
from training.services import cohorts, curricula, programmes

from .making import ask, hold, lead_of, make_open_cohort, make_sending_park, manager_of, states

pytestmark = pytest.mark.django_db
SUPERSEDED = CurriculumVersion.State.SUPERSEDED


def plan(cohort: Cohort) -> Cohort:
    """Another cohort by the same version."""
    now = timezone.now()
    return cohorts.create(
        cohort.version,
        by=lead_of(cohort),
        host=cohort.host,
        shared=2,
        code=f"next-{cohort.pk}-{Cohort.objects.count()}",
        title_zh="样例班次",
        starts_at=now + timedelta(days=30),
        ends_at=now + timedelta(days=90),
        enrol_from=now,
        enrol_until=now + timedelta(days=20),
    )


def confirm(cohort: Cohort) -> None:
    """Its window is over, and it begins now."""
    now = timezone.now()
    Cohort.objects.filter(pk=cohort.pk).update(state="confirmed", enrol_until=now, starts_at=now)
    cohort.refresh_from_db()


class TestSunset:
    """The last day itself still counts."""

    @pytest.mark.parametrize(("days", "is_open"), [(1, True), (0, True), (-1, False), (None, False)])
    def test_v6_planning_opening_and_the_form_say_the_same(self, days, is_open):
        cohort = make_open_cohort(shared=1)
        planned = plan(cohort)
        programme = cohort.version.curriculum.programme
        CurriculumVersion.objects.filter(pk=cohort.version_id).update(state=SUPERSEDED)
        if days is not None:
            last = timezone.localdate() + timedelta(days=days)
            curricula.set_sunset(cohort.version, last, by=lead_of(cohort))

        assert versions_for(programme).filter(pk=cohort.version_id).exists() == is_open
        if is_open:
            assert plan(cohort).state == "planned"
            assert cohorts.move(planned, "open", by=lead_of(cohort)).state == "enrolling"
            return
        with pytest.raises(RuleBroken, match="begins no new cohort"):
            plan(cohort)
        with pytest.raises(RuleBroken, match="begins no new cohort"):
            cohorts.move(planned, "open", by=lead_of(cohort))

    @pytest.mark.parametrize("state", ["retired", "withdrawn", "approved"])
    def test_v6_no_other_version_begins_a_cohort(self, state):
        cohort = make_open_cohort(shared=1)
        CurriculumVersion.objects.filter(pk=cohort.version_id).update(state=state, sunset_on=timezone.localdate())

        with pytest.raises(RuleBroken, match="begins no new cohort"):
            plan(cohort)

    def test_v6_a_running_cohort_of_a_superseded_version_finishes(self):
        cohort = make_open_cohort(shared=1)
        row = hold(cohort, make_sending_park())
        confirm(cohort)
        CurriculumVersion.objects.filter(pk=cohort.version_id).update(state=SUPERSEDED)

        for verb in ("start", "end_teaching", "complete"):
            cohort = cohorts.move(cohort, verb, by=lead_of(cohort))

        row.refresh_from_db()
        assert (cohort.state, row.state) == ("completed", "not_completed")


class TestWithdrawn:
    def test_v6_a_running_cohort_is_broken_off_and_everybody_is_told(self):
        cohort = make_open_cohort(shared=2)
        row = hold(cohort, make_sending_park())
        confirm(cohort)
        cohorts.move(cohort, "start", by=lead_of(cohort))

        curricula.move_version(cohort.version, "withdraw", by=lead_of(cohort), reason="An error in U1")

        cohort.refresh_from_db()
        row.refresh_from_db()
        assert (cohort.state, cohort.state_reason, row.state) == ("aborted", "An error in U1", "not_completed")
        assert Notice.objects.filter(event__kind="training.cohort_cancelled", recipient=row.person).count() == 1

    @pytest.mark.parametrize("state", ["grading", "completed"])
    def test_v6_where_teaching_has_ended_it_goes_on(self, state):
        """Open cohorts are those before their beginning and those that run."""
        cohort = make_open_cohort(shared=1)
        Cohort.objects.filter(pk=cohort.pk).update(state=state)

        curricula.move_version(cohort.version, "withdraw", by=lead_of(cohort), reason="An error in U1")

        cohort.refresh_from_db()
        assert cohort.state == state


class TestSuspended:
    @pytest.fixture
    def cohort(self):
        cohort = make_open_cohort(shared=3)
        self.running = plan(cohort)
        hold(cohort, make_sending_park())
        programmes.move_programme(
            cohort.version.curriculum.programme, "suspend", by=lead_of(cohort), reason="样例：教师进修"
        )
        cohort.refresh_from_db()
        return cohort

    def test_p2_nobody_asks_and_no_park_nominates(self, cohort, client):
        park = make_sending_park()

        with pytest.raises(RuleBroken, match="takes nobody"):
            ask(cohort, park)
        with pytest.raises(RuleBroken, match="takes nobody"):
            seats.nominate(
                cohort,
                park,
                [Line(1, "样例学员", "new@example.org")],
                mode=Mode.ALL,
                learner="adult",
                by=manager_of(park),
            )
        client.force_login(make_user())
        page = client.get(reverse("training:programme_detail", args=[cohort.version.curriculum.programme.slug]))
        assert reverse("training:cohort_apply", args=[cohort.code]) not in page.content.decode()

    def test_p2_no_cohort_opens(self, cohort):
        with pytest.raises(RuleBroken, match="not running"):
            cohorts.move(self.running, "open", by=lead_of(cohort))

    def test_p2_a_running_cohort_goes_on_to_its_end(self, cohort):
        confirm(cohort)

        for verb in ("start", "end_teaching", "complete"):
            cohort = cohorts.move(cohort, verb, by=lead_of(cohort))

        assert (cohort.state, states(cohort)) == ("completed", "n")
