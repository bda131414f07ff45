"""Consents, the age, the notice, requests and incidents (platform spec, 6.63, 6.65, 6.66)."""

import csv
import io
from datetime import timedelta

import pytest
from django.core import checks
from django.test import Client
from django.utils import timezone

from alliance.accounts import providers, purposes
from alliance.accounts.checks import footer_numbers, outbound_hosts, sign_in_server
from alliance.accounts.decided_privacy import BREACH_HOURS, FOREIGN_REPRESENTATIVE
from alliance.accounts.models import Breach, ConsentRecord, DataRequest, User
from alliance.accounts.purposes import ADULT, FOREIGN_ACCOUNT, NOTICE, PUBLISHED_NAME, TERMS
from alliance.accounts.services import breaches, closing, consents, foreign
from alliance.core import alliance_settings
from alliance.core.errors import RuleBroken
from alliance.core.legal import LEGAL_ENTITY
from alliance.core.models import AuditEvent
from alliance.notifications.models import Notice, Task
from tests.factories import make_officer, make_organisation

from .people import PASSWORD, make_person

pytestmark = pytest.mark.django_db
SIGN_UP = {
    "name": "Li Wei",
    "email": "li.wei@example.org",
    "password1": PASSWORD,
    "password2": PASSWORD,
    "adult": "on",
    "agreed": "on",
}


@pytest.fixture
def weixin(settings):
    settings.SOCIALACCOUNT_PROVIDERS = {"weixin": {"APP": {"client_id": "a", "secret": "b", "name": "weixin"}}}


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


class TestSignUp:
    def test_what_was_confirmed_is_kept_with_its_version(self):
        """6.63"""
        Client().post("/en/account/signup/", SIGN_UP, REMOTE_ADDR="203.0.113.77")

        rows = ConsentRecord.objects.order_by("pk")
        assert [(row.purpose, row.version, row.is_given, row.way, row.language) for row in rows] == [
            (ADULT.code, ADULT.version, True, "sign_up", "en"),
            (TERMS.code, TERMS.version, True, "sign_up", "en"),
            (NOTICE.code, NOTICE.version, True, "sign_up", "en"),
        ]
        assert {len(row.address_digest) for row in rows} == {64}
        assert "203.0.113.77" not in str(list(ConsentRecord.objects.values()))

    @pytest.mark.parametrize(
        ("missing", "said"), [("adult", "people of 18 and over"), ("agreed", "there can be no account")]
    )
    def test_without_it_there_is_no_account(self, missing, said):
        """6.65: nobody under 18, hence nobody under 14, and no guardian's flow."""
        answer = Client().post("/en/account/signup/", {k: v for k, v in SIGN_UP.items() if k != missing})

        assert said in answer.content.decode()
        assert not User.objects.exists()


class TestConsents:
    def test_giving_and_taking_back_are_one_click_each(self, weixin):
        """6.63: withdrawal as easy as giving."""
        person = make_person()
        client = signed_in(person)
        address = "/en/account/consents/foreign_account/"

        client.post(address, {"answer": "yes"})
        given = consents.is_given(person, FOREIGN_ACCOUNT)
        client.post(address, {"answer": "no"})

        assert given
        assert not consents.is_given(person, FOREIGN_ACCOUNT)
        history = ConsentRecord.objects.filter(person=person).order_by("pk")
        assert [(row.is_given, row.version, row.way) for row in history] == [
            (True, FOREIGN_ACCOUNT.version, "page"),
            (False, FOREIGN_ACCOUNT.version, "page"),
        ]
        verbs = AuditEvent.objects.filter(actor=str(person.pk)).values_list("verb", flat=True)
        assert list(verbs) == ["consent.given", "consent.withdrawn"]

    def test_taking_back_ends_the_use(self, weixin):
        from allauth.socialaccount.models import SocialAccount

        person = make_person(password=PASSWORD)
        foreign.link(person, SocialAccount(provider="weixin", uid="1"))
        given = consents.is_given(person, FOREIGN_ACCOUNT)

        consents.withdraw(person, FOREIGN_ACCOUNT)

        assert given
        assert not SocialAccount.objects.exists()

    def test_unlinking_takes_it_back(self, weixin):
        from allauth.socialaccount.models import SocialAccount

        person = make_person(password=PASSWORD)
        foreign.link(person, SocialAccount(provider="weixin", uid="1"))

        foreign.unlink(SocialAccount.objects.get(), by=person)

        assert not consents.is_given(person, FOREIGN_ACCOUNT)

    def test_a_no_closes_nothing_else(self, weixin):
        """6.63: refusal does not close the rest."""
        person = make_person()
        client = signed_in(person)

        client.post("/en/account/consents/foreign_account/", {"answer": "no"})

        for page in ("account/profile/", "account/data/", "join/", "desk/"):
            assert client.get(f"/en/{page}").status_code == 200

    def test_what_an_account_rests_on_is_not_taken_back_alone(self):
        person = make_person()
        consents.give(person, TERMS, way="page")

        with pytest.raises(RuleBroken, match="close the account"):
            consents.withdraw(person, TERMS)

    def test_nobody_agrees_to_a_use_that_does_not_exist(self):
        person = make_person()

        with pytest.raises(RuleBroken, match="does not exist"):
            consents.give(person, PUBLISHED_NAME, way="page")

        page = signed_in(person).get("/en/account/consents/").content.decode()
        assert "consents/published_name/" not in page
        assert "What we would ask first" in page

    def test_a_new_version_of_the_words_is_asked_anew(self):
        person = make_person()
        consents.give(person, TERMS, way="page")
        ConsentRecord.objects.update(version="2020-01")

        assert not consents.is_given(person, TERMS)
        assert 'consents/terms/"' in signed_in(person).get("/en/account/consents/").content.decode()

    def test_every_purpose_has_words_in_both_languages(self):
        from django.utils import translation

        for purpose in purposes.PURPOSES.values():
            with translation.override("en"):
                english = str(purpose.words)
            with translation.override("zh-hans"):
                chinese = str(purpose.words)
            assert english != chinese, purpose.code


