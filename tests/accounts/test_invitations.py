from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from alliance.accounts import services
from alliance.accounts.models import Duty, Invitation
from alliance.accounts.services import TooManyInvitations
from alliance.accounts.services.invitations import LETTERS_A_DAY
from alliance.core.errors import RuleBroken
from alliance.core.models import AuditEvent
from tests.factories import make_duty, make_officer, make_organisation, make_park, make_user

from .people import invite, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return make_person()


@pytest.fixture
def organisation(manager):
    return make_park(managers=[manager]).organisation


def expire(invitation: Invitation) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=timezone.now() - timedelta(minutes=1))


def verbs() -> list[str]:
    return list(AuditEvent.objects.order_by("seq").values_list("verb", flat=True))


class TestInvite:
    def test_letter_carries_the_only_token(self, organisation, manager, told):
        invitation, token = invite(organisation, " Li.Wei@Example.ORG ", by=manager)

        assert invitation.email == "li.wei@example.org"
        assert token not in str(Invitation.objects.values().get())
        assert services.find_invitation(token) == invitation
        assert told == [("invited", {"invitation": invitation, "token": token})]
        assert invitation.expires_at - invitation.created_at == timedelta(days=14)
        assert verbs() == ["invitation.sent"]

    def test_audit_holds_no_address(self, organisation, manager, told):
        invite(organisation, "li.wei@example.org", by=manager)

        event = AuditEvent.objects.get()
        assert "li.wei" not in str(event.as_exported())
        assert event.on_behalf_of == str(organisation.pk)

    def test_role_of_another_kind_is_refused(self, organisation, manager, told):
        with pytest.raises(RuleBroken, match="role"):
            services.invite(organisation, "a@example.org", "membership_desk", by=manager)

    def test_same_address_twice_is_refused(self, organisation, manager, told):
        invite(organisation, "a@example.org", by=manager)

        with pytest.raises(RuleBroken, match="again"):
            services.invite(organisation, "A@example.org", "park_editor", by=manager)

    def test_holder_of_the_role_is_not_invited_again(self, organisation, manager, told):
        with pytest.raises(RuleBroken, match="holds this role"):
            services.invite(organisation, manager.email, "park_manager", by=manager)

    def test_term_in_the_past_is_refused(self, organisation, manager, told):
        yesterday = timezone.localdate() - timedelta(days=1)

        with pytest.raises(RuleBroken, match="over"):
            services.invite(
                organisation, "a@example.org", "park_editor", by=manager, starts_on=yesterday, ends_on=yesterday
            )
        with pytest.raises(RuleBroken, match="before"):
            services.invite(organisation, "a@example.org", "park_editor", by=manager, ends_on=yesterday)

    def test_letters_a_day_are_limited(self, organisation, manager, told):
        invitation, _ = invite(organisation, "first@example.org", by=manager)
        for number in range(LETTERS_A_DAY - 2):
            services.invite(organisation, f"p{number}@example.org", "park_editor", by=manager)
        services.resend_invitation(invitation, by=manager)

        with pytest.raises(TooManyInvitations) as refused:
            services.invite(organisation, "late@example.org", "park_editor", by=manager)

        assert 0 < refused.value.retry_after <= 24 * 3600
        assert not Invitation.objects.filter(email="late@example.org").exists()
        colleague = make_duty(make_person(), organisation).person
        services.invite(organisation, "late@example.org", "park_editor", by=colleague)

    def test_a_listener_that_fails_takes_the_invitation_back(self, organisation, manager, monkeypatch):
        from alliance.accounts import events

        def fail(**facts):
            raise RuntimeError

        monkeypatch.setattr(events.invited, "listeners", [fail])
        with pytest.raises(RuntimeError):
            services.invite(organisation, "a@example.org", "park_editor", by=manager)

        assert not Invitation.objects.exists()
        assert not AuditEvent.objects.exists()


class TestResendAndRevoke:
    def test_old_link_dies(self, organisation, manager, told):
        invitation, old = invite(organisation, "a@example.org", by=manager)
        expire(invitation)
        told.clear()

        again = services.resend_invitation(invitation, by=manager)

        (name, facts) = told[0]
        assert name == "invited"
        assert services.find_invitation(old) is None
        assert services.find_invitation(facts["token"]) == again
        assert not again.is_expired()

    def test_revoked_invitation_is_neither_sent_nor_accepted(self, organisation, manager, told):
        person = make_person()
        invitation, _ = invite(organisation, person.email, by=manager)
        services.revoke_invitation(invitation, by=manager)

        with pytest.raises(RuleBroken, match="withdrawn"):
            services.resend_invitation(invitation, by=manager)
        with pytest.raises(RuleBroken, match="withdrawn"):
            services.accept_invitation(invitation, by=person)
        assert not Duty.objects.filter(person=person).exists()
        assert verbs() == ["invitation.sent", "invitation.revoked"]

    def test_revoked_address_may_be_invited_anew(self, organisation, manager, told):
        invitation, _ = invite(organisation, "a@example.org", by=manager)
        services.revoke_invitation(invitation, by=manager)

        invite(organisation, "a@example.org", by=manager)

        assert Invitation.objects.pending().count() == 1

    def test_expired_link_asks_once(self, organisation, manager, told):
        invitation, _ = invite(organisation, "a@example.org", by=manager)
        services.ask_for_new_link(invitation)
        expire(invitation)
        told.clear()

        services.ask_for_new_link(invitation)
        services.ask_for_new_link(invitation)

        assert [name for name, _facts in told] == ["invitation_expired_asked"]
        services.resend_invitation(invitation, by=manager)
        invitation.refresh_from_db()
        assert invitation.renewal_asked_at is None


