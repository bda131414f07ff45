"""What is kept, how long, and where else (platform spec, 6.56)."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from alliance.accounts.decided_privacy import LOG_DAYS
from alliance.accounts.models import Invitation, SecurityEvent
from alliance.accounts.services import retention
from alliance.core import alliance_settings, audit
from alliance.core.chain_check import check
from alliance.core.errors import RuleBroken
from alliance.core.models import AuditEvent
from tests.factories import make_officer, make_organisation, make_park

from .people import invite, make_person

pytestmark = pytest.mark.django_db


def happen(times: int) -> None:
    person = make_person()
    with transaction.atomic():
        for number in range(times):
            audit.record("person.joined", person, by=person, number=number)


class TestPeriods:
    def test_logs_are_kept_half_a_year_at_least_whatever_is_decided(self):
        """6.56"""
        assert LOG_DAYS.default == 400
        with pytest.raises(RuleBroken, match="The minimum is 180"):
            alliance_settings.decide(LOG_DAYS, 179, by=make_officer("data_desk"), reason="less to keep")

    def test_what_is_older_goes_and_that_it_went_is_written_down(self):
        make_organisation("secretariat")
        person = make_person()
        now = timezone.now()
        for days in (399, 401):
            SecurityEvent.objects.create(person=person, kind="signed_in", at=now - timedelta(days=days))
        officer = make_officer()
        old, _token = invite(make_park().organisation, "never.came@example.org", by=officer)
        taken, _token = invite(make_park().organisation, "came@example.org", by=officer)
        Invitation.objects.filter(pk=old.pk).update(expires_at=now - timedelta(days=91))
        Invitation.objects.filter(pk=taken.pk).update(
            expires_at=now - timedelta(days=91), accepted_at=now - timedelta(days=95), accepted_by=person
        )

        gone = retention.tidy(now)
        again = retention.tidy(now)

        assert gone == {"security_events": 1, "invitations": 1}
        assert again == {}
        assert SecurityEvent.objects.filter(at__lt=now - timedelta(days=300)).count() == 1
        assert list(Invitation.objects.values_list("email", flat=True)) == ["came@example.org"]
        logged = AuditEvent.objects.filter(verb="retention.deleted").values_list("payload", flat=True)
        assert list(logged) == [{"kind": "security_events", "rows": 1}, {"kind": "invitations", "rows": 1}]

    def test_no_row_of_the_chain_ever_goes(self, monkeypatch):
        happen(3)
        now = timezone.now() + timedelta(days=5000)

        retention.tidy(now)

        assert AuditEvent.objects.filter(verb="person.joined").count() == 3
        assert audit.verify() is None


class TestCopyElsewhere:
    """6.55, 6.56: JSON lines in another place, continued by what is new."""

    def test_it_is_continued_and_holds_as_a_chain(self, tmp_path):
        copy = tmp_path / "audit.jsonl"
        happen(3)
        call_command("export_audit", copy, append=True)
        before = copy.read_bytes()
        happen(2)

        call_command("export_audit", copy, append=True)
        call_command("export_audit", copy, append=True)

        lines = copy.read_text().splitlines()
        assert copy.read_bytes().startswith(before)
        assert [json.loads(line)["seq"] for line in lines] == [1, 2, 3, 4, 5]
        assert check(json.loads(line) for line in lines) is None

    def test_a_line_cut_short_by_a_crash_is_written_anew(self, tmp_path):
        copy = tmp_path / "audit.jsonl"
        happen(3)
        call_command("export_audit", copy, append=True)
        whole = copy.read_bytes()
        copy.write_bytes(whole[:-40])

        call_command("export_audit", copy, append=True)

        assert copy.read_bytes() == whole

    def test_a_copy_that_the_chain_contradicts_is_left_alone(self, tmp_path):
        copy = tmp_path / "audit.jsonl"
        happen(2)
        call_command("export_audit", copy, append=True)
        changed = copy.read_text().replace(json.loads(copy.read_text().splitlines()[-1])["hash"], "0" * 64)
        copy.write_text(changed)
        happen(1)

        with pytest.raises(CommandError, match="does not hold like this"):
            call_command("export_audit", copy, append=True)

        assert copy.read_text() == changed

    def test_any_other_file_is_refused(self, tmp_path):
        other = tmp_path / "notes.txt"
        other.write_text("not a chain\n")
        happen(1)

        with pytest.raises(CommandError, match="no event of an audit chain"):
            call_command("export_audit", other, append=True)

        assert other.read_text() == "not a chain\n"
