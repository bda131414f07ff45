"""The sample marks and placements are made through the services, once, and only in a demo run."""

import pytest

from tests.training.assessing import School
from training.models import Appeal, Attempt, ModerationCheck, Placement, PlacementDay
from training.sample.assessment import make_sample_assessment
from training.sample.placements import make_sample_placements

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    school = School(placement_minutes=7_680)
    for _n in range(8):
        school.trainee()
    return school


def assess(school: School) -> None:
    make_sample_assessment(
        school.cohort, marker=school.marker, second=school.second, manager=school.manager, awarding=school.awarding
    )


def place(school: School) -> None:
    make_sample_placements(
        school.cohort,
        manager=school.manager,
        tutor=school.marker,
        school=school.organisation,
        host=school.host,
        park=school.park,
    )


def test_marks_in_every_state_made_once(school, settings):
    settings.DEMO = True

    assess(school)
    before = Attempt.objects.count()
    assess(school)

    assert Attempt.objects.count() == before
    assert set(Attempt.objects.values_list("state", flat=True)) >= {
        "released",
        "appealed",
        "changed",
        "scheduled",
        "marked",
    }
    assert Appeal.objects.count() == 2
    assert ModerationCheck.objects.filter(verdict="change").count() == 1


def test_placements_in_several_states_made_once(school, settings):
    settings.DEMO = True

    place(school)
    place(school)

    assert sorted(Placement.objects.values_list("state", flat=True)) == [
        "active",
        "agreement",
        "proposed",
        "terminated",
    ]
    assert set(PlacementDay.objects.values_list("state", flat=True)) == {"entered", "confirmed", "disputed"}


def test_nothing_of_it_outside_a_demo(school, settings):
    settings.DEMO = False

    for make in (assess, place):
        with pytest.raises(RuntimeError, match="DEMO=1"):
            make(school)
