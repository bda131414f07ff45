"""A lost second factor: requirement 6.10 of the platform spec. Two people of the secretariat, waiting time, notice."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alliance.accounts import second_factor
from alliance.accounts.models import LostFactor, SecurityEvent
from alliance.accounts.services import lost_factor as services
from alliance.core.errors import RuleBroken
from alliance.core.models import AuditEvent
from tests.factories import make_duty

from .factors import give_app, give_codes, give_password, make_desk_person
from .people import PASSWORD, make_person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def person():
    """A park manager with an app that fell into the river, and two addresses."""
    person = make_person(password=PASSWORD, email="li.wei@example.org", language="en")
    person.emailaddress_set.create(email="private@example.org", verified=True)
    person.emailaddress_set.create(email="unproved@example.org", verified=False)
    make_duty(person)
    give_app(person)
    give_codes(person)
    return person


@pytest.fixture
def desks():
    return make_desk_person("membership_desk", name="First"), make_desk_person("data_desk", name="Second")


@pytest.fixture
def between(client, person):
    """Password given, factor not."""
    give_password(client, person, PASSWORD)
    return client


def ask(client):
    return client.post(reverse("accounts:lost_factor"))


def later(lost, hours=24):
    LostFactor.objects.filter(pk=lost.pk).update(asked_at=timezone.now() - timedelta(hours=hours, seconds=1))


def told():
    return sorted((letter.to[0], letter.subject) for letter in mail.outbox)


class TestTheWholeWay:
    def test_two_approve_the_time_passes_and_the_person_begins_anew(self, between, person, desks):
        elsewhere = Client()
        elsewhere.force_login(person)
        ask(between)
        lost = LostFactor.objects.get()
        for officer in desks:
            desk = Client()
            desk.force_login(officer)
            assert person.email in desk.get(reverse("accounts:lost_factors")).content.decode()
            desk.post(reverse("accounts:lost_factor_approve", args=[lost.pk]))
        assert "Not before" in between.get(reverse("accounts:lost_factor")).content.decode()
        later(lost)

        assert "Begin anew" in between.get(reverse("accounts:lost_factor")).content.decode()
        answer = between.post(reverse("accounts:lost_factor_begin_anew"))

        assert answer.url == reverse("notifications:desk")
        assert between.get(answer.url).status_code == 200
        assert not Authenticator.objects.exists()
        assert elsewhere.get(reverse("accounts:profile")).status_code == 302
        assert [event.verb for event in AuditEvent.objects.filter(verb__startswith="lost_factor").order_by("seq")] == [
            "lost_factor.asked",
            "lost_factor.approved",
            "lost_factor.approved",
            "lost_factor.done",
        ]

    def test_a_privileged_person_sets_up_a_new_one_before_anything_else(self, client, desks):
        officer = make_desk_person("council_expert")
        give_app(officer)
        give_password(client, officer)
        ask(client)
        lost = LostFactor.objects.get()
        for desk in desks:
            services.approve(lost, by=desk)
        later(lost)

        client.post(reverse("accounts:lost_factor_begin_anew"))

        assert client.get(reverse("notifications:desk")).url.startswith(reverse("accounts:secure"))


class TestTold:
    def test_every_confirmed_address_hears_of_asking_and_of_the_approval(self, between, person, desks):
        ask(between)
        lost = LostFactor.objects.get()
        services.approve(lost, by=desks[0])
        services.approve(lost, by=desks[1])

        assert told() == sorted(
            (address, subject)
            for address in ("li.wei@example.org", "private@example.org")
            for subject in (
                "Was this you? Second factor reported as lost",
                "Your new second factor was approved",
            )
        )
        assert SecurityEvent.objects.filter(person=person, kind="factor_lost").count() == 1

    def test_the_letter_stops_it_without_signing_in(self, between, person, desks):
        ask(between)
        link = re.search(r"http://\S+/stop/\S+", mail.outbox[0].body).group().replace("http://localhost:8000", "")
        stranger = Client()

        page = stranger.get(link).content.decode()
        assert "stop it" in page
        assert LostFactor.objects.get().state == "asked"
        stranger.post(link)

        assert LostFactor.objects.get().state == "withdrawn"
        assert stranger.get(link).status_code == 404
        with pytest.raises(RuleBroken, match="closed"):
            services.approve(LostFactor.objects.get(), by=desks[0])

    def test_a_link_somebody_made_up_stops_nothing(self, between, client):
        ask(between)

        assert Client().post(reverse("accounts:lost_factor_stop", args=["MQ:x:y"])).status_code == 404
        assert LostFactor.objects.get().state == "asked"


class TestRefused:
    @pytest.fixture
    def lost(self, person):
        return services.ask(person)

    def test_not_without_the_password(self, client, person):
        assert ask(client).url.startswith(reverse("account_login"))
        assert not LostFactor.objects.exists()

    def test_one_person_is_not_two(self, lost, desks):
        services.approve(lost, by=desks[0])

        with pytest.raises(RuleBroken, match="second person"):
            services.approve(lost, by=desks[0])
        later(lost)
        with pytest.raises(RuleBroken, match="1 approval"):
            services.begin_anew(lost)

    def test_nobody_approves_their_own(self, desks):
        lost = services.ask(desks[0])

        with pytest.raises(RuleBroken, match="their own"):
            services.approve(lost, by=desks[0])

    def test_nobody_outside_the_secretariat(self, lost, client):
        outsider = make_desk_person("council_expert")
        with pytest.raises(RuleBroken):
            services.approve(lost, by=outsider)
        client.force_login(outsider)

        assert client.get(reverse("accounts:lost_factors")).status_code == 403
        assert client.post(reverse("accounts:lost_factor_approve", args=[lost.pk])).status_code == 403

    @pytest.mark.parametrize("hours", [0, 23])
    def test_not_before_the_time_has_passed(self, lost, desks, hours):
        for desk in desks:
            services.approve(lost, by=desk)
        later(lost, hours)

        with pytest.raises(RuleBroken, match="waiting time"):
            services.begin_anew(lost)
        assert Authenticator.objects.count() == 2

    def test_a_double_click_asks_once_and_approves_once(self, between, person, desks):
        ask(between)
        ask(between)
        lost = LostFactor.objects.get()
        desk = Client()
        desk.force_login(desks[0])
        for _click in range(2):
            assert desk.post(reverse("accounts:lost_factor_approve", args=[lost.pk])).status_code == 302

        assert lost.approvals.count() == 1
        assert len(mail.outbox) == 2

    def test_a_refusal_needs_a_reason_that_the_person_reads(self, lost, desks):
        mail.outbox.clear()
        with pytest.raises(RuleBroken):
            services.refuse(lost, by=desks[0], note="  ")

        services.refuse(lost, by=desks[0], note="We could not reach you by telephone.")

        assert "could not reach you" in mail.outbox[0].body
        assert len(mail.outbox) == 2
        with pytest.raises(RuleBroken):
            services.begin_anew(lost)

    def test_it_works_once(self, lost, desks, person):
        for desk in desks:
            services.approve(lost, by=desk)
        later(lost)
        services.begin_anew(lost)
        give_app(person)

        with pytest.raises(RuleBroken, match="closed"):
            services.begin_anew(lost)
        assert Authenticator.objects.count() == 1


class TestOnePersonSecretariat:
    def test_says_so_to_both_sides(self, between, person):
        officer = make_desk_person("data_desk")
        page = between.get(reverse("accounts:lost_factor")).content.decode()
        assert "too few people" in page
        ask(between)
        client = Client()
        client.force_login(officer)

        assert "too few people" in client.get(reverse("accounts:lost_factors")).content.decode()


class TestOperator:
    def test_takes_off_and_answers_for_it(self, person, capsys):
        call_command("take_off_factors", person.email, reason="The secretariat has one person.")

        assert not Authenticator.objects.exists()
        event = AuditEvent.objects.get(verb="person.factors_taken_off")
        assert (event.actor, event.payload["number"]) == ("", 2)
        assert [letter.to[0] for letter in mail.outbox] == ["li.wei@example.org", "private@example.org"]

    def test_unknown_address(self):
        with pytest.raises(CommandError):
            call_command("take_off_factors", "no@example.org", reason="x")

    def test_seals_anew_with_the_newest_key(self, person, settings):
        before = second_factor.codes_left(person)
        old, settings.SECRET_KEY = settings.SECRET_KEY, "another and much longer key than before"
        settings.SECRET_KEY_FALLBACKS = [old]
        call_command("reseal_factors")
        settings.SECRET_KEY_FALLBACKS = []

        assert second_factor.codes_left(person) == before == 10
