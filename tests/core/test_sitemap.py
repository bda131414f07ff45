"""What search engines are told, and the small picture that browsers ask for."""

import xml.etree.ElementTree as ET

import pytest
from django.utils import timezone

from tests.factories import make_park

pytestmark = pytest.mark.django_db

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"


def read(client):
    response = client.get("/sitemap.xml")
    assert response["Content-Type"] == "application/xml"
    return ET.fromstring(b"".join(response.streaming_content))


class TestSitemap:
    def test_names_public_pages_in_both_languages(self, client, settings):
        settings.PUBLIC_BASE_URL = "https://portal.example"
        make_park(slug="loom-yard")
        make_park(slug="draft", standing="draft")
        make_park(slug="gone", standing="suspended", suspended_at=timezone.now())

        found = {
            url.find(f"{SITEMAP}loc").text: {
                link.get("hreflang"): link.get("href") for link in url.findall(f"{XHTML}link")
            }
            for url in read(client)
        }

        both = {
            "zh-Hans": "https://portal.example/zh-hans/parks/loom-yard/",
            "en": "https://portal.example/en/parks/loom-yard/",
        }
        assert found[both["en"]] == found[both["zh-Hans"]] == both
        assert {"https://portal.example/en/", "https://portal.example/zh-hans/about/"} <= set(found)
        assert not [url for url in found if "draft" in url or "gone" in url or "account" in url]

    def test_every_address_in_it_opens(self, client, settings):
        settings.PUBLIC_BASE_URL = ""
        make_park()

        for url in read(client):
            path = url.find(f"{SITEMAP}loc").text
            assert client.get(path).status_code == 200, path

    @pytest.mark.parametrize("count", [1, 20])
    def test_queries_do_not_grow(self, client, django_assert_max_num_queries, count):
        for _ in range(count):
            make_park()

        with django_assert_max_num_queries(6):
            assert len(read(client)) > 2 * count

    def test_robots_are_told_where_it_is(self, client, settings):
        settings.PUBLIC_BASE_URL = "https://portal.example"

        assert "Sitemap: https://portal.example/sitemap.xml" in client.get("/robots.txt").content.decode()


def test_browsers_find_the_small_picture(client):
    response = client.get("/favicon.ico")

    assert (response.status_code, response["Content-Type"]) == (200, "image/x-icon")
    assert response.content[:4] == b"\x00\x00\x01\x00"


class TestTooMuch:
    def test_an_address_with_thousands_of_parameters_says_so(self, client):
        response = client.get("/en/parks/?" + "&".join(f"formation=x{number}" for number in range(1500)))

        assert response.status_code == 400
        assert "more conditions than the portal can read" in response.content.decode()

    def test_other_bad_requests_do_not(self, client):
        response = client.get("/en/parks/?q=a", headers={"Host": "elsewhere.example"})

        assert response.status_code == 400
        assert "more conditions" not in response.content.decode()
