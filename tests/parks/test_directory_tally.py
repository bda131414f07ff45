"""The directory counted without the database: the same numbers and the same rows as with it, and none that are old."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.http import QueryDict
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alliance.core import pagecache
from alliance.core.lists import counts, tally
from parks import choices
from parks.directory import PARKS
from parks.models import Park
from tests.factories import make_park, make_province

VALUES = {
    "formation": [*choices.Formation.values, "none"],
    "field": ["design", "film", "none"],
    "province": ["330000", "110000", "310000"],
    "industry": ["02", "03"],
    "service": [*choices.Service.values[:2], "none"],
    "site_form": ["rebuilt", "none"],
    "former_use": ["yes"],
    "standing": ["listed", "catalogued"],
    "confirmed": ["fresh", "older", "never"],
}
ORDERS = ["", "name", "place", "oldest", "newest"]


@pytest.fixture
def kept(settings):
    """The tally of the directory as it is now; nothing makes another one by itself."""
    settings.SHARED_PART_SECONDS = 30
    tally.forget()
    keeper = tally.keeper(PARKS)
    keeper._make_soon = lambda: None
    with translation.override("zh-hans"):
        yield keeper
    tally.forget()


def read(query=""):
    return PARKS.read(QueryDict(query))


def from_database(listing):
    """The same numbers by the statement, without the values that no row has."""
    made = counts.count(listing.filter, listing._facets_shown(), PARKS.place)
    facets = {name: {value: n for value, n in found.items() if n} for name, found in made.facets.items()}
    return counts.Counts(made.total, facets, made.places)


@pytest.mark.django_db
class TestTheSame:
    @pytest.fixture
    def many(self, kept):
        self.fill()
        kept.tally = tally.make(PARKS)

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        chosen=st.sets(st.sampled_from(list(VALUES)), max_size=4).flatmap(
            lambda names: st.fixed_dictionaries(
                {name: st.lists(st.sampled_from(VALUES[name]), min_size=1, max_size=2, unique=True) for name in names}
            )
        ),
        sort=st.sampled_from(ORDERS),
        language=st.sampled_from(["zh-hans", "en"]),
    )
    def test_numbers_and_rows(self, many, chosen, sort, language):
        query = QueryDict(mutable=True)
        for name, values in chosen.items():
            query.setlist(name, values)
        query["sort"] = sort

        with translation.override(language):
            listing = PARKS.read(query)
            assert listing.pks is not None
            assert listing.counts == from_database(listing)
            assert list(listing.page) == list(listing.ordered()[:24])

    def fill(self):
        from random import Random

        from parks.models import FieldOfWork, IndustryCategory

        for code in ("design", "film"):
            FieldOfWork.objects.create(code=code, name_zh=code, name_en=code)
        for code in ("02", "03"):
            IndustryCategory.objects.create(code=code, level="major", name_zh=code, name_en=code)
        places = [make_province(code, iso_code=f"CN-{code[:2]}") for code in VALUES["province"]]
        dice, now = Random(7), timezone.now()
        for _ in range(40):
            standing = dice.choice(["listed", "catalogued", "draft"])
            make_park(
                province=dice.choice(places),
                standing=standing,
                listed_at=now if standing == "listed" else None,
                confirmed_at=dice.choice([None, now - timedelta(days=1), now - timedelta(days=900)]),
                formation=dice.choice(["", *choices.Formation.values]),
                site_form=dice.choice(["", "rebuilt"]),
                fields=dice.sample(["design", "film"], dice.randrange(3)),
                industries=dice.sample(["021", "022", "031"], dice.randrange(3)),
                services=dice.sample(choices.Service.values[:2], dice.randrange(3)),
                former_use_zh=dice.choice(["", "仓库"]),
                year_opened=dice.choice([None, 1999, 2010]),
            )


@pytest.mark.django_db(transaction=True)
class TestNeverOld:
    def make(self, kept):
        kept.tally, kept.version = tally.make(PARKS), None
        assert read()._tally is not None

    def test_a_change_that_is_published_shows_at_once(self, kept):
        park = make_park(formation="regeneration")
        self.make(kept)

        Park.objects.filter(pk=park.pk).update(formation="cultivated")
        pagecache._bump()

        listing = read("formation=cultivated")
        assert (listing._tally, listing.total) == (None, 1)

    def test_a_change_that_nobody_told_of_shows_after_a_moment(self, kept):
        park = make_park()
        self.make(kept)

        Park.objects.filter(pk=park.pk).update(standing="suspended", suspended_at=timezone.now())
        kept.checked_at -= tally.BELIEVED

        assert read().total == 0

    def test_words_are_counted_by_the_database(self, kept):
        make_park()
        self.make(kept)

        assert read("q=样例")._tally is None

    def test_a_row_that_is_hidden_meanwhile_is_not_shown(self, kept):
        shown, hidden = make_park(), make_park()
        self.make(kept)
        listing = read()
        assert listing.total == 2

        Park.objects.filter(pk=hidden.pk).update(standing="draft")

        assert list(listing.page) == [shown]

    def test_cards_follow_what_they_show(self, kept, client):
        park = make_park(name_zh="第一园区")
        self.make(kept)
        assert "第一园区" in client.get("/zh-hans/parks/").content.decode()

        park.name_zh = "第二园区"
        park.save()
        cache.clear()
        self.make(kept)

        assert "第二园区" in client.get("/zh-hans/parks/").content.decode()

    def test_is_made_in_the_background_when_it_is_asked_for(self, kept):
        make_park()
        del kept._make_soon

        assert read()._tally is None
        kept.lock.acquire(timeout=10)
        kept.lock.release()

        assert read().counts.total == 1
        assert read()._tally is not None


class TestNobody:
    def test_without_shared_parts(self, settings):
        settings.SHARED_PART_SECONDS = 0

        assert tally.keeper(PARKS) is None
