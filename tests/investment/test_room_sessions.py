"""Who has been in a data room does not stay signed in for two weeks (platform spec, 6.16)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from alliance.accounts import session_clock
from tests.factories import make_organisation
from tests.investment.rooming import make_room

pytestmark = pytest.mark.django_db
PASSWORD = "mountain river paper lamp"


@pytest.fixture(autouse=True)
def _secretariat():
    make_organisation("secretariat")
    with translation.override("en"):
        yield


@pytest.fixture
def clock(monkeypatch):
    """The server's clock, which the test moves on."""

    class Clock:
        at = session_clock.now()

        def forward(self, **period):
            self.at += int(timedelta(**period).total_seconds())

    made = Clock()
    monkeypatch.setattr(session_clock, "now", lambda: made.at)
    return made


@pytest.fixture
def rooming(client, clock):
    rooming = make_room()
    rooming.document()
    rooming.reader.set_password(PASSWORD)
    rooming.reader.save()
    client.force_login(rooming.reader)
    return rooming


def room_of(rooming) -> str:
    return reverse("investment:room", args=[rooming.project.slug])


def is_in(client) -> bool:
    return client.get(reverse("accounts:profile")).status_code == 200


class TestShort:
    def test_half_an_hour_without_use_once_in_a_room(self, client, clock, rooming):
        is_in(client)
        clock.forward(hours=5)
        assert is_in(client)
        assert client.get(room_of(rooming)).status_code == 200
        clock.forward(minutes=29, seconds=59)
        assert is_in(client)
        clock.forward(minutes=30)

        assert not is_in(client)

    def test_twelve_hours_in_all_from_the_first_room_on(self, client, clock, rooming):
        is_in(client)
        clock.forward(hours=11)
        assert client.get(room_of(rooming)).status_code == 200
        for _quarter in range(47):
            clock.forward(minutes=15)
            assert is_in(client)
        clock.forward(minutes=15)

        assert not is_in(client)

    def test_whoever_signed_in_days_ago_is_asked_first(self, client, clock, rooming):
        is_in(client)
        clock.forward(days=3)
        session = client.session
        session["account_authentication_methods"] = [{"method": "password", "at": session_clock.now() - 10 * 86400}]
        session.save()

        asked = client.get(room_of(rooming))
        assert asked.headers["Location"].startswith(reverse("account_reauthenticate"))
        client.post(asked.headers["Location"], {"password": PASSWORD})

        assert client.get(room_of(rooming)).status_code == 200
        clock.forward(minutes=31)
        assert not is_in(client)

    def test_a_closed_door_changes_nothing(self, client, clock, rooming):
        client.force_login(rooming.reader)
        rooming.group.members.update(removed_at=rooming.interest.created_at)
        is_in(client)
        assert "No document is open to you yet" in client.get(room_of(rooming)).content.decode()
        clock.forward(days=1)

        assert is_in(client)
