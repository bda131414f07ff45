"""Each figure of the dashboard and the rows behind it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alliance.reports import figures
from alliance.reports.figures import DIMENSIONS, FIGURES
from parks.models import Park, Submission
from tests.factories import make_duty, make_park, make_province, make_user

DAY = timedelta(days=1)


def make_submission(park: Park, *, state: str = "submitted", due_in: int = 3) -> Submission:
    now = timezone.now()
    return Submission.objects.create(
        park=park,
        state=state,
        submitted_by=make_user(),
        submitted_at=now - 5 * DAY,
        due_at=now + due_in * DAY,
        decided_by=None if state == "submitted" else make_user(),
        decided_at=None if state == "submitted" else now,
        reasons="Please add a summary." if state == "returned" else "",
    )


def make_listed(confirmed: int | None = 10, **fields) -> Park:
    """A listed park, confirmed so many days ago."""
    now = timezone.now()
    confirmed_at = None if confirmed is None else now - confirmed * DAY
    return make_park(standing="listed", listed_at=now - 800 * DAY, confirmed_at=confirmed_at, **fields)


@pytest.fixture
def alliance(db):
    """Eight entries of all kinds in two provinces, and two that no visitor sees."""
    zhejiang, gansu = (
        make_province(),
        make_province("620000", short_zh="甘肃", short_en="Gansu", abbr_zh="甘", band="west"),
    )
    texts = {"summary_zh": "简介", "summary_en": "Summary"}
    made = {
        "plain": make_park(province=zhejiang, formation="regeneration", year_opened=2008, **texts),
        "bare": make_park(province=gansu, name_en=""),
        "half": make_park(province=zhejiang, summary_zh="简介", completeness_zh=45, completeness_en=10),
        "fresh": make_listed(
            10,
            managers=[make_user()],
            province=zhejiang,
            completeness_zh=90,
            completeness_en=60,
            year_opened=1988,
            **texts,
        ),
        "old": make_listed(
            500, province=gansu, formation="metropolis", completeness_zh=70, completeness_en=49, **texts
        ),
        "older": make_listed(900, province=gansu, site_form="rebuilt", structure="government_led", **texts),
        "silent": make_listed(None, province=zhejiang, completeness_zh=19, completeness_en=20, **texts),
        "left": make_listed(30, province=zhejiang, **texts),
        "draft": make_park(standing="draft", province=zhejiang, **texts),
        "suspended": make_park(standing="suspended", suspended_at=timezone.now(), province=gansu, **texts),
    }
    make_duty(organisation=made["left"].organisation, ends_on=timezone.localdate() - DAY)
    make_submission(made["half"])
    make_submission(made["draft"], due_in=-1)
    make_submission(made["plain"], state="returned")
    return made


def names(alliance: dict[str, Park], parks) -> set[str]:
    by_pk = {park.pk: name for name, park in alliance.items()}
    return {by_pk[park.pk] for park in parks}


EXPECTED = {
    "entries": {"plain", "bare", "half", "fresh", "old", "older", "silent", "left"},
    "members": {"fresh", "old", "older", "silent", "left"},
    "ready_zh": {"fresh", "old"},
    "ready_en": {"fresh"},
    "stale": {"old", "older", "silent"},
    "one_language": {"bare", "half"},
    "unmanaged": {"plain", "bare", "half", "old", "older", "silent", "left"},
    "members_unmanaged": {"old", "older", "silent", "left"},
    "pending": {"half", "draft"},
    "overdue": {"draft"},
    "suspended": {"suspended"},
}


def test_every_figure_is_tried_here():
    assert set(EXPECTED) == set(FIGURES)


@pytest.mark.parametrize("code", FIGURES)
def test_the_rows_are_the_parks_the_definition_names(alliance, code):
    assert names(alliance, figures.rows(FIGURES[code], {})) == EXPECTED[code]


def test_all_numbers_come_in_one_query(alliance, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = figures.count(FIGURES.values(), {})

    assert found == {code: len(parks) for code, parks in EXPECTED.items()}


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_for_each_figure_and_filter_the_number_is_that_of_its_rows(alliance, dimension):
    counted = figures.count_by(DIMENSIONS[dimension], FIGURES.values(), {})
    values = set(figures.choices_of(dimension)) | set(counted)

    for value in values:
        for code, figure in FIGURES.items():
            filters = {dimension: value}
            rows = figures.rows(figure, filters)
            assert counted.get(value, {}).get(code, 0) == len(rows) == len(set(rows)), (value, code)
            assert figures.count([figure], filters) == {code: len(rows)}


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_the_values_of_a_dimension_add_up_to_the_whole(alliance, dimension):
    counted = figures.count_by(DIMENSIONS[dimension], [FIGURES["entries"]], {})

    assert sum(row["entries"] for row in counted.values()) == len(EXPECTED["entries"])
    shown = set(figures.choices_of(dimension))
    assert {value for value, row in counted.items() if row["entries"]} <= shown


def test_filters_hold_together(alliance):
    rows = figures.rows(FIGURES["entries"], {"band": "west", "formation": "none"})

    assert names(alliance, rows) == {"bare", "older"}


def test_a_gap_is_a_value_of_its_own(alliance):
    counted = figures.count_by(DIMENSIONS["opened"], [FIGURES["entries"]], {})

    assert {value: row["entries"] for value, row in counted.items() if row["entries"]} == {
        "before1990": 1,
        "2000s": 1,
        "none": 6,
    }


def test_two_managers_count_a_park_once(alliance):
    make_duty(organisation=alliance["fresh"].organisation)

    assert figures.count([FIGURES["members"], FIGURES["unmanaged"]], {}) == {"members": 5, "unmanaged": 7}
