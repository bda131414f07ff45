"""The pages of specialised clusters: what visitors, parks and the desk see and do."""

import re

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone, translation

from alliance.core.lists import find
from parks.models import Cluster, ClusterMember, Park
from parks.services import clusters
from tests.factories import make_duty, make_officer, make_organisation, make_park, make_user
from tests.parks.clusters import join, make_cluster, make_draft, manager_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    make_organisation("secretariat")
    cache.clear()
    with translation.override("en"):
        yield


@pytest.fixture
def officer():
    return make_officer()


@pytest.fixture
def desk(client, officer):
    client.force_login(officer)
    return client


@pytest.fixture
def parks():
    return [make_park(city_zh=city, name_en=f"Park of {city}") for city in ("宁波", "宁波", "杭州")]


def words(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def public(client, cluster, **query):
    return client.get(reverse("parks:cluster_detail", args=[cluster.slug]), query)


class TestPublic:
    def test_the_page_says_who_does_what_and_where_the_chain_has_gaps(self, client, officer, parks):
        cluster = make_cluster(parks, by=officer, name_en="Glass", goals_zh="办展", goals_en="Two fairs a year")

        page = public(client, cluster)

        assert {stage.role: [park.pk for park in stage.parks] for stage in page.context["stages"]} == {
            "research": [],
            "supplier": [parks[1].pk],
            "lead": [parks[0].pk],
            "channel": [parks[2].pk],
            "training": [],
        }
        said = words(page)
        assert said.count("Gap: no park yet") == 2
        assert "Two fairs a year" in said
        assert "R-1" in said
        assert "The charter is in Chinese so far." in said
        assert "This is a sample" not in said

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_a_draft_does_not_exist_for_visitors(self, client, officer, parks, language):
        draft = make_draft(parks, by=officer, name_en="Secret")
        dropped = make_draft([], by=officer, name_en="Secret too")
        clusters.move(dropped, "drop", by=officer, reason="No")

        for cluster in (draft, dropped):
            assert client.get(f"/{language}/clusters/{cluster.slug}/").status_code == 404
        for address in (f"/{language}/clusters/", "/sitemap.xml", f"/{language}/search/?q=Secret"):
            response = client.get(address)
            text = response.getvalue() if response.streaming else response.content
            assert b"Secret</a>" not in text
            assert b"/clusters/secret" not in text

    def test_a_dissolved_one_stays_and_says_so(self, client, officer, parks):
        cluster = make_cluster(parks, by=officer)
        clusters.move(cluster, "dissolve", by=officer, reason="All goals reached")

        said = words(public(client, cluster))

        assert "All goals reached" in said
        assert "Gap" not in said
        assert "Earlier places" in said

    def test_a_suspended_park_is_not_named(self, client, officer, parks):
        cluster = make_cluster(parks, by=officer)
        Park.objects.filter(pk=parks[0].pk).update(standing="suspended", suspended_at=timezone.now())

        page = public(client, cluster)

        assert {line["park"].pk for line in page.context["held"]} == {parks[1].pk, parks[2].pk}
        assert page.context["lead"] is None

    def test_the_park_names_its_clusters_and_the_directory_shows_their_parks(self, client, officer, parks):
        cluster = make_cluster(parks, by=officer, name_en="Glass")
        make_park()

        assert cluster.get_absolute_url() in client.get(parks[0].get_absolute_url()).content.decode()
        listing = find("parks").read(client.get(public(client, cluster).context["parks_url"]).wsgi_request.GET)
        assert {park.pk for park in listing.all_rows()} == {park.pk for park in parks}

    def test_a_name_without_english_is_marked_as_chinese(self, client, officer, parks):
        cluster = make_cluster(parks, by=officer)

        assert '<span lang="zh-Hans">样例集群</span>' in public(client, cluster).content.decode()


class TestList:
    @pytest.fixture
    def two(self, officer, parks):
        first = make_cluster(parks, by=officer, name_en="Glass", fields=["crafts"])
        others = [make_park(city_zh=city) for city in ("兰州", "西宁", "银川")]
        second = make_cluster(others, by=officer, name_zh="第二样例集群", name_en="Film", fields=["film", "design"])
        join(second, others[0], "research", by=officer)
        join(second, others[1], "training", by=officer)
        make_draft([], by=officer, name_zh="草稿", name_en="Draft")
        return first, second

    def test_it_is_narrowed_by_what_its_places_say(self, client, two, real_fields):
        def shown(query: str) -> set[str]:
            page = client.get(reverse("parks:cluster_list") + query)
            return set(re.findall(r'<h2><a href="[^"]*/clusters/([\w-]+)/"', page.content.decode()))

        assert shown("") == {"glass", "film"}
        assert shown("?field=crafts") == {"glass"}
        assert shown("?gap=research") == {"glass"}
        assert shown("?province=330000") == {"glass", "film"}
        assert shown("?q=film") == {"film"}
        assert shown("?state=dissolved") == set()
        assert shown("?q=draft") == set()

    def test_the_table_and_the_file_say_the_same(self, client, two, real_fields):
        table = words(client.get(reverse("parks:cluster_list"), {"view": "table"}))
        file = client.get(reverse("core:list_file", args=["clusters", "csv"]))

        for text in (table, file.getvalue().decode("utf-8-sig")):
            assert "R&amp;D" in text or "R&D" in text
            assert "Glass" in text

    def test_an_empty_list_says_what_will_stand_there(self, client):
        page = client.get(reverse("parks:cluster_list"))

        assert page.status_code == 200
        assert "No cluster has been approved yet" in words(page)

    @pytest.mark.parametrize("view", ["cards", "table"])
    def test_queries_do_not_grow(self, client, officer, view, django_assert_max_num_queries):
        for count in (1, 6):
            for number in range(count):
                parks = [make_park(city_zh=city) for city in ("宁波", "杭州", "温州")]
                make_cluster(parks, by=officer, name_zh=f"样例集群{count}{number}")
            cache.clear()
            with django_assert_max_num_queries(6):
                client.get(reverse("parks:cluster_list"), {"view": view})

    def test_a_part_is_the_list_alone(self, client, two):
        part = client.get(reverse("parks:cluster_list"), headers={"HX-Request": "true"})

        assert "<html" not in part.content.decode()
        assert part["HX-Push-Url"] == reverse("parks:cluster_list")


@pytest.fixture
def real_fields(db):
    from parks.models import FieldOfWork

    for position, (code, zh, en) in enumerate(
        [("crafts", "工艺美术", "Crafts"), ("film", "影视", "Film"), ("design", "设计", "Design")]
    ):
        FieldOfWork.objects.create(code=code, name_zh=zh, name_en=en, position=position)


class TestOffice:
    def test_from_a_draft_to_a_public_cluster(self, desk, client, officer, parks, real_fields):
        made = desk.post(
            reverse("parks:office_cluster_add"),
            {"name_zh": "琉璃集群", "name_en": "Glass", "charter_zh": "第一条", "fields_of_work": ["crafts"]},
        )
        cluster = Cluster.objects.get()
        assert made.url == reverse("parks:office_cluster", args=["glass"])
        assert "It takes 3 parks" in words(desk.get(made.url))

        for park, role in zip(parks, ("lead", "supplier", "channel"), strict=True):
            desk.post(reverse("parks:office_cluster_invite", args=["glass"]), {"park": park.slug, "role": role})
        for place in cluster.places.all():
            client.force_login(manager_of(place.park))
            answered = client.post(reverse("parks:cluster_answer", args=[place.pk, "accept"]))
            assert answered.url == reverse("parks:desk_clusters")
        client.force_login(officer)
        desk.post(reverse("parks:office_cluster_lead", args=["glass"]), {"park": parks[0].slug})
        desk.post(reverse("parks:office_cluster_move", args=["glass", "propose"]))
        desk.post(
            reverse("parks:office_cluster_move", args=["glass", "approve"]),
            {"resolution": "理决〔2026〕7号", "resolved_on": timezone.localdate().isoformat()},
        )

        cluster.refresh_from_db()
        assert (cluster.state, cluster.lead_park, cluster.fields) == ("approved", parks[0], ["crafts"])
        assert "理决〔2026〕7号" in words(public(client, cluster))

    def test_what_is_missing_is_said_and_nothing_moves(self, desk, officer, parks):
        cluster = make_draft(parks[:2], by=officer)

        answer = desk.post(reverse("parks:office_cluster_move", args=[cluster.slug, "propose"]))

        assert answer.status_code == 409
        assert "It takes 3 parks" in words(answer)
        assert Cluster.objects.get().state == "draft"

    def test_the_approval_wants_its_resolution(self, desk, officer, parks):
        cluster = make_draft(parks, by=officer)
        clusters.move(cluster, "propose", by=officer)
        address = reverse("parks:office_cluster_move", args=[cluster.slug, "approve"])

        assert desk.post(address, {"resolution": "", "resolved_on": ""}).status_code == 422
        assert desk.post(address, {"resolution": "R", "resolved_on": "2100-01-01"}).status_code == 409
        assert Cluster.objects.get().state == "proposed"

    def test_parks_are_found_to_invite_and_those_without_a_manager_named(self, desk, officer, parks):
        from alliance.core import search

        for park in parks:
            search.index(park)
        cluster = make_draft([], by=officer)
        clusters.invite(cluster, parks[0], "lead", by=officer)
        manager_of(parks[1])
        clusters.invite(cluster, parks[1], "lead", by=officer)

        page = desk.get(reverse("parks:office_cluster", args=[cluster.slug]), {"q": "Park of"})

        assert {park.pk for park in page.context["found"]} == {park.pk for park in parks}
        assert page.context["without_manager"] == [parks[0]]

    def test_charter_and_name_are_locked_once_proposed(self, desk, officer, parks):
        cluster = make_cluster(parks, by=officer)

        desk.post(
            reverse("parks:office_cluster_edit", args=[cluster.slug]),
            {"name_zh": "改名", "charter_zh": "改", "charter_en": "Article 1"},
        )

        cluster.refresh_from_db()
        assert (cluster.name_zh, cluster.charter_zh, cluster.charter_en) == (
            "样例集群",
            "第一条 共同遵守。",
            "Article 1",
        )

    def test_ending_a_place_wants_a_reason(self, desk, officer, parks):
        cluster = make_cluster(parks, by=officer)
        place = cluster.places.first()
        address = reverse("parks:office_place_move", args=[cluster.slug, place.pk, "end"])

        assert desk.post(address, {"reason": " "}).status_code == 422
        desk.post(address, {"reason": "Did not take part"})

        place.refresh_from_db()
        assert (place.state, place.reason) == ("left", "Did not take part")

    def test_the_data_desk_reads_and_moves_nothing(self, client, officer, parks):
        cluster = make_cluster(parks, by=officer)
        client.force_login(make_officer("data_desk"))

        page = client.get(reverse("parks:office_cluster", args=[cluster.slug]))

        assert page.status_code == 200
        assert page.context["moves"] == []
        assert client.post(reverse("parks:office_cluster_move", args=[cluster.slug, "dissolve"])).status_code == 403

    def test_queries_do_not_grow_with_the_places(self, desk, officer, django_assert_max_num_queries):
        cluster = make_draft([], by=officer)
        address = reverse("parks:office_cluster", args=[cluster.slug])
        for count in (1, 6):
            for _number in range(count):
                join(cluster, make_park(), "supplier", by=officer)
                clusters.invite(cluster, make_park(), "training", by=officer)
            with django_assert_max_num_queries(16):
                desk.get(address)


class TestParkDesk:
    def test_an_invitation_is_read_and_accepted(self, client, officer, parks):
        cluster = make_draft([], by=officer, charter_zh="第一条 共同出资办展")
        place = clusters.invite(cluster, parks[0], "supplier", by=officer)
        client.force_login(manager_of(parks[0]))

        page = client.get(reverse("parks:desk_clusters"))

        assert "共同出资办展" in page.content.decode()
        assert [line["place"] for line in page.context["invited"]] == [place]
        client.post(reverse("parks:cluster_answer", args=[place.pk, "accept"]))
        assert [line["place"] for line in client.get(reverse("parks:desk_clusters")).context["held"]] == [place]

    def test_an_editor_reads_and_does_not_decide(self, client, officer, parks):
        place = clusters.invite(make_draft([], by=officer), parks[0], "supplier", by=officer)
        client.force_login(make_duty(organisation=parks[0].organisation, role="park_editor").person)

        page = client.get(reverse("parks:desk_clusters"))

        assert page.context["invited"][0]["moves"] == []
        assert client.post(reverse("parks:cluster_answer", args=[place.pk, "accept"])).status_code == 403
        assert ClusterMember.objects.get().state == "invited"

    def test_the_invitation_of_another_park_does_not_exist(self, client, officer, parks):
        place = clusters.invite(make_draft([], by=officer), parks[0], "supplier", by=officer)
        for person in (manager_of(parks[1]), make_user()):
            client.force_login(person)
            assert client.get(reverse("parks:cluster_answer", args=[place.pk, "accept"])).status_code == 404
            assert client.get(reverse("parks:desk_clusters")).context["invited"] == []

    def test_the_desks_own_moves_are_not_a_parks(self, client, officer, parks):
        cluster = make_cluster(parks, by=officer)
        place = cluster.places.get(park=parks[0])
        client.force_login(manager_of(parks[0]))

        answer = client.post(reverse("parks:cluster_answer", args=[place.pk, "end"]), {"reason": "x"})

        assert answer.status_code == 403
        assert client.post(reverse("parks:cluster_answer", args=[place.pk, "leave"]), {"reason": ""}).status_code == 422

    def test_queries_do_not_grow_with_the_invitations(self, client, officer, parks, django_assert_max_num_queries):
        manager = manager_of(parks[0])
        client.force_login(manager)
        for count in (1, 4):
            for _number in range(count):
                clusters.invite(make_draft([], by=officer), parks[0], "supplier", by=officer)
            cache.clear()
            with django_assert_max_num_queries(40):
                client.get(reverse("parks:desk_clusters"))
