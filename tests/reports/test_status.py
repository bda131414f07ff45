"""The status page: every sign in words, judged by thresholds that the page itself names."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from alliance.core.models import BackupRun
from alliance.notifications.models import Delivery, Heartbeat, InvariantRun, OutboxEvent
from alliance.notifications.services import running
from alliance.reports import status, vitals
from tests.factories import make_officer, make_user


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def sign(title: str) -> status.Sign:
    return {sign.title: sign for group in status.groups() for sign in group.signs}[title]


def backup(**age) -> None:
    made_at = timezone.now() - timedelta(**age)
    BackupRun.objects.create(made_at=made_at, file_name="x", size=2_000_000, sha256="0" * 64, rows=1234, files=5)


def mail(state: str = "pending", **waits) -> Delivery:
    event = OutboxEvent.objects.create(
        kind="accounts.duty_ended", dedupe_key=str(OutboxEvent.objects.count()), about_type="x", about_id="1"
    )
    reason = {"last_error": "refused"} if state in {"dead", "unknown"} else {}
    return Delivery.objects.create(
        event=event,
        recipient=make_user(),
        channel="mail",
        state=state,
        next_at=timezone.now() - timedelta(**waits),
        **reason,
    )


def everything_well() -> None:
    for name in running.NAMES:
        Heartbeat.objects.create(name=name, at=timezone.now())
    InvariantRun.objects.create(broken=[])
    backup(hours=3)


@pytest.mark.django_db
class TestSigns:
    @pytest.mark.parametrize(
        ("age", "tone", "value"),
        [
            (None, "bad", "never seen"),
            (timedelta(seconds=59), "ok", "59 seconds ago"),
            (timedelta(seconds=61), "bad", "61 seconds ago"),
        ],
    )
    def test_a_process(self, age, tone, value):
        if age is not None:
            Heartbeat.objects.create(name="beat", at=timezone.now() - age)

        assert (sign("Scheduler").value, sign("Scheduler").tone) == (value, tone)

    def test_every_process_has_a_name(self):
        assert set(running.NAMES) <= set(status.PROCESSES)

    @pytest.mark.parametrize(
        ("age", "tone"),
        [({"hours": 3}, "ok"), ({"hours": 27}, "wait"), ({"days": 4}, "bad")],
    )
    def test_the_last_backup(self, age, tone):
        backup(days=30)
        backup(**age)

        assert sign("Last backup").tone == tone

    def test_no_backup_at_all(self):
        assert (sign("Last backup").value, sign("Last backup").tone) == ("none yet", "bad")

    @pytest.mark.parametrize(
        ("waits", "tone"),
        [({"seconds": 5}, "ok"), ({"minutes": 6}, "wait"), ({"minutes": 40}, "bad")],
    )
    def test_the_oldest_mail(self, waits, tone):
        mail(**waits)
        mail(days=-1)  # for tomorrow

        assert sign("Oldest mail that could go").tone == tone

    def test_nothing_waits(self):
        assert sign("Oldest mail that could go").value == "nothing waits"

    @pytest.mark.parametrize(("state", "tone"), [("dead", "bad"), ("unknown", "wait")])
    def test_failed_mails_lead_to_where_one_decides(self, state, tone):
        mail(state)

        found = sign("Failed, or not known whether sent")
        assert (found.value, found.tone, found.action) == ("1", tone, "Look and decide")
        assert found.url == reverse("notifications:deliveries")

    def test_the_nightly_check(self):
        InvariantRun.objects.create(broken=["1: something", "2: something"])

        assert (sign("Nightly check").value, sign("Nightly check").tone) == ("2 rules do not hold", "bad")

    def test_a_broker_that_is_away(self, settings):
        settings.REDIS_URL = "redis://127.0.0.1:1/0"

        assert sign("Message broker").tone == "bad"

    @pytest.mark.parametrize(("used", "tone"), [(79, "ok"), (80, "wait"), (92, "bad")])
    def test_the_disk(self, monkeypatch, used, tone):
        monkeypatch.setattr(vitals, "disk", lambda: vitals.Disk(used=used, total=100))

        assert sign("Disk of the files").tone == tone

    def test_versions_and_migrations(self):
        assert "PostgreSQL" in sign("Versions").value
        assert sign("Structure of the database").value == "up to date"

    def test_the_worst_speaks_for_all(self):
        everything_well()
        assert status.worst(status.groups()) == "ok"

        mail("unknown")
        assert status.worst(status.groups()) == "wait"

        mail("dead")
        assert status.worst(status.groups()) == "bad"


class TestInWords:
    @pytest.mark.parametrize(
        ("time", "words"),
        [
            (timedelta(seconds=-3), "0 seconds"),
            (timedelta(seconds=1), "1 second"),
            (timedelta(minutes=2), "2 minutes"),
            (timedelta(minutes=119), "119 minutes"),
            (timedelta(hours=47), "47 hours"),
            (timedelta(days=9), "9 days"),
        ],
    )
    def test_uses_the_largest_unit_that_fits(self, time, words):
        assert status.in_words(time) == words


@pytest.mark.django_db
class TestPage:
    @pytest.mark.parametrize("role", ["membership_desk", "data_desk"])
    def test_desks_see_it(self, client, role):
        everything_well()
        client.force_login(make_officer(role))

        page = client.get("/en/office/status/").content.decode()

        assert "Everything is as it should be" in page
        assert "Last backup" in page

    def test_others_do_not(self, client):
        client.force_login(make_user())

        assert client.get("/en/office/status/").status_code == 403
