from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from alliance.accounts.permissions import Permission
from alliance.core.errors import RuleBroken
from alliance.notifications.models import Notice, Task
from alliance.notifications.services import (
    assign_task,
    claim_task,
    close_tasks,
    open_task,
    people_with,
    release_task,
)
from alliance.notifications.services.clocks import mind_clocks
from tests.factories import make_duty, make_officer, make_organisation, make_province, make_user

from .kinds import CHECK, FILL_IN

pytestmark = pytest.mark.django_db

# A Wednesday in an ordinary week of the Chinese calendar.
WEDNESDAY = timezone.make_aware(datetime(2025, 11, 19, 10, 0))


def secretariat():
    return make_organisation("secretariat")


class TestOpenTask:
    def test_the_clock_of_its_kind_runs(self, monkeypatch):
        monkeypatch.setattr(timezone, "now", lambda: WEDNESDAY)

        task = open_task(CHECK, about=make_organisation(), organisation=secretariat())

        assert timezone.localtime(task.due_at) == timezone.make_aware(datetime(2025, 11, 26, 18, 0))
        assert task.permission == Permission.CHECK_PROFILES

    def test_opened_twice_waits_once(self):
        park = make_organisation()

        first = open_task(CHECK, about=park, organisation=secretariat())
        second = open_task(CHECK, about=park, organisation=secretariat())

        assert first == second

    def test_can_wait_again_after_it_was_done(self):
        park = make_organisation()
        first = open_task(CHECK, about=park, organisation=secretariat())

        assert close_tasks(park) == 1
        assert close_tasks(park) == 0
        assert open_task(CHECK, about=park, organisation=secretariat()) != first

    def test_closing_one_kind_leaves_the_others(self):
        park = make_organisation()
        open_task(CHECK, about=park, organisation=secretariat())
        other = open_task(FILL_IN, about=park, organisation=park)

        close_tasks(park, kind=CHECK, outcome="listed")

        assert list(Task.objects.open()) == [other]

    def test_lies_in_the_province_of_its_object(self):
        park = make_organisation(province=make_province())

        assert open_task(CHECK, about=park, organisation=secretariat()).province == make_province()

    @pytest.mark.parametrize("values", [{"state": "done"}, {"owned_at": timezone.now()}])
    def test_the_database_refuses_what_cannot_be(self, values):
        open_task(CHECK, about=make_organisation(), organisation=secretariat())

        with pytest.raises(IntegrityError), transaction.atomic():
            Task.objects.update(**values)


class TestWaitingFor:
    def test_those_whose_role_can_do_it_there(self):
        here, elsewhere = make_organisation(), make_organisation()
        task = open_task(FILL_IN, about=here, organisation=here)
        manager = make_duty(organisation=here).person
        outsider = make_duty(organisation=elsewhere).person
        officer = make_officer()

        assert list(Task.objects.waiting_for(manager)) == [task]
        assert list(Task.objects.waiting_for(outsider)) == []
        assert list(Task.objects.waiting_for(officer)) == []
        assert list(Task.objects.waiting_for(make_user())) == []
        assert list(Task.objects.waiting_for(None)) == []

    def test_a_desks_task_waits_for_that_desk(self):
        task = open_task(CHECK, about=make_organisation(), organisation=secretariat())

        assert list(Task.objects.waiting_for(make_officer("membership_desk"))) == [task]
        assert list(Task.objects.waiting_for(make_officer("data_desk"))) == []

    def test_the_substitute_has_it_while_the_holder_is_away(self):
        today = timezone.localdate()
        substitute = make_user()
        duty = make_duty(substitute=substitute)
        task = open_task(FILL_IN, about=duty.organisation, organisation=duty.organisation)
        assert list(Task.objects.waiting_for(substitute)) == []

        duty.away_from, duty.away_until = today, today + timedelta(days=2)
        duty.save()
        substitute.__dict__.pop("_duties")

        assert list(Task.objects.waiting_for(substitute)) == [task]
        assert substitute in people_with(Permission.EDIT_PROFILE, duty.organisation)

    def test_what_a_colleague_has_taken_does_not_wait(self):
        task = open_task(CHECK, about=make_organisation(), organisation=secretariat())
        officer, colleague = make_officer(), make_officer()

        claim_task(task, by=officer)

        assert list(Task.objects.waiting_for(officer)) == [task]
        assert list(Task.objects.waiting_for(colleague)) == []

    def test_the_urgent_first_and_what_has_no_clock_last(self):
        here = make_duty().organisation
        now = timezone.now()
        dues = [None, now + timedelta(days=2), now - timedelta(days=1)]
        for due in dues:
            open_task(FILL_IN, about=make_organisation(), organisation=here, due_at=due)

        person = here.duties.get().person

        assert [task.due_at for task in Task.objects.waiting_for(person)] == [dues[2], dues[1], None]


