"""Sessions: requirements 6.15, 6.16, 6.17, 6.18, 6.19 and 6.20 of the platform spec."""

import os
import subprocess
import sys
from datetime import date

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings as portal
from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.test import Client, RequestFactory
from django.urls import reverse

from alliance.accounts import reauthentication, services, session_clock
from alliance.accounts.models import SecurityEvent, User
from alliance.core.models import AuditEvent
from tests.factories import make_duty, make_organisation

from .factors import LONG_PASSWORD, code_of, give_app, give_code, give_password, make_desk_person, sign_in_fully
from .people import PASSWORD, make_person

pytestmark = pytest.mark.django_db

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
PAGE = "accounts:profile"


def is_in(client):
    answer = client.get(reverse(PAGE))
    return answer.status_code == 200


@pytest.fixture
def clock(monkeypatch):
    """The server's clock, which the test moves on."""

    class Clock:
        at = session_clock.now()

        def forward(self, **period):
            from datetime import timedelta

            self.at += int(timedelta(**period).total_seconds())

    made = Clock()
    monkeypatch.setattr(session_clock, "now", lambda: made.at)
    return made


@pytest.fixture
def officer():
    return make_desk_person()


@pytest.fixture
def member():
    person = make_person(password=PASSWORD)
    make_duty(person)
    return person


class TestNewNumber:
    """6.15: a new session number at sign-in, second factor and re-authentication; an old one is worth nothing."""

    def test_at_each_step(self, client, officer):
        secret = give_app(officer)
        client.get(reverse("account_login"))
        session = client.session
        session["planted"] = 1
        session.save()
        client.cookies[portal.SESSION_COOKIE_NAME] = session.session_key
        keys = [session.session_key]
        give_password(client, officer)
        give_code(client, code_of(secret))
        keys.append(client.session.session_key)
        Authenticator.objects.filter(user=officer).update(data={"secret": Authenticator.objects.get().data["secret"]})
        client.post(reverse("mfa_reauthenticate"), {"code": code_of(secret)})
        keys.append(client.session.session_key)

        assert len(set(keys)) == 3
        assert is_in(client)
        for old in keys[:2]:
            thief = Client()
            thief.cookies[portal.SESSION_COOKIE_NAME] = old
            assert not is_in(thief)
        assert UserSession.objects.get().session_key == keys[-1]


