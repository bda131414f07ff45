import re
from datetime import date, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from alliance.accounts import services as accounts
from alliance.accounts.models import Invitation
from alliance.notifications import sealed
from alliance.notifications.models import Delivery, Notice, OutboxEvent, Task
from tests.factories import make_duty, make_officer, make_organisation, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def confirmed(monkeypatch):
    """Everybody has confirmed their address: that is tested elsewhere."""
    for module in ("people", "invitations", "joining"):
        monkeypatch.setattr(f"alliance.accounts.services.{module}.has_confirmed", lambda *args: True)


def told(code):
    """Who was told of this kind in the portal."""
    return list(Notice.objects.filter(event__kind=code).values_list("recipient", flat=True))


class TestInvitation:
    def invite(self, **fields):
        self.manager = make_duty().person
        self.organisation = self.manager.duties.get().organisation
        return accounts.invite(self.organisation, "new@example.org", "park_editor", by=self.manager, **fields)

    def link(self):
        return re.search(r"/en/invitations/([^/\s]+)/", mail.outbox[-1].body)[1]

    def test_letter_carries_a_link_that_opens_the_invitation(self, deliver_all):
        invitation = self.invite(language="en", name="Ann")

        deliver_all()

        assert mail.outbox[0].to == ["new@example.org"]
        assert mail.outbox[0].subject.startswith("Invitation: Profile editor of ")
        assert "Dear Ann" in mail.outbox[0].body
        assert accounts.find_invitation(self.link()) == invitation

    def test_no_row_holds_the_token(self, deliver_all):
        self.invite(language="en")
        deliver_all()
        token = self.link()

        event = OutboxEvent.objects.get(kind="accounts.invitation")

        assert token not in str(event.payload)
        assert "@" not in str(event.payload)

    def test_a_key_that_is_rotated_out_still_opens_it(self, settings, deliver_all):
        invitation = self.invite(language="en")
        settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "a new key"

        deliver_all()

        assert accounts.find_invitation(self.link()) == invitation

    def test_revoked_before_it_left_is_not_sent(self, deliver_all):
        invitation = self.invite()
        accounts.revoke_invitation(invitation, by=self.manager)

        deliver_all()

        assert mail.outbox == []
        assert list(Delivery.objects.values_list("state", "last_error")) == [("suppressed", "gone")]

    def test_sent_again_only_the_new_link_leaves(self, deliver_all):
        invitation = self.invite(language="en")
        accounts.resend_invitation(invitation, by=self.manager)

        deliver_all()

        assert len(mail.outbox) == 1
        assert accounts.find_invitation(self.link()) == invitation

    def test_inviter_hears_that_it_was_accepted(self, confirmed):
        invitation = self.invite()
        newcomer = make_user(email="new@example.org")

        accounts.accept_invitation(invitation, by=newcomer)

        assert told("accounts.invitation_accepted") == [self.manager.pk]

    def test_who_asks_for_a_new_link_opens_a_task_until_it_is_sent(self):
        invitation = self.invite()
        Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
        invitation.refresh_from_db()

        accounts.ask_for_new_link(invitation)
        accounts.ask_for_new_link(invitation)

        assert told("accounts.invitation_expired") == [self.manager.pk]
        assert list(Task.objects.values_list("kind", "organisation", "state")) == [
            ("accounts.renew_invitation", self.organisation.pk, "open")
        ]
        accounts.resend_invitation(invitation, by=self.manager)
        assert list(Task.objects.values_list("state", "outcome", "done_by")) == [("done", "sent", self.manager.pk)]


