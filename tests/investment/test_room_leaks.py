"""D-8: names, counts, search, notices, thumbnails and ZIP contents obey one function; D-10: each answer is kept."""

import io
import re
import zipfile
from datetime import timedelta

import pikepdf
import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from alliance.core.models import Job, Rendition
from alliance.core.search.sources import all_sources
from alliance.notifications.models import Notice
from investment.models import Interest, Investor, Project, RoomEvent, RoomGroup
from investment.notices import rooms as notices
from investment.rooms import serving, zipping
from investment.services import investors, projects, rooms
from tests.factories import make_duty, make_organisation, make_user
from tests.investment.investing import make_investor
from tests.investment.rooming import check_files, docx, enter, is_marked, make_room, open_group, pdf_of, picture, upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _secretariat():
    make_organisation("secretariat")
    with translation.override("en"):
        yield


def address(name: str, rooming, *more) -> str:
    return reverse(f"investment:{name}", args=[rooming.project.slug, *more])


def doors(rooming, node) -> list[str]:
    """Every address that tells something of a document."""
    return [
        address("room_document", rooming, node.token),
        address("room_page", rooming, node.token, 1),
        address("room_copy", rooming, node.token),
        address("room_original", rooming, node.token),
    ]


def statuses(client, urls: list[str]) -> list[int]:
    return [client.get(url).status_code for url in urls]


def plain(response, token: str) -> str:
    """The page without what names the visit: address, nonce and number."""
    text = response.content.decode().replace(token, "")
    text = re.sub(r'(nonce|csrfmiddlewaretoken" value)="[^"]*"', "", text)
    return re.sub(r'(?:/(?:zh-hans|en)/|%2F)[^"<\s]*|\b[0-9a-f]{12}\b', "", text)


class TestTree:
    def test_names_and_counts_are_those_of_what_may_be_seen(self, client):
        rooming = make_room()
        hidden = rooming.folder("Hidden folder")
        rooming.document("Secret document", level="", parent=hidden)
        shown = rooming.document("Shown inside hidden", parent=hidden)
        open_folder = rooming.let(rooming.folder("Open folder"), "view")
        rooming.document("Denied in open folder", level="denied", parent=open_folder)
        rooming.document("Follows its folder", level="", parent=open_folder)

        # A document in a hidden folder moves up: the folder's name is told to nobody.
        assert rooming.names() == ["Open folder", "Follows its folder", "Shown inside hidden"]
        client.force_login(rooming.reader)
        page = client.get(address("room", rooming)).content.decode()
        assert "2 documents" in page
        assert "Hidden folder" not in page
        assert "Secret" not in page
        assert "Denied" not in page
        body = client.get(address("room_document", rooming, shown.token)).content.decode()
        assert "Hidden folder" not in body

    def test_a_search_inside_finds_what_is_shown_and_nothing_else(self, client):
        rooming = make_room()
        rooming.document("Budget shown")
        rooming.document("Budget secret", level="")
        client.force_login(rooming.reader)
        page = client.get(address("room", rooming), {"q": "budget"}).content.decode()
        assert "Budget shown" in page
        assert "secret" not in page
        nothing = client.get(address("room", rooming), {"q": "secret"}).content.decode()
        assert "Budget" not in nothing

    def test_no_document_is_in_the_search_of_the_portal(self):
        rooming = make_room()
        rooming.document("Zanzibar feasibility", level="original")
        kinds = {source.model._meta.label for source in all_sources()}
        assert not {label for label in kinds if label.startswith("investment.Room")}

    def test_the_tree_costs_the_same_at_one_and_at_ten_documents(self, client):
        rooming = make_room()
        rooming.document("First")
        client.force_login(rooming.reader)
        client.get(address("room", rooming))
        with CaptureQueriesContext(connection) as one:
            client.get(address("room", rooming))
        for number in range(9):
            rooming.document(f"More {number}")
        with CaptureQueriesContext(connection) as ten:
            assert client.get(address("room", rooming)).content.count(b"More ") == 9
        assert len(ten) == len(one)