class TestAccept:
    def test_gives_the_duty_with_term_and_substitute(self, organisation, manager, told):
        person = make_person()
        last_day = timezone.localdate() + timedelta(days=400)
        invitation, _ = invite(organisation, person.email, by=manager, ends_on=last_day, substitute=manager)
        told.clear()

        duty = services.accept_invitation(invitation, by=person)

        invitation.refresh_from_db()
        assert (duty.person, duty.organisation, duty.role_code) == (person, organisation, "park_editor")
        assert (duty.starts_on, duty.ends_on) == (timezone.localdate(), last_day)
        assert (duty.substitute, duty.appointed_by) == (manager, manager)
        assert invitation.accepted_by == person
        assert told == [("invitation_accepted", {"invitation": invitation, "duty": duty})]
        assert verbs() == ["invitation.sent", "duty.appointed", "invitation.accepted"]
        assert set(AuditEvent.objects.filter(seq__gt=1).values_list("actor", flat=True)) == {str(person.pk)}

    def test_twice_gives_the_same_duty(self, organisation, manager, told):
        person = make_person()
        invitation, _ = invite(organisation, person.email, by=manager)

        first = services.accept_invitation(invitation, by=person)
        second = services.accept_invitation(invitation, by=person)

        assert first == second
        assert Duty.objects.filter(person=person).count() == 1

    def test_used_by_somebody_else(self, organisation, manager, told):
        person = make_person()
        invitation, _ = invite(organisation, person.email, by=manager)
        services.accept_invitation(invitation, by=person)

        with pytest.raises(RuleBroken, match="used"):
            services.accept_invitation(invitation, by=make_person())

    def test_expired(self, organisation, manager, told):
        person = make_person()
        invitation, _ = invite(organisation, person.email, by=manager)
        expire(invitation)

        with pytest.raises(RuleBroken, match="expired"):
            services.accept_invitation(invitation, by=person)

    def test_another_address_or_an_unconfirmed_one(self, organisation, manager, told):
        unconfirmed = make_user()
        unconfirmed.emailaddress_set.create(email=unconfirmed.email, verified=False, primary=True)
        invitation, _ = invite(organisation, unconfirmed.email, by=manager)

        for person in (make_person(), unconfirmed):
            with pytest.raises(RuleBroken, match="another e-mail"):
                services.accept_invitation(invitation, by=person)
        assert Duty.objects.count() == 1

    def test_a_second_confirmed_address_counts(self, organisation, manager, told):
        person = make_person()
        person.emailaddress_set.create(email="other@example.org", verified=True)
        invitation, _ = invite(organisation, "other@example.org", by=manager)

        assert services.accept_invitation(invitation, by=person).person == person

    def test_becomes_the_promised_substitute(self, organisation, manager, told):
        person = make_person()
        invitation, _ = invite(organisation, person.email, by=manager)
        duty = Duty.objects.get(person=manager)
        services.set_absence(duty, by=manager, substitute=None, promised=invitation)

        services.accept_invitation(invitation, by=person)

        duty.refresh_from_db()
        assert duty.substitute == person

    def test_a_desk_invites_the_first_manager(self, told):
        officer = make_officer()
        organisation = make_park().organisation
        person = make_person()
        invitation, _ = invite(organisation, person.email, "park_manager", by=officer)

        services.accept_invitation(invitation, by=person)

        assert Duty.objects.active().filter(organisation=organisation).get().person == person
        assert AuditEvent.objects.order_by("seq")[0].on_behalf_of == str(make_organisation("secretariat").pk)


class TestConstraints:
    @pytest.fixture
    def invitation(self, organisation, manager, told):
        return invite(organisation, "a@example.org", by=manager)[0]

    @pytest.mark.parametrize(
        ("constraint", "fields"),
        [
            ("accepted_by_someone", {"accepted_at": timezone.now()}),
            ("term_in_order", {"duty_starts_on": date(2026, 5, 2), "duty_ends_on": date(2026, 5, 1)}),
            ("email_is_lower", {"email": "A@example.org"}),
        ],
    )
    def test_refuses(self, invitation, constraint, fields):
        with pytest.raises(IntegrityError, match=f"accounts_invitation_{constraint}"), transaction.atomic():
            Invitation.objects.filter(pk=invitation.pk).update(**fields)

    def test_not_accepted_and_revoked(self, invitation, manager):
        now = timezone.now()
        with pytest.raises(IntegrityError, match="not_accepted_and_revoked"), transaction.atomic():
            Invitation.objects.filter(pk=invitation.pk).update(accepted_at=now, accepted_by=manager, revoked_at=now)

    def test_pending_once(self, invitation):
        invitation.pk, invitation.token_digest = None, "other"
        with pytest.raises(IntegrityError, match="pending_once"), transaction.atomic():
            invitation.save(force_insert=True)
