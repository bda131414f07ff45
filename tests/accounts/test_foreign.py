"""Foreign accounts (platform spec, 6.13): linked by hand, trusted for nothing else."""

import copy
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation

from alliance.accounts import providers
from alliance.accounts.models import UnionId, User
from alliance.accounts.services import foreign
from alliance.core.errors import RuleBroken
from alliance.core.models import AuditEvent
from tests.factories import make_duty, make_organisation

from .foreign_servers import DINGTALK, FEISHU, WEIXIN, Answer, sign_in_server
from .people import PASSWORD, make_person

pytestmark = pytest.mark.django_db

APP = {"client_id": "portal", "secret": "secret", "name": "x"}


@pytest.fixture
def server(settings):
    with sign_in_server() as server:
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": providers.oidc(server.address, "portal", "secret", "Sample Sign-in")
        }
        yield server


@pytest.fixture
def chinese(settings, monkeypatch):
    """The three Chinese providers, switched on; what they answer can be changed."""
    settings.SOCIALACCOUNT_PROVIDERS = {
        code: {"APP": {"client_id": "portal", "secret": "secret", "name": code}}
        for code in ("weixin", "dingtalk", "feishu")
    }
    said = copy.deepcopy(WEIXIN | DINGTALK | FEISHU)
    monkeypatch.setattr("requests.Session.request", lambda self, method, url, **kwargs: Answer(said[url]))
    monkeypatch.setattr("requests.Session.get", lambda self, url, **kwargs: Answer(said[url]))
    return said


def signed_in(person: User) -> Client:
    """Somebody who has just given their password, as linking asks."""
    client = Client()
    assert client.post("/en/account/login/", {"login": person.email, "password": PASSWORD}).status_code == 302
    confirm_password(client)
    return client


def confirm_password(client: Client) -> None:
    client.post("/en/account/reauthenticate/?next=/en/account/connections/", {"password": PASSWORD})


def leave(client: Client, code: str, how: str = "sign-in-with", next_url: str = "") -> dict[str, str]:
    """Set out for the provider: what its address is told."""
    path = f"/en/account/sign-in-with/{code}/" if how == "sign-in-with" else f"/en/account/connections/{code}/link/"
    response = client.post(path, {"next": next_url} if next_url else {})
    assert response.status_code == 200
    url = re.search(r'content="0;url=([^"]+)"', response.content.decode())
    assert url, response.content.decode()
    return {key: values[0] for key, values in parse_qs(urlsplit(url[1].replace("&amp;", "&")).query).items()}


def come_back(client: Client, code: str, how: str = "sign-in-with", **changes: str):
    told = leave(client, code, how)
    return client.get(f"/account/callback/{code}/", {"code": "good", "state": told["state"]} | changes)


def make_linked(client_code: str, uid: str, person: User | None = None) -> User:
    person = person or make_person(password=PASSWORD)
    known_as = providers.switched_on()[client_code].provider_id
    foreign.link(person, SocialAccount(provider=known_as, uid=uid))
    return person


def is_signed_in(client: Client) -> bool:
    return client.get("/en/account/profile/").status_code == 200


