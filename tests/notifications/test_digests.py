import threading
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone

from alliance.core.models import AuditEvent
from alliance.notifications.models import Delivery, Digest, Notice, WritingHours
from alliance.notifications.services import digests, mark_read, notify, set_preferences
from tests.factories import make_duty, make_organisation, make_user

from .kinds import DUTY_NEWS, NEWS, SECRET

SHANGHAI = ZoneInfo("Asia/Shanghai")
# A Wednesday, and the morning after.
TOLD = datetime(2026, 11, 18, 15, tzinfo=SHANGHAI)
MORNING = datetime(2026, 11, 19, 8, 1, tzinfo=SHANGHAI)

pytestmark = pytest.mark.django_db


def reader(choice="daily", *kinds, **fields):
    person = make_user(**fields)
    set_preferences(person, {kind.code: choice for kind in kinds or (NEWS,)})
    return person


def tell(person, kind=NEWS, count=1, at=TOLD, about=None):
    for _ in range(count):
        with transaction.atomic():
            event = notify(kind, to=[person], about=about or make_organisation(), key=f"{Delivery.objects.count()}")
            Delivery.objects.filter(event=event).update(created_at=at)


class TestHeld:
    def test_waits_and_stands_in_the_inbox_at_once(self):
        person = reader()

        tell(person)

        assert list(Delivery.objects.values_list("state", flat=True)) == ["held"]
        assert Notice.objects.filter(recipient=person).count() == 1

    def test_what_must_be_known_is_not_put_off(self):
        person = make_user()
        person.notice_preferences.create(kind=DUTY_NEWS.code, channel="mail", choice="weekly")

        tell(person, DUTY_NEWS)

        assert Delivery.objects.get().state == "pending"

    @pytest.mark.parametrize(
        ("choice", "state", "error"),
        [("immediately", "pending", ""), ("off", "suppressed", "switched_off"), ("weekly", "held", "")],
    )
    def test_follows_a_change_of_mind(self, choice, state, error):
        person = reader()
        tell(person)

        set_preferences(person, {NEWS.code: choice}, by=person)

        assert Delivery.objects.values_list("state", "last_error").get() == (state, error)
        assert AuditEvent.objects.filter(verb="preferences.changed").latest("seq").payload == {
            "mail": {NEWS.code: choice}
        }

    def test_held_at_the_moment_of_a_change_of_mind_is_released(self):
        person = reader()
        tell(person)
        person.notice_preferences.all().delete()

        digests.make_digests(TOLD)

        assert Delivery.objects.get().state == "pending"