class TestDoors:
    def test_what_is_not_allowed_answers_like_what_does_not_exist(self, client):
        rooming = make_room()
        hidden = rooming.document("Hidden", level="")
        client.force_login(rooming.reader)
        missing = "11111111-1111-4111-8111-111111111111"
        for there, absent in zip(
            doors(rooming, hidden),
            [url.replace(str(hidden.token), missing) for url in doors(rooming, hidden)],
            strict=True,
        ):
            first, second = client.get(there), client.get(absent)
            assert (first.status_code, second.status_code) == (404, 404)
            assert plain(first, str(hidden.token)) == plain(second, missing)

    @pytest.mark.parametrize(
        ("level", "expected"),
        [
            ("", [404, 404, 404, 404]),
            ("nothing", [404, 404, 404, 404]),
            ("denied", [404, 404, 404, 404]),
            ("view", [200, 200, 404, 404]),
            ("download", [200, 200, 200, 404]),
            ("original", [200, 200, 200, 200]),
        ],
    )
    def test_d7_each_level_opens_its_own_doors(self, client, level, expected):
        rooming = make_room()
        node = rooming.document(level=level)
        client.force_login(rooming.reader)
        assert statuses(client, doors(rooming, node)) == expected

    def test_a_second_investor_sees_none_of_it(self, client):
        rooming = make_room()
        mine = rooming.document("Mine", level="original")
        other = make_investor()
        enter(rooming.project, other, rooming.lead)
        group = open_group(rooming.room, "Others", rooming.lead)
        rooms.add_member(group, other.signatory, other.investor, by=rooming.lead)
        theirs = rooming.let(rooming.document("Theirs", level=""), "view", group)

        assert rooming.names(other.signatory) == ["Theirs"]
        assert rooming.names() == ["Mine"]
        client.force_login(other.signatory)
        assert statuses(client, doors(rooming, mine)) == [404] * 4
        page = client.get(address("room", rooming)).content.decode()
        assert "Mine" not in page
        assert str(rooming.investor.organisation.name) not in page
        # Nor does anybody outside of groups, with or without an interest.
        client.force_login(make_investor().signatory)
        assert client.get(address("room", rooming)).status_code == 404
        assert statuses(client, doors(rooming, theirs)) == [404] * 4
        assert client.get(address("room_log", rooming)).status_code == 404

    def test_a_revoked_investor_with_an_open_page_reads_nothing_more(self, client):
        rooming = make_room()
        node = rooming.document(level="original")
        client.force_login(rooming.reader)
        assert statuses(client, doors(rooming, node)) == [200] * 4

        investors.move_investor(
            rooming.investor, "revoke", by=rooming.promoters.officer, reason="Sample", code=Investor.Reason.CONDUCT
        )
        assert statuses(client, doors(rooming, node)) == [404] * 4
        page = client.get(address("room", rooming)).content.decode()
        assert "not in dialogue" in page
        assert "Sample document" not in page

    def test_a_project_withdrawn_while_reading_closes_every_door(self, client):
        rooming = make_room()
        node = rooming.document(level="original")
        client.force_login(rooming.reader)
        assert statuses(client, doors(rooming, node)) == [200] * 4
        projects.move_project(rooming.project, "withdraw", by=rooming.lead, reason="Sample")
        assert statuses(client, doors(rooming, node)) == [404] * 4

    def test_window_member_duty_and_agreement_end_at_once(self, client):
        rooming = make_room()
        node = rooming.document()
        client.force_login(rooming.reader)
        url = doors(rooming, node)[1]

        RoomGroup.objects.update(opens_at=timezone.now() - timedelta(days=2), closes_at=timezone.now())
        assert client.get(url).status_code == 404
        assert "time for reading" in client.get(address("room", rooming)).content.decode()
        open_now = timezone.now() + timedelta(days=1)
        RoomGroup.objects.update(closes_at=open_now)
        assert client.get(url).status_code == 200
        rooms.remove_member(rooming.group.members.get(), by=rooming.lead)
        assert client.get(url).status_code == 404
        rooms.add_member(rooming.group, rooming.reader, rooming.investor, by=rooming.lead)
        assert client.get(url).status_code == 200
        Interest.objects.filter(pk=rooming.interest.pk).update(frozen_at=timezone.now())
        assert client.get(url).status_code == 404

    def test_d3_a_newer_agreement_closes_until_it_is_accepted(self, client):
        from investment.services import agreements

        rooming = make_room()
        node = rooming.document()
        client.force_login(rooming.reader)
        agreements.write_agreement(
            rooming.project, text_zh="新样例", text_en="A newer one", valid_days=365, by=rooming.lead
        )
        assert client.get(doors(rooming, node)[1]).status_code == 404
        page = client.get(address("room", rooming)).content.decode()
        assert "agreement does not hold" in page
        assert reverse("investment:agreement_accept", args=[rooming.interest.token]) in page

    def test_thumbnails_of_pictures_are_public_to_nobody(self, client):
        rooming = make_room()
        node = rooming.document(level="view", file=upload("sample.jpg", picture()))
        rendition = Rendition.objects.filter(file__room_version__node=node)[0]
        client.force_login(rooming.reader)
        assert client.get(reverse("media", args=[rendition.content.name])).status_code == 404
        assert client.get(doors(rooming, node)[1]).headers["Content-Type"] == "image/jpeg"


