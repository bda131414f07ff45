"""Calendar files as real calendar programs want them (RFC 5545, 7986), and addresses that can be taken back."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import vobject
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone, translation
from icalendar import Calendar

from tests.training.factories import make_cohort, make_enrolment, make_session
from tests.world import make_world
from training.models import CalendarFeed, Session
from training.services import feeds
from training.services import sessions as services

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


def read(client, feed, language="en", known=""):
    with translation.override(language):
        address = reverse("training:calendar_feed", args=[feed.token])
    return client.get(address, headers={"If-None-Match": known} if known else {})


def events(response):
    return {str(event["uid"]): event for event in Calendar.from_ical(response.content).walk("VEVENT")}


@pytest.fixture
def feed(world):
    return feeds.renew(world.session.cohort, by=world.school)


class TestFile:
    def test_what_calendar_programs_demand(self, client, world, feed):
        response = read(client, feed)
        text = response.content.decode()

        assert response["Content-Type"] == "text/calendar; charset=utf-8"
        assert text.startswith("BEGIN:VCALENDAR\r\n")
        assert text.endswith("END:VCALENDAR\r\n")
        assert "\n" not in text.replace("\r\n", "")
        assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
        unfolded = text.replace("\r\n ", "")
        for line in (
            "VERSION:2.0",
            "METHOD:PUBLISH",
            "CALSCALE:GREGORIAN",
            "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
            "X-PUBLISHED-TTL:PT1H",
            "X-WR-TIMEZONE:Asia/Shanghai",
            "TZID:Asia/Shanghai",
            "SEQUENCE:0",
            "STATUS:CONFIRMED",
        ):
            assert line in unfolded, line
        assert re.search(r"^PRODID:\S", unfolded, re.M)
        assert re.search(r"^DTSTART;TZID=Asia/Shanghai:\d{8}T\d{6}\r$", unfolded, re.M)
        assert re.search(r"^LAST-MODIFIED:\d{8}T\d{6}Z\r$", unfolded, re.M)
        assert re.search(r"^DTSTAMP:\d{8}T\d{6}Z\r$", unfolded, re.M)

    def test_a_second_parser_reads_the_same(self, client, world, feed):
        calendar = vobject.readOne(read(client, feed).content.decode())

        event = calendar.vevent
        assert event.dtstart.value.astimezone(UTC) == world.session.starts_at.replace(microsecond=0)
        assert event.dtend.value.astimezone(UTC) == world.session.ends_at.replace(microsecond=0)
        assert event.uid.value.startswith(world.session.uid)
        assert event.url.value.endswith(reverse("training:session", args=[world.session.pk]).removeprefix("/zh-hans"))
        assert calendar.vtimezone.tzid.value == "Asia/Shanghai"

    def test_the_language_is_that_of_the_address(self, client, world, feed):
        [english] = events(read(client, feed)).values()
        [chinese] = events(read(client, feed, "zh-hans")).values()

        assert str(english["summary"]).startswith("Unit 1 · Sample cohort")
        assert str(chinese["summary"]).startswith("单元1 · 样例班次")
        assert english["uid"] == chinese["uid"]

    def test_long_chinese_text_is_folded_within_characters_boundaries(self, client, world, feed):
        Session.objects.filter(pk=world.session.pk).update(title_zh="很长的标题" * 15)

        text = read(client, feed, "zh-hans").content.decode()

        assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
        assert "很长的标题" * 15 in text.replace("\r\n ", "")

    def test_text_that_means_something_to_calendars_is_escaped(self, client, world, feed):
        Session.objects.filter(pk=world.session.pk).update(title_en="A; B, C\\D\r\nEND:VEVENT")

        [event] = events(read(client, feed)).values()

        assert "END:VEVENT" in str(event["summary"])

    def test_c5_a_moved_session_has_a_higher_sequence_and_the_same_uid(self, client, world, feed):
        [before] = events(read(client, feed)).values()
        later = world.session.starts_at + timedelta(days=1)
        services.change_session(world.session, by=world.school, starts_at=later, ends_at=later + timedelta(hours=2))

        [after] = events(read(client, feed)).values()

        assert after["uid"] == before["uid"]
        assert after["sequence"] == before["sequence"] + 1
        assert after["dtstart"].dt.astimezone(UTC) == later.replace(microsecond=0)

    def test_a_cancelled_session_stays_in_the_file_as_cancelled(self, client, world, feed):
        services.cancel_session(world.session, by=world.school, reason="停电")

        [event] = events(read(client, feed)).values()

        assert (str(event["status"]), event["sequence"]) == ("CANCELLED", 1)
        assert str(event["summary"]).startswith("Cancelled: ")

    def test_the_link_stands_in_a_persons_own_file_only(self, client, world):
        link = "https://meeting.example.org/secret"
        make_session(world.cohort, link=link, room=None, starts_at=world.cohort.starts_at + timedelta(days=1))
        assert world.enrolment

        shared = read(client, feeds.renew(world.cohort, by=world.school)).content.decode()
        own = read(client, feeds.renew(world.trainee, by=world.trainee)).content.decode()

        assert link not in shared
        assert link in own.replace("\r\n ", "")


class TestWhose:
    def test_a_person_sees_what_they_attend_and_teach(self, client, world):
        mine, taught = world.session, make_session(make_cohort(), trainer=world.trainee)
        assert world.enrolment
        make_session(make_cohort())

        found = events(read(client, feeds.renew(world.trainee, by=world.trainee)))

        assert set(found) == {f"{row.uid}@ccipra-training" for row in (mine, taught)}

    def test_a_park_sees_where_its_people_learn(self, client, world):
        assert world.session
        assert world.enrolment
        elsewhere = make_session(make_cohort())
        make_enrolment(elsewhere.cohort, park=world.other_park)

        found = events(read(client, feeds.renew(world.park, by=world.manager)))

        assert set(found) == {f"{world.session.uid}@ccipra-training"}

    def test_nobody_gives_out_anothers_address(self, world):
        for owner, person in (
            (world.trainee, world.school),
            (world.park, world.other_manager),
            (world.cohort, world.trainer),
        ):
            with pytest.raises(PermissionDenied):
                feeds.renew(owner, by=person)


class TestAddress:
    def test_a_renewed_address_is_gone_at_once(self, client, world, feed):
        fresh = feeds.renew(world.cohort, by=world.school)

        assert read(client, feed).status_code == 410
        assert read(client, fresh).status_code == 200
        feeds.stop(world.cohort, by=world.school)
        assert read(client, fresh).status_code == 410
        assert CalendarFeed.objects.filter(revoked_at=None).count() == 0

    def test_an_unknown_address_is_not_found(self, client, db):
        assert read(client, CalendarFeed(token="a" * 32)).status_code == 404

    def test_what_has_not_changed_is_not_sent_again(self, client, world, feed):
        first = read(client, feed)
        tag = first["ETag"]

        assert first["Cache-Control"] == "private, max-age=900"
        assert read(client, feed, known=tag).status_code == 304
        assert read(client, feed, known=f'W/{tag}, "other"').status_code == 304
        assert read(client, feed, known='"other"').status_code == 200
        assert read(client, feed, "zh-hans", known=tag).status_code == 200
        services.cancel_session(world.session, by=world.school, reason="停电")
        assert read(client, feed, known=tag).status_code == 200

    @pytest.mark.parametrize("number", [1, 10])
    def test_two_queries_however_many(self, client, world, number, django_assert_num_queries):
        for day in range(number):
            make_session(world.cohort, starts_at=world.cohort.starts_at + timedelta(days=day))
        feed = feeds.renew(world.cohort, by=world.school)

        with django_assert_num_queries(2):
            read(client, feed)


def test_times_are_those_of_china_whatever_the_season(client, world, feed):
    """No summer time since 1991: nine o'clock stays nine o'clock."""
    [event] = events(read(client, feed)).values()

    assert event["dtstart"].dt.utcoffset() == timedelta(hours=8)
    assert timezone.localtime(world.session.starts_at).utcoffset() == timedelta(hours=8)
    assert datetime(2026, 7, 1, tzinfo=UTC).astimezone(event["dtstart"].dt.tzinfo).utcoffset() == timedelta(hours=8)
