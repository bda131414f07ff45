"""Passwords: requirements 6.1, 6.2, 6.11 and 6.12 of the platform spec."""

import os
import re
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings as portal
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import get_resolver, reverse
from django.utils import timezone

from alliance.accounts import guard
from alliance.accounts.models import User
from alliance.accounts.passwords import LONGEST, required_length
from tests.factories import make_duty, make_organisation, make_user

from .factors import give_password, make_desk_person
from .people import PASSWORD, invite, make_person

pytestmark = pytest.mark.django_db

TWELVE = "mountain riv"
FIFTEEN = "mountain river "


def refused(password, person=None):
    with pytest.raises(ValidationError) as said:
        validate_password(password, person)
    return [error.code for error in said.value.error_list]


class TestLength:
    """6.1: at least 12 characters, 15 with a privileged duty, up to 128, of any kind, and none is cut off."""

    def test_twelve_for_members(self):
        person = make_user()
        make_duty(person)

        validate_password(TWELVE, person)
        assert refused(TWELVE[:11], person) == ["password_too_short"]

    @pytest.mark.parametrize("role", ["membership_desk", "data_desk", "council_expert"])
    def test_fifteen_for_privileged_duties(self, role):
        person = make_desk_person(role)

        validate_password(FIFTEEN, person)
        assert "password_too_short" in refused(FIFTEEN[:14], person)

    def test_fifteen_for_whoever_stands_in(self):
        person = make_user()
        today = timezone.localdate()
        make_duty(
            organisation=make_organisation("council"),
            role="council_park",
            substitute=person,
            away_from=today,
            away_until=today,
        )

        assert required_length(person) == 15

    @pytest.mark.parametrize(
        "password",
        [
            "江上之清风与山间之明月耳得之",
            "🌊🏔🌾🍵🎐🪁🎋🏮🎑🪷🐉🦢",
            "four little words here",
            "\tquietly\u3000odd, isn't it?",
            "k" * 3 + TWELVE,
        ],
    )
    def test_any_characters_in_any_mix(self, password):
        validate_password(password, make_user())

    def test_up_to_128_of_which_each_one_counts(self, client):
        words = "".join(chr(0x4E00 + 7 * n) for n in range(LONGEST))
        person = make_person(password=words)
        validate_password(words, person)
        assert refused(words + "x", person) == ["password_too_long"]

        assert give_password(client, person, words[:-1]).status_code == 200
        assert give_password(client, person, words[:72] + "x" * 56).status_code == 200
        assert give_password(client, person, words).status_code == 302

    def test_fields_let_people_paste(self, client):
        page = client.get(reverse("account_signup")).content.decode()

        assert "onpaste" not in page
        assert 'autocomplete="new-password"' in page
        # A browser would cut what is pasted, and say nothing; the form says that it is too long.
        assert not re.search(r'<input type="password"[^>]*maxlength', page)

    @pytest.mark.parametrize(("language", "words"), [("en", "At least 12 characters"), ("zh-hans", "12")])
    def test_what_it_needs_stands_beside_the_field(self, client, language, words):
        from django.utils import translation

        with translation.override(language):
            page = client.get(reverse("account_signup")).content.decode()

        assert words in page
        assert 'data-password="12"' in page

    def test_who_is_invited_to_a_desk_begins_with_fifteen(self, client):
        _invitation, token = invite(
            make_organisation("secretariat"), "new@example.org", "membership_desk", by=make_desk_person("data_desk")
        )
        client.get(reverse("accounts:invitation", args=[token]))
        page = client.get(reverse("account_signup")).content.decode()
        assert 'data-password="15"' in page

        client.post(reverse("account_signup"), {"name": "Li Wei", "password1": TWELVE, "password2": TWELVE})

        assert not User.objects.filter(email="new@example.org").exists()


class TestAShortOneMeetsAPrivilegedDuty:
    """6.1: whoever gets such a duty with a shorter password changes it before anything else opens."""

    def test_it_is_asked_for_first(self, client):
        person = make_person(password=TWELVE)
        make_duty(person, make_organisation("council"), "council_expert")
        give_password(client, person, TWELVE)

        page = client.get(reverse("notifications:desk"), follow=True).content.decode()
        assert "A longer password" in page
        assert reverse("mfa_add_webauthn") not in page

        data = {"oldpassword": TWELVE, "password1": FIFTEEN + "x", "password2": FIFTEEN + "x"}
        client.post(reverse("account_change_password"), data)
        person.refresh_from_db()
        assert not guard.needs_longer_password(person)

    def test_a_long_one_set_before_lengths_were_noted_is_recognised(self, client):
        person = make_desk_person()
        User.objects.update(password_is_long=False, password_changed_at=None)

        give_password(client, person)

        person.refresh_from_db()
        assert person.password_is_long

    def test_a_member_s_short_one_stays(self, client):
        person = make_person(password=TWELVE)
        make_duty(person)

        give_password(client, person, TWELVE)

        assert client.get(reverse("notifications:desk")).status_code == 200


