"""Reminders that a profile was not confirmed for a year."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alliance.notifications.models import Notice, OutboxEvent
from parks.models import BlockConfirmation, Park
from parks.services import reminders
from tests.factories import make_duty, make_park, make_user

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def listed(confirmed_days_ago):
    park = make_park(managers=[make_user()], standing=Park.Standing.LISTED, listed_at=NOW)
    BlockConfirmation.objects.create(
        park=park, block="story", by=make_user(), at=NOW - timedelta(days=confirmed_days_ago)
    )
    return park


def test_the_parks_people_are_asked_once_in_half_a_year():
    park = listed(400)
    make_duty(make_user(), park.organisation, "park_editor")

    assert [reminders.remind(NOW), reminders.remind(NOW), reminders.remind(NOW + timedelta(days=190))] == [1, 0, 1]
    assert Notice.objects.count() == 4


def test_who_confirmed_within_the_year_is_left_alone():
    listed(300)
    make_park(managers=[make_user()])

    assert reminders.remind(NOW) == 0
    assert not OutboxEvent.objects.exists()
