"""The theme form carries no token; where the browser says it comes from is checked instead."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def choose(**headers):
    return Client(enforce_csrf_checks=True).post("/en/theme/", {"theme": "dark", "next": "/en/"}, headers=headers)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://testserver"},
        {"Origin": "http://localhost:8000"},
        {"Referer": "http://testserver/en/parks/?q=1"},
    ],
)
def test_our_own_pages_may(headers):
    response = choose(**headers)

    assert response.status_code == 302
    assert response.cookies["theme"].value == "dark"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "http://evil.example"},
        {"Origin": "https://testserver"},
        {"Origin": "http://testserver.evil.example"},
        {"Origin": "http://evil.example", "Referer": "http://testserver/en/"},
        {"Referer": "http://evil.example/?http://testserver/"},
    ],
)
def test_others_may_not(headers):
    response = choose(**headers)

    assert response.status_code == 403
    assert "theme" not in response.cookies


def test_public_pages_carry_no_token(client):
    response = client.get("/en/search/")

    assert b"csrfmiddlewaretoken" not in response.content
    assert not response.cookies
