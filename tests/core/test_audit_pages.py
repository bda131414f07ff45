"""The public page about the chain, and the commands that check and export it."""

import csv
import io
import json
import subprocess
import sys
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from alliance.core import audit, chain_check
from alliance.core.models import AuditEvent, ChainHead, DailyHead
from tests.core.test_audit import as_intruder
from tests.factories import make_park

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain():
    park = make_park()
    for step in range(4):
        audit.record("park.noted", park, by=None, step=step)
    return ChainHead.objects.get()


def publish(days: int) -> None:
    """A head for each of so many days, the last one tomorrow's yesterday."""
    today = timezone.localdate()
    for ago in range(days):
        audit.publish_heads(today + timedelta(days=1 + ago))


class TestPage:
    def test_it_shows_the_current_head_and_the_published_ones(self, client, chain):
        publish(3)

        page = client.get(reverse("core:audit"))

        assert page.status_code == 200
        assert chain.hash in page.content.decode()
        assert len(page.context["heads"]) == 3
        assert not page.context["has_older"]

    def test_before_the_first_event_it_says_so(self, client):
        page = client.get(reverse("core:audit"))

        assert page.status_code == 200
        assert page.context["heads"] == []

    def test_a_month_is_shown_and_all_is_in_the_file(self, client, chain):
        publish(40)

        page = client.get(reverse("core:audit"))
        rows = list(csv.DictReader(io.StringIO(client.get(reverse("core:audit_heads")).content.decode())))

        assert len(page.context["heads"]) == 31
        assert page.context["has_older"]
        assert len(rows) == 40
        assert {row["hash"] for row in rows} == {chain.hash}
        assert [row["date"] for row in rows] == sorted(row["date"] for row in rows)

    @pytest.mark.parametrize("days", [1, 10])
    def test_queries_are_those_of_one_row(self, client, chain, days, django_assert_num_queries):
        publish(days)

        with django_assert_num_queries(2):
            client.get(reverse("core:audit"))

    def test_a_stranger_checks_the_chain_with_what_the_page_offers(self, client, chain, tmp_path):
        publish(2)
        script = tmp_path / "chain_check.py"
        script.write_bytes(client.get(reverse("core:audit_script")).content)
        heads = tmp_path / "audit-heads.csv"
        heads.write_bytes(client.get(reverse("core:audit_heads")).content)
        call_command("export_audit", str(tmp_path / "chain.jsonl"))

        done = subprocess.run(
            [sys.executable, "-S", "-I", str(script), str(tmp_path / "chain.jsonl"), str(heads)],
            capture_output=True,
            text=True,
            check=False,
        )

        assert (done.returncode, done.stdout) == (
            0,
            f"OK: {chain.seq} events, head {chain.hash}, 1 published heads found\n",
        )


class TestVerifyAudit:
    def test_it_prints_count_and_head(self, chain, capsys):
        call_command("verify_audit")

        assert capsys.readouterr().out == f"OK: {chain.seq} events, head {chain.hash}\n"

    def test_it_fails_at_the_first_broken_event(self, chain):
        with as_intruder() as cursor:
            cursor.execute("UPDATE core_auditevent SET actor = '7' WHERE seq = %s", [chain.seq - 1])

        with pytest.raises(CommandError, match=f"BROKEN at event {chain.seq - 1}: its content"):
            call_command("verify_audit")


class TestExportAudit:
    def test_each_line_is_an_event(self, chain, capsys):
        call_command("export_audit")

        events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert chain_check.check(events, head=(chain.seq, chain.hash)) is None
        assert len(events) == AuditEvent.objects.count()

    def test_a_file_appears_whole(self, chain, tmp_path):
        target = tmp_path / "chain.jsonl"

        call_command("export_audit", target)

        assert len(target.read_text(encoding="utf-8").splitlines()) == chain.seq
        assert list(tmp_path.iterdir()) == [target]


def test_a_published_head_cannot_be_replaced(chain):
    publish(1)
    first = DailyHead.objects.get()
    audit.record("park.noted", make_park(), by=None)

    publish(1)

    assert (DailyHead.objects.get().seq, DailyHead.objects.get().hash) == (first.seq, first.hash)