class TestJoin:
    def ask(self, organisation):
        self.person = make_user()
        return accounts.ask_to_join(self.person, organisation, "park_editor", message="I do the website.")

    def test_managers_decide_and_the_person_hears(self, confirmed):
        manager = make_duty().person
        organisation = manager.duties.get().organisation
        request = self.ask(organisation)

        task = Task.objects.get()
        assert (task.kind, task.organisation) == ("accounts.decide_join", organisation)
        assert task.due_at is not None
        assert told("accounts.join_requested") == [manager.pk]

        accounts.approve_join(request, by=manager)

        task.refresh_from_db()
        assert (task.state, task.outcome, task.done_by) == ("done", "approved", manager)
        assert told("accounts.join_decided") == [self.person.pk]

    def test_the_membership_desk_decides_where_nobody_is_in_charge(self, confirmed):
        officer, other = make_officer("membership_desk"), make_officer("data_desk")
        organisation = make_organisation()

        self.ask(organisation)

        assert Task.objects.get().organisation.kind == "secretariat"
        assert told("accounts.join_requested") == [officer.pk]
        assert other.pk not in told("accounts.join_requested")

    def test_a_refusal_says_why(self, confirmed, deliver_all):
        manager = make_duty().person
        request = self.ask(manager.duties.get().organisation)
        type(self.person).objects.filter(pk=self.person.pk).update(language="en")

        accounts.refuse_join(request, by=manager, reason="We do not know you.")
        deliver_all()

        assert "We do not know you." in next(m.body for m in mail.outbox if m.to == [self.person.email])

    def test_withdrawn_tells_nobody(self, confirmed):
        manager = make_duty().person
        request = self.ask(manager.duties.get().organisation)

        accounts.withdraw_join(request, by=self.person)

        assert Task.objects.get().state == "done"
        assert told("accounts.join_decided") == []


class TestDuty:
    def test_the_last_manager_leaves_work_for_the_secretariat(self):
        officer = make_officer("membership_desk")
        duty = make_duty()

        accounts.end_duty(duty, by=duty.person, reason="Moving on.")

        assert told("accounts.no_holder") == [officer.pk]
        assert Task.objects.get(kind="accounts.new_holder").organisation.kind == "secretariat"

    def test_a_person_hears_what_others_do_to_their_duty(self):
        manager = make_duty()
        editor = make_duty(organisation=manager.organisation, role="park_editor")

        accounts.end_duty(editor, by=manager.person, reason="A new post.")

        assert told("accounts.duty_ended") == [editor.person_id]

    def test_the_substitute_hears_when_they_will_act(self):
        manager = make_duty()
        substitute = make_duty(organisation=manager.organisation, role="park_editor").person
        today = timezone.localdate()

        accounts.set_absence(
            manager,
            substitute=substitute,
            away_from=today,
            away_until=today + timedelta(days=3),
            by=manager.person,
        )

        assert told("accounts.stands_in") == [substitute.pk]
        assert told("accounts.duty_changed") == []

    def test_every_kind_can_be_read_in_both_languages(self, client, confirmed):
        """A smoke test of the words: each notice in the inbox of its reader, in Chinese and in English."""
        TestInvitation().test_inviter_hears_that_it_was_accepted(confirmed)
        TestJoin().test_managers_decide_and_the_person_hears(confirmed)
        self.test_the_last_manager_leaves_work_for_the_secretariat()
        self.test_the_substitute_hears_when_they_will_act()
        self.test_a_person_hears_what_others_do_to_their_duty()

        for notice in Notice.objects.select_related("recipient"):
            client.force_login(notice.recipient)
            for language in ("zh-hans", "en"):
                page = client.get(f"/{language}/inbox/").content.decode()
                assert notice.event.facts() is not None
                assert "None" not in re.sub(r"<[^>]*>", "", page)


class TestSealed:
    def test_what_is_sealed_opens_with_its_label_only(self):
        token = "x" * 43

        assert next(sealed.opened(sealed.seal(token, "a"), "a")) == token
        assert next(sealed.opened(sealed.seal(token, "a"), "b")) != token
        assert sealed.seal(token, "a") != sealed.seal(token, "b")

    def test_too_long_is_refused(self):
        with pytest.raises(ValueError, match="too long"):
            sealed.seal("x" * 65, "a")


def test_day_is_written_as_its_reader_writes_days():
    from django.utils import translation

    from alliance.notifications.notices.people import _day

    with translation.override("en"):
        assert _day(date(2026, 3, 1)) == "1 Mar 2026"
