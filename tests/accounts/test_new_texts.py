"""A new version of terms or privacy notice: said on every page until it was read, asked for without a question more."""

import dataclasses
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alliance.accounts import purposes
from alliance.accounts.models import ConsentRecord
from alliance.accounts.services import consents
from tests.factories import make_council_member, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def new_terms(monkeypatch):
    """Terms of next year, in force now."""
    text = dataclasses.replace(purposes.TERMS, version="2027-05")
    monkeypatch.setattr(purposes, "TEXTS", (text, purposes.NOTICE))
    monkeypatch.setitem(purposes.PURPOSES, "terms", text)
    return text


def told(page) -> list[str]:
    return [text.code for text in purposes.TEXTS if f"/account/consents/{text.code}/" in page.content.decode()]


class TestNewTexts:
    def test_whoever_confirmed_the_present_ones_is_told_nothing(self, client):
        client.force_login(make_user())

        assert told(client.get("/en/desk/")) == []

    def test_nor_is_a_visitor(self, client, new_terms):
        assert told(client.get("/en/")) == []

    def test_a_new_version_is_said_on_every_page_until_it_is_confirmed(self, client, new_terms):
        person = make_user()
        client.force_login(person)
        for path in ("/en/desk/", "/en/parks/", "/en/terms/"):
            page = client.get(path)
            assert told(page) == ["terms"]
            assert "A new version of “Terms of use” is in force (2027-05)." in page.content.decode()

        answer = client.post(
            reverse("accounts:decide_consent", args=["terms"]), {"answer": "yes", "next": "/en/parks/?q=x"}
        )

        assert answer["Location"] == "/en/parks/?q=x"
        assert told(client.get("/en/desk/")) == []
        record = ConsentRecord.objects.get(person=person, purpose="terms")
        assert (record.version, record.is_given, record.way) == ("2027-05", True, ConsentRecord.Way.PAGE)

    def test_it_leads_nowhere_else(self, client, new_terms):
        client.force_login(make_user())

        answer = client.post(
            reverse("accounts:decide_consent", args=["terms"]), {"answer": "yes", "next": "//elsewhere.example"}
        )

        assert answer["Location"] == reverse("accounts:consents")

    def test_an_account_that_was_never_asked_is_asked(self, client):
        person = make_user(confirmed_texts={})
        client.force_login(person)

        assert told(client.get("/en/desk/")) == ["terms", "privacy_notice"]

        for text in purposes.TEXTS:
            consents.give(person, text, way=consents.Way.PAGE)
        assert told(client.get("/en/desk/")) == []

    def test_it_costs_no_question(self, client, new_terms, settings):
        settings.SHARED_PART_SECONDS = 0
        counted = []
        for confirmed in ({"terms": new_terms.version, "privacy_notice": purposes.NOTICE.version}, {}):
            client.force_login(make_user(confirmed_texts=confirmed))
            client.get("/en/desk/")
            with CaptureQueriesContext(connection) as queries:
                client.get("/en/desk/")
            counted.append(len(queries))
        assert counted[0] == counted[1]

    def test_pages_that_readers_share_are_made_apart_for_them(self, client, new_terms, settings):
        settings.SHARED_PART_SECONDS = 60
        path = reverse("reports:dashboard")
        knows, does_not = make_council_member(), make_council_member()
        type(knows).objects.filter(pk=knows.pk).update(
            confirmed_texts={"terms": new_terms.version, "privacy_notice": purposes.NOTICE.version}
        )
        said = []
        for person in (knows, does_not, knows):
            client.force_login(person)
            said.append(told(client.get(path)))

        assert said == [[], ["terms"], []]


def test_what_was_confirmed_before_is_taken_along():
    person = make_user(confirmed_texts={})
    for version, is_given in (("2026-01", True), ("2026-11", True)):
        ConsentRecord.objects.create(person=person, purpose="terms", version=version, is_given=is_given, way="page")

    import_module("alliance.accounts.migrations.0008_confirmed_texts").from_consents(apps, None)

    person.refresh_from_db()
    assert person.confirmed_texts == {"terms": "2026-11"}
