"""Keeping a data room: who may, what is taken in, how versions, groups and manifests behave (D-4 to D-7, D-12)."""

import hashlib
import json
from datetime import timedelta

import pikepdf
import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from alliance.core.errors import RuleBroken
from alliance.core.files import NotAccepted
from alliance.core.models import AuditEvent
from investment.models import RoomAccess, RoomEvent, RoomManifest, RoomNode, RoomVersion
from investment.rooms.deciding import Action
from investment.rooms.gathering import current_of, nodes_of
from investment.services import projects, rooms
from tests.accounts.factors import give_app
from tests.factories import make_organisation
from tests.investment.factories import make_project
from tests.investment.investing import make_investor
from tests.investment.rooming import (
    add_document,
    check_files,
    docx,
    enter,
    make_room,
    open_group,
    pdf_of,
    picture,
    upload,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _secretariat():
    make_organisation("secretariat")
    with translation.override("en"):
        yield


class TestOpen:
    def test_every_park_of_the_project_keeps_it_and_nobody_else(self):
        promoters = make_project()
        for person in (promoters.officer, make_investor().signatory, make_project().lead):
            with pytest.raises(PermissionDenied):
                rooms.open_room(promoters.project, with_folders=True, by=person)
        room = rooms.open_room(promoters.project, with_folders=True, by=promoters.managers[1])
        assert rooms.open_room(promoters.project, with_folders=True, by=promoters.lead) == room
        assert room.nodes.count() == 8
        assert room.allows_bulk is False

    def test_d6_nobody_sees_anything_before_it_is_said(self):
        rooming = make_room()
        rooming.document(level="")
        assert rooming.names() == []
        assert rooming.names(rooming.promoters.managers[1]) == ["Sample document"]


class TestFiles:
    def test_what_is_not_what_it_says_is_refused_with_words(self):
        rooming = make_room()
        locked = pdf_of("One", encryption=pikepdf.Encryption(owner="a", user="b"))
        for name, body, words in (
            ("a.pdf", locked, "password"),
            ("a.pdf", b"%PDF-1.7\nnothing", "damaged"),
            ("a.exe", b"MZ", "none of the kinds"),
            ("a.zip", b"PK\x05\x06" + b"\0" * 18, "none of the kinds"),
            ("a.pdf", picture(), "JPEG"),
            ("a.pdf", b"", "empty"),
        ):
            with pytest.raises(NotAccepted, match=words):
                rooms.add_file(rooming.room, None, upload(name, body), by=rooming.lead)
        assert RoomNode.objects.count() == RoomVersion.objects.count() == 0

    def test_too_large_is_said(self, settings):
        rooming = make_room()
        settings.DOCUMENT_MAX_BYTES = 100
        with pytest.raises(NotAccepted, match="larger"):
            rooms.add_file(rooming.room, None, upload(), by=rooming.lead)

    def test_until_it_is_checked_readers_do_not_know_of_it(self):
        rooming = make_room()
        node = rooms.add_file(rooming.room, None, upload(), name_en="Waiting", by=rooming.lead)
        rooming.let(node, "view")
        assert rooming.names() == []
        check_files()
        assert rooming.names() == ["Waiting"]

    def test_a_newer_version_takes_its_place_once_checked_and_the_old_one_stays(self, client):
        rooming = make_room()
        node = rooming.document(level="original")
        first = node.versions.get()
        rooms.replace_file(node, upload("b.pdf", pdf_of("One", "Two")), by=rooming.lead)
        assert current_of(nodes_of(rooming.room).get()) == first
        check_files()
        second = current_of(nodes_of(rooming.room).get())
        assert (second.number, second.pages) == (2, 2)
        # The old one is the parks' alone.
        url = reverse("investment:room_version", args=[rooming.project.slug, node.token, 1])
        client.force_login(rooming.reader)
        assert client.get(url).status_code == 404
        client.force_login(rooming.lead)
        assert client.get(url).status_code == 200
        with pytest.raises(DatabaseError), transaction.atomic():
            first.delete()

    def test_an_office_file_is_offered_as_the_original_or_not_at_all(self, client):
        rooming = make_room()
        node = rooming.document(level="original", file=upload("a.docx", docx()))
        client.force_login(rooming.reader)
        page = reverse("investment:room_document", args=[rooming.project.slug, node.token])
        assert "You may download the original" in client.get(page).content.decode()
        assert client.get(page + "copy/").status_code == 404
        assert client.get(page + "pages/1/").status_code == 404
        assert client.get(page + "original/").status_code == 200
        rooming.let(node, "download")
        assert "not offered to you" in client.get(page).content.decode()
        assert client.get(page + "original/").status_code == 404


class TestTree:
    def test_a_folder_cannot_stand_in_itself(self):
        rooming = make_room()
        outer = rooming.folder("Outer")
        inner = rooming.folder("Inner", outer)
        with pytest.raises(RuleBroken):
            rooms.change_node(outer, name_zh="", name_en="Outer", parent=inner, by=rooming.lead)
        with pytest.raises(RuleBroken):
            rooming.folder("Inner", outer)

    def test_what_is_taken_out_is_gone_with_all_below_it(self):
        rooming = make_room()
        folder = rooming.let(rooming.folder("Folder"), "view")
        rooming.document(level="", parent=folder)
        assert len(rooming.names()) == 2
        assert rooms.remove_node(folder, by=rooming.lead) == 2
        assert rooming.names() == []
        assert RoomNode.objects.count() == 2

    def test_the_database_keeps_rooms_apart(self):
        rooming, other = make_room(), make_room()
        node = rooming.document(level="")
        for change in (
            lambda: RoomAccess.objects.create(group=other.group, node=node, can_view=True),
            lambda: RoomNode.objects.create(room=other.room, parent=node, kind="file", name_zh="样例"),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()

    def test_the_audit_chain_tells_no_name_of_a_document(self):
        rooming = make_room()
        rooming.document("Secret name")
        events = AuditEvent.objects.filter(verb__startswith="room.")
        assert {event.object_type for event in events} == {"investment.room"}
        assert "Secret" not in json.dumps([event.payload for event in events])


class TestGroups:
    def test_only_people_of_an_accepted_interest_can_be_added(self):
        rooming = make_room()
        stranger = make_investor()
        with pytest.raises(RuleBroken):
            rooms.add_member(rooming.group, stranger.signatory, stranger.investor, by=rooming.lead)
        again = rooms.add_member(rooming.group, rooming.reader, rooming.investor, by=rooming.lead)
        assert rooming.group.members.get() == again

    def test_the_page_of_a_group_costs_the_same_for_one_and_for_six_investors(self, client):
        rooming = make_room()
        client.force_login(rooming.lead)
        url = reverse("investment:room_group", args=[rooming.project.slug, rooming.group.pk])
        client.get(url)
        with CaptureQueriesContext(connection) as one:
            client.get(url)
        others = [make_investor() for _each in range(5)]
        for other in others:
            enter(rooming.project, other, rooming.lead)
        with CaptureQueriesContext(connection) as six:
            page = client.get(url).content.decode()
        assert all(other.investor.organisation.name_en in page for other in others)
        assert len(six) == len(one)
        # Whoever left is offered no more, and cannot be added by an open page.
        gone = others[0]
        gone.signatory.duties.update(ended_at=timezone.now(), ended_by=rooming.lead)
        assert gone.signatory.pk not in {one.pk for _side, people in rooms.candidates(rooming.room) for one in people}
        with pytest.raises(RuleBroken):
            rooms.add_member(rooming.group, gone.signatory, gone.investor, by=rooming.lead)

    def test_d4_a_window_ends_after_it_begins(self):
        rooming = make_room()
        now = timezone.now()
        with pytest.raises(RuleBroken):
            rooms.write_group(rooming.room, None, name="Sample", opens_at=now, closes_at=now, by=rooming.lead)
        with pytest.raises(RuleBroken):
            open_group(rooming.room, "Sample group", rooming.lead)
        later = rooms.write_group(
            rooming.room,
            rooming.group,
            name="Sample group",
            opens_at=now + timedelta(days=1),
            closes_at=now + timedelta(days=2),
            by=rooming.lead,
        )
        assert rooming.visit().entry.rule == "D-4"
        assert later.pk == rooming.group.pk

    def test_d6_a_level_is_said_taken_back_and_told_to_the_chain_once(self):
        rooming = make_room()
        node = rooming.document()
        rooming.let(node, "view")
        assert AuditEvent.objects.filter(verb="room.access_set").count() == 1
        rooming.let(node, "")
        assert not RoomAccess.objects.exists()
        with pytest.raises(RuleBroken):
            rooming.let(node, "everything")

    def test_the_look_through_their_eyes_is_what_they_see(self, client):
        rooming = make_room()
        rooming.document("Shown")
        rooming.document("Hidden from them", level="")
        client.force_login(rooming.lead)
        url = reverse("investment:room_as", args=[rooming.project.slug])
        page = client.get(url, {"who": rooming.reader.pk}).content.decode()
        assert "Shown" in page
        assert "Hidden from them" not in page


class TestFactor:
    def test_6_5_a_room_that_needs_one_is_closed_until_the_reader_has_one(self, client):
        rooming = make_room()
        node = rooming.document()
        with pytest.raises(PermissionDenied):
            rooms.require_factor(rooming.room, True, by=rooming.promoters.officer)
        client.force_login(rooming.lead)
        client.post(reverse("investment:room_factor", args=[rooming.project.slug]), {"needs": "1"})
        assert AuditEvent.objects.filter(verb="room.factor_set").count() == 1
        assert rooming.names(rooming.lead) == ["Sample document"]

        client.force_login(rooming.reader)
        room = reverse("investment:room", args=[rooming.project.slug])
        page = reverse("investment:room_page", args=[rooming.project.slug, node.token, 1])
        assert "This room asks for a second factor" in client.get(room).content.decode()
        assert client.get(page).status_code == 404
        assert RoomEvent.objects.get().rule == "6.5"
        give_app(rooming.reader)
        assert "Sample document" in client.get(room).content.decode()
        assert client.get(page).status_code == 200


class TestAskedAgain:
    """6.19: within ten minutes of showing that it is them, before rights in a room and before a signature."""

    @pytest.fixture
    def rooming(self):
        rooming = make_room()
        rooming.lead.set_password("mountain river paper lamp")
        rooming.lead.save()
        return rooming

    @pytest.mark.parametrize(
        ("name", "args"),
        [
            ("room_open", ()),
            ("room_bulk", ()),
            ("room_factor", ()),
            ("room_group_new", ()),
            ("room_group", ("group",)),
            ("room_member_add", ("group",)),
            ("room_access", ("node",)),
            ("version_sign", ("version",)),
        ],
    )
    def test_before_it_is_done(self, client, rooming, name, args):
        things = {"group": rooming.group.pk, "node": rooming.document().token, "version": 1}
        url = reverse(f"investment:{name}", args=[rooming.project.slug, *(things[arg] for arg in args)])
        client.force_login(rooming.lead)
        fresh = client.post(url)
        session = client.session
        session["account_authentication_methods"][-1]["at"] -= 700
        session.save()
        before = AuditEvent.objects.count()

        late = client.post(url, {"allows": "1", "needs": "1", "name": "Sample", "read": "yes"})

        again = reverse("account_reauthenticate")
        assert not fresh.headers.get("Location", "").startswith(again)
        assert late.headers["Location"].startswith(again)
        assert AuditEvent.objects.count() == before

    def test_looking_needs_none(self, client, rooming):
        client.force_login(rooming.lead)
        session = client.session
        session["account_authentication_methods"][-1]["at"] -= 700
        session.save()

        for name, args in (("room_desk", ()), ("room_group_new", ()), ("room_group", (rooming.group.pk,))):
            assert client.get(reverse(f"investment:{name}", args=[rooming.project.slug, *args])).status_code == 200


class TestManifest:
    def test_d12_it_holds_path_hash_and_version_and_never_changes(self, client):
        rooming = make_room()
        folder = rooming.folder("Folder")
        node = add_document(rooming.room, rooming.lead, "Paper", parent=folder)
        first = rooms.freeze(rooming.room, by=rooming.lead)
        file = node.versions.get().file
        assert first.entries == [
            {
                "path": "Folder/Paper",
                "file": "sample.pdf",
                "sha256": file.sha256,
                "version": 1,
                "size": file.size,
            }
        ]
        assert rooms.freeze(rooming.room, by=rooming.lead) == first
        rooms.replace_file(node, upload("b.pdf", pdf_of("Other")), by=rooming.lead)
        check_files()
        second = rooms.freeze(rooming.room, by=rooming.lead)
        assert (second.number, second.entries[0]["version"]) == (2, 2)
        for change in (lambda: RoomManifest.objects.update(entries=[]), RoomManifest.objects.all().delete):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()
        client.force_login(rooming.lead)
        url = reverse("investment:room_manifest", args=[rooming.project.slug, 1])
        body = client.get(url, {"format": "json"}).content
        assert hashlib.sha256(body).hexdigest() == first.sha256

    def test_d12_going_before_the_committee_writes_one_down(self):
        rooming = make_room()
        rooming.document()
        projects.move_project(rooming.project, "examine", by=rooming.lead)
        assert not RoomManifest.objects.exists()
        projects.move_project(rooming.promoters.fresh(), "put_before", by=rooming.lead)
        manifest = RoomManifest.objects.get()
        assert (manifest.occasion, manifest.frozen_by, len(manifest.entries)) == ("ic_review", None, 1)


class TestOffice:
    def test_d1_the_investment_desk_looks_and_takes_nothing(self, client):
        rooming = make_room()
        node = rooming.document(level="original")
        visit = rooming.visit(rooming.promoters.officer)
        assert visit.decide(node, Action.VIEW)
        assert not visit.decide(node, Action.DOWNLOAD)
        with pytest.raises(PermissionDenied):
            rooms.remove_node(node, by=rooming.promoters.officer)
