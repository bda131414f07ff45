"""J-4: approvals with the agency's clock, which stands still while it waits for documents."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from alliance.core.errors import RuleBroken
from investment.approval_clock import clock
from investment.models import ProjectApproval
from investment.services import approvals
from tests.factories import make_duty, make_park, make_user
from tests.investment.factories import make_project


def days(start: date, end: date) -> int:
    """Every day counts, so that the sums can be read off."""
    return (end - start).days


def on(day: int) -> date:
    return date(2026, 6, day)


class TestJ4Clock:
    @pytest.mark.parametrize(
        ("steps", "used", "runs"),
        [
            ([("submitted", on(1))], None, False),
            ([("submitted", on(1)), ("accepted", on(3))], 17, True),
            ([("accepted", on(3)), ("granted", on(10))], 7, False),
            ([("accepted", on(3)), ("supplement", on(5))], 2, False),
            ([("accepted", on(3)), ("supplement", on(5)), ("accepted", on(15))], 7, True),
            ([("accepted", on(3)), ("supplement", on(5)), ("accepted", on(15)), ("refused", on(16))], 3, False),
            # Refused, applied for again: the second decision takes its own time on top.
            ([("accepted", on(1)), ("refused", on(3)), ("submitted", on(5)), ("accepted", on(10))], 12, True),
        ],
    )
    def test_runs_from_acceptance_and_stands_still_for_documents(self, steps, used, runs):
        found = clock(steps, allowed=10, today=on(20), working_days=days)

        assert (found.used if found else None, bool(found and found.is_running)) == (used, runs)

    def test_says_what_is_left_and_when_it_is_late(self):
        late = clock([("accepted", on(3))], allowed=10, today=on(20), working_days=days)
        free = clock([("accepted", on(3))], allowed=None, today=on(20), working_days=days)

        assert (late.left, late.is_late) == (-7, True)
        assert (free.left, free.is_late) == (None, False)


@pytest.fixture
def promoters(db):
    return make_project("published")


@pytest.fixture
def approval(promoters) -> ProjectApproval:
    return approvals.add_approval(
        promoters.project, kind="land", agency_zh="样例部门", legal_days=20, by=promoters.managers[1]
    )


class TestJ4Tracker:
    def test_the_whole_way_with_the_days_on_which_it_happened(self, promoters, approval):
        today = timezone.localdate()
        for verb, ago, more in (
            ("apply", 30, {}),
            ("accept", 28, {}),
            ("ask_more", 20, {"reason": "A plan is missing"}),
            ("supply", 10, {}),
            ("grant", 1, {"number": "Sample 2026-1", "valid_until": today + timedelta(days=300)}),
        ):
            approvals.move_approval(approval, verb, by=promoters.lead, on=today - timedelta(days=ago), **more)

        approval.refresh_from_db()
        assert (approval.state, approval.number) == ("granted", "Sample 2026-1")
        assert list(approval.steps.values_list("to_state", flat=True)) == [
            "submitted",
            "accepted",
            "supplement",
            "accepted",
            "granted",
        ]

    @pytest.mark.parametrize(("first", "second"), [(5, 6), (0, -1)])
    def test_no_day_before_the_last_step_and_none_ahead(self, promoters, approval, first: int, second: int):
        today = timezone.localdate()
        approvals.move_approval(approval, "apply", by=promoters.lead, on=today - timedelta(days=first))

        with pytest.raises(RuleBroken):
            approvals.move_approval(approval, "accept", by=promoters.lead, on=today - timedelta(days=second))

    def test_nothing_is_granted_without_a_number(self, promoters, approval):
        for verb in ("apply", "accept"):
            approvals.move_approval(approval, verb, by=promoters.lead)

        with pytest.raises(RuleBroken):
            approvals.move_approval(approval, "grant", by=promoters.lead, number=" ")
        with pytest.raises(DatabaseError), transaction.atomic():
            ProjectApproval.objects.filter(pk=approval.pk).update(state="granted")

    def test_what_was_granted_lapses_after_its_day(self, promoters, approval):
        today = timezone.localdate()
        for verb in ("apply", "accept"):
            approvals.move_approval(approval, verb, by=promoters.lead)
        approvals.move_approval(approval, "grant", by=promoters.lead, number="1", valid_until=today)

        assert approvals.lapse_overdue(today) == 0
        assert approvals.lapse_overdue(today + timedelta(days=1)) == 1
        approval.refresh_from_db()
        assert approval.state == "lapsed"

    def test_nobody_else_records_anything(self, promoters, approval):
        stranger = make_duty(make_user(), make_park().organisation, "park_manager").person

        for person in (stranger, promoters.officer):
            with pytest.raises(PermissionDenied):
                approvals.move_approval(approval, "apply", by=person)

    def test_what_has_begun_is_not_removed(self, promoters, approval):
        approvals.move_approval(approval, "apply", by=promoters.lead)

        with pytest.raises(RuleBroken):
            approvals.remove_approval(approval, by=promoters.lead)


class TestPages:
    def test_a_park_names_an_approval_and_records_what_happens(self, promoters, client):
        client.force_login(promoters.lead)
        with translation.override("en"):
            address = reverse("investment:approvals", args=[promoters.project.slug])
            client.post(address, {"kind": "land", "agency_zh": "样例部门", "legal_days": "20"})
            twice = client.post(address, {"kind": "land", "agency_zh": "样例部门"})
            assert twice.status_code == 422
            found = promoters.project.approvals.get()
            step = reverse("investment:approval_step", args=[promoters.project.slug, found.pk, "apply"])
            ahead = client.post(step, {"on": (timezone.localdate() + timedelta(days=1)).isoformat()})
            assert ahead.status_code == 422
            assert "lies ahead" in ahead.content.decode()
            client.post(step, {"on": timezone.localdate().isoformat()})

        found.refresh_from_db()
        assert found.state == "submitted"

    def test_everybody_reads_how_far_approvals_have_come(self, promoters, approval, client):
        approvals.move_approval(approval, "apply", by=promoters.lead)
        with translation.override("en"):
            page = client.get(promoters.project.get_absolute_url()).content.decode()

        assert "Use of land" in page
        assert "Applied for" in page
