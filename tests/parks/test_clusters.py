"""Specialised clusters: the rules before approval, who decides what, the clock of the review, and what merges do."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from alliance.core import merging, search
from alliance.core.errors import MoveRefused, RuleBroken
from alliance.core.models import AuditEvent, Translation
from alliance.notifications.models import Notice, Task
from parks import notices_clusters as notices
from parks.models import Cluster, ClusterMember, Park
from parks.services import clusters, tending
from parks.workflows_clusters import CLUSTER, PLACE, months_after
from tests.factories import make_duty, make_officer, make_organisation, make_park, make_province, make_user
from tests.parks.clusters import approve, join, make_cluster, make_draft, manager_of

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 10)


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
    """Three parks in two cities."""
    return [make_park(city_zh=city) for city in ("宁波", "宁波", "杭州")]


def kept(*parks: Park) -> list[list[str]]:
    return [Park.objects.get(pk=park.pk).clusters for park in parks]


class TestRules:
    def test_three_parks_of_two_cities_a_charter_and_a_lead_are_enough(self, officer, parks):
        cluster = make_cluster(parks, by=officer)

        assert cluster.state == Cluster.State.APPROVED
        assert clusters.wanting(cluster) == []

    @pytest.mark.parametrize(
        ("cities", "words", "wants"),
        [
            (["宁波", "杭州"], {}, ["It takes 3 parks that have accepted; so far there are 2."]),
            (["宁波", "宁波", "宁波"], {}, ["Its parks have to lie in 2 cities; so far it is 1."]),
            (["宁波", "宁波", ""], {}, ["Its parks have to lie in 2 cities; so far it is 1."]),
            (["宁波", "宁波", "杭州"], {"charter_zh": " "}, ["The charter is not written yet."]),
        ],
    )
    def test_less_is_not_proposed(self, officer, cities, words, wants):
        cluster = make_draft([make_park(city_zh=city) for city in cities], by=officer, **words)

        assert clusters.wanting(cluster) == wants
        with pytest.raises(RuleBroken, match=wants[0]):
            clusters.move(cluster, "propose", by=officer)

    def test_without_a_lead_park_it_is_not_proposed(self, officer, parks):
        cluster = make_draft(parks, by=officer)
        Cluster.objects.update(lead_park=None)

        with pytest.raises(RuleBroken, match="lead park"):
            clusters.move(cluster, "propose", by=officer)

    def test_one_park_with_three_roles_is_one_park(self, officer, parks):
        cluster = make_draft(parks[:1], by=officer)
        for role in ("channel", "training"):
            join(cluster, parks[0], role, by=officer)

        assert "so far it is 1" in clusters.wanting(cluster)[0]

    def test_a_municipality_is_one_city_however_its_district_is_written(self):
        beijing = make_province("110000", name_zh="北京市", short_zh="北京", short_en="Beijing")

        marks = {clusters.city_of(make_park(province=beijing, city_zh=city)) for city in ("", "北京市", "朝阳区")}
        assert len(marks) == 1

    def test_the_rule_is_asked_again_when_the_council_has_approved(self, officer, parks):
        cluster = make_draft(parks, by=officer)
        clusters.move(cluster, "propose", by=officer)
        place = cluster.places.get(park=parks[2])
        clusters.move_place(place, "leave", by=manager_of(parks[2]), reason="Other plans")

        with pytest.raises(RuleBroken, match="3 parks"):
            clusters.move(cluster, "approve", by=officer, resolution="R-1", resolved_on=TODAY)
        assert Cluster.objects.get().state == Cluster.State.PROPOSED

    @pytest.mark.parametrize(
        ("resolution", "day", "words"),
        [("", TODAY, "resolution"), ("R-1", None, "resolution"), ("R-1", date(2100, 1, 1), "day to come")],
    )
    def test_approval_names_the_councils_resolution(self, officer, parks, resolution, day, words):
        cluster = make_draft(parks, by=officer)
        clusters.move(cluster, "propose", by=officer)

        with pytest.raises(RuleBroken, match=words):
            clusters.move(cluster, "approve", by=officer, resolution=resolution, resolved_on=day)

    @pytest.mark.parametrize(
        ("values", "name"),
        [
            ({"state": "approved"}, "in_force_is_resolved"),
            ({"state": "dissolved"}, "dissolved_has_time"),
            ({"dissolved_at": timezone.now()}, "dissolved_has_time"),
            ({"name_zh": ""}, "has_name"),
        ],
    )
    def test_the_table_refuses_what_no_service_writes(self, officer, values, name):
        clusters.begin(by=officer, name_zh="样例集群")

        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Cluster.objects.update(**values)

    @pytest.mark.parametrize(
        ("values", "name"),
        [
            ({"state": "accepted"}, "held_since"),
            ({"state": "left"}, "left_has_end"),
            ({"since": TODAY, "until": TODAY - timedelta(days=1)}, "in_order"),
        ],
    )
    def test_the_table_of_places_does_too(self, officer, parks, values, name):
        clusters.invite(make_draft([], by=officer), parks[0], "lead", by=officer)

        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            ClusterMember.objects.update(**values)


class TestWords:
    def test_the_council_decides_on_name_and_charter(self, officer, parks):
        cluster = make_cluster(parks, by=officer)

        with pytest.raises(RuleBroken, match="council decides"):
            clusters.change(cluster, by=officer, charter_zh="别的章程")
        with pytest.raises(RuleBroken, match="council decides"):
            clusters.change(cluster, by=officer, name_zh="别的名字")
        changed = clusters.change(cluster, by=officer, charter_en="Article 1", goals_zh="一年内办展两次")

        assert (changed.charter_zh, changed.charter_en, changed.goals_zh) == (
            "第一条 共同遵守。",
            "Article 1",
            "一年内办展两次",
        )

    def test_a_new_chinese_text_makes_the_english_outdated(self, officer):
        cluster = clusters.begin(by=officer, name_zh="样例集群", focus_zh="旧", focus_en="Old")

        clusters.change(cluster, by=officer, focus_zh="新")

        assert Translation.objects.get(subject_id=cluster.pk, field="focus", language="en").state == "outdated"

    @pytest.mark.parametrize(
        ("name_en", "slug"), [("Outside", "outside-2"), ("Add", "add-2"), ("", "yang-li-ji-qun"), ("Glass", "glass")]
    )
    def test_the_address_is_free_and_not_a_word_of_the_portal(self, officer, name_en, slug):
        assert clusters.begin(by=officer, name_zh="样例集群", name_en=name_en).slug == slug

    def test_nobody_but_the_membership_desk_writes_them(self, parks):
        for person in (make_user(), make_officer("data_desk"), manager_of(parks[0])):
            with pytest.raises(PermissionDenied):
                clusters.begin(by=person, name_zh="样例集群")
        cluster = make_draft([])
        for person in (make_user(), make_officer("data_desk"), manager_of(parks[0])):
            with pytest.raises(PermissionDenied):
                clusters.change(cluster, by=person, goals_zh="一")
            with pytest.raises(PermissionDenied):
                clusters.invite(cluster, parks[0], "lead", by=person)
            with pytest.raises(PermissionDenied):
                clusters.move(cluster, "drop", by=person, reason="No")


class TestPlaces:
    def test_a_park_accepts_for_itself(self, officer, parks):
        place = clusters.invite(make_draft([], by=officer), parks[0], "supplier", by=officer)
        editor = make_duty(organisation=parks[0].organisation, role="park_editor").person

        for person in (officer, editor, manager_of(parks[1]), make_user()):
            with pytest.raises(PermissionDenied):
                clusters.move_place(place, "accept", by=person)
        accepted = clusters.move_place(place, "accept", by=manager_of(parks[0]))

        assert (accepted.state, accepted.since, accepted.until) == ("accepted", timezone.localdate(), None)
        event = AuditEvent.objects.get(verb="cluster_place.accept")
        assert (event.actor, event.on_behalf_of) == (str(manager_of(parks[0]).pk), str(parks[0].organisation_id))

    def test_an_invitation_waits_at_the_park_until_it_is_answered(self, officer, parks):
        manager = manager_of(parks[0])
        place = clusters.invite(make_draft([], by=officer), parks[0], "supplier", by=officer)

        task = Task.objects.get(kind=notices.JOIN.code)
        assert (task.organisation, task.state, task.due_at is not None) == (parks[0].organisation, "open", True)
        assert Notice.objects.filter(event__kind="parks.cluster_invited", recipient=manager).exists()

        clusters.move_place(place, "decline", by=manager)

        task.refresh_from_db()
        assert (task.state, task.outcome) == ("done", "declined")
        assert Notice.objects.filter(event__kind="parks.cluster_answered", recipient=officer).exists()

    def test_the_same_place_is_offered_once(self, officer, parks):
        cluster = make_draft([], by=officer)
        first = clusters.invite(cluster, parks[0], "supplier", by=officer)

        with pytest.raises(RuleBroken, match="already"):
            clusters.invite(cluster, parks[0], "supplier", by=officer)
        clusters.move_place(first, "withdraw", by=officer)
        clusters.invite(cluster, parks[0], "supplier", by=officer)
        clusters.invite(cluster, parks[0], "training", by=officer)

        assert cluster.places.open().count() == 2

    @pytest.mark.parametrize("standing", ["draft", "suspended"])
    def test_only_parks_that_visitors_find_come_in(self, officer, standing):
        park = make_park(standing=standing, suspended_at=timezone.now())

        with pytest.raises(RuleBroken, match="directory"):
            clusters.invite(make_draft([], by=officer), park, "lead", by=officer)

    def test_a_park_suspended_meanwhile_does_not_accept(self, officer, parks):
        place = clusters.invite(make_draft([], by=officer), parks[0], "lead", by=officer)
        Park.objects.filter(pk=parks[0].pk).update(standing="suspended", suspended_at=timezone.now())

        with pytest.raises(RuleBroken, match="directory"):
            clusters.move_place(place, "accept", by=manager_of(parks[0]))

    def test_the_lead_that_leaves_leads_no_longer(self, officer, parks):
        cluster = make_cluster(parks, by=officer)
        place = cluster.places.get(park=parks[0])

        left = clusters.move_place(place, "leave", by=manager_of(parks[0]), reason="Other plans")

        cluster.refresh_from_db()
        assert cluster.lead_park is None
        assert (left.state, left.until, left.reason) == ("left", timezone.localdate(), "Other plans")
        assert cluster.is_in_force
        assert clusters.wanting(cluster)

    def test_only_a_park_that_accepted_leads(self, officer, parks):
        cluster = make_draft(parks[:2], by=officer)
        clusters.invite(cluster, parks[2], "channel", by=officer)

        with pytest.raises(RuleBroken, match="accepted"):
            clusters.choose_lead(cluster, parks[2], by=officer)

    def test_they_can_be_asked_as_of_any_day(self, officer, parks):
        cluster = make_draft(parks[:2], by=officer)
        first, second = cluster.places.order_by("pk")
        ClusterMember.objects.filter(pk=first.pk).update(
            since=date(2026, 1, 1), until=date(2026, 3, 1), state="left", ended_at=timezone.now()
        )
        ClusterMember.objects.filter(pk=second.pk).update(since=date(2026, 2, 1))

        def held(*day: int) -> set[int]:
            return set(cluster.places.on(date(*day)).values_list("pk", flat=True))

        assert held(2025, 12, 31) == set()
        assert held(2026, 1, 1) == {first.pk}
        assert held(2026, 2, 28) == {first.pk, second.pk}
        assert held(2026, 3, 1) == {second.pk}


class TestLifecycle:
    @pytest.mark.parametrize("flow", [CLUSTER, PLACE], ids=lambda flow: flow.code)
    def test_every_edge_that_is_not_in_the_table_is_refused(self, flow, officer, parks):
        cluster = make_cluster(parks, by=officer)
        obj = cluster if flow is CLUSTER else cluster.places.first()
        for state in flow.states():
            type(obj).objects.filter(pk=obj.pk).update(
                state=state,
                **({"dissolved_at": timezone.now() if state == "dissolved" else None} if flow is CLUSTER else {}),
                **({"until": timezone.localdate() if state == "left" else None} if flow is PLACE else {}),
            )
            move = clusters.move if flow is CLUSTER else clusters.move_place
            for verb in {move.verb for move in flow.moves} - {move.verb for move in flow.leaving(state)}:
                with pytest.raises(MoveRefused):
                    move(obj, verb, by=officer, reason="Why")

    def test_approval_counts_and_tells_and_the_end_takes_it_back(self, officer, parks):
        cluster = make_draft(parks, by=officer)
        assert kept(*parks) == [[], [], []]
        assert not search.find("样例集群").ranked

        approve(cluster, by=officer)

        assert kept(*parks) == [[cluster.slug]] * 3
        assert search.find("样例集群").ranked
        told = Notice.objects.filter(event__kind="parks.cluster_approved").values_list("recipient", flat=True)
        assert set(told) == {manager_of(park).pk for park in parks}

        waiting = clusters.invite(cluster, make_park(), "training", by=officer)
        clusters.move(cluster, "dissolve", by=officer, reason="Goals reached")

        cluster.refresh_from_db()
        waiting.refresh_from_db()
        assert (cluster.state, cluster.state_reason, cluster.is_public) == ("dissolved", "Goals reached", True)
        assert kept(*parks) == [[], [], []]
        assert {place.state for place in cluster.places.filter(park__in=parks)} == {"left"}
        assert waiting.state == "withdrawn"
        assert not Task.objects.filter(state="open").exists()
        assert Notice.objects.filter(event__kind="parks.cluster_dissolved").count() == 3
        assert not Notice.objects.filter(event__kind="parks.cluster_ended").exists()

    def test_a_dropped_draft_was_never_public(self, officer, parks):
        cluster = make_draft(parks, by=officer)

        dropped = clusters.move(cluster, "drop", by=officer, reason="Nobody needs it")

        assert (dropped.state, dropped.is_public) == ("dissolved", False)
        assert not Cluster.objects.public().exists()

    @pytest.mark.parametrize(
        ("day", "due"),
        [(date(2026, 3, 10), date(2028, 3, 10)), (date(2024, 2, 29), date(2026, 2, 28))],
    )
    def test_two_years_after_the_resolution_it_is_reviewed(self, day, due):
        assert months_after(day, 24) == due

    def test_months_reach_over_the_end_of_a_year(self):
        assert [months_after(date(2026, 12, 31), months) for months in (1, 2, 12)] == [
            date(2027, 1, 31),
            date(2027, 2, 28),
            date(2027, 12, 31),
        ]

    def test_the_clock_begins_the_review_and_the_council_renews(self, officer, parks):
        cluster = approve(make_draft(parks, by=officer), by=officer, resolved_on=date(2024, 11, 1))
        assert cluster.review_due_on == date(2026, 11, 1)

        assert clusters.begin_due_reviews(date(2026, 9, 1)) == 0
        assert clusters.begin_due_reviews(date(2026, 9, 2)) == 1
        assert clusters.begin_due_reviews(date(2026, 9, 3)) == 0

        cluster.refresh_from_db()
        task = Task.objects.get(kind=notices.REVIEW.code)
        assert cluster.state == Cluster.State.UNDER_REVIEW
        assert timezone.localdate(task.due_at) == date(2026, 11, 1)
        assert kept(*parks) == [[cluster.slug]] * 3

        with pytest.raises(RuleBroken, match="later day"):
            clusters.move(cluster, "renew", by=officer, resolution="R-2", resolved_on=date(2024, 10, 1))
        clusters.move(cluster, "renew", by=officer, resolution="R-2", resolved_on=date(2026, 10, 20))

        cluster.refresh_from_db()
        task.refresh_from_db()
        assert (cluster.state, cluster.resolution, cluster.review_due_on) == ("approved", "R-2", date(2028, 10, 20))
        assert (task.state, task.outcome) == ("done", "renewed")

    def test_the_register_looks_for_due_reviews_at_night(self, officer, parks):
        approve(make_draft(parks, by=officer), by=officer, resolved_on=timezone.localdate() - timedelta(days=730))

        tending.tend()

        assert Cluster.objects.get().state == Cluster.State.UNDER_REVIEW


class TestKeptWithTheParks:
    def test_it_is_what_the_places_say_after_everything_that_can_happen(self, officer, parks):
        first, second = make_cluster(parks, by=officer), make_cluster(parks[::-1], by=officer, name_zh="第二样例集群")

        def from_places() -> dict[int, list[str]]:
            return {
                park.pk: sorted(
                    {
                        place.cluster.slug
                        for place in park.cluster_places.current().select_related("cluster")
                        if place.cluster.is_in_force
                    }
                )
                for park in Park.objects.all()
            }

        steps = [
            lambda: None,
            lambda: join(first, parks[0], "training", by=officer),
            lambda: clusters.move_place(
                first.places.get(park=parks[0], role="lead"), "leave", by=manager_of(parks[0]), reason="Why"
            ),
            lambda: clusters.move_place(second.places.get(park=parks[1]), "end", by=officer, reason="Why"),
            lambda: clusters.move(first, "begin_review", by=officer),
            lambda: clusters.move(second, "dissolve", by=officer, reason="Why"),
        ]
        for step in steps:
            step()
            assert {park.pk: park.clusters for park in Park.objects.all()} == from_places()


class TestMerging:
    def test_places_and_lead_go_to_the_surviving_entry_and_come_back(self, officer, parks):
        cluster = make_cluster(parks, by=officer)
        twin = make_park(city_zh="宁波")
        join(cluster, twin, "lead", by=officer)
        asked = clusters.invite(cluster, twin, "research", by=officer)
        clusters.invite(cluster, parks[0], "research", by=officer)

        merge = merging.propose(parks[0].organisation, twin.organisation, by=officer, reason="Same licence", choices={})
        merging.confirm(merge, by=officer)

        cluster.refresh_from_db()
        twin.refresh_from_db()
        assert cluster.lead_park == twin
        assert twin.clusters == [cluster.slug]
        assert Park.everything.get(pk=parks[0].pk).clusters == []
        assert {place.role for place in cluster.places.open().filter(park=twin)} == {"lead", "research"}
        assert cluster.places.open().filter(park=parks[0]).count() == 0

        merging.undo(merge, by=officer)

        cluster.refresh_from_db()
        asked.refresh_from_db()
        assert cluster.lead_park == parks[0]
        assert asked.park_id == twin.pk
        assert kept(parks[0], twin) == [[cluster.slug]] * 2
        assert {place.role for place in cluster.places.open().filter(park=parks[0])} == {"lead", "research"}