class TestAServerFromEndToEnd:
    def test_a_signed_in_person_links_it_and_signs_in_with_it_from_then_on(self, server):
        person = make_person(password=PASSWORD)

        response = come_back(signed_in(person), "oidc", "link")
        later = Client()
        back = come_back(later, "oidc")

        account = SocialAccount.objects.get()
        assert (response.status_code, response["Location"]) == (302, "/en/account/connections/")
        assert (account.user, account.uid, account.extra_data) == (person, "abroad-1", {"name": "Sample Person Abroad"})
        assert back.status_code == 302
        assert is_signed_in(later)

    def test_the_code_is_fetched_with_its_verifier_and_no_token_is_kept(self, server):
        """6.13: proof key for code exchange; tokens open other people's systems and are not ours to keep."""
        come_back(signed_in(make_person(password=PASSWORD)), "oidc", "link")

        form = dict(server.asked)["/token"]
        assert len(form["code_verifier"]) >= 43
        assert form["redirect_uri"] == "http://testserver/account/callback/oidc/"
        assert SocialToken.objects.count() == 0

    def test_an_equal_address_links_nothing_and_signs_up_nobody(self, server):
        """6.13: even one that the server calls verified."""
        person = make_person(password=PASSWORD)
        server.person |= {"email": person.email, "email_verified": True}
        client = Client()

        response = come_back(client, "oidc")

        assert response.status_code == 403
        assert "This Sample Sign-in account is not linked yet" in response.content.decode()
        assert not is_signed_in(client)
        assert (User.objects.count(), SocialAccount.objects.count()) == (1, 0)

    def test_an_unlinked_account_does_not_end_the_session_of_somebody_signed_in(self, server):
        client = signed_in(make_person(password=PASSWORD))

        come_back(client, "oidc")

        assert is_signed_in(client)

    @pytest.mark.parametrize("state", ["", "made-up"])
    def test_a_state_that_this_session_did_not_ask_with_is_refused(self, server, state):
        """6.13, 10.2.1"""
        make_linked("oidc", "abroad-1")
        client = Client()

        response = come_back(client, "oidc", state=state)

        assert response.status_code == 401
        assert not is_signed_in(client)
        assert server.asked == []

    def test_the_state_of_another_session_is_refused(self, server):
        make_linked("oidc", "abroad-1")
        theirs = leave(Client(), "oidc")["state"]
        victim = Client()
        victim.get("/en/account/login/")

        response = victim.get("/account/callback/oidc/", {"code": "good", "state": theirs})

        assert response.status_code == 401
        assert not is_signed_in(victim)

    def test_a_state_works_once(self, server):
        client = signed_in(make_person(password=PASSWORD))
        told = leave(client, "oidc", "link")
        answer = {"code": "good", "state": told["state"]}

        first = client.get("/account/callback/oidc/", answer)
        second = client.get("/account/callback/oidc/", answer)

        assert (first.status_code, second.status_code) == (302, 401)

    def test_who_set_out_to_link_must_be_who_comes_back(self, server):
        """Somebody else who signs in meanwhile on the same device is not linked to the first one's account."""
        client = signed_in(make_person(password=PASSWORD))
        told = leave(client, "oidc", "link")
        session = client.session
        states = session["socialaccount_states"]
        other = make_person(password=PASSWORD)
        client.force_login(other)
        session = client.session
        session["socialaccount_states"] = states
        session.save()

        client.get("/account/callback/oidc/", {"code": "good", "state": told["state"]})

        assert SocialAccount.objects.count() == 0

    def test_cancelling_there_says_so_here(self, server):
        client = Client()
        told = leave(client, "oidc")

        response = client.get("/account/callback/oidc/", {"error": "access_denied", "state": told["state"]})

        assert response.status_code == 200
        assert "You cancelled the sign-in" in response.content.decode()

    def test_a_server_that_is_away_is_said_so(self, settings):
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": providers.oidc("http://127.0.0.1:9", "portal", "secret", "Sample Sign-in")
        }

        response = Client().post("/en/account/sign-in-with/oidc/")

        assert response.status_code == 401
        assert "Sample Sign-in did not answer as it should" in response.content.decode()

    def test_the_way_back_never_leaves_the_site(self, server):
        make_linked("oidc", "abroad-1")
        client = Client()
        told = leave(client, "oidc", next_url="https://evil.example/")

        response = client.get("/account/callback/oidc/", {"code": "good", "state": told["state"]})

        assert response["Location"] == "/en/join/"

    def test_the_people_of_another_server_are_others(self, server):
        """Number 1 of the next server is not number 1 of this one."""
        make_linked("oidc", "abroad-1")
        with sign_in_server() as other:
            from django.conf import settings

            settings.SOCIALACCOUNT_PROVIDERS = {
                "openid_connect": providers.oidc(other.address, "portal", "secret", "Sample Sign-in")
            }

            response = come_back(Client(), "oidc")

        assert response.status_code == 403

    def test_the_page_that_leads_away_needs_no_exception_from_the_policy(self, server):
        """6.30: browsers hold the redirects of a form to `form-action 'self'`, so a page leads on instead."""
        response = Client().post("/en/account/sign-in-with/oidc/")

        assert "form-action 'self';" in response["Content-Security-Policy"]
        assert f'<a class="btn primary" href="{server.address}/authorize?' in response.content.decode()


