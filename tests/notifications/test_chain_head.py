"""The daily head of the audit chain goes to the council, which keeps it (rule H-3)."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from alliance.core import audit
from alliance.core.models import DailyHead
from alliance.notifications.models import Delivery
from alliance.notifications.services import watch
from tests.factories import make_council_member, make_duty, make_officer, make_organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def council():
    """A member of each constituency, and people who are none."""
    make_officer()
    make_duty()
    return [
        make_council_member("council_park", language="zh-hans"),
        make_council_member("council_government", language="en"),
        make_council_member("council_expert", language="en"),
    ]


@pytest.fixture
def head(monkeypatch) -> DailyHead:
    audit.record("organisation.noted", make_organisation(), by=None)
    tomorrow = timezone.localdate() + timedelta(days=1)
    publish = audit.publish_heads
    monkeypatch.setattr(audit, "publish_heads", lambda today=None: publish(today or tomorrow))
    return publish(tomorrow)


class TestPublishHead:
    def test_members_of_all_three_constituencies_receive_it(self, council, head, deliver_all):
        watch.publish_head()
        deliver_all()

        assert sorted(message.to[0] for message in mail.outbox) == sorted(person.email for person in council)
        assert all(head.hash in message.body for message in mail.outbox)
        english = next(message for message in mail.outbox if message.to == [council[1].email])
        assert str(head.on) in english.subject

    def test_once_however_often_the_night_is_repeated(self, council, head):
        watch.publish_head()
        watch.publish_head()

        assert Delivery.objects.count() == 3

    def test_a_day_on_which_nothing_happened_sends_none(self, council, head):
        DailyHead.objects.create(on=date(2020, 1, 1), seq=head.seq, hash=head.hash, published_at=timezone.now())

        watch.publish_head()

        assert not Delivery.objects.exists()

    def test_without_a_council_it_is_published_all_the_same(self, head):
        watch.publish_head()

        assert DailyHead.objects.count() == 1