class TestNotices:
    def test_who_may_not_read_a_document_hears_nothing_of_it(self):
        rooming = make_room()
        other = make_investor()
        enter(rooming.project, other, rooming.lead)
        group = open_group(rooming.room, "Others", rooming.lead)
        rooms.add_member(group, other.signatory, other.investor, by=rooming.lead)
        version = rooming.document("For one alone").versions.get()

        assert notices.mind() == 1
        told = Notice.objects.filter(event__kind="investment.room_document")
        assert [notice.recipient for notice in told] == [rooming.reader]
        notices.mind()
        assert told.count() == 1
        # Asked once more before a letter leaves.
        assert notices.may_read(rooming.reader, version)
        assert not notices.may_read(other.signatory, version)
        rooming.let(version.node, "")
        assert not notices.may_read(rooming.reader, version)
        assert mail.outbox == []

    def test_what_was_told_costs_no_questions_again(self):
        """Every quarter of an hour: as many queries for ten documents as for one, and none of them asks for rights."""
        rooming = make_room()
        other = make_investor()
        enter(rooming.project, other, rooming.lead)
        rooms.add_member(rooming.group, other.signatory, other.investor, by=rooming.lead)
        rooming.document("First")
        assert notices.mind() == 2
        with CaptureQueriesContext(connection) as one:
            assert notices.mind() == 0
        for number in range(9):
            rooming.document(f"More {number}")
        assert notices.mind() == 18
        with CaptureQueriesContext(connection) as ten:
            assert notices.mind() == 0
        assert len(ten) == len(one)
        assert not any("investment_roomaccess" in query["sql"] for query in ten)

        # A reader who comes later hears what is still new; a version that is no longer the newest is no news.
        late = make_duty(make_user(), rooming.investor.organisation, "investor_analyst").person
        rooms.add_member(rooming.group, late, rooming.investor, by=rooming.lead)
        node = rooming.room.nodes.get(name_en="First")
        rooms.replace_file(node, upload("b.pdf", pdf_of("Two")), by=rooming.lead)
        check_files()
        assert notices.mind() == 10 + 2