class TestRequests:
    def test_it_waits_for_the_data_desk_with_the_clock_and_the_answer_reaches_the_person(self):
        """6.64: correction, limiting, explanation."""
        make_organisation("secretariat")
        officer = make_officer("data_desk")
        person = make_person()
        signed_in(person).post("/en/account/data/ask/", {"kind": "correct", "words": "My old employer is still shown."})
        request = DataRequest.objects.get()
        task = Task.objects.get(kind="accounts.answer_data_request")

        signed_in(officer).post(f"/en/office/data-requests/{request.pk}/", {"is_met": "yes", "words": "Corrected."})

        request.refresh_from_db()
        task.refresh_from_db()
        assert timedelta(days=15) < task.due_at - request.asked_at < timedelta(days=40)
        assert (request.state, request.answer, request.settled_by, task.state) == (
            "done",
            "Corrected.",
            officer,
            "done",
        )
        assert Notice.objects.filter(recipient=person, event__kind="accounts.data_request_answered").count() == 1
        assert "Corrected." in signed_in(person).get("/en/account/data/").content.decode()

    def test_no_more_than_five_wait(self):
        person = make_person()
        for _number in range(5):
            closing.ask(person, DataRequest.Kind.EXPLAIN, words="x")

        with pytest.raises(RuleBroken):
            closing.ask(person, DataRequest.Kind.EXPLAIN, words="x")

    def test_an_answer_is_given_once(self):
        request = closing.ask(make_person(), DataRequest.Kind.EXPLAIN, words="x")
        officer = make_officer("data_desk")
        closing.answer(request, by=officer, is_met=True, words="x")

        with pytest.raises(RuleBroken, match="settled already"):
            closing.answer(request, by=officer, is_met=False, words="x")


class TestIncidents:
    def values(self, **changes):
        return {"what": "A laptop was lost.", "became_known_at": timezone.now() - timedelta(hours=2)} | changes

    def test_the_shortest_clock_runs_until_it_is_assessed_and_its_own_after(self):
        """6.66: 72 hours of the GDPR, and the Chinese rules by level."""
        officer = make_officer("data_desk")
        breach = breaches.record_breach(self.values(), by=officer)
        [first] = breaches.clocks_of(breach)

        breach = breaches.change_breach(breach, {"level": "general", "is_european": True}, by=officer)
        chinese, european = breaches.clocks_of(breach)

        assert first.due_at - breach.became_known_at == timedelta(hours=1)
        assert first.is_late
        assert chinese.due_at - breach.became_known_at == timedelta(hours=BREACH_HOURS["general"].default)
        assert european.due_at - breach.became_known_at == timedelta(hours=72)
        assert not european.is_late

    def test_the_hours_are_a_setting(self):
        officer = make_officer("data_desk")
        alliance_settings.decide(BREACH_HOURS["larger"], 3, by=officer, reason="the rules changed")
        breach = breaches.record_breach(self.values(level="larger"), by=officer)

        assert breaches.clocks_of(breach)[0].due_at - breach.became_known_at == timedelta(hours=3)

    def test_it_is_closed_only_when_all_is_said(self):
        officer = make_officer("data_desk")
        breach = breaches.record_breach(self.values(), by=officer)
        for missing, values in (
            ("level", {"level": "general"}),
            ("happen again", {"lessons": "Disks are encrypted now."}),
            ("told", {"why_not_told": "The disk was encrypted; nobody could read it."}),
        ):
            with pytest.raises(RuleBroken, match=missing):
                breaches.close_breach(breach, by=officer)
            breach = breaches.change_breach(breach, values, by=officer)

        breach = breaches.close_breach(breach, by=officer)

        assert (breach.is_open, breach.closed_by) == (False, officer)
        with pytest.raises(RuleBroken, match="closed"):
            breaches.change_breach(breach, {"what": "Nothing happened."}, by=officer)

    def test_each_step_is_in_the_audit_chain_without_its_words(self):
        officer = make_officer("data_desk")
        breach = breaches.record_breach(self.values(what="MARKEDWORDS"), by=officer)
        breaches.change_breach(breach, {"measures": "MARKEDWORDS"}, by=officer)

        events = AuditEvent.objects.filter(object_type="accounts.breach").order_by("seq")
        assert [event.verb for event in events] == ["breach.recorded", "breach.changed"]
        assert "MARKEDWORDS" not in str([event.payload for event in events])

    def test_nobody_was_told_before_it_was_known_or_in_the_future(self):
        officer = make_officer("data_desk")
        for moment in (timezone.now() - timedelta(hours=3), timezone.now() + timedelta(hours=1)):
            with pytest.raises(RuleBroken, match="after it became known"):
                breaches.record_breach(self.values(authority_told_at=moment), by=officer)

    def test_the_data_desk_hears_at_once_and_exports_the_register(self):
        make_organisation("secretariat")
        officer = make_officer("data_desk")
        other = make_officer("data_desk")
        client = signed_in(officer)
        known = timezone.localtime() - timedelta(hours=1)

        client.post(
            "/en/office/incidents/new/",
            {"what": "=A laptop", "became_known_at": known.strftime("%Y-%m-%dT%H:%M"), "level": "unassessed"},
        )
        register = client.get("/en/office/incidents/register.csv").content.decode()

        assert Breach.objects.get().recorded_by == officer
        assert Notice.objects.filter(recipient=other, event__kind="accounts.breach_recorded").count() == 1
        head, row = csv.reader(io.StringIO(register.removeprefix("\ufeff")))
        assert "'=A laptop" in row
        assert len(head) == len(row)

    @pytest.mark.parametrize("role", ["membership_desk", None])
    def test_others_see_neither_register(self, role):
        client = signed_in(make_officer(role) if role else make_person())

        for page in ("incidents/", "incidents/register.csv", "data-requests/"):
            assert client.get(f"/en/office/{page}").status_code == 403


