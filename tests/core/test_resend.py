"""Whoever was signed out while writing keeps the text and sends it again; nobody else's form is repeated."""

import re
from html import unescape

import pytest
from django.test import Client

from tests.factories import make_user

pytestmark = pytest.mark.django_db

WRITTEN = "A story,\nwith <b>two</b> lines"
OURS = {"Origin": "http://testserver", "Referer": "http://testserver/en/account/duties/?a=1"}
FORM = "/en/account/profile/"


def fields(response) -> dict[str, str]:
    found = re.findall(r'<textarea name="(\w+)" hidden>\n(.*?)</textarea>', response.content.decode(), re.S)
    return {name: unescape(value) for name, value in found}


class TestSignedOut:
    def test_the_text_comes_back_with_the_way_to_sign_in(self, client):
        response = client.post(FORM, {"name": WRITTEN, "language": "en"}, headers=OURS)

        assert response.status_code == 401
        assert fields(response) == {"name": WRITTEN, "language": "en"}
        assert 'href="/en/account/login/" target="_blank"' in response.content.decode()
        assert response["Cache-Control"] == "no-store"

    def test_sent_again_it_arrives(self, client):
        held = fields(client.post(FORM, {"name": "Li Wei", "language": "en", "theme": "system"}, headers=OURS))
        person = make_user()
        client.force_login(person)

        client.post(FORM, held, headers=OURS)

        person.refresh_from_db()
        assert person.name == "Li Wei"

    def test_a_button_alone_leads_back_to_its_page(self, client):
        response = client.post("/en/inbox/read/", headers=OURS)

        assert response["Location"] == "/en/account/login/?next=/en/account/duties/%3Fa%3D1"

    @pytest.mark.parametrize("headers", [{"Origin": "http://evil.example"}, {"Referer": "http://evil.example//evil"}])
    def test_a_form_from_elsewhere_is_not_repeated(self, headers):
        response = Client(enforce_csrf_checks=True).post(FORM, {"name": "x"}, headers=headers)

        assert response.status_code == 403
        assert fields(response) == {}

    def test_a_saving_page_stays_where_it_is(self, client):
        response = client.post(FORM, {"name": "x"}, headers={**OURS, "HX-Request": "true"})

        assert response.status_code == 401
        assert "HX-Redirect" not in response


class TestSignedInAnew:
    """Signing in gives new tokens, so that forms opened before no longer fit."""

    @pytest.fixture
    def client(self) -> Client:
        client = Client(enforce_csrf_checks=True)
        client.force_login(make_user())
        return client

    def test_the_text_comes_back_with_a_fresh_token(self, client):
        response = client.post(FORM, {"name": WRITTEN}, headers=OURS)

        assert response.status_code == 403
        assert fields(response) == {"name": WRITTEN}
        assert "csrfmiddlewaretoken" in response.content.decode()

    def test_a_password_is_never_repeated(self, client):
        response = client.post("/en/account/password/change/", {"oldpassword": "s3cret", "x": "y"}, headers=OURS)

        assert response.status_code == 403
        assert "s3cret" not in response.content.decode()
        assert fields(response) == {}

    def test_a_form_from_elsewhere_is_not_repeated(self, client):
        response = client.post(FORM, {"name": "x"}, headers={"Origin": "http://evil.example"})

        assert fields(response) == {}


def test_an_address_for_forms_says_so(client):
    client.force_login(make_user())

    response = client.get("/en/inbox/read/")

    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "This address only takes forms" in response.content.decode()