class TestZip:
    def test_it_holds_what_may_be_taken_and_each_answer_is_kept(self, client):
        rooming = make_room()
        folder = rooming.let(rooming.folder("Open"), "view")
        rooming.document("Taken", level="download", parent=folder, file=upload("a.pdf", pdf_of("One", "Two")))
        rooming.document("Picture", level="original", file=upload("b.jpg", picture()))
        rooming.document("View only")
        rooming.document("Hidden", level="")
        client.force_login(rooming.reader)
        assert client.post(address("room_bundle", rooming)).status_code == 404  # off by default

        rooms.allow_bulk(rooming.room, True, by=rooming.lead)
        answer = client.post(address("room_bundle", rooming))
        with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
            assert sorted(archive.namelist()) == ["Open/Taken.pdf", "Picture.jpg"]
            with pikepdf.open(io.BytesIO(archive.read("Open/Taken.pdf"))) as pdf:
                assert [is_marked(page) for page in pdf.pages] == [True, True]
        kept = RoomEvent.objects.filter(action="bulk").values_list("node__name_en", "is_allowed", "rule")
        assert sorted(kept) == [("Picture", True, ""), ("Taken", True, ""), ("View only", False, "D-7")]

    def test_a_bundle_is_not_handed_out_once_one_document_of_it_is_closed(self):
        rooming = make_room()
        rooms.allow_bulk(rooming.room, True, by=rooming.lead)
        node = rooming.document("Taken", level="download")
        rooming.document("Second", level="download")
        visit = rooming.visit()
        job = zipping.ask(visit, zipping.chosen(visit))
        assert Job.objects.get() == job
        assert zipping.BUNDLE.may(rooming.reader, job.params)
        assert not zipping.BUNDLE.may(make_investor().signatory, job.params)
        rooming.let(node, "view")
        assert not zipping.BUNDLE.may(rooming.reader, job.params)