class TestHandOver:
    @pytest.fixture(autouse=True)
    def in_english(self):
        """Refusals are asserted in the language of the message ids."""
        with translation.override("en"):
            yield

    def task(self):
        return open_task(CHECK, about=make_organisation(), organisation=secretariat())

    def test_claimed_once(self):
        task, officer = self.task(), make_officer()

        claim_task(task, by=officer)
        claim_task(task, by=officer)

        with pytest.raises(RuleBroken, match="has already taken"):
            claim_task(task, by=make_officer())

    def test_who_cannot_do_it_cannot_take_it_but_a_desk_can_hand_it_over(self):
        task, data, officer = self.task(), make_officer("data_desk"), make_officer()

        with pytest.raises(PermissionDenied):
            claim_task(task, by=data)
        assert assign_task(task, officer, by=data).owner == officer

    def test_nobody_is_handed_what_they_cannot_do(self):
        with pytest.raises(RuleBroken, match="cannot do this task"):
            assign_task(self.task(), make_officer("data_desk"), by=make_officer())

    def test_outsiders_hand_nothing_over(self):
        task, officer, outsider = self.task(), make_officer(), make_duty().person
        claim_task(task, by=officer)

        with pytest.raises(PermissionDenied):
            release_task(task, by=outsider)
        with pytest.raises(PermissionDenied):
            assign_task(task, officer, by=outsider)

    def test_each_hand_over_is_told(self):
        task, first, second = self.task(), make_officer(), make_officer()

        for to in (second, first, second):
            assign_task(task, to, by=first)

        assert Notice.objects.filter(recipient=second).count() == 2
        assert Notice.objects.filter(recipient=first).count() == 0

    def test_a_done_task_is_left_alone(self):
        task = self.task()
        close_tasks(task.about)

        for act in (claim_task, release_task):
            with pytest.raises(RuleBroken, match="already done"):
                act(task, by=make_officer())


class TestMindClocks:
    def open_due(self, due_at, organisation=None, kind=FILL_IN):
        organisation = organisation or make_duty().organisation
        return open_task(kind, about=make_organisation(), organisation=organisation, due_at=due_at)

    def told(self, code):
        return sorted(Notice.objects.filter(event__kind=f"notifications.{code}").values_list("recipient", flat=True))

    def test_reminds_one_working_day_before_and_alarms_afterwards_each_once(self):
        officer = make_officer("membership_desk")
        task = self.open_due(WEDNESDAY + timedelta(days=2))
        manager = task.organisation.duties.get().person

        mind_clocks(WEDNESDAY)
        assert self.told("task_runs_out") == []
        for _ in range(2):
            mind_clocks(WEDNESDAY + timedelta(days=1))
        assert self.told("task_runs_out") == [manager.pk]
        for _ in range(2):
            mind_clocks(WEDNESDAY + timedelta(days=2, minutes=1))
        assert self.told("task_ran_out") == sorted([manager.pk, officer.pk])

    def test_over_a_weekend_the_reminder_comes_on_friday(self):
        monday = WEDNESDAY + timedelta(days=5)
        self.open_due(monday)

        mind_clocks(WEDNESDAY + timedelta(days=1))
        assert self.told("task_runs_out") == []
        mind_clocks(WEDNESDAY + timedelta(days=2))
        assert len(self.told("task_runs_out")) == 1

    def test_who_took_it_is_reminded_alone(self):
        officer, colleague = make_officer(), make_officer()
        task = self.open_due(WEDNESDAY + timedelta(days=1), secretariat(), CHECK)
        claim_task(task, by=officer)

        mind_clocks(WEDNESDAY)

        assert self.told("task_runs_out") == [officer.pk]
        assert colleague.pk not in self.told("task_runs_out")

    def test_the_desks_own_overdue_task_climbs_to_all_desks(self):
        officer, data = make_officer("membership_desk"), make_officer("data_desk")
        self.open_due(WEDNESDAY - timedelta(days=1), secretariat(), CHECK)

        mind_clocks(WEDNESDAY)

        assert self.told("task_ran_out") == sorted([officer.pk, data.pk])

    def test_a_new_clock_is_minded_anew(self):
        task = self.open_due(WEDNESDAY - timedelta(days=1))
        mind_clocks(WEDNESDAY)

        Task.objects.filter(pk=task.pk).update(due_at=WEDNESDAY - timedelta(hours=1))

        assert mind_clocks(WEDNESDAY) == 1

    def test_done_and_far_away_are_left_alone(self):
        done = self.open_due(WEDNESDAY - timedelta(days=1))
        close_tasks(done.about)
        self.open_due(WEDNESDAY + timedelta(days=30))
        self.open_due(None)

        assert mind_clocks(WEDNESDAY) == 0
