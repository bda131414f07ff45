"""The dashboard told apart and narrowed by cluster, on any day."""

import io
import re
from datetime import datetime, timedelta

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from alliance.reports import board, council_report, facts, figures, periods, prepared, snapshots, tables
from alliance.reports.figures import DIMENSIONS, FIGURES
from alliance.reports.models import FactState, ParkChange, ParkFact, Snapshot
from parks.models import Cluster, ClusterMember, Park
from parks.services import clusters
from tests.factories import make_council_member, make_officer, make_organisation, make_park, make_province
from tests.parks.clusters import approve, join, make_cluster, make_draft, manager_of
from tests.reports.test_facts import make_past_park

pytestmark = pytest.mark.django_db
CLUSTER = DIMENSIONS["cluster"]


@pytest.fixture(autouse=True)
def _english():
    make_organisation("secretariat")
    with translation.override("en"):
        yield


@pytest.fixture
def officer():
    return make_officer()


@pytest.fixture
def parks():
    return [
        make_park(city_zh=city, province=make_province(code, band=band))
        for city, code, band in (("宁波", "330000", "east"), ("宁波", "330000", "east"), ("兰州", "620000", "west"))
    ]


@pytest.fixture
def two(officer, parks):
    """Two clusters in force that share a park, and a park in none."""
    others = [make_park(city_zh=city) for city in ("苏州", "无锡")]
    make_park()
    return (
        make_cluster(parks, by=officer, name_en="Glass"),
        make_cluster([parks[0], *others], by=officer, name_zh="第二样例集群", name_en="Film"),
    )


@pytest.fixture
def council(client):
    client.force_login(make_council_member())
    return client


def entries(at=None, **filters: str) -> dict[str, int]:
    return {
        value: row["entries"] for value, row in figures.count_by(CLUSTER, [FIGURES["entries"]], filters, at).items()
    }


class TestNow:
    def test_a_park_counts_in_each_of_its_clusters(self, two):
        assert entries() == {"glass": 3, "film": 3, "outside": 1}
        assert entries(band="west") == {"glass": 1}

    def test_each_number_is_that_of_its_rows(self, two):
        for value in figures.choices_of("cluster"):
            for code, figure in FIGURES.items():
                filters = {"cluster": value}
                rows = list(figures.rows(figure, filters))
                assert figures.count([figure], filters) == {code: len({row.pk for row in rows})}
                assert figures.cube({}, dimensions=["cluster"])["cluster"][value][code] == len(rows)

    def test_a_draft_and_an_invitation_count_nowhere(self, officer, parks):
        cluster = make_draft(parks, by=officer)
        clusters.invite(cluster, make_park(), "training", by=officer)

        assert entries() == {"outside": 4}
        assert list(figures.choices_of("cluster")) == ["outside"]

    def test_an_approval_is_a_change_of_the_figures(self, officer, parks):
        cluster = make_draft(parks, by=officer)
        before = prepared.counted(periods.now(), {"cluster": "outside"})

        approve(cluster, by=officer)

        assert before.value("entries") == 3
        assert prepared.counted(periods.now(), {"cluster": "outside"}).value("entries") == 0


