"""Second factors: requirements 6.5, 6.6, 6.7 and 6.8 of the platform spec."""

import json
import threading

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.contrib.auth import get_user
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from alliance.accounts import sealing, second_factor
from alliance.accounts.guard import OPEN
from alliance.accounts.models import SecurityEvent
from alliance.accounts.roles import ROLES
from alliance.core.models import AuditEvent
from tests.access_table import TABLE
from tests.factories import make_duty
from tests.world import make_world

from .factors import (
    code_of,
    give_app,
    give_code,
    give_codes,
    give_password,
    make_desk_person,
    sign_in_fully,
)
from .people import PASSWORD, make_person

pytestmark = pytest.mark.django_db
PRIVILEGED = [code for code, role in ROLES.items() if role.privileged]


def address(name, world, rule):
    return reverse(name, kwargs=dict(rule.args(world)))


class TestRequired:
    """6.5: council, secretariat: no page but setting a factor up opens without one."""

    def test_who_is_privileged(self):
        desks, seats = (
            ["membership_desk", "training_desk", "investment_desk", "data_desk"],
            ["council_park", "council_government", "council_expert"],
        )
        assert [*desks, "secretariat_head", *seats] == PRIVILEGED
        assert {role.second_factor for role in ROLES.values() if role.privileged} == {"required"}

    @pytest.mark.parametrize("role", PRIVILEGED)
    def test_signing_in_leads_to_setting_up(self, client, role):
        person = make_desk_person(role)

        give_password(client, person)
        answer = client.get(reverse("notifications:desk"), follow=True)

        assert answer.redirect_chain == [(f"{reverse('accounts:secure')}?next=%2Fen%2Fdesk%2F", 302)]
        page = answer.content.decode()
        assert "A second factor" in page
        assert reverse("mfa_activate_totp") in page
        assert reverse("mfa_add_webauthn") in page

    def test_nothing_else_opens(self, client):
        """Every address of the portal, by GET and by POST, forms and files included."""
        world = make_world()
        client.force_login(make_desk_person("data_desk"), factor=False)
        opened = set()
        for name, rule in TABLE.items():
            for method, exists in (("get", rule.get), ("post", rule.post)):
                # What machines ask for is answered before anybody is known.
                if exists is None or name in OPEN or name == "metrics":
                    continue
                answer = getattr(client, method)(address(name, world, rule) + rule.query)
                if answer.status_code != 302 or not answer["Location"].startswith(reverse("accounts:secure")):
                    opened.add((method, name, answer.status_code))

        assert opened == set()

    def test_parts_of_the_set_up_page_stay_empty_and_do_not_turn_in_circles(self, client):
        client.force_login(make_desk_person(), factor=False)
        page = f"http://testserver{reverse('accounts:secure')}"

        answer = client.get(reverse("notifications:unread"), headers={"HX-Request": "true", "HX-Current-URL": page})

        assert (answer.status_code, answer.get("HX-Redirect")) == (204, None)

    def test_park_people_are_not_held_up(self, client):
        person = make_person(password=PASSWORD)
        make_duty(person)

        give_password(client, person, PASSWORD)

        assert client.get(reverse("notifications:desk")).status_code == 200

    def test_a_duty_given_meanwhile_holds_from_the_next_request(self, client):
        person = make_person(password=PASSWORD)
        give_password(client, person, PASSWORD)
        assert client.get(reverse("accounts:profile")).status_code == 200

        from tests.factories import make_organisation

        make_duty(person, make_organisation("council"), "council_expert")

        assert client.get(reverse("accounts:profile")).url.startswith(reverse("accounts:secure"))

    def test_the_last_factor_stays_while_the_duty_asks_for_it(self, client):
        person = make_desk_person()
        secret = give_app(person)
        sign_in_fully(client, person, secret)

        page = client.post(reverse("mfa_deactivate_totp"))

        assert "requires a second factor" in page.content.decode()
        assert second_factor.has_factor(person)

    def test_asked_is_said_on_the_desk_and_holds_nobody_up(self, client, monkeypatch):
        """As for investors: the role asks, the person decides."""
        from dataclasses import replace

        monkeypatch.setitem(ROLES, "park_editor", replace(ROLES["park_editor"], second_factor="asked"))
        person = make_person()
        make_duty(person, role="park_editor")
        client.force_login(person)

        assert "Please add a second factor" in client.get(reverse("notifications:desk")).content.decode()
        give_app(person)
        assert "Please add a second factor" not in client.get(reverse("notifications:desk")).content.decode()


