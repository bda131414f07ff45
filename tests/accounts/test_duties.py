from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from alliance.accounts import policies, services
from alliance.accounts.models import Duty, User
from alliance.accounts.permissions import Permission
from alliance.core.errors import RuleBroken
from alliance.core.models import AuditEvent
from tests.factories import make_council_member, make_duty, make_officer, make_organisation, make_park, make_user

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate
DAY = timedelta(days=1)


def fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


class TestAppoint:
    def test_terms_of_one_role_do_not_overlap(self, told):
        person, organisation, by = make_user(), make_organisation(), make_officer()
        services.appoint(person, organisation, "park_editor", by=by, starts_on=TODAY(), ends_on=TODAY() + 10 * DAY)

        with pytest.raises(RuleBroken, match="holds this role"):
            services.appoint(person, organisation, "park_editor", by=by, starts_on=TODAY() + 10 * DAY)
        services.appoint(person, organisation, "park_editor", by=by, starts_on=TODAY() + 11 * DAY)
        services.appoint(person, organisation, "park_manager", by=by)

        assert Duty.objects.filter(person=person).count() == 3

    def test_nobody_stands_in_for_themselves(self, told):
        person = make_user()

        assert (
            services.appoint(person, make_organisation(), "park_editor", by=None, substitute=person).substitute is None
        )


class TestChangeTerm:
    def test_changes_and_tells(self, told):
        manager, duty = make_officer(), make_duty()

        services.change_term(duty, TODAY() + DAY, by=manager)

        duty.refresh_from_db()
        assert duty.ends_on == TODAY() + DAY
        assert told == [("duty_changed", {"duty": duty, "by": manager})]
        assert AuditEvent.objects.get().verb == "duty.term_changed"

    def test_same_day_again_changes_nothing(self, told):
        services.change_term(make_duty(), None, by=make_officer())

        assert told == []
        assert not AuditEvent.objects.exists()

    @pytest.mark.parametrize("ends_on", [date(2019, 12, 31), date(2020, 1, 2)])
    def test_day_that_is_over_is_refused(self, told, ends_on):
        with pytest.raises(RuleBroken):
            services.change_term(make_duty(), ends_on, by=make_officer())

    def test_does_not_run_into_the_next_term(self, told):
        duty = make_duty(ends_on=TODAY())
        make_duty(duty.person, duty.organisation, starts_on=TODAY() + 5 * DAY)

        services.change_term(duty, TODAY() + 4 * DAY, by=make_officer())
        with pytest.raises(RuleBroken, match="holds this role"):
            services.change_term(duty, None, by=make_officer())


class TestAbsence:
    def test_substitute_acts_only_while_the_holder_is_away(self, told):
        duty = make_duty()
        editor = make_duty(organisation=duty.organisation, role="park_editor").person
        services.set_absence(duty, by=duty.person, substitute=editor)

        assert not policies.has_permission(fresh(editor), Permission.SUBMIT_PROFILE, duty.organisation)
        services.set_absence(duty, by=duty.person, substitute=editor, away_from=TODAY(), away_until=TODAY() + DAY)
        assert policies.has_permission(fresh(editor), Permission.SUBMIT_PROFILE, duty.organisation)
        assert policies.has_permission(fresh(duty.person), Permission.SUBMIT_PROFILE, duty.organisation)
        services.set_absence(duty, by=duty.person, substitute=editor, away_from=TODAY() + DAY, away_until=TODAY() + DAY)
        assert not policies.has_permission(fresh(editor), Permission.SUBMIT_PROFILE, duty.organisation)

    def test_substitute_comes_from_the_same_organisation(self, told):
        duty = make_duty()
        stranger = make_duty().person

        with pytest.raises(RuleBroken, match="same organisation"):
            services.set_absence(duty, by=duty.person, substitute=stranger)
        with pytest.raises(RuleBroken, match="themselves"):
            services.set_absence(duty, by=duty.person, substitute=duty.person)

    def test_half_a_period_is_refused(self, told):
        duty = make_duty()

        for away_from, away_until in ((TODAY(), None), (None, TODAY()), (TODAY(), TODAY() - DAY)):
            with pytest.raises(RuleBroken, match="first and the last"):
                services.set_absence(duty, by=duty.person, substitute=None, away_from=away_from, away_until=away_until)


class TestEndDuty:
    def test_rights_end_at_once(self, told):
        duty = make_duty()
        colleague = make_duty(organisation=duty.organisation).person
        assert policies.duties_of(fresh(duty.person))

        ended = services.end_duty(duty, by=colleague, reason="Moved to another park")

        assert policies.duties_of(fresh(duty.person)) == []
        assert ended.ended_by == colleague
        assert told == [("duty_ended", {"duty": ended, "by": colleague})]
        event = AuditEvent.objects.get()
        assert event.verb == "duty.ended"
        assert "another park" not in str(event.payload)

    def test_last_manager_may_go_and_it_is_told(self, told):
        duty = make_duty()
        make_duty(organisation=duty.organisation, role="park_editor")

        assert services.is_last_holder(duty)
        services.end_duty(duty, by=duty.person, reason="Retired")

        assert [name for name, _facts in told] == ["duty_ended", "last_holder_lost"]
        assert told[1][1] == {"organisation": duty.organisation, "role_code": "park_manager"}

    def test_last_editor_is_no_loss_to_tell(self, told):
        duty = make_duty(role="park_editor")

        services.end_duty(duty, by=duty.person, reason="Retired")

        assert [name for name, _facts in told] == ["duty_ended"]

    def test_a_manager_who_begins_later_does_not_hold_the_role_yet(self, told):
        duty = make_duty()
        make_duty(organisation=duty.organisation, starts_on=TODAY() + DAY)

        assert services.is_last_holder(duty)

    def test_who_leaves_knows_at_once(self, told):
        duty = make_duty()
        person = duty.person
        assert policies.duties_of(person)

        services.end_duty(duty, by=person, reason="Retired")

        assert policies.duties_of(person) == []

    def test_needs_a_reason_and_happens_once(self, told):
        duty = make_duty()

        with pytest.raises(RuleBroken, match="reason"):
            services.end_duty(duty, by=duty.person, reason="  ")
        services.end_duty(duty, by=duty.person, reason="Retired")
        with pytest.raises(RuleBroken, match="already ended"):
            services.end_duty(duty, by=duty.person, reason="Again")
        with pytest.raises(RuleBroken, match="already ended"):
            services.change_term(duty, None, by=duty.person)

    def test_the_same_person_may_come_back(self, told):
        duty = make_duty()
        services.end_duty(duty, by=duty.person, reason="Retired")

        again = services.appoint(duty.person, duty.organisation, duty.role_code, by=None)

        assert again.is_active()