class TestThen:
    def test_a_past_moment_is_told_as_it_was(self, officer, parks):
        moments = []

        def remember() -> None:
            facts.refresh()
            moments.append((timezone.now(), figures.cube({}, dimensions=DIMENSIONS)))

        cluster = make_draft(parks, by=officer)
        remember()
        approve(cluster, by=officer)
        remember()
        fourth = make_park()
        join(cluster, fourth, "training", by=officer)
        remember()
        clusters.move_place(cluster.places.get(park=fourth), "leave", by=manager_of(fourth), reason="Why")
        remember()
        clusters.move(cluster, "dissolve", by=officer, reason="Why")
        remember()

        assert [row["cluster"].get(cluster.slug, {}).get("entries", 0) for _at, row in moments] == [0, 3, 4, 3, 0]
        for moment, live in moments:
            assert figures.cube({}, moment, dimensions=DIMENSIONS) == live

    def test_what_was_before_the_facts_is_pieced_together_from_the_places(self, officer):
        def ago(days: float) -> datetime:
            return timezone.now() - timedelta(days=days)

        old = [make_past_park((400, {"standing": "catalogued"}), city_zh=city) for city in ("宁波", "宁波", "杭州")]
        cluster = make_cluster(old, by=officer)
        Cluster.objects.update(approved_at=ago(100))
        ClusterMember.objects.update(answered_at=ago(120))
        ClusterMember.objects.filter(park=old[1]).update(answered_at=ago(50))
        second = join(cluster, old[2], "training", by=officer)
        ClusterMember.objects.filter(pk=second.pk).update(
            answered_at=ago(90), ended_at=ago(30), state="left", until=timezone.localdate()
        )
        ParkFact.objects.all().delete()
        FactState.objects.all().delete()

        facts.refresh()

        assert not ParkChange.objects.exists()
        assert [entries(ago(days)).get(cluster.slug, 0) for days in (110, 95, 60, 40, 20)] == [0, 2, 2, 3, 3]

    def test_a_merge_changes_no_past_day(self, officer, parks):
        from alliance.core import merging

        cluster = make_cluster(parks, by=officer)
        twin = make_park(city_zh="宁波")
        facts.refresh()
        moment = timezone.now()
        merge = merging.propose(parks[0].organisation, twin.organisation, by=officer, reason="Same", choices={})
        merging.confirm(merge, by=officer)
        facts.refresh()

        assert entries(moment)[cluster.slug] == 3
        assert entries()[cluster.slug] == 3
        assert twin.pk in {row.pk for row in figures.rows(FIGURES["entries"], {"cluster": cluster.slug})}
        was = {row.park_id for row in figures.rows(FIGURES["entries"], {"cluster": cluster.slug}, moment)}
        assert was == {park.pk for park in parks}


class TestDashboard:
    def test_it_groups_by_cluster_and_each_number_opens_its_rows(self, council, two):
        page = council.get(reverse("reports:dashboard"))

        groups = {group.code: group for group in page.context["board"].clusters.groups}
        assert {code: group.numbers[0].value for code, group in groups.items()} == {"glass": 3, "film": 3, "outside": 1}
        links = re.findall(r'<a href="([^"]*rows/[^"]*cluster=[^"]*)">(\d+)(?=<)', page.content.decode())
        assert len(links) >= 18
        for address, number in links:
            rows = council.get(address.replace("&amp;", "&"))
            assert rows.context["page"].paginator.count == int(number), address

    def test_it_is_narrowed_by_cluster_and_compared_with_earlier(self, council, two, officer):
        glass, _film = two
        month_ago = timezone.now() - timedelta(days=40)
        facts.refresh()
        FactState.objects.update(known_from=month_ago, recorded_from=month_ago)
        ParkFact.objects.filter(valid_to__isnull=False).delete()
        ParkFact.objects.update(valid_from=month_ago)
        park = make_park()
        join(glass, park, "training", by=officer)

        page = council.get(reverse("reports:dashboard"), {"cluster": "glass"})

        headline = page.context["board"].headlines[0]
        assert headline.value == 4
        assert headline.changes[0].difference == 1
        assert [group.code for group in page.context["board"].clusters.groups] == ["glass"]

    def test_a_past_day_has_its_rows(self, council, two):
        facts.refresh()
        yesterday = timezone.now() - timedelta(days=1)
        earlier = timezone.now() - timedelta(days=3)
        ParkFact.objects.filter(valid_to__isnull=False).delete()
        ParkFact.objects.update(valid_from=earlier)
        FactState.objects.update(known_from=earlier, recorded_from=earlier)
        Park.objects.update(clusters=[])
        day = timezone.localdate(yesterday).isoformat()

        page = council.get(reverse("reports:dashboard"), {"cluster": "film", "at": day})

        number = page.context["board"].headlines[0]
        assert number.value == 3
        assert council.get(number.url).context["page"].paginator.count == 3
        assert council.get(reverse("reports:dashboard"), {"cluster": "film"}).context["board"].headlines[0].value == 0

    def test_an_unknown_cluster_is_named_and_left_out(self, council, two):
        page = council.get(reverse("reports:dashboard"), {"cluster": "moon"})

        assert "moon" in page.content.decode()
        assert page.context["board"].headlines[0].value == 6

    def test_the_queries_stay_within_their_bound(self, council, two, officer, django_assert_max_num_queries):
        for number in range(6):
            parks = [make_park(city_zh=city) for city in ("宁波", "杭州", "温州")]
            make_cluster(parks, by=officer, name_zh=f"样例集群{number}")
        facts.refresh()

        for filters in ({}, {"cluster": "glass"}, {"cluster": "glass", "province": "330000", "at": "2026"}):
            with django_assert_max_num_queries(12):
                council.get(reverse("reports:dashboard"), filters)
            with django_assert_max_num_queries(8):
                council.get(reverse("reports:dashboard"), filters)

    def test_the_table_for_files_tells_them_too(self, two):
        made = board.make(
            prepared.counted(periods.now(), {}), figures.provinces(), figures.choices_of("cluster"), board.nowhere
        )

        told = {row[2]: row[3] for row in tables.rows(made) if row[:2] == ("Entries in the directory", CLUSTER.title)}
        assert told == {"Glass": 3, "Film": 3, "In no cluster": 1}


