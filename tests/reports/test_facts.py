"""What was true of a park on a past day, and what nobody recorded."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from alliance.accounts.models import Duty
from alliance.core import audit
from alliance.reports import facts, figures
from alliance.reports.figures import DIMENSIONS, FIGURES
from alliance.reports.models import FactState, ParkChange, ParkFact
from parks.models import Park, Submission
from tests.factories import make_duty, make_park, make_province, make_user
from tests.reports.test_figures import DAY, alliance, make_listed, make_submission  # noqa: F401

pytestmark = pytest.mark.django_db


def at(days_ago: float) -> datetime:
    return timezone.now() - timedelta(days=days_ago)


def make_past_park(*versions: tuple[float, dict], **fields) -> Park:
    """A park whose profile was saved so many days ago, with these values each time."""
    park = make_park(**fields)
    park.history.all().delete()
    for days_ago, values in versions:
        for name, value in values.items():
            setattr(park, name, value)
        park._history_date = at(days_ago)
        park.save()
    return park


def count(code: str, days_ago: float, **filters: str) -> int:
    return figures.count([FIGURES[code]], filters, at(days_ago))[code]


class TestRefresh:
    def test_what_was_counted_on_a_day_is_what_the_facts_tell_of_it_later(self, alliance):  # noqa: F811
        manager, reviewer = make_user(), make_user()
        steps = [
            lambda: None,
            lambda: Park.objects.filter(pk=alliance["plain"].pk).update(standing="suspended", suspended_at=at(0)),
            lambda: Park.objects.filter(pk=alliance["half"].pk).update(completeness_zh=95, completeness_en=80),
            lambda: make_duty(manager, alliance["silent"].organisation),
            lambda: Park.objects.filter(pk=alliance["old"].pk).update(confirmed_at=at(0)),
            lambda: Duty.objects.filter(person=manager).update(ended_at=at(0), ended_by=reviewer),
            lambda: Submission.objects.filter(park=alliance["half"]).update(
                state="accepted", decided_by=reviewer, decided_at=at(0)
            ),
            lambda: make_submission(alliance["fresh"], due_in=-2),
            lambda: Park.objects.filter(pk=alliance["bare"].pk).update(name_en="Bare", province=make_province()),
            lambda: make_listed(700, formation="regeneration"),
        ]
        counted = []
        for step in steps:
            step()
            facts.refresh()
            counted.append((timezone.now(), figures.cube({}, dimensions=DIMENSIONS)))

        for moment, live in counted:
            assert figures.cube({}, moment, dimensions=DIMENSIONS) == live

    def test_a_number_of_the_past_is_that_of_its_rows(self, alliance):  # noqa: F811
        facts.refresh()
        moment = timezone.now()
        Park.objects.all().update(standing="suspended", suspended_at=moment)
        facts.refresh()

        for code, figure in FIGURES.items():
            found = {fact.park_id for fact in figures.rows(figure, {}, moment)}
            assert len(found) == figures.count([figure], {}, moment)[code]
        assert figures.count([FIGURES["entries"]], {}, moment) == {"entries": 8}
        assert figures.count([FIGURES["entries"]], {}) == {"entries": 0}

    def test_what_did_not_change_is_not_written_again(self, alliance):  # noqa: F811
        facts.refresh()
        before = ParkFact.objects.count()

        Park.objects.filter(pk=alliance["plain"].pk).update(standing="suspended", suspended_at=at(0))
        Park.objects.filter(pk=alliance["plain"].pk).update(standing="catalogued")
        version = facts.refresh().version

        assert ParkFact.objects.count() == before
        assert facts.refresh().version == version

    @pytest.mark.parametrize(
        "change",
        [
            lambda park: Park.objects.filter(pk=park.pk).update(completeness_zh=71),
            lambda park: Park.objects.filter(pk=park.pk).update(summary_en="Now there is one"),
            lambda park: make_submission(park),
            lambda park: make_duty(make_user(), park.organisation),
            lambda park: make_park(),
        ],
    )
    def test_every_change_of_a_figure_leaves_a_mark(self, change):
        park = make_park(summary_zh="简介")
        version = facts.state().version

        change(park)

        assert ParkChange.objects.exists()
        assert facts.state().version == version + 1
        assert not ParkChange.objects.exists()

    def test_what_no_figure_asks_leaves_none(self):
        park = make_park(summary_zh="简介", summary_en="Summary")
        facts.refresh()

        park.website, park.summary_zh, park.summary_en = "https://example.org/", "另一段简介", "Another summary"
        park.save()

        assert not ParkChange.objects.exists()

    def test_a_change_that_is_rolled_back_leaves_none(self):
        park = make_park()
        facts.refresh()

        with transaction.atomic():
            Park.objects.filter(pk=park.pk).update(completeness_zh=99)
            transaction.set_rollback(True)

        assert not ParkChange.objects.exists()


class TestBefore:
    """The first refresh pieces the past together from the history of profiles and the audit chain."""

    def test_standing_and_place_come_from_the_versions_of_the_profile(self):
        gansu = make_province("620000", short_zh="甘肃", short_en="Gansu", abbr_zh="甘", band="west")
        make_past_park(
            (300, {"standing": "catalogued", "province": gansu}),
            (200, {"standing": "listed", "listed_at": at(200)}),
            (100, {"standing": "suspended", "suspended_at": at(100)}),
        )
        facts.refresh()

        assert [count("entries", days) for days in (301, 299, 199, 99)] == [0, 1, 1, 0]
        assert [count("members", days) for days in (299, 199, 99)] == [0, 1, 0]
        assert [count("suspended", days) for days in (199, 99)] == [0, 1]
        assert count("entries", 250, band="west") == 1
        assert count("entries", 250, band="east") == 0

    def test_the_name_of_that_time_is_kept(self):
        make_past_park((300, {"name_zh": "旧名", "name_en": ""}), (100, {"name_zh": "新名", "name_en": "New"}))
        facts.refresh()

        [then] = figures.rows(FIGURES["one_language"], {}, at(200))
        assert (then.name_zh, then.name_en) == ("旧名", "")
        assert count("one_language", 50) == 0

    def test_what_lay_with_the_secretariat_comes_from_the_audit_chain(self):
        park = make_past_park((400, {"standing": "catalogued"}))
        submission = make_submission(park)
        for days_ago, verb in ((90, "submitted"), (80, "return"), (70, "submit"), (60, "accept")):
            with transaction.atomic():
                event = audit.record(f"submission.{verb}", submission)
            _date_back(event, at(days_ago))
        Submission.objects.filter(pk=submission.pk).update(state="accepted", decided_by=make_user(), decided_at=at(60))
        facts.refresh()

        assert [count("pending", days) for days in (95, 85, 75, 65, 55)] == [0, 1, 0, 1, 0]

    def test_managers_come_from_the_terms_of_their_duties(self):
        park = make_past_park((400, {"standing": "catalogued"}))
        duty = make_duty(make_user(), park.organisation, starts_on=at(300).date(), ends_on=at(100).date())
        Duty.objects.filter(pk=duty.pk).update(created_at=at(310))
        facts.refresh()

        assert [count("unmanaged", days) for days in (350, 200, 50)] == [1, 0, 1]

    def test_a_duty_the_portal_did_not_know_then_does_not_change_the_past(self):
        park = make_past_park((400, {"standing": "catalogued"}))
        make_duty(make_user(), park.organisation, starts_on=at(300).date())
        facts.refresh()

        assert count("unmanaged", 200) == 1

    def test_completeness_and_confirmation_were_not_recorded(self):
        make_past_park(
            (400, {"standing": "listed", "listed_at": at(400), "confirmed_at": at(400)}),
            completeness_zh=90,
            completeness_en=90,
        )
        state = facts.refresh()

        [then] = ParkFact.objects.at(at(200))
        assert (then.completeness_zh, then.completeness_en, then.confirmed_at) == (None, None, None)
        assert state.known_from < at(399) < at(1) < state.recorded_from
        assert {code for code, figure in FIGURES.items() if figure.is_recorded} == {
            "ready_zh",
            "ready_en",
            "stale",
            "overdue",
        }

    def test_without_any_park_it_begins_now(self):
        state = facts.refresh()

        assert state.known_from == state.recorded_from
        assert FactState.objects.count() == 1


def _date_back(event, moment: datetime) -> None:
    """A trigger keeps the audit chain as it is; for an event of long ago it is laid down for a moment."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE core_auditevent DISABLE TRIGGER core_auditevent_append_only")
        cursor.execute("UPDATE core_auditevent SET at = %s WHERE seq = %s", [moment, event.seq])
        cursor.execute("ALTER TABLE core_auditevent ENABLE TRIGGER core_auditevent_append_only")