class TestQuerysets:
    def test_which_duties_are_active(self):
        organisation, person = make_organisation(), make_user()
        cases = {
            "open": {},
            "last day": {"ends_on": TODAY()},
            "over": {"ends_on": TODAY() - DAY},
            "later": {"starts_on": TODAY() + DAY},
            "ended": {"ended_at": timezone.now(), "ended_by": person, "end_reason": "x"},
        }
        made = {name: make_duty(organisation=organisation, **fields) for name, fields in cases.items()}
        made["closed account"] = make_duty(make_user(is_active=False), organisation)

        def names(duties):
            return {name for name, duty in made.items() if duty in duties}

        assert names(Duty.objects.active()) == {"open", "last day"}
        assert names(Duty.objects.current()) == {"open", "last day", "later", "closed account"}
        assert names(Duty.objects.ended()) == {"over", "ended"}
        assert {name for name, duty in made.items() if duty.is_active()} == {"open", "last day", "closed account"}


class TestConstraints:
    @pytest.mark.parametrize(
        ("constraint", "fields"),
        [
            ("term_in_order", {"ends_on": date(2019, 1, 1)}),
            ("away_is_a_period", {"away_from": date(2026, 1, 2)}),
            ("away_is_a_period", {"away_from": date(2026, 1, 2), "away_until": date(2026, 1, 1)}),
            ("ended_by_someone", {"ended_at": timezone.now()}),
        ],
    )
    def test_refuses(self, constraint, fields):
        duty = make_duty()
        with pytest.raises(IntegrityError, match=f"accounts_duty_{constraint}"), transaction.atomic():
            Duty.objects.filter(pk=duty.pk).update(**fields)

    def test_substitute_is_another(self):
        duty = make_duty()
        with pytest.raises(IntegrityError, match="substitute_is_another"), transaction.atomic():
            Duty.objects.filter(pk=duty.pk).update(substitute=duty.person)

    def test_open_once(self):
        duty = make_duty()
        with pytest.raises(IntegrityError, match="open_once"), transaction.atomic():
            make_duty(duty.person, duty.organisation)


class TestPolicies:
    def test_manager_reaches_only_their_own_organisation(self):
        manager = make_user()
        own, foreign = make_park(managers=[manager]).organisation, make_park(managers=[make_user()]).organisation

        assert policies.can_see_team(manager, own)
        assert policies.can_invite(manager, own)
        assert policies.can_decide_join(manager, own)
        assert not policies.can_see_team(manager, foreign)
        assert not policies.can_invite(manager, foreign)
        assert not policies.can_decide_join(manager, foreign)
        assert not policies.can_see_organisations(manager)

    def test_editor_sees_and_changes_only_their_own_duty(self):
        duty = make_duty(role="park_editor")
        manager = make_duty(organisation=duty.organisation)

        assert policies.can_see_team(duty.person, duty.organisation)
        assert policies.can_see_duty(duty.person, manager)
        assert policies.can_set_absence(duty.person, duty)
        assert policies.can_end_duty(duty.person, duty)
        assert not policies.can_change_term(duty.person, duty)
        assert not policies.can_invite(duty.person, duty.organisation)
        assert not policies.can_set_absence(duty.person, manager)
        assert not policies.can_end_duty(duty.person, manager)
        assert not policies.can_decide_join(duty.person, duty.organisation)

    def test_nobody_lengthens_their_own_term(self):
        duty = make_duty()

        assert not policies.can_change_term(duty.person, duty)
        assert policies.can_change_term(make_officer(), duty)

    def test_desks_give_the_roles_they_answer_for(self):
        park = make_park().organisation
        secretariat, council = make_organisation("secretariat"), make_organisation("council")
        membership, data, member = make_officer(), make_officer("data_desk"), make_council_member()

        assert policies.grantable_roles(membership, park) == ["park_manager", "park_editor"]
        assert policies.grantable_roles(membership, secretariat) == []
        assert policies.grantable_roles(data, park) == []
        assert policies.grantable_roles(data, secretariat) == [
            "membership_desk",
            "training_desk",
            "investment_desk",
            "data_desk",
            "secretariat_head",
        ]
        assert len(policies.grantable_roles(data, council)) == 3
        assert policies.grantable_roles(member, council) == []

    def test_anonymous_and_closed_accounts_may_nothing(self):
        from django.contrib.auth.models import AnonymousUser

        duty = make_duty()
        closed = make_duty(make_user(is_active=False)).person

        for person in (None, AnonymousUser(), closed):
            assert not policies.can_see_team(person, duty.organisation)
            assert not policies.can_end_duty(person, duty)
            assert not policies.can_see_organisations(person)