class TestSnapshots:
    def test_it_keeps_clusters_and_the_names_they_had(self, two):
        snapshot = snapshots.make(periods.now(), {}, by=None)
        Cluster.objects.filter(slug="glass").update(name_en="Renamed", name_zh="改名")
        Park.objects.update(clusters=[])

        shown = snapshots.shown(snapshot).clusters
        assert {str(group.label): group.numbers[0].value for group in shown.groups} == {
            "Film": 3,
            "Glass": 3,
            "In no cluster": 1,
        }
        assert len(snapshots.rows_of(snapshot, "entries", {"cluster": "glass"})) == 3
        assert snapshots.is_sound(snapshot)

    def test_its_numbers_open_the_parks_frozen_with_it(self, council, two):
        snapshot = snapshots.make(periods.now(), {}, by=None)

        for group in snapshots.shown(snapshot).clusters.groups:
            for number in group.numbers:
                assert council.get(number.url).context["page"].paginator.count == number.value

    def test_one_from_before_clusters_says_so(self, council, two):
        made = snapshots.make(periods.now(), {}, by=None)
        old = Snapshot(
            period=made.period,
            as_of=made.as_of,
            made_at=made.made_at,
            definitions={key: value for key, value in made.definitions.items() if key != "clusters"},
            figures={**made.figures, "now": {k: v for k, v in made.figures["now"].items() if k != "cluster"}},
            content=made.content,
            parks=made.parks,
            digest="0" * 64,
        )
        old.save()

        page = council.get(old.get_absolute_url())

        assert page.status_code == 200
        assert "older than this way" in page.content.decode()

    def test_the_report_tells_them(self, two, council):
        snapshot = snapshots.make(periods.now(), {}, by=None)
        file = io.BytesIO()

        council_report.write_xlsx(file, snapshot, "en", with_parks=True)

        book = openpyxl.load_workbook(io.BytesIO(file.getvalue()), read_only=True)
        cells = [cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
        assert "Glass, Film" in cells or "Film, Glass" in cells

    def test_the_reader_needs_a_right(self, two):
        address = reverse("reports:rows", args=["entries"])
        assert Client().get(address, {"cluster": "glass"}).status_code == 302
