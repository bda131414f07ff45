"""The card of a park in other people's pages: it alone may be framed, and it keeps nothing about anybody."""

import re

import pytest
from django.utils import timezone
from django.utils.html import escape

from tests.access_table import ANYONE, TABLE
from tests.factories import make_park, make_user

pytestmark = pytest.mark.django_db


def card(client, park, query="", language="en"):
    return client.get(f"/{language}/embed/parks/{park.slug}/{query}")


class TestCard:
    def test_may_be_framed_by_anybody_and_runs_nothing(self, client):
        response = card(client, make_park())

        policy = response["Content-Security-Policy"]
        assert "frame-ancestors *" in policy
        assert "script-src" not in policy
        assert "default-src 'none'" in policy
        assert "X-Frame-Options" not in response
        assert "<script" not in response.content.decode()

    def test_is_kept_by_caches_and_sets_no_cookie(self, client):
        client.force_login(make_user())

        response = card(client, make_park())

        assert response["Cache-Control"] == "public, max-age=300"
        assert not response.cookies

    def test_is_the_same_for_everybody(self, client):
        park = make_park()
        before = card(client, park).content

        client.force_login(make_user())

        assert card(client, park).content == before

    @pytest.mark.parametrize(("language", "name", "tag"), [("en", "Loom Yard", "en"), ("zh-hans", "织机院", "zh-Hans")])
    def test_speaks_both_languages(self, client, language, name, tag):
        html = card(client, make_park(name_zh="织机院", name_en="Loom Yard"), language=language).content.decode()

        assert f'<html lang="{tag}">' in html
        assert name in html

    def test_links_open_outside_the_frame_at_the_full_address(self, client, settings):
        park = make_park()
        html = card(client, park).content.decode()

        links = re.findall(r"<a [^>]*>", html)
        assert links
        assert all(f'href="{settings.PUBLIC_BASE_URL}/en/parks/{park.slug}/"' in link for link in links)
        assert all('target="_blank"' in link and 'rel="noopener"' in link for link in links)

    @pytest.mark.parametrize(
        "state", [{"standing": "draft"}, {"standing": "suspended", "suspended_at": timezone.now()}]
    )
    def test_only_public_parks_have_one(self, client, state):
        park = make_park(**state)

        for response in (card(client, park), client.get(f"/en/parks/{park.slug}/embed/")):
            assert response.status_code == 404
            assert response["X-Frame-Options"] == "DENY"

    @pytest.mark.parametrize("query", ["?size=small&theme=dark", "?size=../../x&theme=%22%3E", "?size=&theme="])
    def test_whatever_stands_in_the_address(self, client, query):
        response = card(client, make_park(name_en="<script>alert(1)</script>"), query)

        assert response.status_code == 200
        assert "<script" not in response.content.decode()


class TestNoOtherPage:
    def test_may_be_framed(self, client):
        """Every public page that needs no object, and the pages of a park."""
        park = make_park()
        paths = [f"/en/parks/{park.slug}/", f"/en/parks/{park.slug}/embed/"]
        from django.urls import NoReverseMatch, reverse

        for name, rule in TABLE.items():
            if rule.get == ANYONE and name != "parks:park_embed" and rule.is_page:
                try:
                    paths.append(reverse(name) + rule.query)
                except NoReverseMatch:
                    continue

        for path in paths:
            response = client.get(path)
            if response.status_code == 200:
                assert response["X-Frame-Options"] == "DENY", path
                assert "frame-ancestors 'none'" in response["Content-Security-Policy"], path
        assert len(paths) > 15


class TestCode:
    def test_the_lines_show_the_card_and_a_link_where_frames_are_not(self, client, settings):
        park = make_park(name_en='Loom "Yard" & Co')
        settings.PUBLIC_BASE_URL = "https://portal.example"

        html = client.get(f"/en/parks/{park.slug}/embed/?theme=dark").content.decode()

        line = (
            f'<iframe src="https://portal.example/en/embed/parks/{park.slug}/?size=card&amp;theme=dark" '
            'title="Loom &quot;Yard&quot; &amp; Co" width="340" height="440" '
        )
        assert escape(line) in html
        assert escape(f'<a href="https://portal.example/en/parks/{park.slug}/">Loom') in html

    def test_the_park_and_its_desk_lead_there(self, client):
        manager = make_user()
        park = make_park(managers=[manager])
        assert f"/en/parks/{park.slug}/embed/" in client.get(f"/en/parks/{park.slug}/").content.decode()

        client.force_login(manager)

        assert f"/en/parks/{park.slug}/embed/" in client.get(f"/en/desk/parks/{park.slug}/").content.decode()
