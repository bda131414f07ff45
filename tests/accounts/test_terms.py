"""Terms that end by themselves."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from alliance.accounts.models import Duty
from alliance.accounts.services.terms import mind_terms
from alliance.core.models import AuditEvent
from alliance.notifications.models import OutboxEvent, Task
from tests.factories import make_duty, make_officer, make_organisation, make_park, make_user

TODAY = date(2026, 11, 22)


def told(kind: str) -> list[tuple[str, list[str]]]:
    """Events of this kind: what each is about and whom it reached."""
    events = OutboxEvent.objects.filter(kind=kind).order_by("pk")
    return [(event.about_id, sorted(event.notices.values_list("recipient__name", flat=True))) for event in events]


@pytest.mark.django_db
class TestMindTerms:
    def test_the_holder_and_the_managers_are_warned_once(self):
        park = make_park(managers=[make_user("Manager")])
        duty = make_duty(make_user("Editor"), park.organisation, "park_editor", ends_on=TODAY + timedelta(days=14))
        make_duty(make_user("Later"), park.organisation, "park_editor", ends_on=TODAY + timedelta(days=15))

        mind_terms(TODAY)
        mind_terms(TODAY + timedelta(days=0))

        assert told("accounts.duty_ending") == [(str(duty.pk), ["Editor", "Manager"])]

    def test_a_lengthened_term_is_warned_of_again(self):
        park = make_park(managers=[make_user("Manager")])
        duty = make_duty(make_user("Editor"), park.organisation, "park_editor", ends_on=TODAY)
        mind_terms(TODAY)
        Duty.objects.filter(pk=duty.pk).update(ends_on=TODAY + timedelta(days=5))

        mind_terms(TODAY)

        assert len(told("accounts.duty_ending")) == 2

    def test_a_term_that_ran_out_is_noted_told_and_audited_once(self):
        park = make_park(managers=[make_user("Manager")])
        duty = make_duty(make_user("Editor"), park.organisation, "park_editor", ends_on=TODAY - timedelta(days=1))

        assert [mind_terms(TODAY), mind_terms(TODAY)] == [1, 0]

        duty.refresh_from_db()
        assert duty.ran_out_at is not None
        assert told("accounts.duty_ran_out") == [(str(duty.pk), ["Editor", "Manager"])]
        assert AuditEvent.objects.filter(verb="duty.ran_out", object_id=str(duty.pk)).count() == 1
        assert Task.objects.filter(kind="accounts.new_holder").count() == 0

    def test_the_last_manager_leaves_a_task_for_the_secretariat(self):
        officer = make_officer(name="Officer")
        park = make_park()
        make_duty(make_user("Manager"), park.organisation, ends_on=TODAY - timedelta(days=3))

        mind_terms(TODAY)

        assert [task.about for task in Task.objects.filter(kind="accounts.new_holder")] == [park.organisation]
        assert officer.name in told("accounts.no_holder")[0][1]

    def test_a_duty_ended_before_its_term_is_left_alone(self):
        ended = make_duty(make_user("Gone"), make_organisation(), "park_editor", ends_on=TODAY - timedelta(days=1))
        Duty.objects.filter(pk=ended.pk).update(ended_at=timezone.now(), ended_by=make_user(), end_reason="moved")

        assert mind_terms(TODAY) == 0