class TestD10:
    def test_allow_and_deny_are_kept_with_organisation_and_rule(self, client):
        rooming = make_room()
        node = rooming.document()
        client.force_login(rooming.reader)
        client.get(address("room_page", rooming, node.token, 1))
        client.get(address("room_copy", rooming, node.token))
        stranger = make_investor()
        client.force_login(stranger.signatory)
        client.get(address("room_page", rooming, node.token, 1))
        kept = RoomEvent.objects.order_by("pk").values_list(
            "person", "investor", "action", "is_allowed", "rule", "page"
        )
        assert list(kept) == [
            (rooming.reader.pk, rooming.investor.pk, "view", True, "", 1),
            (rooming.reader.pk, rooming.investor.pk, "download", False, "D-7", None),
            (stranger.signatory.pk, stranger.investor.pk, "view", False, "D-2", 1),
        ]

    def test_given_is_only_what_was_there_to_give(self, client):
        """A page beyond the last, a folder, an unchecked file and the copy of an Office file are refused by D-8."""
        rooming = make_room()
        paper = rooming.document("Paper", level="original")
        folder = rooming.let(rooming.folder("Folder"), "original")
        office = rooming.document("Office", level="original", file=upload("a.docx", docx()))
        waiting = rooms.add_file(rooming.room, None, upload(), name_en="Waiting", by=rooming.lead)
        rooming.let(waiting, "original")
        client.force_login(rooming.reader)
        asked = [
            address("room_page", rooming, paper.token, 2),
            address("room_page", rooming, paper.token, 0),
            address("room_document", rooming, folder.token),
            address("room_original", rooming, folder.token),
            address("room_copy", rooming, office.token),
            address("room_page", rooming, office.token, 1),
            *doors(rooming, waiting),
        ]

        assert statuses(client, asked) == [404] * len(asked)
        kept = RoomEvent.objects.values_list("is_allowed", "rule", "investor")
        assert list(kept) == [(False, "D-8", rooming.investor.pk)] * len(asked)
        # To the parks that keep it as well.
        client.force_login(rooming.lead)
        assert statuses(client, doors(rooming, waiting)) == [404] * 4
        assert not RoomEvent.objects.filter(is_allowed=True).exists()

    def test_a_file_that_is_gone_was_not_given(self, client):
        rooming = make_room()
        rooms.allow_bulk(rooming.room, True, by=rooming.lead)
        gone = rooming.document("Gone", level="original")
        rooming.document("There", level="download")
        file = gone.versions.get().file
        file.content.storage.delete(file.content.name)
        client.force_login(rooming.reader)

        assert statuses(client, doors(rooming, gone)) == [200, 404, 404, 404]
        answer = client.post(address("room_bundle", rooming))
        with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
            assert archive.namelist() == ["There.pdf"]
        kept = RoomEvent.objects.order_by("pk").values_list("node__name_en", "action", "is_allowed", "rule")
        assert list(kept) == [
            ("Gone", "view", True, ""),
            ("Gone", "view", False, "D-8"),
            ("Gone", "download", False, "D-8"),
            ("Gone", "original", False, "D-8"),
            ("Gone", "bulk", False, "D-8"),
            ("There", "bulk", True, ""),
        ]

    def test_each_line_tells_from_where_how_much_and_which_copy(self, client, monkeypatch):
        """6.50, 6.51: what is burned into a copy leads to the line of its reader, and to no other."""
        burned = []
        plain = serving.mark_of

        def mark_of(visit, version):
            burned.append(plain(visit, version))
            return burned[-1]

        monkeypatch.setattr(serving, "mark_of", mark_of)
        rooming = make_room()
        rooms.allow_bulk(rooming.room, True, by=rooming.lead)
        node = rooming.document(level="original")
        client.force_login(rooming.reader)
        sizes = [
            len(b"".join(answer.streaming_content))
            for answer in (client.get(url, REMOTE_ADDR="203.0.113.9") for url in doors(rooming, node)[1:])
        ]
        client.get(doors(rooming, node)[0], REMOTE_ADDR="203.0.113.9")
        client.post(address("room_bundle", rooming), REMOTE_ADDR="203.0.113.9")

        page, copy, original, shown, bulk = RoomEvent.objects.order_by("pk")
        assert [page.size, copy.size, original.size, shown.size] == [*sizes, None]
        assert bulk.size > 0
        assert {one.address for one in (page, copy, original, shown, bulk)} == {"203.0.113.9"}
        assert [page.copy, copy.copy, bulk.copy] == [mark.copy for mark in burned]
        assert len({page.copy, copy.copy, bulk.copy}) == 3
        assert {len(mark.copy) for mark in burned} == {10}
        assert [original.copy, shown.copy] == ["", ""]
        client.force_login(rooming.lead)
        found = client.get(address("room_log", rooming), {"copy": copy.copy.upper()}).content.decode()
        assert copy.copy in found
        assert page.copy not in found
        assert "No such copy" in client.get(address("room_log", rooming), {"copy": "2222222222"}).content.decode()

    def test_events_are_only_added(self, client):
        rooming = make_room()
        node = rooming.document()
        client.force_login(rooming.reader)
        client.get(address("room_page", rooming, node.token, 1))
        for change in (lambda: RoomEvent.objects.update(is_allowed=False, rule="D-1"), RoomEvent.objects.all().delete):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()

    def test_the_parks_see_it_per_organisation(self, client):
        rooming = make_room()
        node = rooming.document()
        client.force_login(rooming.reader)
        client.get(address("room_page", rooming, node.token, 1))
        client.force_login(rooming.lead)
        page = client.get(address("room_log", rooming)).content.decode()
        assert str(rooming.investor.organisation.name) in page
        assert "Sample document" in page
        colleague = make_duty(make_user(), rooming.investor.organisation, "investor_analyst").person
        client.force_login(colleague)
        assert client.get(address("room_log", rooming)).status_code == 404


def test_d1_promoters_keep_reading_when_the_room_is_closed_to_investors():
    rooming = make_room()
    rooming.document()
    Project.objects.filter(pk=rooming.project.pk).update(state="on_hold")
    assert rooming.names(rooming.lead) == ["Sample document"]
    assert rooming.names() == []
