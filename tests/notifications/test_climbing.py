"""What stays undone climbs; what a person had taken does not stay behind when they go."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from alliance.accounts.services import duties
from alliance.notifications.models import Delivery, Notice, Task
from alliance.notifications.services import claim_task, clocks, health, notify, open_task, running
from tests.factories import make_duty, make_officer, make_organisation, make_user

from .kinds import CHECK, FILL_IN, NEWS

pytestmark = pytest.mark.django_db


def told(person):
    return sorted(Notice.objects.filter(recipient=person).values_list("event__kind", flat=True))


class TestClimbing:
    def overdue(self, days):
        secretariat = make_organisation("secretariat")
        return open_task(
            CHECK, about=make_organisation(), organisation=secretariat, due_at=timezone.now() - timedelta(days=days)
        )

    def test_first_the_desk_then_the_head(self):
        officer, head = make_officer(), make_officer("secretariat_head")
        task = self.overdue(1)

        clocks.mind_clocks()
        assert (told(officer), told(head)) == (["notifications.task_ran_out"], [])
        clocks.mind_clocks(task.due_at + timedelta(days=20))

        assert told(head) == ["notifications.task_stays_undone"]

    def test_once(self):
        head = make_officer("secretariat_head")
        self.overdue(30)

        for _ in range(3):
            clocks.mind_clocks()

        assert told(head) == ["notifications.task_stays_undone"]

    def test_while_nobody_heads_it_all_desks(self):
        officer, other = make_officer(), make_officer("data_desk")
        self.overdue(30)

        clocks.mind_clocks()

        assert "notifications.task_stays_undone" in told(officer)
        assert "notifications.task_stays_undone" in told(other)

    def test_a_clock_at_an_organisation_without_anybody_reaches_the_desk(self):
        officer = make_officer("data_desk")
        open_task(
            FILL_IN,
            about=make_organisation(),
            organisation=make_organisation(),
            due_at=timezone.now() + timedelta(hours=1),
        )

        clocks.mind_clocks()

        assert told(officer) == ["notifications.task_runs_out"]


class TestSubstitutes:
    def away(self):
        today = timezone.localdate()
        substitute = make_user()
        duty = make_duty(substitute=substitute, away_from=today, away_until=today)
        task = open_task(FILL_IN, about=make_organisation(), organisation=duty.organisation)
        return duty, substitute, task

    def test_what_the_absent_had_taken_waits_for_the_substitute(self):
        duty, substitute, task = self.away()
        claim_task(task, by=duty.person)

        assert list(Task.objects.waiting_for(substitute)) == [task]

    def test_what_a_third_person_has_taken_does_not(self):
        duty, substitute, task = self.away()
        claim_task(task, by=make_duty(organisation=duty.organisation).person)

        assert list(Task.objects.waiting_for(substitute)) == []
        assert list(Task.objects.waiting_for(duty.person)) == []

    def test_what_somebody_had_taken_waits_for_everybody_when_they_go(self):
        leaving = make_duty()
        staying = make_duty(organisation=leaving.organisation)
        task = open_task(FILL_IN, about=make_organisation(), organisation=leaving.organisation)
        claim_task(task, by=leaving.person)

        duties.end_duty(leaving, by=leaving.person, reason="gone")

        task.refresh_from_db()
        assert (task.owner, task.owned_at) == (None, None)
        assert list(Task.objects.waiting_for(staying.person)) == [task]


class TestHealth:
    def test_in_numbers(self, deliver_all, django_assert_num_queries):
        notify(NEWS, to=[make_user(), make_user()], about=make_organisation(), key="a")
        deliver_all()
        notify(NEWS, to=[make_user()], about=make_organisation(), key="b")
        Delivery.objects.filter(state="pending").update(state="dead", last_error="550")
        for name in running.NAMES:
            running.touch(name)

        with django_assert_num_queries(4):
            state = health()

        assert state.counts == {"mail": {"sent": 2, "dead": 1}}
        assert (state.for_a_person, state.silent, state.is_well) == (1, [], False)
        assert state.oldest_waiting is None


class TestSettleAfterRestore:
    def test_what_may_have_left_since_waits_for_a_person(self, capsys, deliver_all):
        notify(NEWS, to=[make_user()], about=make_organisation(), key="sent")
        deliver_all()
        for number, (state, values) in enumerate(
            [
                ("pending", {}),
                ("queued", {"lease_until": timezone.now()}),
                ("held", {}),
                ("pending", {"next_at": timezone.now() + timedelta(days=1)}),
            ]
        ):
            event = notify(NEWS, to=[make_user()], about=make_organisation(), key=number)
            Delivery.objects.filter(event=event).update(state=state, **values)

        call_command("settle_after_restore")

        states = Delivery.objects.order_by("event").values_list("state", "last_error")
        assert list(states) == [
            ("sent", ""),
            *[("unknown", "restored")] * 3,
            ("pending", ""),
        ]
        assert "3 messages wait" in capsys.readouterr().out
