import re

import pytest
from django.test import Client
from django.utils import translation

from alliance.core import pagecache
from alliance.core.sharedparts import LONGEST, shared
from tests.factories import make_officer, make_user


class Maker:
    def __init__(self):
        self.made = 0

    def __call__(self):
        self.made += 1
        return f"part {self.made}"


@pytest.fixture
def make(settings):
    settings.SHARED_PART_SECONDS = 30
    pagecache._bump()
    return Maker()


class TestShared:
    def test_made_once_for_an_address(self, make):
        assert [shared("x", "a=1", make) for _ in range(3)] == ["part 1"] * 3
        assert shared("x", "a=2", make) == "part 2"
        assert shared("y", "a=1", make) == "part 3"

    def test_each_language_has_its_own(self, make):
        with translation.override("en"):
            english = shared("x", "a=1", make)
        with translation.override("zh-hans"):
            assert shared("x", "a=1", make) != english

    def test_a_publication_makes_it_anew(self, make):
        before = shared("x", "a=1", make)

        pagecache._bump()

        assert shared("x", "a=1", make) != before

    def test_off(self, make, settings):
        settings.SHARED_PART_SECONDS = 0

        assert shared("x", "a=1", make) != shared("x", "a=1", make)

    def test_a_long_address_is_not_kept(self, make):
        assert shared("x", "a" * (LONGEST + 1), make) != shared("x", "a" * (LONGEST + 1), make)


@pytest.mark.django_db
class TestDirectory:
    def test_signed_in_readers_share_the_middle_of_the_page(self, make, client, django_assert_num_queries):
        from tests.factories import make_park, make_user

        park = make_park(name_en="First")
        client.get("/en/parks/?kind=park")
        pagecache._bump()

        first = client.get("/en/parks/?kind=park")
        with django_assert_num_queries(0):
            again = client.get("/en/parks/?kind=park")
        park.name_en = "Second"
        park.save()
        pagecache._bump()
        later = client.get("/en/parks/?kind=park")
        client.force_login(make_user())
        signed_in = client.get("/en/parks/?kind=park")

        assert ["First" in page.content.decode() for page in (first, again, later)] == [True, True, False]
        assert "Second" in signed_in.content.decode()
        # What comes out of the cache is still markup.
        assert again.content.decode().count('<li class="pcard">') == 1

    def test_members_contact_is_not_shared_with_others(self, make, client):
        from tests.factories import make_park, make_user

        manager = make_user()
        park = make_park(managers=[manager], contact_phone="0574-1", contact_visibility="members")

        client.force_login(manager)
        own = client.get(f"/en/parks/{park.slug}/").content.decode()
        client.logout()
        everybody = client.get(f"/en/parks/{park.slug}/").content.decode()

        assert ("0574-1" in own, "0574-1" in everybody) == (True, False)
        assert (f"/en/desk/parks/{park.slug}/" in own, f"/en/desk/parks/{park.slug}/" in everybody) == (True, False)


@pytest.mark.django_db
class TestSharedPage:
    """The directory as two people of equal rights see it: made once, with nothing of the first left for the second."""

    def test_holds_nothing_of_another_reader(self, client, make):
        pages = {}
        for name in ("Reader One", "Reader Two"):
            client.force_login(make_user(name, email=f"{name[-3:]}@example.org"))
            pages[name] = client.get("/en/parks/").content.decode()

        assert "Reader One" in pages["Reader One"]
        assert "Reader One" not in pages["Reader Two"]
        assert "Reader Two" in pages["Reader Two"]
        assert "one@" not in pages["Reader Two"].lower()

    def test_forms_carry_their_readers_own_token(self, make):
        client = Client(enforce_csrf_checks=True)
        client.force_login(make_user("Reader One"))
        client.get("/en/parks/")
        second = Client(enforce_csrf_checks=True)
        second.force_login(make_user("Reader Two"))
        page = second.get("/en/parks/").content.decode()

        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        answer = second.post("/en/account/logout/", {"csrfmiddlewaretoken": token})

        assert answer.status_code == 302

    def test_menus_of_an_officer_stay_with_officers(self, client, make):
        client.force_login(make_officer("data_desk"))
        assert "/en/office/" in client.get("/en/parks/").content.decode()

        client.force_login(make_user())
        assert "/en/office/" not in client.get("/en/parks/").content.decode()

    def test_a_message_is_shown_once_and_not_kept(self, client, make):
        client.force_login(make_user())
        client.post("/en/theme/", {"theme": "dark", "next": "/en/parks/"})

        pages = [client.get("/en/parks/").content for _ in range(2)]

        assert pages[0].count(b'data-theme="dark"') == 1
        assert pages[1].count(b'data-theme="dark"') == 1