class TestNotice:
    def test_a_fact_nobody_wrote_shows_as_missing(self):
        """6.66: never made up."""
        before = Client().get("/en/privacy/").content.decode()
        alliance_settings.decide(
            LEGAL_ENTITY,
            {"zh": "样例联盟", "en": "Sample Alliance"},
            by=make_officer("data_desk"),
            reason="written down",
        )
        after = signed_in(make_person()).get("/en/privacy/").content.decode()

        assert before.count("to be completed by the operator") == 8
        assert after.count("to be completed by the operator") == 7
        assert "Sample Alliance" in after

    def test_it_names_purposes_periods_third_parties_contact_rights_and_version(self, settings):
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": providers.oidc("https://id.sample.example/realm", "a", "b", "Sample Sign-in")
        }
        settings.EMAIL_HOST = "smtp.sample.example"

        page = signed_in(make_person()).get("/en/privacy/").content.decode()

        for words in ("Legal basis", "PIPL art. 13", "GDPR art. 6", "How long", "Version 2026-11", "400 days"):
            assert words in page
        assert str(FOREIGN_REPRESENTATIVE.label) in page
        assert "id.sample.example" in page
        assert "smtp.sample.example" in page
        assert "Sample Sign-in" in page

    def test_hosts_are_those_that_are_switched_on(self, settings):
        settings.SOCIALACCOUNT_PROVIDERS = {"feishu": {"APP": {}}}
        settings.EMAIL_HOST = ""

        assert outbound_hosts() == [("open.feishu.cn", "feishu")]


class TestFooterAndChecks:
    @pytest.mark.parametrize("path", ["/zh-hans/", "/en/terms/", "/en/nowhere/"])
    def test_both_numbers_stand_on_every_page_and_lead_to_their_registers(self, settings, path):
        """6.66"""
        settings.ICP_NUMBER, settings.PSB_NUMBER = "京ICP备00000000号", "京公网安备 11000000000000号"

        page = signed_in(make_person()).get(path).content.decode()

        assert '<a href="https://beian.miit.gov.cn/" rel="noopener">京ICP备00000000号</a>' in page
        assert "https://beian.mps.gov.cn/#/query/webSearch?code=11000000000000" in page

    def test_the_production_check_warns_while_one_is_missing(self, settings):
        settings.ICP_NUMBER = settings.PSB_NUMBER = ""
        missing = footer_numbers(None)
        settings.ICP_NUMBER, settings.PSB_NUMBER = "京ICP备00000000号", "京公网安备 11000000000000号"

        assert [(found.id, found.level) for found in missing] == [
            ("privacy.W001", checks.WARNING),
            ("privacy.W002", checks.WARNING),
        ]
        assert footer_numbers(None) == []
        assert footer_numbers in checks.registry.registry.get_checks(include_deployment_checks=True)

    @pytest.mark.parametrize(("server", "warned"), [("http://id.example", True), ("https://id.example", False)])
    def test_a_sign_in_server_without_tls_is_warned_of(self, settings, server, warned):
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": providers.oidc(server, "a", "b", "x")}

        assert bool(sign_in_server(None)) is warned
