"""Signing in: requirements 6.3, 6.4, 6.9 and 6.14 of the platform spec, beyond what test_signin.py tries."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alliance.accounts.models import SecurityEvent, User

from .factors import code_of, give_app, give_code, give_password, make_desk_person
from .people import PASSWORD, make_person

pytestmark = pytest.mark.django_db

ADDRESS = "li.wei@example.org"
WRONG = "wrong password here"


@pytest.fixture
def person():
    return make_person(email=ADDRESS, name="Li Wei", password=PASSWORD, language="en")


def sign_in(client, email=ADDRESS, password=WRONG, **extra):
    return client.post(reverse("account_login"), {"login": email, "password": password}, **extra)


class TestAlike:
    """6.3: for known and unknown accounts the same text and status (test_signin.py), and the same work."""

    def test_counting_and_writing_down_costs_the_same(self, person):
        asked = {}
        for email in (ADDRESS, "no@example.org"):
            client = Client()
            client.get(reverse("account_login"))
            with CaptureQueriesContext(connection) as queries:
                sign_in(client, email)
            ours = [query["sql"] for query in queries if "accounts_securityevent" in query["sql"]]
            asked[email] = [sql.split()[0] for sql in ours]

        assert asked[ADDRESS] == asked["no@example.org"] == ["SELECT", "SELECT", "INSERT"]

    def test_a_failure_is_written_down_for_both(self, client, person):
        sign_in(client)
        sign_in(client, "no@example.org")

        known, unknown = SecurityEvent.objects.order_by("pk")
        assert (known.person, unknown.person) == (person, None)
        assert known.login_digest != unknown.login_digest
        assert "no@example.org" not in str(unknown.__dict__)

    def test_who_has_a_second_factor_is_not_told_to_whom_lacks_the_password(self, client, person):
        plain = sign_in(client).content
        give_app(person)
        with_factor = sign_in(Client()).content

        def text(page):
            return re.sub(r'nonce="[^"]+"|value="[^"]+"', "", page.decode())

        assert text(plain) == text(with_factor)


class TestLimits:
    """6.4: five failures in five minutes for an account, ten in a minute from an address, in all processes."""

    def test_by_account_also_while_the_cache_is_away(self, client, person, monkeypatch):
        monkeypatch.setattr("alliance.core.cache.PatientRedisCache._closed_until", float("inf"))
        for number in range(5):
            assert "do not match" in sign_in(client, REMOTE_ADDR=f"198.51.100.{number}").content.decode()

        answer = sign_in(client, password=PASSWORD, REMOTE_ADDR="198.51.100.99")

        assert "Too many attempts" in answer.content.decode()
        assert not get_user(client).is_authenticated

    def test_by_address_also_while_the_cache_is_away(self, client, person, monkeypatch):
        monkeypatch.setattr("alliance.core.cache.PatientRedisCache._closed_until", float("inf"))
        for number in range(10):
            sign_in(client, f"p{number}@example.org")

        assert "Too many attempts" in sign_in(client, password=PASSWORD).content.decode()

    def test_an_unknown_account_is_limited_alike(self, client, monkeypatch):
        monkeypatch.setattr("alliance.core.cache.PatientRedisCache._closed_until", float("inf"))
        for number in range(5):
            sign_in(client, "no@example.org", REMOTE_ADDR=f"198.51.100.{number}")

        assert "Too many attempts" in sign_in(client, "no@example.org", REMOTE_ADDR="198.51.100.9").content.decode()

    def test_the_owner_is_not_shut_out_for_longer(self, client, person):
        from datetime import timedelta

        from django.utils import timezone

        for number in range(5):
            sign_in(client, REMOTE_ADDR=f"198.51.100.{number}")
        cache.clear()
        SecurityEvent.objects.update(at=timezone.now() - timedelta(minutes=5, seconds=1))

        assert sign_in(client, password=PASSWORD).status_code == 302

    def test_a_new_password_forgives(self, client, person):
        for number in range(5):
            sign_in(client, REMOTE_ADDR=f"198.51.100.{number}")
        cache.clear()
        person.set_password("lantern harbour willow")
        person.save()

        assert sign_in(client, password="lantern harbour willow", REMOTE_ADDR="198.51.100.9").status_code == 302

    @pytest.mark.parametrize("forged", ["203.0.113.{}", "203.0.113.{}, 192.0.2.1"])
    def test_a_forged_forwarding_changes_nothing_without_a_proxy(self, client, person, forged):
        for number in range(10):
            sign_in(client, f"p{number}@example.org", HTTP_X_FORWARDED_FOR=forged.format(number))

        answer = sign_in(client, password=PASSWORD, HTTP_X_FORWARDED_FOR=forged.format(99))

        assert "Too many attempts" in answer.content.decode()

    def test_behind_one_proxy_the_last_address_counts(self, client, person, settings):
        """The proxy adds the address it saw; what stands before it, anybody could have written."""
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
        for number in range(10):
            sign_in(client, f"p{number}@example.org", HTTP_X_FORWARDED_FOR=f"203.0.113.{number}, 198.51.100.7")

        limited = sign_in(client, password=PASSWORD, HTTP_X_FORWARDED_FOR="203.0.113.99, 198.51.100.7")
        other = sign_in(client, password=PASSWORD, HTTP_X_FORWARDED_FOR="198.51.100.7, 198.51.100.8")

        assert "Too many attempts" in limited.content.decode()
        assert other.status_code == 302
        assert set(SecurityEvent.objects.filter(kind="wrong_password").values_list("address", flat=True)) == {
            "198.51.100.7"
        }


class TestReset:
    """6.9: a reset leaves the second factor on; its link is tried in test_signin.py."""

    def test_the_second_factor_is_asked_for_afterwards(self, client, mailoutbox):
        officer = make_desk_person(language="en")
        secret = give_app(officer)
        client.post(reverse("account_reset_password"), {"email": officer.email})
        link = re.search(r"http://\S+/reset/key/\S+", mailoutbox[0].body).group().replace("http://localhost:8000", "")
        page = client.get(link, follow=True)
        new = "lantern harbour willow tree"
        client.post(page.context["action_url"], {"password1": new, "password2": new})

        assert not get_user(client).is_authenticated
        assert give_password(client, officer, new).url == reverse("mfa_authenticate")
        assert Authenticator.objects.filter(user=officer).count() == 1
        assert give_code(client, code_of(secret)).status_code == 302

    def test_a_link_asked_for_twice_and_used_once(self, client, person, mailoutbox):
        for _time in range(2):
            client.post(reverse("account_reset_password"), {"email": ADDRESS})
        first, second = [
            re.search(r"http://\S+/reset/key/\S+", letter.body).group().replace("http://localhost:8000", "")
            for letter in mailoutbox
        ]
        page = client.get(second, follow=True)
        new = "lantern harbour willow"
        client.post(page.context["action_url"], {"password1": new, "password2": new})

        assert "no longer valid" in client.get(first, follow=True).content.decode()

    def test_a_desk_keeps_its_longer_password(self, client, mailoutbox):
        officer = make_desk_person(language="en")
        client.post(reverse("account_reset_password"), {"email": officer.email})
        link = re.search(r"http://\S+/reset/key/\S+", mailoutbox[0].body).group().replace("http://localhost:8000", "")
        page = client.get(link, follow=True)
        assert "At least 15 characters" in page.content.decode()

        answer = client.post(page.context["action_url"], {"password1": "mountain riv", "password2": "mountain riv"})

        assert "too short" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
class TestTold:
    """6.14: every confirmed address hears of each change of password, factor or address."""

    BOTH = [ADDRESS, "second@example.org"]

    @pytest.fixture(autouse=True)
    def _two_addresses(self, person):
        person.emailaddress_set.create(email="second@example.org", verified=True)
        person.emailaddress_set.create(email="unproved@example.org", verified=False)

    def said(self, subject):
        return sorted(letter.to[0] for letter in mail.outbox if letter.subject == subject)

    def test_password(self, client, person):
        sign_in(client, password=PASSWORD)
        new = "lantern harbour willow"
        client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})

        assert self.said("Your password was changed") == self.BOTH

    def test_factors(self, client, person):
        sign_in(client, password=PASSWORD)
        secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
        client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
        client.post(reverse("mfa_generate_recovery_codes"))
        client.post(reverse("mfa_deactivate_totp"))

        assert self.said("Second factor added: authenticator app") == self.BOTH
        assert self.said("New recovery codes") == self.BOTH
        assert self.said("Second factor removed: authenticator app") == self.BOTH

    def test_letters_name_time_and_address(self, client, person):
        sign_in(client, password=PASSWORD, REMOTE_ADDR="198.51.100.7")
        secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
        client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)}, REMOTE_ADDR="198.51.100.7")

        assert "198.51.100.7" in mail.outbox[0].body
        assert secret not in mail.outbox[0].body
        assert reverse("account_reset_password") in mail.outbox[0].body


def test_the_security_page_tells_its_owner(client, person):
    sign_in(client, REMOTE_ADDR="198.51.100.7")
    sign_in(client, password=PASSWORD)

    page = client.get(reverse("accounts:security")).content.decode()

    assert "Wrong password" in page
    assert "198.51.100.7" in page
    assert "Somebody failed to sign in lately" in page
    assert User.objects.get().security_events.count() == 2
