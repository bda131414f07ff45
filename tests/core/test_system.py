"""What machines ask for: whether the portal lives, and what search engines may read."""

import pytest


@pytest.mark.django_db
class TestRobots:
    def test_public_pages_are_open_and_desks_closed_in_both_languages(self, client):
        answer = client.get("/robots.txt")

        lines = answer.content.decode().splitlines()
        assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain")
        assert {"Disallow: /zh-hans/desk/", "Disallow: /en/desk/", "Disallow: /en/search/"} <= set(lines)
        assert not [line for line in lines if "/parks/" in line or line == "Disallow: /"]


@pytest.mark.django_db
class TestReadyz:
    def test_says_what_is_in_order(self, client):
        answer = client.get("/readyz")

        assert (answer.status_code, answer.json()) == (200, {"database": True, "migrations": True, "broker": True})

    def test_is_not_ready_without_its_broker(self, client, settings):
        settings.REDIS_URL = "redis://127.0.0.1:1/0"

        answer = client.get("/readyz")

        assert (answer.status_code, answer.json()["broker"]) == (503, False)