class TestBetween:
    """6.6: between password and second factor nothing opens."""

    def test_the_password_alone_signs_nobody_in(self, client):
        person = make_desk_person()
        give_app(person)

        answer = give_password(client, person)

        assert answer.url == reverse("mfa_authenticate")
        assert not get_user(client).is_authenticated
        assert client.get(answer.url).status_code == 200

    def test_every_address_answers_as_to_a_stranger(self, client):
        world = make_world()
        person = make_desk_person("data_desk")
        give_app(person)
        give_password(client, person)
        stranger = Client()
        different = {}
        for name, rule in TABLE.items():
            # These are the way on, and ending it is last.
            if name in {"mfa_authenticate", "mfa_login_webauthn", "accounts:lost_factor"}:
                continue
            if rule.get is None or name.startswith("account_"):
                continue
            url = address(name, world, rule) + rule.query
            between, outside = client.get(url), stranger.get(url)
            if (between.status_code, between.get("Location")) != (outside.status_code, outside.get("Location")):
                different[name] = (between.status_code, outside.status_code)

        assert different == {}
        assert not get_user(client).is_authenticated

    def test_it_ends_after_ten_minutes(self, client, monkeypatch):
        person = make_desk_person()
        secret = give_app(person)
        give_password(client, person)
        import time

        later = time.time() + 601
        monkeypatch.setattr("allauth.account.internal.stagekit.time.time", lambda: later)

        answer = give_code(client, code_of(secret))

        assert answer.url.startswith(reverse("account_login"))
        assert not get_user(client).is_authenticated

    def test_cancelling_ends_it(self, client):
        person = make_desk_person()
        give_app(person)
        give_password(client, person)

        client.post(reverse("account_logout"))

        assert client.get(reverse("mfa_authenticate")).url.startswith(reverse("account_login"))


class TestCodes:
    """6.7: a code of the app works once, on every web process; so does a recovery code."""

    @pytest.fixture
    def person(self):
        return make_desk_person()

    def test_signs_in(self, client, person):
        secret = give_app(person)
        give_password(client, person)

        answer = give_code(client, code_of(secret))

        assert answer.url == reverse("notifications:desk")
        assert client.get(answer.url).status_code == 200
        assert second_factor.is_shown(_request(client, person))

    def test_typed_on_a_chinese_keyboard(self, client, person):
        secret = give_app(person)
        give_password(client, person)
        wide = code_of(secret).translate({ord(str(n)): 0xFF10 + n for n in range(10)})

        assert give_code(client, f" {wide[:3]} {wide[3:]} ").status_code == 302

    def test_the_same_code_again_is_refused_and_explained(self, client, person):
        secret = give_app(person)
        code = code_of(secret)
        give_password(client, person)
        give_code(client, code)
        thief = Client()
        give_password(thief, person)

        answer = give_code(thief, code)

        assert "already been used" in answer.content.decode()
        assert not get_user(thief).is_authenticated

    def test_the_same_code_again_is_refused_without_the_cache(self, client, person, monkeypatch):
        """The step taken stands in the row: an emptied or absent cache opens nothing."""
        secret = give_app(person)
        code = code_of(secret)
        give_password(client, person)
        give_code(client, code)
        cache.clear()
        monkeypatch.setattr("alliance.core.cache.PatientRedisCache._closed_until", float("inf"))
        thief = Client()
        give_password(thief, person)

        assert "already been used" in give_code(thief, code).content.decode()

    def test_an_older_code_is_refused_after_a_newer_one(self, person):
        secret = give_app(person)

        assert second_factor.take_code(person, code_of(secret, 1)) is not None
        with pytest.raises(second_factor.UsedAlready):
            second_factor.take_code(person, code_of(secret))

    @pytest.mark.parametrize("steps", [-3, -2, 2, 3])
    def test_beyond_one_step_of_tolerance_it_is_wrong(self, person, steps):
        secret = give_app(person)

        assert second_factor.take_code(person, code_of(secret, steps)) is None

    @pytest.mark.django_db(transaction=True)
    def test_the_code_that_set_it_up_does_not_sign_in(self, client, person):
        give_password(client, person)
        page = client.get(reverse("mfa_activate_totp"))
        secret = page.context["form"].secret
        code = code_of(secret)

        answer = client.post(reverse("mfa_activate_totp"), {"code": code})

        assert answer.url == reverse("mfa_view_recovery_codes")
        assert client.get(reverse("notifications:desk")).status_code == 200
        again = Client()
        give_password(again, person)
        assert "already been used" in give_code(again, code).content.decode()

    def test_a_recovery_code_works_once(self, client, person):
        give_app(person)
        code = give_codes(person)[3]
        give_password(client, person)
        assert give_code(client, f"{code[:5]} {code[5:]}").status_code == 302
        again = Client()
        give_password(again, person)

        assert "did not work" in give_code(again, code).content.decode()
        assert second_factor.codes_left(person) == 9

    def test_five_wrong_codes_and_the_right_one_waits(self, client, person):
        secret = give_app(person)
        give_password(client, person)
        for _number in range(5):
            assert "did not work" in give_code(client, "000000").content.decode()

        answer = give_code(client, code_of(secret))

        assert "Too many attempts" in answer.content.decode()
        assert not get_user(client).is_authenticated
        assert SecurityEvent.objects.filter(person=person, kind="wrong_code").count() == 5

    def test_who_has_a_factor_and_no_duty_is_asked_too(self, client):
        person = make_person(password=PASSWORD)
        give_app(person)

        assert give_password(client, person, PASSWORD).url == reverse("mfa_authenticate")

    @pytest.mark.django_db(transaction=True)
    def test_recovery_codes_come_with_the_first_factor_and_are_kept_as_a_file(self, client, person):
        give_password(client, person)
        secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
        client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})

        shown = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
        file = client.get(reverse("mfa_download_recovery_codes")).content.decode()

        assert len(set(shown)) == 10
        assert all(f"{code[:5]} {code[5:]}" in file for code in shown)