class TestClock:
    """6.16: half an hour idle and twelve hours in all for privileged duties, two weeks idle for members."""

    def test_half_an_hour_without_use(self, client, officer, clock):
        sign_in_fully(client, officer, give_app(officer))
        clock.forward(minutes=29, seconds=59)
        assert is_in(client)
        clock.forward(minutes=30)

        assert not is_in(client)
        assert "was not used for a while" in client.get(reverse("account_login")).content.decode()
        assert not Session.objects.filter(session_data__contains="_auth_user_id").exists()
        assert SecurityEvent.objects.filter(person=officer, kind="timed_out").exists()
        assert not UserSession.objects.exists()

    def test_twelve_hours_in_all(self, client, officer, clock):
        sign_in_fully(client, officer, give_app(officer))
        for _quarter in range(47):
            clock.forward(minutes=15)
            assert is_in(client)
        clock.forward(minutes=15)

        assert not is_in(client)
        assert "twelve hours" in client.get(reverse("account_login")).content.decode()

    def test_two_weeks_for_members(self, client, member, clock):
        give_password(client, member, PASSWORD)
        clock.forward(days=13, hours=23)
        assert is_in(client)
        clock.forward(days=14)

        assert not is_in(client)

    def test_a_page_that_looks_for_news_by_itself_is_no_use(self, client, officer, clock):
        sign_in_fully(client, officer, give_app(officer))
        for _minute in range(6):
            clock.forward(minutes=5)
            client.get(reverse("notifications:unread"), headers={"HX-Request": "true"})

        assert not is_in(client)

    def test_a_duty_that_comes_later_shortens_the_session(self, client, member, clock):
        give_password(client, member, PASSWORD)
        clock.forward(hours=1)
        assert is_in(client)
        make_duty(member, make_organisation("council"), "council_expert")
        clock.forward(hours=1)

        assert client.get(reverse(PAGE)).url.startswith(reverse("account_login"))

    def test_what_was_typed_is_offered_again(self, client, officer, clock):
        """The form comes too late, and is not lost (core/resend.py)."""
        sign_in_fully(client, officer, give_app(officer))
        clock.forward(hours=1)

        answer = client.post(
            reverse(PAGE),
            {"name": "A long text"},
            headers={"Origin": "http://testserver", "Referer": "http://testserver/en/"},
        )

        assert answer.status_code == 401
        assert "A long text" in answer.content.decode()

    def test_the_browser_s_clock_changes_nothing(self, client, officer, clock):
        """The times stand in the session on the server; the cookie is its number alone."""
        sign_in_fully(client, officer, give_app(officer))
        clock.forward(minutes=31)
        client.cookies[portal.SESSION_COOKIE_NAME]["expires"] = "Fri, 01 Jan 2100 00:00:00 GMT"

        assert not is_in(client)

    def test_use_is_written_at_most_once_a_minute(self, client, member, clock, django_assert_num_queries):
        give_password(client, member, PASSWORD)
        key = client.session.session_key
        before = Session.objects.get(pk=key).session_data
        clock.forward(seconds=59)
        is_in(client)
        assert Session.objects.get(pk=key).session_data == before
        clock.forward(seconds=1)
        is_in(client)

        assert Session.objects.get(pk=key).session_data != before


class TestSignOut:
    """6.17: by POST alone; the session is dead in the database and the browser forgets what it kept."""

    def test_an_old_cookie_is_dead(self, client, officer):
        sign_in_fully(client, officer, give_app(officer))
        key = client.session.session_key
        assert client.get(reverse("account_logout")).status_code == 200
        assert is_in(client)

        answer = client.post(reverse("account_logout"))

        assert answer["Clear-Site-Data"] == '"cache", "storage"'
        assert not Session.objects.filter(pk=key).exists()
        thief = Client()
        thief.cookies[portal.SESSION_COOKIE_NAME] = key
        assert not is_in(thief)
        assert SecurityEvent.objects.filter(person=officer, kind="signed_out").count() == 1

    def test_not_without_the_token_of_the_form(self, officer):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(officer)

        assert strict.post(reverse("account_logout")).status_code == 403
        assert is_in(strict)

    def test_twice_does_no_harm(self, client, member):
        give_password(client, member, PASSWORD)

        assert [client.post(reverse("account_logout")).status_code for _click in range(2)] == [302, 302]


