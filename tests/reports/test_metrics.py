"""Numbers for Prometheus: closed without the token, and complete with it."""

from datetime import timedelta

import pytest
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from alliance.core.models import BackupRun
from alliance.notifications.models import Heartbeat, InvariantRun
from alliance.notifications.services import running
from alliance.reports import vitals

TOKEN = "a quiet river 2026"


@pytest.fixture
def ask(client, settings):
    settings.METRICS_TOKEN = TOKEN

    def get(said: str | None = f"Bearer {TOKEN}"):
        return client.get("/metrics", headers={"Authorization": said} if said else {})

    return get


def numbers(answer) -> dict[str, float]:
    """Every sample by name and labels, as text."""
    families = text_string_to_metric_families(answer.content.decode())
    return {
        sample.name + "".join(f" {name}={value}" for name, value in sorted(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


@pytest.mark.django_db
class TestDoor:
    @pytest.mark.parametrize("said", [None, "", TOKEN, "Bearer ", "Bearer wrong", f"Basic {TOKEN}", "Bearer ü"])
    def test_is_closed_without_the_token(self, ask, said):
        assert ask(said).status_code == 404

    def test_is_not_there_where_no_token_is_set(self, ask, settings):
        settings.METRICS_TOKEN = ""

        assert ask("Bearer ").status_code == 404

    def test_opens_under_any_name_of_the_process(self, client, settings):
        settings.METRICS_TOKEN = TOKEN

        answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}", "Host": "172.20.0.7:8000"})

        assert (answer.status_code, answer["Content-Type"].split(";")[0]) == (200, "text/plain")


@pytest.mark.django_db
class TestNumbers:
    def test_of_the_rows(self, ask):
        now = timezone.now()
        Heartbeat.objects.create(name="beat", at=now - timedelta(seconds=30))
        InvariantRun.objects.create(broken=["1: something"])
        backup = BackupRun.objects.create(file_name="x", size=1, sha256="0" * 64, rows=1, files=0)

        found = numbers(ask())

        assert 30 <= found["portal_heartbeat_age_seconds name=beat"] < 90
        assert found["portal_broken_invariants"] == 1
        assert found["portal_last_backup_timestamp_seconds"] == pytest.approx(backup.made_at.timestamp(), abs=1)
        assert found["portal_deliveries state=dead"] == 0
        assert found["portal_jobs state=queued"] == 0
        assert {f"portal_queue_length queue={queue}" for queue in running.QUEUES} <= set(found)
        assert (found["portal_database_up"], found["portal_broker_up"]) == (1, 1)

    def test_of_a_broker_that_is_away(self, ask, settings):
        settings.REDIS_URL = "redis://127.0.0.1:1/0"

        found = numbers(ask())

        assert found["portal_broker_up"] == 0
        assert not [name for name in found if name.startswith("portal_queue_length")]

    def test_of_a_process_that_was_never_heard_of(self, db):
        assert set(vitals.heartbeat_ages()) == set(running.NAMES)
        assert set(vitals.heartbeat_ages().values()) == {None}