class TestAge:
    """The setting for operators who are assessed; off by default."""

    def test_off_by_default(self):
        assert portal.PASSWORD_MAX_AGE_DAYS == 0
        person = make_person(password=PASSWORD)
        person.password_changed_at = timezone.now() - timedelta(days=4000)

        assert not guard.is_too_old(person)

    @pytest.mark.parametrize(("days", "is_held_up"), [(89, False), (91, True)])
    def test_an_old_one_is_changed_before_anything_else(self, client, settings, days, is_held_up):
        settings.PASSWORD_MAX_AGE_DAYS = 90
        person = make_person(password=PASSWORD)
        User.objects.update(password_changed_at=timezone.now() - timedelta(days=days))
        give_password(client, person, PASSWORD)

        answer = client.get(reverse("accounts:profile"))

        assert (answer.status_code == 302) == is_held_up


class TestGuessable:
    """6.2: refused are common ones, words of the alliance and its parks, and one's own, all without a network."""

    @pytest.mark.parametrize(
        ("password", "code"),
        [
            ("password1234", "password_too_common"),
            ("Pa.ss.wo.rd.2026!!", "password_too_common"),
            ("iloveyou12345678", "password_too_common"),
            ("aaaaaaaaaaaaaaaa", "password_repeats"),
            ("abcabcabcabcabc", "password_repeats"),
            ("123456789012345", "password_repeats"),
            ("CCIPRA-portal-2026!", "password_organisation_words"),
            ("文化产业园区联盟2026！！", "password_organisation_words"),
            ("CulturalIndustryPark", "password_organisation_words"),
            ("ningbo alliance 888", "password_organisation_words"),
            ("ＣＣＩＰＲＡ　ａｌｌｉａｎｃｅ　２０２６", "password_organisation_words"),
            ("woaini1314520520", "password_organisation_words"),
        ],
    )
    def test_what_somebody_would_try_first(self, password, code):
        assert code in refused(password, make_user(name="Somebody Else"))

    @pytest.mark.parametrize("password", ["和丰创意广场2026", "hefeng creative plaza", "HefengCreativePlaza88"])
    def test_names_of_parks(self, password):
        make_organisation(name_zh="和丰创意广场", name_en="Hefeng Creative Plaza")

        assert "password_organisation_words" in refused(password, make_user(name="Somebody Else"))

    @pytest.mark.parametrize(
        "password", ["王小明王小明-2026", "xiaoming.wang 8888", "1380013800013", "xiaoming example org"]
    )
    def test_one_s_own_name_address_and_telephone(self, password):
        person = make_user(name="王小明", email="xiaoming.wang@example.org", phone="13800138000")

        assert refused(password, person)

    @pytest.mark.parametrize("password", [PASSWORD, "park bench under yellow willows", "园区门口第三棵银杏的影子"])
    def test_such_words_among_others_are_fine(self, password):
        make_organisation(name_zh="和丰创意广场", name_en="Hefeng Creative Plaza")

        validate_password(password, make_user(name="王小明"))


def outcome_of_settings(**environment):
    """Settings are read anew, in a process of their own."""
    code = "import alliance.settings"
    keep = {name: os.environ[name] for name in ("PATH", "VIRTUAL_ENV") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", code],
        env=keep | {"SECRET_KEY": "only for tests, and long enough to be one", **environment},
        cwd=portal.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


class TestNoDefaultAccount:
    """6.11: outside DEMO=1 there is no account and no password that others know; DEMO is refused in production."""

    SERVERS = {"DATABASE_URL": "postgresql://u:p@127.0.0.1:1/x", "REDIS_URL": "redis://127.0.0.1:1/0"}

    def test_production_refuses_demo(self):
        said = outcome_of_settings(DEMO="1", PUBLIC_BASE_URL="https://portal.example.org", **self.SERVERS)

        assert said.returncode != 0
        assert "DEMO" in said.stderr

    def test_an_empty_portal_has_no_account(self):
        from alliance.founding import found_alliance

        found_alliance()

        assert not User.objects.exists()


class TestNoAdmin:
    """6.12: no second way in beside the one with limits and factors."""

    def test_there_is_no_admin_site(self, client):
        names = str(get_resolver().reverse_dict.keys())

        assert "django.contrib.admin" not in portal.INSTALLED_APPS
        assert "admin:" not in names
        for path in ("/admin/", "/admin/login/", "/en/admin/", "/zh-hans/admin/login/"):
            assert client.get(path, follow=True).status_code == 404

    def test_a_superuser_has_no_right_by_that(self, client):
        person = make_person(password=PASSWORD)
        User.objects.update(is_superuser=True)
        give_password(client, person, PASSWORD)

        assert client.get(reverse("notifications:office")).status_code == 403