class TestList:
    """6.18: own sessions are listed and ended; changes end them within one request."""

    @pytest.fixture
    def devices(self, member):
        here, there = (
            Client(headers={"User-Agent": CHROME}),
            Client(headers={"User-Agent": FIREFOX}, REMOTE_ADDR="198.51.100.7"),
        )
        give_password(here, member, PASSWORD)
        give_password(there, member, PASSWORD)
        return here, there

    def test_says_device_and_address(self, devices):
        page = devices[0].get(reverse("usersessions_list")).content.decode()

        assert "Chrome · Windows" in page
        assert "Firefox · Linux" in page
        assert "198.51.100.7" in page
        assert page.count("this device") == 1

    def test_end_one(self, devices):
        here, there = devices
        other = UserSession.objects.get(session_key=there.session.session_key)

        here.post(reverse("accounts:end_session", args=[other.pk]))

        assert not is_in(there)
        assert is_in(here)
        assert AuditEvent.objects.filter(verb="person.session_ended").count() == 1

    def test_not_somebody_else_s(self, devices, client):
        other = UserSession.objects.get(session_key=devices[1].session.session_key)
        client.force_login(make_person())

        assert client.post(reverse("accounts:end_session", args=[other.pk])).status_code == 404
        assert is_in(devices[1])

    def test_end_all_others_those_not_listed_included(self, devices, member):
        here, there = devices
        unlisted = Client()
        unlisted.force_login(member)

        here.post(reverse("usersessions_list"))

        assert [is_in(one) for one in (here, there, unlisted)] == [True, False, False]
        assert UserSession.objects.count() == 1

    def test_a_new_password_ends_all(self, devices):
        here = devices[0]
        new = "lantern harbour willow"
        here.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})

        assert [is_in(one) for one in devices] == [False, False]

    @pytest.mark.django_db(transaction=True)
    def test_a_new_factor_ends_the_others(self, devices):
        here = devices[0]
        secret = here.get(reverse("mfa_activate_totp")).context["form"].secret
        here.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})

        assert [is_in(one) for one in devices] == [True, False]

    @pytest.mark.django_db(transaction=True)
    def test_taking_a_factor_off_ends_the_others(self, client, member):
        secret = give_app(member)
        client.post(reverse("account_login"), {"login": member.email, "password": PASSWORD})
        give_code(client, code_of(secret))
        there = Client()
        there.force_login(member)

        client.post(reverse("mfa_deactivate_totp"))

        assert [is_in(one) for one in (client, there)] == [True, False]

    def test_disabling_ends_all(self, devices, member):
        User.objects.filter(pk=member.pk).update(is_active=False)

        assert [is_in(one) for one in devices] == [False, False]

    def test_losing_a_duty_ends_all(self, devices, member):
        services.end_duty(member.duties.get(), by=make_desk_person(), reason="moved on")

        assert [is_in(one) for one in devices] == [False, False]

    def test_a_term_that_ran_out_ends_all(self, devices, member):
        from alliance.accounts.services import terms

        member.duties.update(ends_on=date(2026, 1, 1))
        terms.mind_terms()

        assert [is_in(one) for one in devices] == [False, False]

    def test_whoever_leaves_stays_signed_in_on_this_device(self, devices, member):
        duty = member.duties.get()
        page = reverse("accounts:duty_end", args=[duty.organisation.slug, duty.pk])

        devices[0].post(page, {"reason": "moved on", "knows": "on"})

        duty.refresh_from_db()
        assert duty.ended_at is not None
        assert [is_in(one) for one in devices] == [True, False]


class TestAskedAgain:
    """6.19: within ten minutes of showing that it is them, by the second factor where one is set."""

    def request(self, client, person):
        request = RequestFactory().get("/")
        request.session, request.user = client.session, person
        return request

    def test_after_ten_minutes(self, client, officer, monkeypatch):
        sign_in_fully(client, officer, give_app(officer))
        request = self.request(client, officer)
        assert reauthentication.is_recent(request)
        later = reauthentication.time.time() + 601
        monkeypatch.setattr(reauthentication.time, "time", lambda: later)

        assert not reauthentication.is_recent(request)

    def test_the_password_alone_is_not_enough_where_a_factor_is_set(self, client, member):
        give_password(client, member, PASSWORD)
        assert reauthentication.is_recent(self.request(client, member))

        give_app(member)

        assert not reauthentication.is_recent(self.request(client, member))
        assert client.get(reverse("account_reauthenticate")).url == reverse("mfa_reauthenticate")

    def test_a_form_goes_on_after_it(self, client, officer, monkeypatch):
        """What was sent is not sent again by hand: approving a colleague's lost factor, as an example."""
        from alliance.accounts.models import LostFactor

        lost = LostFactor.objects.create(person=make_person())
        secret = give_app(officer)
        sign_in_fully(client, officer, secret)
        session = client.session
        session["account_authentication_methods"][-1]["at"] -= 700
        session.save()
        url = reverse("accounts:lost_factor_approve", args=[lost.pk])

        asked = client.post(url)
        assert asked.url.startswith(reverse("mfa_reauthenticate"))
        assert not lost.approvals.exists()
        Authenticator.objects.update(data={"secret": Authenticator.objects.get().data["secret"]})
        client.post(asked.url, {"code": code_of(secret), "next": url})

        assert lost.approvals.get().officer == officer

    def test_addresses_and_factors(self, client, member):
        give_password(client, member, PASSWORD)
        session = client.session
        session["account_authentication_methods"][-1]["at"] -= 700
        session.save()

        for name in ("mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes"):
            assert client.get(reverse(name)).url.startswith(reverse("account_reauthenticate")), name
        answer = client.post(reverse("account_email"), {"email": "new@example.org", "action_add": ""})
        assert answer.url.startswith(reverse("account_reauthenticate"))


