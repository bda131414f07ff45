import pytest
from django.utils import translation

from alliance.core import pagecache
from alliance.core.sharedparts import LONGEST, shared


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