class TestChineseProviders:
    @pytest.mark.parametrize(
        ("code", "uid", "union"),
        [("weixin", "openid-1", "union-1"), ("dingtalk", "openid-2", "union-2"), ("feishu", "openid-3", "union-3")],
    )
    def test_the_lasting_id_and_the_name_are_kept_and_nothing_else(self, chinese, code, uid, union):
        person = make_person(password=PASSWORD)

        come_back(signed_in(person), code, "link")

        account = SocialAccount.objects.get()
        assert (account.user, account.provider, account.uid) == (person, code, uid)
        assert account.extra_data == {"union_id": union, "name": "样例用户"}
        assert UnionId.objects.get().value == union
        assert SocialToken.objects.count() == 0

    def test_dingtalk_calls_its_code_otherwise(self, chinese):
        client = signed_in(make_person(password=PASSWORD))
        told = leave(client, "dingtalk", "link")

        client.get("/account/callback/dingtalk/", {"authCode": "good", "state": told["state"]})

        assert SocialAccount.objects.get().uid == "openid-2"

    def test_a_new_registration_of_the_portal_finds_people_by_the_lasting_id(self, chinese):
        """6.13: openid changes with the app, unionid does not."""
        person = make_person(password=PASSWORD)
        come_back(signed_in(person), "weixin", "link")
        chinese["https://api.weixin.qq.com/sns/userinfo"]["openid"] = "openid-of-the-new-app"
        later = Client()

        come_back(later, "weixin")

        assert is_signed_in(later)
        assert [(row.user, row.uid) for row in SocialAccount.objects.all()] == [(person, "openid-of-the-new-app")]
        assert AuditEvent.objects.filter(verb="foreign_account.id_changed", object_id=str(person.pk)).count() == 1

    def test_an_account_with_the_same_lasting_id_is_not_linked_to_a_second_person(self, chinese):
        come_back(signed_in(make_person(password=PASSWORD)), "weixin", "link")
        chinese["https://api.weixin.qq.com/sns/userinfo"]["openid"] = "openid-of-the-new-app"

        come_back(signed_in(make_person(password=PASSWORD)), "weixin", "link")

        assert SocialAccount.objects.count() == 1

    @pytest.mark.parametrize("answer", [{"errcode": 40003, "errmsg": "invalid openid"}, [], {"openid": 7}])
    def test_an_odd_answer_is_a_page_not_an_error(self, chinese, answer):
        chinese["https://api.weixin.qq.com/sns/userinfo"] = answer

        response = come_back(Client(), "weixin")

        assert response.status_code == 401
        assert "Weixin did not answer as it should" in response.content.decode()


