from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from alliance.notifications import hours as clock
from alliance.notifications import posting
from alliance.notifications.hours import DAILY, WEEKLY, Hours, is_digest_day
from alliance.notifications.models import Delivery, WritingHours, hours_of
from alliance.notifications.services import deliveries, notify, set_hours
from tests.factories import make_organisation, make_user

from .kinds import NEWS, URGENT

SHANGHAI = ZoneInfo("Asia/Shanghai")
NIGHT = (time(22), time(7))


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


class TestQuietHours:
    hours = Hours(SHANGHAI, time(8), NIGHT)

    @pytest.mark.parametrize(
        ("now", "until"),
        [
            ("2026-11-18T21:59", None),
            ("2026-11-18T22:00", "2026-11-19T07:00"),
            ("2026-11-19T00:00", "2026-11-19T07:00"),
            ("2026-11-19T06:59", "2026-11-19T07:00"),
            ("2026-11-19T07:00", None),
        ],
    )
    def test_over_midnight(self, now, until):
        assert self.hours.quiet_until(at(now)) == (at(until) if until else None)

    def test_within_a_day(self):
        noon = Hours(SHANGHAI, time(8), (time(12), time(14)))

        assert noon.quiet_until(at("2026-11-18T13:00")) == at("2026-11-18T14:00")
        assert noon.quiet_until(at("2026-11-18T14:00")) is None

    def test_in_the_zone_of_the_person(self):
        berlin = Hours(ZoneInfo("Europe/Berlin"), time(8), NIGHT)

        assert berlin.quiet_until(at("2026-11-18T12:00")) == at("2026-11-18T07:00", ZoneInfo("Europe/Berlin"))
        assert berlin.quiet_until(at("2026-11-18T15:00")) is None

    @given(
        st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 12, 31)),
        st.times(),
        st.times(),
        st.sampled_from([zone for zone, _name in clock.ZONES]),
    )
    def test_the_end_lies_ahead_and_is_not_quiet_itself(self, now, begins, ends, zone):
        hours = Hours(ZoneInfo(zone), time(8), (begins.replace(tzinfo=None), ends.replace(tzinfo=None)))
        moment = now.replace(tzinfo=UTC)

        until = hours.quiet_until(moment)

        if until is not None:
            assert moment < until <= moment + timedelta(hours=26)


class TestDigestDays:
    def test_daily_on_working_days_of_the_chinese_calendar(self):
        assert is_digest_day(DAILY, date(2026, 11, 18))
        assert not is_digest_day(DAILY, date(2026, 11, 21))
        assert not is_digest_day(DAILY, date(2026, 10, 1))

    def test_weekly_on_the_first_working_day_of_the_week(self):
        assert is_digest_day(WEEKLY, date(2026, 11, 16))
        assert not is_digest_day(WEEKLY, date(2026, 11, 17))
        # The week of the National Day: Monday to Wednesday are worked, Thursday on is free.
        assert is_digest_day(WEEKLY, date(2026, 9, 28))
        # The week of Labour Day 2026 ends on a free Friday; the next begins on Wednesday 6 May.
        assert [day for day in range(4, 9) if is_digest_day(WEEKLY, date(2026, 5, day))] == [6]

    def test_the_moment_is_the_latest_that_was(self):
        hours = Hours(SHANGHAI, time(8), None)

        assert hours.digest_moment(DAILY, at("2026-11-18T08:00")) == at("2026-11-18T08:00")
        assert hours.digest_moment(DAILY, at("2026-11-18T07:59")) == at("2026-11-17T08:00")
        assert hours.digest_moment(DAILY, at("2026-11-22T12:00")) == at("2026-11-20T08:00")
        assert hours.digest_moment(WEEKLY, at("2026-11-20T12:00")) == at("2026-11-16T08:00")


@pytest.mark.django_db
class TestBeforeSending:
    @pytest.fixture
    def night(self, monkeypatch):
        now = at("2026-11-18T23:30")
        monkeypatch.setattr("django.utils.timezone.now", lambda: now)
        return now

    def told(self, kind, quiet="own"):
        person = make_user()
        WritingHours.objects.create(person=person, quiet=quiet, quiet_from=time(22), quiet_until=time(7))
        notify(kind, to=[person], about=make_organisation(), key=f"{kind.code}{quiet}")
        (pk,) = deliveries.claim()
        posting.deliver(pk)
        return Delivery.objects.get(pk=pk)

    def test_a_mail_waits_for_the_morning_and_no_attempt_is_counted(self, night):
        row = self.told(NEWS)

        assert (row.state, row.next_at, row.attempts) == ("pending", at("2026-11-19T07:00"), 0)
        assert mail.outbox == []

    def test_and_goes_then(self, night, monkeypatch):
        row = self.told(NEWS)
        monkeypatch.setattr("django.utils.timezone.now", lambda: at("2026-11-19T07:01"))
        Delivery.objects.filter(pk=row.pk).update(next_at=at("2020-01-01T00:00"))

        assert deliveries.claim() == [row.pk]
        posting.deliver(row.pk)

        assert (Delivery.objects.get().state, len(mail.outbox)) == ("sent", 1)

    def test_what_is_urgent_goes_at_once(self, night):
        assert self.told(URGENT).state == "sent"

    def test_who_wants_none_gets_it_at_once(self, night):
        assert self.told(NEWS, quiet="none").state == "sent"

    def test_the_alliance_decides_for_those_who_chose_nothing(self, night, monkeypatch):
        monkeypatch.setattr(
            clock.QUIET_FROM.__class__, "value", lambda self, on=None: {"quiet_from": 22}.get(self.code, 7)
        )

        assert self.told(NEWS, quiet="default").state == "pending"

    def test_own_hours_need_both_ends(self):
        person = make_user()

        with pytest.raises(ValidationError):
            set_hours(person, WritingHours(quiet="own", quiet_from=time(22)))
        assert hours_of(person).quiet is None