class TestCookies:
    """6.20: under https the cookies are `__Host-`, Secure, HttpOnly and Lax."""

    NAMES = (
        "SESSION_COOKIE_NAME SESSION_COOKIE_SECURE SESSION_COOKIE_HTTPONLY SESSION_COOKIE_SAMESITE "
        "SESSION_COOKIE_DOMAIN SESSION_COOKIE_PATH CSRF_COOKIE_NAME CSRF_COOKIE_SECURE CSRF_COOKIE_HTTPONLY "
        "CSRF_COOKIE_SAMESITE CSRF_COOKIE_DOMAIN"
    )

    def test_under_https(self):
        code = (
            "import django.conf; django.conf.settings.configure(); from alliance import settings as s; "
            "from django.conf import global_settings as g; "
            f"print([getattr(s, n, getattr(g, n)) for n in '{self.NAMES}'.split()])"
        )
        said = subprocess.run(
            [sys.executable, "-c", code],
            env={
                "PATH": os.environ["PATH"],
                "SECRET_KEY": "only for tests, and long enough to be taken for one by whoever looks",
                "PUBLIC_BASE_URL": "https://portal.example.org",
                "ALLOWED_HOSTS": "portal.example.org",
            },
            cwd=portal.BASE_DIR,
            capture_output=True,
            text=True,
            check=False,
        )

        assert said.stdout.strip() == str(
            ["__Host-session", True, True, "Lax", None, "/", "__Host-csrf", True, True, "Lax", None]
        ), said.stderr[-500:]

    def test_flags_of_what_is_sent(self, client, member, settings):
        settings.SESSION_COOKIE_SECURE = True
        answer = give_password(client, member, PASSWORD)
        cookie = answer.cookies[portal.SESSION_COOKIE_NAME]

        assert (cookie["httponly"], cookie["secure"], cookie["samesite"], cookie["domain"]) == (True, True, "Lax", "")

    def test_no_page_keeps_anything_in_the_browser_s_storage(self):
        """But the trainer's roster: marks of a room without network wait there, and go when one signs out (A-4)."""
        scripts = (portal.BASE_DIR / "static" / "js").glob("*.js")

        kept = [file.name for file in scripts if "Storage" in file.read_text(encoding="utf-8")]
        assert kept == ["training-roster.js"]


def test_a_stolen_cookie_is_one_session_and_no_more(client, officer):
    """Whoever holds the cookie of an officer can neither take the factor nor the password without showing it."""
    sign_in_fully(client, officer, give_app(officer))
    session = client.session
    session["account_authentication_methods"][-1]["at"] -= 700
    session.save()
    thief = Client()
    thief.cookies[portal.SESSION_COOKIE_NAME] = client.session.session_key

    assert thief.post(reverse("mfa_deactivate_totp")).url.startswith(reverse("mfa_reauthenticate"))
    wrong = {"oldpassword": "not the password", "password1": LONG_PASSWORD + "x", "password2": LONG_PASSWORD + "x"}
    assert thief.post(reverse("account_change_password"), wrong).status_code == 200
    assert get_user(client) == officer