class TestLinking:
    def test_it_asks_for_the_password_again(self, server):
        client = signed_in(make_person(password=PASSWORD))
        session = client.session
        for record in session["account_authentication_methods"]:
            record["at"] -= 3600
        session.save()

        response = client.post("/en/account/connections/oidc/link/")

        assert response.status_code == 302
        assert response["Location"].startswith("/en/account/reauthenticate/")

    def test_one_account_is_linked_to_one_person_only(self, server):
        """6.13: (provider, uid) is unique, in the service and in the database."""
        first = make_linked("oidc", "abroad-1")
        second = make_person(password=PASSWORD)
        client = signed_in(second)

        come_back(client, "oidc", "link")

        known_as = providers.switched_on()["oidc"].provider_id
        assert SocialAccount.objects.get().user == first
        with translation.override("en"), pytest.raises(RuleBroken, match="linked to somebody else"):
            foreign.link(second, SocialAccount(provider=known_as, uid="abroad-1"))
        with pytest.raises(IntegrityError), transaction.atomic():
            SocialAccount.objects.create(user=second, provider=known_as, uid="abroad-1")

    def test_all_confirmed_addresses_hear_of_linking_and_of_taking_off(self, server):
        """6.14"""
        person = make_person(password=PASSWORD)
        person.emailaddress_set.create(email="second@example.org", verified=True)
        person.emailaddress_set.create(email="unproved@example.org", verified=False)
        client = signed_in(person)
        mail.outbox.clear()

        come_back(client, "oidc", "link")
        client.post(f"/en/account/connections/{SocialAccount.objects.get().pk}/unlink/")

        subjects = [(letter.to[0], letter.subject) for letter in mail.outbox]
        assert sorted(to for to, _subject in subjects) == sorted([person.email, "second@example.org"] * 2)
        assert len({subject for _to, subject in subjects}) == 2
        assert "Sample Sign-in" in mail.outbox[0].body
        assert SocialAccount.objects.count() == 0
        verbs = AuditEvent.objects.filter(verb__startswith="foreign_account").values_list("verb", flat=True)
        assert list(verbs) == ["foreign_account.linked", "foreign_account.unlinked"]

    def test_nobody_takes_off_somebody_elses(self, server):
        make_linked("oidc", "abroad-1")
        client = signed_in(make_person(password=PASSWORD))

        response = client.post(f"/en/account/connections/{SocialAccount.objects.get().pk}/unlink/")

        assert response.status_code == 404
        assert SocialAccount.objects.count() == 1

    def test_a_closed_account_is_not_opened_by_it(self, server):
        person = make_linked("oidc", "abroad-1")
        User.objects.filter(pk=person.pk).update(is_active=False)
        client = Client()

        come_back(client, "oidc")

        assert not is_signed_in(client)


class TestSecondFactor:
    def test_it_is_still_asked_for(self, server):
        """6.13: a linked account stands for the password, not for the second factor."""
        person = make_linked("oidc", "abroad-1")
        Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "x"})
        client = Client()

        answer = come_back(client, "oidc")

        assert answer["Location"] == "/en/account/2fa/authenticate/"
        assert not is_signed_in(client)

    def test_a_duty_that_requires_one_opens_nothing_without(self, server):
        """6.5: also for those who come by a linked account."""
        officer = make_linked("oidc", "abroad-1", make_person(password=PASSWORD))
        make_duty(officer, make_organisation("secretariat"), "data_desk")
        client = Client()
        come_back(client, "oidc")

        answer = client.get("/en/office/")

        assert (answer.status_code, answer["Location"]) == (302, "/en/account/security/steps/?next=%2Fen%2Foffice%2F")


class TestPages:
    def test_only_what_is_switched_on_is_offered(self, settings):
        settings.SOCIALACCOUNT_PROVIDERS = {}
        off = Client().get("/en/account/login/").content.decode()
        settings.SOCIALACCOUNT_PROVIDERS = {"feishu": {"APP": dict(APP)}}
        on = Client().get("/en/account/login/").content.decode()

        assert "sign-in-with" not in off
        assert re.findall(r"sign-in-with/(\w+)/", on) == ["feishu"]

    def test_the_environment_switches_a_provider_on_by_both_its_values(self, monkeypatch, tmp_path):
        (tmp_path / "secret").write_text("from a file\n")
        monkeypatch.setenv("WEIXIN_CLIENT_ID", "wx1")
        monkeypatch.setenv("WEIXIN_CLIENT_SECRET_FILE", str(tmp_path / "secret"))
        monkeypatch.setenv("FEISHU_CLIENT_ID", "alone")

        found = providers.from_environment()

        assert found == {"weixin": {"APP": {"client_id": "wx1", "secret": "from a file", "name": "weixin"}}}

    def test_a_provider_that_is_off_answers_nowhere(self, settings):
        settings.SOCIALACCOUNT_PROVIDERS = {}

        assert Client().get("/account/callback/weixin/").status_code == 404
        assert Client().post("/en/account/sign-in-with/weixin/")["Location"] == "/en/account/login/"

    def test_linked_accounts_are_listed(self, server):
        person = make_linked("oidc", "abroad-1")
        client = signed_in(person)

        page = client.get("/en/account/connections/").content.decode()

        assert "Sample Sign-in" in page
        assert "Unlink" in page
        assert "Can be linked" not in page