def _request(client, person):
    from types import SimpleNamespace

    return SimpleNamespace(session=client.session, user=person)


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_take_a_code_once():
    """6.7, as many web processes at the same moment would."""
    person = make_desk_person()
    secret = give_app(person)
    code, taken = code_of(secret), []
    start = threading.Barrier(8)

    def take():
        start.wait()
        try:
            taken.append(second_factor.take_code(person, code) is not None)
        except second_factor.UsedAlready:
            taken.append(False)
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(taken) == [False] * 7 + [True]


class TestSealed:
    """6.8: seeds and recovery codes are not readable in a dump of the database."""

    def test_what_is_stored_names_neither_seed_nor_codes(self):
        person = make_desk_person()
        secret, codes = give_app(person), give_codes(person)

        stored = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))

        assert secret not in stored
        assert not any(code in stored for code in codes)
        data = Authenticator.objects.get(type="recovery_codes").data
        assert sealing.unseal(data["seed"]) not in stored

    @pytest.mark.django_db(transaction=True)
    def test_the_session_keeps_no_seed_once_it_is_set_up(self, client):
        person = make_desk_person()
        give_password(client, person)
        secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
        client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})

        assert secret not in json.dumps(dict(client.session.items()))

    def test_a_change_of_the_secret_key_keeps_factors_working(self, settings):
        sealed = sealing.seal("JBSWY3DPEHPK3PXP")
        old, settings.SECRET_KEY = settings.SECRET_KEY, "another and much longer key than before"
        with pytest.raises(sealing.SealBroken):
            sealing.unseal(sealed)

        settings.SECRET_KEY_FALLBACKS = [old]
        anew = sealing.sealed_anew(sealed)
        settings.SECRET_KEY_FALLBACKS = []

        assert sealing.unseal(anew) == "JBSWY3DPEHPK3PXP"

    def test_a_key_of_their_own_can_change_too(self, settings):
        settings.MFA_KEYS = ["first"]
        sealed = sealing.seal("JBSWY3DPEHPK3PXP")

        settings.MFA_KEYS = ["second", "first"]
        assert sealing.unseal(sealed) == "JBSWY3DPEHPK3PXP"
        settings.MFA_KEYS = ["second"]
        with pytest.raises(sealing.SealBroken):
            sealing.unseal(sealed)


class TestSampleRun:
    """6.11: nobody outside DEMO=1 is shown a code."""

    def test_only_sample_people_of_a_sample_run(self, client, settings):
        person = make_desk_person(is_sample=True)
        give_app(person)
        give_password(client, person)
        assert "Sample run" not in client.get(reverse("mfa_authenticate")).content.decode()

        settings.DEMO = True
        page = client.get(reverse("mfa_authenticate")).content.decode()
        assert second_factor.sample_code(person) in page
        assert give_code(client, second_factor.sample_code(person)).status_code == 302

        person.is_sample = False
        assert second_factor.sample_code(person) == ""

    def test_no_factor_that_others_know_is_made_elsewhere(self, settings):
        settings.DEMO = False
        with pytest.raises(RuntimeError):
            second_factor.give_sample_factor(make_person(is_sample=True), generate_totp_secret())


@pytest.mark.django_db(transaction=True)
def test_a_factor_is_written_down(client):
    person = make_desk_person()
    give_password(client, person)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})

    assert [event.verb for event in AuditEvent.objects.filter(verb__startswith="person.")] == ["person.factor_added"]
    assert list(SecurityEvent.objects.filter(person=person).values_list("kind", "means")) == [
        ("factor_added", "totp"),
        ("signed_in", "password"),
    ]