class TestMakeDigests:
    def test_one_mail_over_all_kinds_and_duties_in_the_readers_language(self, deliver_all):
        person = reader("daily", NEWS, SECRET, name="Ann", language="en")
        tell(person, NEWS, 2, about=make_duty(person).organisation)
        tell(person, SECRET, about=make_duty(person).organisation)

        assert digests.make_digests(MORNING) == 1
        deliver_all()

        (letter,) = mail.outbox
        assert letter.subject.startswith("3 messages, summary of")
        assert letter.body.count("News of") == 3
        assert "== News ==" in letter.body
        assert "== Secret ==" in letter.body
        assert "http://localhost:8000/en/desk/" in letter.body
        assert letter.extra_headers["Content-Language"] == "en"

    def test_exactly_once_for_a_person_and_morning(self):
        tell(reader())

        assert digests.make_digests(MORNING) == 1
        assert digests.make_digests(MORNING) == 0
        assert Digest.objects.count() == 1
        assert Delivery.objects.filter(event__kind="notifications.digest").count() == 1

    def test_cut_by_the_last_item_not_by_the_clock(self):
        """What came after eight o'clock but before the cut goes along; what comes later waits for the next."""
        person = reader()
        tell(person)
        tell(person, at=MORNING - timedelta(seconds=5))
        late = MORNING + timedelta(hours=3)

        digests.make_digests(late)
        tell(person, at=late)
        digests.make_digests(late + timedelta(hours=1))

        assert Digest.objects.get().deliveries.count() == 2
        assert Delivery.objects.filter(state="held").count() == 1
        assert digests.make_digests(MORNING + timedelta(days=1)) == 1

    def test_nothing_that_was_told_only_after_the_morning(self):
        tell(reader(), at=MORNING)

        assert digests.make_digests(MORNING + timedelta(hours=2)) == 0
        assert not Digest.objects.exists()

    def test_none_on_a_free_day(self):
        tell(reader(), at=datetime(2026, 11, 20, 18, tzinfo=SHANGHAI))

        assert digests.make_digests(datetime(2026, 11, 22, 12, tzinfo=SHANGHAI)) == 0
        assert digests.make_digests(datetime(2026, 11, 23, 9, tzinfo=SHANGHAI)) == 1

    def test_weekly_waits_for_the_week(self):
        tell(reader("weekly"))

        assert digests.make_digests(MORNING) == 0
        assert digests.make_digests(datetime(2026, 11, 23, 9, tzinfo=SHANGHAI)) == 1

    def test_at_the_persons_own_hour(self):
        person = reader()
        WritingHours.objects.create(person=person, digest_at=time(18), time_zone="Europe/London")
        tell(person)

        evening = datetime(2026, 11, 18, 18, tzinfo=ZoneInfo("Europe/London"))
        assert digests.make_digests(evening - timedelta(minutes=1)) == 0
        assert digests.make_digests(evening) == 1

    def test_what_was_read_in_the_portal_is_left_out_and_an_empty_one_is_not_sent(self, deliver_all):
        person = reader()
        tell(person, count=2)
        mark_read(person)

        assert digests.make_digests(MORNING) == 0
        deliver_all()

        assert mail.outbox == []
        assert set(Delivery.objects.values_list("state", "last_error")) == {("suppressed", "already_read")}

    def test_the_right_to_see_is_asked_again_for_each_item(self, deliver_all):
        person = reader("daily", NEWS, SECRET, language="en")
        tell(person, SECRET)
        tell(person, NEWS)
        digests.make_digests(MORNING)
        type(person).objects.filter(pk=person.pk).update(job_title="outsider")

        deliver_all()

        assert mail.outbox[0].subject.startswith("1 message, ")
        assert "Secret" not in mail.outbox[0].body

    def test_nothing_left_to_see_is_not_sent(self, deliver_all):
        person = reader("daily", SECRET)
        tell(person, SECRET)
        digests.make_digests(MORNING)
        type(person).objects.filter(pk=person.pk).update(job_title="outsider")

        deliver_all()

        assert mail.outbox == []
        assert Delivery.objects.get(event__kind="notifications.digest").last_error == "empty"

    def test_a_cut_that_is_killed_leaves_nothing_behind(self, monkeypatch):
        person = reader()
        tell(person)
        (due,) = digests.due_digests(MORNING)
        monkeypatch.setattr(digests, "notify", lambda *args, **values: 1 / 0)

        with pytest.raises(ZeroDivisionError):
            digests.cut(due, MORNING)

        assert not Digest.objects.exists()
        assert Delivery.objects.get().state == "held"

    @pytest.mark.parametrize("count", [1, 10])
    def test_constant_queries_to_write_one(self, deliver_all, count, django_assert_max_num_queries):
        tell(reader(), count=count)
        digests.make_digests(MORNING)

        with django_assert_max_num_queries(26):
            deliver_all()

        assert len(mail.outbox) == 1

    def test_a_very_long_one_says_how_much_more_there_is(self, deliver_all):
        person = reader(language="en")
        tell(person, count=62)
        digests.make_digests(MORNING)

        deliver_all()

        assert mail.outbox[0].body.count("News of") == 60
        assert "2 more messages stand in the portal." in mail.outbox[0].body


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_cut_at_the_same_moment():
    person = reader()
    tell(person)
    (due,) = digests.due_digests(MORNING)
    start, cuts = threading.Barrier(2), []

    def beat():
        try:
            with transaction.atomic():
                start.wait(timeout=10)
                cuts.append(digests.cut(due, timezone.now()))
        finally:
            connection.close()

    threads = [threading.Thread(target=beat) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)

    assert sorted(cuts) == [False, True]
    assert Delivery.objects.filter(event__kind="notifications.digest").count() == 1
