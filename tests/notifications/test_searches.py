"""Saved searches: what is news, who is told of it, and when."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone, translation

from alliance.core.errors import RuleBroken
from alliance.core.lists import find
from alliance.notifications.models import ListWatch, Notice, SavedSearch, SearchMatch
from alliance.notifications.notices.searches import search_of, stop_url
from alliance.notifications.services import searches
from parks.models import FieldOfWork, Park
from tests.factories import make_officer, make_park, make_province, make_user

pytestmark = pytest.mark.django_db

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def save(person, query="", alerts="at_once", code="parks", name="My search"):
    listing = find(code).read(QueryDict(query), user=person)
    return searches.save_search(listing, name=name, alerts=alerts, by=person)


def told(person):
    return Notice.objects.filter(recipient=person, event__kind="notifications.search_matched").order_by("pk")


def message(notice):
    facts = notice.event.facts()
    from alliance.notifications.kinds import notice_kind

    return notice_kind(notice.event.kind).render(facts, "en", notice.recipient)


class TestNews:
    def test_what_fits_already_is_none_and_what_comes_is(self):
        person = make_user()
        make_park(formation="cultivated")
        save(person, "formation=cultivated")
        searches.look()
        assert not told(person).exists()

        make_park(formation="cultivated", name_en="New Park")
        make_park(formation="regeneration", name_en="Other Park")
        assert searches.look() == 1

        (notice,) = told(person)
        assert SearchMatch.objects.get().object_id == Park.objects.get(name_en="New Park").pk
        assert str(message(notice).subject) == "1 addition to “My search”"

    def test_a_park_that_changes_until_it_fits_is_news(self):
        person = make_user()
        park = make_park(formation="regeneration")
        save(person, "formation=cultivated")

        park.formation = "cultivated"
        park.save()

        assert searches.look() == 1

    def test_a_change_that_has_nothing_to_do_with_it_is_none(self):
        person = make_user()
        park = make_park(formation="cultivated")
        save(person, "formation=cultivated")

        park.contact_phone = "0574"
        park.save()

        assert searches.look() == 0

    def test_each_addition_is_told_once_whatever_happens_to_it(self):
        person = make_user()
        save(person, "formation=cultivated")
        park = make_park(formation="cultivated")
        assert searches.look() == 1

        for formation in ("regeneration", "cultivated"):
            park.formation = formation
            park.save()
            assert searches.look() == 0

    def test_once_a_person_although_two_searches_find_it(self):
        person, other = make_user(), make_user()
        save(person, "formation=cultivated", alerts="weekly", name="By formation")
        save(person, "site_form=rebuilt", alerts="at_once", name="By form")
        save(other, "formation=cultivated")
        make_park(formation="cultivated", site_form="rebuilt")

        searches.look()
        searches.tell_due(timezone.now() + timedelta(days=8))

        assert [str(message(notice).subject) for notice in told(person)] == ["1 addition to “By form”"]
        assert told(other).count() == 1

    def test_a_draft_is_no_news_until_it_is_public(self):
        person = make_user()
        save(person)
        park = make_park(standing="draft")
        assert searches.look() == 0

        park.standing = "catalogued"
        park.save(update_fields=["standing"])

        assert searches.look() == 1

    def test_what_is_gone_before_it_is_told_is_not_told_and_news_when_it_comes_back(self):
        person = make_user()
        save(person, alerts="daily")
        park = make_park()
        searches.look()
        park.standing = "draft"
        park.save()

        assert searches.tell_due(timezone.now() + timedelta(days=1)) == 0
        park.standing = "catalogued"
        park.save()
        searches.look()

        assert searches.tell_due(timezone.now() + timedelta(days=1)) == 1

    def test_words_are_conditions_too(self):
        from alliance.core import search

        person = make_user()
        save(person, "q=harmony")
        search.index(make_park(name_en="Harmony Yard"))
        search.index(make_park(name_en="Discord Yard"))

        searches.look()

        assert SearchMatch.objects.count() == 1


class TestWhy:
    def test_the_message_says_why_and_since_when(self):
        person = make_user()
        FieldOfWork.objects.create(code="design", name_zh="设计", name_en="Design")
        make_province("330000")
        search = save(person, "field=design&province=330000", name="Design in Zhejiang")
        SavedSearch.objects.filter(pk=search.pk).update(created_at=datetime(2026, 3, 1, 12, tzinfo=SHANGHAI))
        make_park(fields=["design"], province=make_province("330000"), name_en="Loom Yard")
        searches.look()

        found = message(told(person).get())

        assert str(found.lines[0]) == ("New in the list since 1 Mar 2026: Field of work = Design; Province = Zhejiang.")
        assert str(found.lines[1]) == "Loom Yard"

    def test_a_mail_that_is_tried_again_is_the_same_mail(self):
        search = save(make_user())

        assert stop_url(search) == stop_url(search)
        assert search_of(stop_url(search).split("/")[-3]) == search
        assert search_of(f"{search.pk}:forged") is None

    def test_the_mail_names_additions_and_how_to_end_it(self, deliver_all):
        person = make_user(language="en")
        search = save(person, "formation=cultivated")
        park = make_park(formation="cultivated", name_en="Loom & Yard")
        searches.look()

        deliver_all()

        (letter,) = mail.outbox
        assert letter.subject == "1 addition to “My search”"
        assert "Loom & Yard" in letter.body
        assert park.get_absolute_url() in letter.body
        assert stop_url(search).split("/")[-3] in letter.body

    def test_rows_one_may_no_longer_see_are_in_no_mail(self, deliver_all):
        person = make_user(language="en")
        save(person)
        first, second = make_park(name_en="First"), make_park(name_en="Second")
        searches.look()
        Park.objects.filter(pk=second.pk).update(standing="draft")

        deliver_all()

        assert ("First" in mail.outbox[0].body, "Second" in mail.outbox[0].body) == (True, False)
        Park.objects.filter(pk=first.pk).update(standing="draft")
        assert not message_may_be_sent(told(person).get())


def message_may_be_sent(notice):
    from alliance.notifications.notices import SEARCH_MATCHED

    return SEARCH_MATCHED.may_see(notice.recipient, notice.event.facts())


class TestRights:
    def test_a_desk_hears_of_drafts_and_others_do_not(self):
        officer = make_officer()
        save(officer, "standing=draft", code="office_parks")
        make_park(standing="draft")

        assert searches.look() == 1

    def test_who_lost_the_desk_hears_nothing(self):
        officer = make_officer()
        save(officer, code="office_parks")
        make_park(standing="draft")
        officer.duties.all().delete()

        assert searches.look() == 0
        assert not told(officer).exists()

    def test_lost_between_finding_and_telling(self):
        officer = make_officer()
        save(officer, code="office_parks", alerts="daily")
        make_park(standing="draft")
        searches.look()
        officer.duties.all().delete()

        assert searches.tell_due(timezone.now() + timedelta(days=1)) == 0

    def test_a_closed_account_is_not_looked_for(self):
        person = make_user()
        save(person)
        make_park()
        type(person).objects.update(is_active=False)

        assert searches.look() == 0


class TestWhen:
    @pytest.mark.parametrize(
        ("alerts", "found", "told"),
        [
            ("at_once", "2026-03-04 15:00", "2026-03-04 15:00"),
            ("daily", "2026-03-04 07:59", "2026-03-04 08:00"),
            ("daily", "2026-03-04 08:00", "2026-03-05 08:00"),
            ("weekly", "2026-03-04 15:00", "2026-03-09 08:00"),
            ("weekly", "2026-03-09 07:00", "2026-03-09 08:00"),
            ("weekly", "2026-03-09 09:00", "2026-03-16 08:00"),
        ],
    )
    def test_is_told(self, alerts, found, told):
        moment = datetime.fromisoformat(found).replace(tzinfo=SHANGHAI)

        assert searches._tell_at(alerts, moment) == datetime.fromisoformat(told).replace(tzinfo=SHANGHAI)

    def test_a_day_is_one_message(self):
        person = make_user()
        save(person, alerts="daily")
        for _ in range(3):
            make_park()
            assert searches.look() == 0

        tomorrow = timezone.now() + timedelta(days=1)
        assert (searches.tell_due(tomorrow), searches.tell_due(tomorrow)) == (1, 0)
        assert str(message(told(person).get()).subject) == "3 additions to “My search”"

    def test_paused_means_silent_and_what_came_meanwhile_is_old(self):
        person = make_user()
        search = save(person)
        searches.pause_search(search, by=person)
        make_park()
        assert searches.look() == 0

        searches.resume_search(search, by=person)
        assert searches.look() == 0
        make_park()

        assert searches.look() == 1

    @pytest.mark.parametrize("how", ["off", "removed"])
    def test_off_and_removed_are_silent(self, how):
        person = make_user()
        search = save(person)
        if how == "off":
            searches.change_search(search, name="x", alerts="off", by=person)
        else:
            searches.remove_search(search, by=person)
        make_park()

        assert searches.look() == 0


class TestMany:
    @pytest.mark.parametrize("count", [1, 40])
    def test_a_look_asks_the_same_however_many_searches(self, django_assert_max_num_queries, count):
        for number in range(count):
            save(make_user(), f"formation=cultivated&sort=name{'&site_form=rebuilt' if number % 2 else ''}")
        make_park(formation="regeneration")

        with django_assert_max_num_queries(26):
            searches.look()

    def test_nothing_changed_asks_nothing(self, django_assert_max_num_queries):
        save(make_user())
        ListWatch.objects.update(looked_until=timezone.now() + timedelta(minutes=10))

        # The watch of each list, what changed in it, whose time has come: it grows with the lists, not with their rows.
        with django_assert_max_num_queries(21):
            assert searches.look() == 0

    def test_two_at_once_tell_once(self):
        person = make_user()
        save(person)
        make_park()

        assert [searches.look(), searches.look()] == [1, 0]


class TestKeeping:
    def test_the_same_twice_is_refused(self):
        person = make_user()
        save(person, "formation=cultivated")

        with pytest.raises(RuleBroken):
            save(person, "formation=cultivated&sort=name&page=3")

    def test_so_many_and_no_more(self, monkeypatch):
        monkeypatch.setattr(searches, "MOST", 1)
        person = make_user()
        save(person)

        with pytest.raises(RuleBroken):
            save(person, "formation=cultivated")

    def test_removed_can_be_brought_back_for_a_while(self):
        person = make_user()
        search = searches.remove_search(save(person), by=person)

        assert searches.restore_search(search, by=person).removed_at is None
        SavedSearch.objects.update(removed_at=timezone.now() - timedelta(hours=1))
        with pytest.raises(RuleBroken):
            searches.restore_search(search, by=person)


class TestPages:
    @pytest.fixture
    def person(self, client):
        person = make_user()
        client.force_login(person)
        return person

    def of(self, name, *args):
        return reverse(f"notifications:{name}", args=args)

    def test_save_from_the_directory(self, client, person):
        make_park(formation="cultivated")
        link = self.of("search_save", "parks") + "?formation=cultivated"
        assert link in client.get("/en/parks/?formation=cultivated&sort=name").content.decode()
        page = client.get(link).content.decode()
        assert 'value="Policy-cultivated"' in page

        response = client.post(link, {"name": "Grown by policy", "alerts": "weekly"})

        assert response.status_code == 302
        search = SavedSearch.objects.get()
        assert (search.name, search.alerts, search.query) == ("Grown by policy", "weekly", "formation=cultivated")
        html = client.get(self.of("searches")).content.decode()
        assert "Grown by policy" in html
        assert '<b class="num">1</b> fits now' in html
        assert client.get(link)["Location"] == self.of("search_edit", search.pk)

    def test_change_pause_remove_and_undo(self, client, person):
        search = save(person)

        client.post(self.of("search_edit", search.pk), {"name": "Renamed", "alerts": "off"})
        client.post(self.of("search_pause", search.pk))
        search.refresh_from_db()
        assert (search.name, search.alerts, search.is_paused) == ("Renamed", "daily", False)
        client.post(self.of("search_pause", search.pk))
        client.post(self.of("search_remove", search.pk))
        html = client.get(self.of("searches")).content.decode()
        assert "“Renamed” was removed." in html
        client.post(self.of("search_restore", search.pk))

        search.refresh_from_db()
        assert (search.removed_at, search.is_paused) == (None, True)

    def test_empty_teaches(self, client, person):
        assert "No search saved yet" in client.get(self.of("searches")).content.decode()

    def test_of_others_nothing_is_there(self, client, person):
        search = save(make_user())

        assert client.get(self.of("search_edit", search.pk)).status_code == 404
        for name in ("search_edit", "search_pause", "search_remove", "search_restore"):
            assert client.post(self.of(name, search.pk), {"name": "x", "alerts": "off"}).status_code == 404
        assert "My search" not in client.get(self.of("searches")).content.decode()

    def test_lists_one_may_not_open_cannot_be_kept(self, client, person):
        assert client.get(self.of("search_save", "office_parks")).status_code == 404
        assert client.get(self.of("search_save", "nothing")).status_code == 404

    def test_the_link_of_a_mail_ends_it_without_signing_in(self, client):
        search = save(make_user())
        address = stop_url(search)

        page = client.get(address)
        search.refresh_from_db()
        assert (page.status_code, search.is_paused) == (200, False)
        client.post(address)

        search.refresh_from_db()
        assert search.is_paused
        assert client.get(address[:-8] + "x/stop/").status_code == 404

    @pytest.mark.parametrize("count", [1, 10])
    def test_queries_do_not_grow(self, client, person, django_assert_max_num_queries, count):
        make_park()
        for number in range(count):
            save(person, f"formation=cultivated&q=w{number}")

        with django_assert_max_num_queries(16):
            client.get(self.of("searches"))
