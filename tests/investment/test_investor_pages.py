"""The way of an investor through its pages: register, upload, hand in, and what the desk decides on its own."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from alliance.core.files import make_renditions
from alliance.core.models import StoredFile
from investment.models import Investor
from tests.core.documents import pdf
from tests.factories import factor_shown, make_officer, make_organisation, make_user
from tests.investment.investing import make_investor, ready_document

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ground(settings):
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
        "private": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }
    make_organisation("secretariat")


def visitor(person) -> Client:
    client = Client()
    client.force_login(person)
    factor_shown(client, person)
    return client


def address(name: str, *args) -> str:
    with translation.override("en"):
        return reverse(f"investment:{name}", args=args)


def upload(client: Client, slug: str, kind: str, name: str = "paper.pdf", body: bytes = b""):
    file = SimpleUploadedFile(name, body or pdf(), content_type="application/pdf")
    return client.post(address("document_add", slug), {"kind": kind, "file": file})


def test_from_a_newcomer_abroad_to_a_verified_investor():
    person, officer = make_user(), make_officer("investment_desk")
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    client, desk = visitor(person), visitor(officer)
    assert "Register an investor" in client.get(address("investor_home")).content.decode()

    values = {"name_en": "Sample Capital", "kind": "corporate", "country": "SG", "foreign_id": "2020001"}
    response = client.post(address("investor_new"), values)
    investor = Investor.objects.select_related("organisation").get()
    slug = investor.organisation.slug
    assert response["Location"] == address("desk_investor", slug)
    assert investor.organisation.name_zh == "Sample Capital"

    for kind in ("licence", "authority"):
        assert upload(client, slug, kind).status_code == 302
    page = client.get(address("desk_investor", slug)).content.decode()
    assert "being checked" in page
    document = investor.documents.select_related("file")[0]
    file = address("investor_document", slug, document.file.token)
    assert desk.get(file).status_code == 404
    for stored in StoredFile.objects.all():
        make_renditions(stored.pk)
    assert client.get(file).status_code == desk.get(file).status_code == 200
    assert desk.get(file)["Content-Disposition"].startswith("attachment")
    assert visitor(make_investor().signatory).get(file).status_code == 404

    client.post(address("investor_hand_in", slug))
    assert "With the investment desk" in client.get(address("desk_investor", slug)).content.decode()
    move = address("investor_move", slug, "verify")
    until = timezone.localdate() + timedelta(days=700)
    values = {"checks": ["register", "authority"], "evidence": "Sample register", "until": until.isoformat()}
    assert desk.post(move, values).status_code == 422
    assert desk.post(move, values | {"checks": ["register", "authority", "lists"]}).status_code == 302
    investor.refresh_from_db()
    assert (investor.is_verified, investor.verified_until) == (True, until)
    assert "verified until" in client.get(address("desk_investor", slug)).content.decode()


@pytest.mark.parametrize(
    ("name", "body"),
    [("paper.exe", b"MZ"), ("paper.pdf", b"<html></html>"), ("paper.docx", b""), ("paper.pdf", b"PK\x03\x04")],
)
def test_what_is_no_paper_is_said_beside_the_form(name: str, body: bytes):
    investing = make_investor("contact_verified")
    response = upload(visitor(investing.signatory), investing.investor.organisation.slug, "licence", name, body)

    assert response.status_code == 422
    assert name in response.content.decode()
    assert not StoredFile.objects.exists()


def test_a_pdf_with_scripts_is_kept_from_everybody_and_says_why():
    investing = make_investor("contact_verified")
    slug = investing.investor.organisation.slug
    client = visitor(investing.signatory)
    upload(client, slug, "licence", body=pdf(b"3 0 obj<</S/JavaScript/JS(x)>>endobj"))
    stored = StoredFile.objects.get()
    make_renditions(stored.pk)

    assert client.get(address("investor_document", slug, stored.token)).status_code == 404
    assert "contains scripts" in client.get(address("desk_investor", slug)).content.decode()


def test_a_refusal_says_its_kind_and_its_words():
    investing, officer = make_investor("contact_verified"), make_officer("investment_desk")
    for kind in ("licence", "authority"):
        ready_document(investing.investor, kind, investing.signatory)
    slug = investing.investor.organisation.slug
    client, desk = visitor(investing.signatory), visitor(officer)
    client.post(address("investor_hand_in", slug))
    refuse = address("investor_move", slug, "refuse")

    assert desk.post(refuse, {"reason": "Blurred scan"}).status_code == 422
    assert desk.post(refuse, {"code": "unreadable", "reason": "Blurred scan"}).status_code == 302
    page = client.get(address("desk_investor", slug)).content.decode()
    assert "Blurred scan" in page
    assert "Documents cannot be read or are incomplete" in page
    client.post(address("investor_again", slug))
    assert Investor.objects.get().is_written


def test_what_it_looks_for_is_kept_in_fen():
    investing = make_investor()
    slug = investing.investor.organisation.slug
    client = visitor(investing.signatory)

    assert client.post(address("investor_wishes", slug), {"least": "500", "most": "100"}).status_code == 422
    assert client.post(address("investor_wishes", slug), {"least": "500", "most": "3000"}).status_code == 302
    fresh = investing.fresh()
    assert (fresh.least, fresh.most) == (500_000_000, 3_000_000_000)
