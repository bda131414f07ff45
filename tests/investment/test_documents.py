"""Documents outside the data room: class × reader, versions kept, nothing named that is not open (J-5, J-3)."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alliance.core.errors import RuleBroken
from alliance.core.files import NotAccepted
from alliance.core.models import AuditEvent, StoredFile
from investment import policies
from investment.models import DocumentVersion, Project, ProjectDocument
from investment.services import documents, projects
from tests.factories import make_duty, make_user
from tests.investment.documenting import add_document, check, upload
from tests.investment.factories import Promoters, make_project
from tests.investment.investing import make_investor

pytestmark = pytest.mark.django_db

TITLES = {"public": "人人可读甲乙", "registered": "注册可读丙丁", "verified": "核验可读戊己"}
# Which classes each reader has; whoever is turned away reads what everybody reads.
READERS = {
    "anonymous": {"public"},
    "signed in": {"public"},
    "registered": {"public", "registered"},
    "contact_verified": {"public", "registered"},
    "expired": {"public", "registered"},
    "organisation_verified": {"public", "registered", "verified"},
    "qualified": {"public", "registered", "verified"},
    "refused": {"public"},
    "suspended": {"public"},
    "revoked": {"public"},
    "promoter": {"public", "registered", "verified"},
    "other promoter": {"public", "registered", "verified"},
    "promoter elsewhere": {"public"},
    "desk": {"public", "registered", "verified"},
}
REASONED = {"refused", "suspended", "revoked"}


@pytest.fixture
def made() -> Promoters:
    return make_project()


@pytest.fixture
def three(made: Promoters) -> dict[str, ProjectDocument]:
    return {
        one: add_document(made.project, made.lead, disclosure=one, title_zh=title, title_en=f"Title {one}")
        for one, title in TITLES.items()
    }


def reader(name: str, made: Promoters) -> Client:
    client = Client()
    person = {
        "signed in": make_user,
        "promoter": lambda: made.managers[0],
        "other promoter": lambda: made.managers[1],
        "promoter elsewhere": lambda: make_project().lead,
        "desk": lambda: made.officer,
    }.get(name)
    if person is not None:
        client.force_login(person())
    elif name != "anonymous":
        why = {"reason_code": "other", "state_reason": "Sample"} if name in REASONED else {}
        client.force_login(make_investor(name, **why).signatory)
    return client


def address(document: ProjectDocument) -> str:
    return reverse("investment:project_document", args=[document.project.slug, document.token])


@pytest.mark.parametrize("name", READERS)
def test_j5_each_reader_has_exactly_its_classes(name, made, three):
    client = reader(name, made)

    answers = {one: client.get(address(document)).status_code for one, document in three.items()}
    page = client.get(made.project.get_absolute_url()).content.decode()

    assert answers == {one: 200 if one in READERS[name] else 404 for one in TITLES}
    assert {one for one, title in TITLES.items() if title in page} == READERS[name]
    assert {one for one, document in three.items() if str(document.token) in page} == READERS[name]


def test_j5_others_are_not_counted_either(made, three):
    """A page with documents of other classes is, for a visitor, the page without them."""

    def seen() -> str:
        page = Client().get(made.project.get_absolute_url()).content.decode()
        return page[page.index('id="documents"') : page.index('id="updates"')]

    with_them = seen()
    for one in ("registered", "verified"):
        documents.withdraw_document(three[one], reason="Sample", by=made.lead)

    assert seen() == with_them


def test_j5_data_for_programs_name_what_everybody_reads_alone(made, three):
    text = Client().get(reverse("investment:project_oc4ids", args=[made.project.slug])).content.decode()

    assert TITLES["public"] in text
    assert address(three["public"]) in text
    assert TITLES["registered"] not in text
    assert TITLES["verified"] not in text


def test_the_room_has_no_class_here(made):
    with pytest.raises(ValueError, match="room"):
        add_document(made.project, made.lead, disclosure="room")
    document = add_document(made.project, made.lead)
    with pytest.raises(DatabaseError), transaction.atomic():
        ProjectDocument.objects.filter(pk=document.pk).update(disclosure="nda")


def test_stages_are_the_public_ones(made, three):
    """J-3: a committee has no stage."""
    assert Project.State.IC_REVIEW not in ProjectDocument.Stage.values
    later = add_document(made.project, made.lead, stage="due_diligence", title_zh="较晚阶段")

    page = Client().get(made.project.get_absolute_url()).content.decode()
    part = page[page.index('id="documents"') :]

    assert part.index(TITLES["public"]) < part.index(later.title_zh)


def test_what_is_not_public_any_more_takes_its_documents_along(made, three):
    projects.move_project(made.fresh(), "withdraw", by=made.lead, reason="Sample")

    assert Client().get(address(three["public"])).status_code == 404


def test_a_document_of_another_project_is_not_found_under_this_one(made, three):
    other = make_project()

    wrong = reverse("investment:project_document", args=[other.project.slug, three["public"].token])

    assert Client().get(wrong).status_code == 404


class TestVersions:
    def test_readers_get_the_newest_that_was_checked(self, made):
        document = add_document(made.project, made.lead)
        documents.renew_document(document, upload("second.pdf"), by=made.managers[1])
        assert 'filename="sample.pdf"' in Client().get(address(document))["Content-Disposition"]

        check(document)
        assert 'filename="second.pdf"' in Client().get(address(document))["Content-Disposition"]

    def test_what_was_not_checked_does_not_exist(self, made):
        document = add_document(made.project, made.lead, is_checked=False)
        assert Client().get(address(document)).status_code == 404

        check(document, StoredFile.State.REFUSED)
        assert Client().get(address(document)).status_code == 404
        assert document.title_zh not in Client().get(made.project.get_absolute_url()).content.decode()

    def test_promoters_and_the_desk_keep_what_was_replaced_and_withdrawn(self, made, client):
        document = add_document(made.project, made.lead)
        documents.renew_document(document, upload("second.pdf"), by=made.lead)
        check(document)
        documents.withdraw_document(document, reason="样例理由", by=made.lead)
        assert Client().get(address(document)).status_code == 404

        for person, answer in ((made.managers[1], 200), (made.officer, 200), (make_investor().signatory, 404)):
            client.force_login(person)
            for number in (1, 2):
                kept = reverse("investment:desk_document_version", args=[made.project.slug, document.token, number])
                assert client.get(kept).status_code == answer

        client.force_login(made.lead)
        page = client.get(reverse("investment:desk_documents", args=[made.project.slug])).content.decode()
        assert "样例理由" in page

    def test_the_database_itself_keeps_them(self, made):
        document = add_document(made.project, made.lead)
        for attempt in (
            lambda: DocumentVersion.objects.filter(document=document).update(number=9),
            lambda: DocumentVersion.objects.filter(document=document).delete(),
            lambda: ProjectDocument.objects.filter(pk=document.pk).update(withdrawn_at="2026-01-01T00:00Z"),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                attempt()
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM investment_projectdocument WHERE id = %s", [document.pk])


class TestKeeping:
    def test_only_promoters_put_in_change_and_withdraw(self, made):
        document = add_document(made.project, made.lead)
        values = {"kind": "other", "stage": "published", "disclosure": "verified", "title_zh": "样例"}
        for person in (made.officer, make_investor().signatory, make_project().lead):
            with pytest.raises(PermissionDenied):
                add_document(made.project, person)
            with pytest.raises(PermissionDenied):
                documents.renew_document(document, upload(), by=person)
            with pytest.raises(PermissionDenied):
                documents.change_document(document, by=person, **values)
            with pytest.raises(PermissionDenied):
                documents.withdraw_document(document, reason="Sample", by=person)

    def test_each_step_is_written_down(self, made):
        document = add_document(made.project, made.lead, disclosure="registered")
        documents.renew_document(document, upload("second.pdf"), by=made.lead)
        documents.change_document(
            document, kind="market", stage="published", disclosure="public", title_zh="样例", by=made.lead
        )
        documents.withdraw_document(document, reason="Sample", by=made.lead)
        documents.withdraw_document(document, reason="Again", by=made.lead)

        found = AuditEvent.objects.filter(verb__startswith="project_document.").order_by("pk")
        assert [event.verb.partition(".")[2] for event in found] == [
            "added",
            "version_added",
            "version_added",
            "changed",
            "withdrawn",
        ]
        assert found[3].payload["was"] == "registered"
        assert found[3].payload["disclosure"] == "public"

    @pytest.mark.parametrize(
        ("name", "body"),
        [("tool.exe", b"MZ"), ("film.mp4", b"\0\0\0\x18ftypisom"), ("wrong.pdf", b"PK\x03\x04"), ("empty.pdf", b"")],
    )
    def test_what_is_none_of_the_kinds_is_not_taken(self, made, name, body):
        with pytest.raises(NotAccepted):
            add_document(made.project, made.lead, upload=upload(name, body))
        assert not ProjectDocument.objects.exists()

    def test_its_name_in_the_store_is_random_and_the_file_runs_nothing(self, made):
        document = add_document(made.project, made.lead, upload=upload("样例 ../x.pdf"))

        assert "x.pdf" not in document.versions.get().file.content.name
        answer = Client().get(address(document))
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert answer["Content-Disposition"].startswith("attachment")

    def test_withdrawn_is_withdrawn(self, made):
        document = add_document(made.project, made.lead)
        with pytest.raises(RuleBroken):
            documents.withdraw_document(document, reason=" ", by=made.lead)
        documents.withdraw_document(document, reason="Sample", by=made.lead)
        with pytest.raises(RuleBroken):
            documents.renew_document(document, upload(), by=made.lead)

    def test_the_desk_page_takes_and_renews(self, made, client):
        client.force_login(made.lead)
        desk = reverse("investment:desk_documents", args=[made.project.slug])
        values = {"title_zh": "样例", "kind": "brief", "stage": "published", "disclosure": "verified"}

        assert client.post(desk, values | {"file": upload()}).status_code == 302
        document = ProjectDocument.objects.get()
        assert client.post(desk, values | {"file": upload("x.exe", b"MZ")}).status_code == 422
        one = reverse("investment:desk_document", args=[made.project.slug, document.token])
        assert client.post(f"{one}renew/", {"file": upload("second.pdf")}).status_code == 302
        assert client.post(one, values | {"disclosure": "public"}).status_code == 302
        assert client.post(f"{one}withdraw/", {"reason": ""}).status_code == 422
        assert client.post(f"{one}withdraw/", {"reason": "Sample"}).status_code == 302

        document.refresh_from_db()
        assert (document.disclosure, document.versions.count(), bool(document.withdrawn_at)) == ("public", 2, True)


def test_one_and_ten_documents_cost_the_same(made):
    add_document(made.project, made.lead)
    address_ = made.project.get_absolute_url()
    Client().get(address_)
    with CaptureQueriesContext(connection) as few:
        Client().get(address_)
    for number in range(9):
        add_document(made.project, made.lead, title_zh=f"样例{number}")
    with CaptureQueriesContext(connection) as more:
        Client().get(address_)

    assert len(more) == len(few)


def test_an_analyst_reads_like_the_signatory(made):
    investing = make_investor()
    analyst = make_duty(make_user(), investing.investor.organisation, "investor_analyst").person

    assert policies.document_classes(analyst, made.project) == ["public", "registered", "verified"]
    assert policies.document_classes(AnonymousUser(), made.project) == ["public"]
