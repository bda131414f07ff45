"""Frozen figures: what is frozen, that it stays, and what two of them tell."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.urls import reverse
from django.utils import timezone, translation

from alliance.core.models import AuditEvent
from alliance.reports import figures, periods, snapshots
from alliance.reports.figures import DIMENSIONS, FIGURES
from alliance.reports.models import Snapshot
from parks.models import Park
from tests.factories import make_council_member, make_duty, make_park, make_user
from tests.reports.test_facts import make_past_park
from tests.reports.test_figures import EXPECTED, alliance  # noqa: F401

pytestmark = pytest.mark.django_db


def make_snapshot(period=None, **filters: str) -> Snapshot:
    return snapshots.make(period or periods.now(), filters, by=None)


class TestMaking:
    def test_figures_and_parks_are_those_of_the_dashboard(self, alliance):  # noqa: F811
        snapshot = make_snapshot()

        assert snapshots.counted(snapshot).now == figures.cube({}, dimensions=snapshots.SPLITS)
        by_pk = {park.pk: name for name, park in alliance.items()}
        for code, names in EXPECTED.items():
            assert {by_pk[park.pk] for park in snapshots.rows_of(snapshot, code, {})} == names

    def test_every_number_is_that_of_its_rows_in_every_group(self, alliance):  # noqa: F811
        snapshot = make_snapshot()
        cube = snapshots.counted(snapshot).now

        for dimension in snapshots.SPLITS:
            for value in set(figures.choices_of(dimension)) | set(cube[dimension]):
                for code in FIGURES:
                    rows = snapshots.rows_of(snapshot, code, {dimension: value})
                    assert len(rows) == cube[dimension].get(value, {}).get(code, 0)

    def test_nothing_that_changes_later_changes_it(self, alliance):  # noqa: F811
        snapshot = make_snapshot()
        before = snapshots.shown(snapshot)

        Park.objects.update(standing="draft", name_zh="改名")
        make_park()
        later = snapshots.shown(Snapshot.objects.get(pk=snapshot.pk))

        assert later == before
        assert "改名" not in {park.name_zh for park in snapshots.parks_of(snapshot)}

    def test_its_words_are_those_of_its_time(self, alliance, monkeypatch):  # noqa: F811
        snapshot = make_snapshot()
        from dataclasses import replace

        monkeypatch.setitem(FIGURES, "members", replace(FIGURES["members"], definition="Another one", version=2))

        with translation.override("en"):
            kept = snapshots.figures_of(snapshot)["members"]
        assert (kept.definition, kept.version) == (
            "Entries that the park itself wrote or confirmed and the secretariat listed.",
            1,
        )

    def test_a_past_period_is_frozen_as_it_was(self):
        make_past_park(
            (400, {"standing": "catalogued"}), (40, {"standing": "suspended", "suspended_at": timezone.now()})
        )
        period = periods.month_of(timezone.localdate() - timedelta(days=80))

        snapshot = make_snapshot(period)

        counted = snapshots.counted(snapshot)
        assert (counted.value("entries"), counted.value("suspended"), counted.value("ready_zh")) == (1, 0, None)
        assert snapshot.period == period.code

    def test_a_period_that_is_over_is_frozen_once(self):
        make_past_park((400, {"standing": "catalogued"}))
        period = periods.month_of(timezone.localdate() - timedelta(days=80))

        assert make_snapshot(period) == make_snapshot(period)
        assert make_snapshot() != make_snapshot()

    def test_now_becomes_the_day_it_was(self, alliance):  # noqa: F811
        assert make_snapshot().period == timezone.localdate().isoformat()

    def test_a_filter_is_kept(self, alliance):  # noqa: F811
        snapshot = make_snapshot(band="west")

        assert snapshot.filters == {"band": "west"}
        assert {park.values["band"] for park in snapshots.parks_of(snapshot)} == {"west"}


class TestProof:
    @pytest.mark.parametrize(
        "sql", ["UPDATE reports_snapshot SET figures = '{}'", "DELETE FROM reports_snapshot"], ids=["update", "delete"]
    )
    def test_the_database_refuses_every_change(self, alliance, sql):  # noqa: F811
        make_snapshot()

        with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)

    def test_the_audit_chain_holds_its_digest(self, alliance):  # noqa: F811
        snapshot = make_snapshot()

        [event] = AuditEvent.objects.filter(verb="snapshot.made")
        assert event.payload["digest"] == snapshot.digest
        assert snapshots.is_sound(Snapshot.objects.get(pk=snapshot.pk))

    @pytest.mark.parametrize("column", ["figures", "definitions", "filters"])
    def test_a_row_changed_behind_the_trigger_is_found(self, alliance, column):  # noqa: F811
        snapshot = make_snapshot()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE reports_snapshot DISABLE TRIGGER reports_snapshot_append_only")
            cursor.execute(f'UPDATE reports_snapshot SET {column} = {column} || \'{{"band": "east"}}\'')
            cursor.execute("ALTER TABLE reports_snapshot ENABLE TRIGGER reports_snapshot_append_only")

        assert not snapshots.is_sound(Snapshot.objects.get(pk=snapshot.pk))


class TestComparing:
    def test_names_the_parks_that_came_and_went(self, alliance):  # noqa: F811
        earlier = make_snapshot()
        Park.objects.filter(pk=alliance["fresh"].pk).update(standing="suspended", suspended_at=timezone.now())
        came = make_park()
        later = make_snapshot()

        found = {one.figure.code: one for one in snapshots.compare(earlier, later)}

        entries = found["entries"]
        assert (entries.earlier, entries.later, entries.change) == (8, 8, 0)
        assert [park.pk for park in entries.came] == [came.pk]
        assert [park.pk for park in entries.left] == [alliance["fresh"].pk]
        assert (found["suspended"].change, found["members"].change) == (1, -1)

    def test_what_one_of_them_does_not_know_has_no_difference(self):
        make_past_park((400, {"standing": "catalogued"}), completeness_zh=90)
        earlier = make_snapshot(periods.month_of(timezone.localdate() - timedelta(days=80)))

        found = {one.figure.code: one for one in snapshots.compare(earlier, make_snapshot())}

        assert (found["ready_zh"].earlier, found["ready_zh"].later, found["ready_zh"].change) == (None, 1, None)
        assert found["ready_zh"].came == []


class TestPages:
    @pytest.fixture
    def council(self, client):
        client.force_login(make_council_member())
        return client

    def test_the_list_leads_to_each_and_to_two_compared(self, council, alliance):  # noqa: F811
        first, second = make_snapshot(), make_snapshot()

        page = council.get(reverse("reports:snapshots")).content.decode()
        assert first.get_absolute_url() in page
        compared = council.get(reverse("reports:snapshot_compare"), {"a": second.pk, "b": first.pk})
        assert (compared.context["earlier"], compared.context["later"]) == (first, second)

    @pytest.mark.parametrize("query", [{}, {"a": "1"}, {"a": "x", "b": "y"}, {"a": "9" * 40, "b": "1"}])
    def test_without_two_there_is_nothing_to_compare(self, council, query):
        assert council.get(reverse("reports:snapshot_compare"), query).status_code == 302

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_each_number_opens_the_parks_frozen_with_it(self, council, alliance, language):  # noqa: F811
        snapshot = make_snapshot()
        with translation.override(language):
            page = council.get(snapshot.get_absolute_url())
        board = page.context["board"]
        numbers = [*board.headlines, *board.health, *(n for group in board.bars["band"].groups for n in group.numbers)]

        assert len(numbers) > 10
        for number in numbers:
            rows = council.get(number.url)
            assert rows.context["page"].paginator.count == number.value, number.url

    def test_making_one_leads_to_it(self, council, alliance):  # noqa: F811
        answer = council.post(reverse("reports:snapshot_make"), {"at": "", "band": "west"})

        made = Snapshot.objects.get()
        assert answer["Location"] == made.get_absolute_url()
        assert made.filters == {"band": "west"}

    def test_an_unknown_period_makes_none(self, council):
        council.post(reverse("reports:snapshot_make"), {"at": "2999"})

        assert not Snapshot.objects.exists()

    def test_a_park_manager_sees_none_of_it(self, client, alliance):  # noqa: F811
        snapshot = make_snapshot()
        client.force_login(make_duty(make_user()).person)

        for name, args in (("snapshots", []), ("snapshot", [snapshot.pk]), ("snapshot_rows", [snapshot.pk, "entries"])):
            assert client.get(reverse(f"reports:{name}", args=args)).status_code == 403
        assert client.post(reverse("reports:snapshot_make")).status_code == 403


def test_every_dimension_of_the_dashboard_is_kept():
    assert set(snapshots.DIMENSIONS_KEPT) == set(DIMENSIONS)
