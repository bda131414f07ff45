"""The pages of investors and interests: one letter to several projects, lists that cost the same, what a revoked
investor still sees."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from investment.models import AgreementAcceptance, Interest, Investor
from investment.services import agreements, investors
from tests.factories import make_duty, make_organisation, make_user
from tests.investment.factories import make_project
from tests.investment.investing import make_investor, move_all, send_interest

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ground(settings):
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
    make_organisation("secretariat")


def visitor(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def address(name: str, *args, language: str = "en") -> str:
    with translation.override(language):
        return reverse(f"investment:{name}", args=args)


def to(*projects) -> str:
    return address("interest_new") + "?" + "&".join(f"project={project.slug}" for project in projects)


class TestExpressInterest:
    def test_one_page_sends_to_several_projects(self):
        first, second, investing = make_project(), make_project(), make_investor()
        values = {
            "message": "Sample message",
            "shares_owner": "no",
            f"amount_{first.project.pk}": "500",
            "send": "1",
        }
        response = visitor(investing.signatory).post(to(first.project, second.project), values)

        assert response.status_code == 302
        found = Interest.objects.order_by("project_id")
        assert [(one.state, one.amount) for one in found] == [("sent", 500_000_000), ("sent", None)]

    def test_unsaid_about_owners_nothing_is_sent_and_what_was_typed_stays(self):
        promoters, investing = make_project(), make_investor()
        response = visitor(investing.signatory).post(
            to(promoters.project), {"message": "Typed <b>words</b>", "send": "1"}
        )

        assert response.status_code == 422
        assert "Typed &lt;b&gt;words" in response.content.decode()
        assert not Interest.objects.exists()

    def test_an_analyst_keeps_a_draft_and_cannot_send(self):
        promoters, investing = make_project(), make_investor()
        analyst = make_duty(make_user(), investing.investor.organisation, "investor_analyst").person
        values = {"message": "Sample", "shares_owner": "no"}

        assert visitor(analyst).post(to(promoters.project), values | {"send": "1"}).status_code == 403
        assert visitor(analyst).post(to(promoters.project), values | {"keep": "1"}).status_code == 302
        assert Interest.objects.get().state == "draft"

    def test_a_second_interest_says_which_project_has_one(self):
        promoters, investing = make_project(), make_investor()
        send_interest(investing, promoters.project)
        values = {"message": "Sample", "shares_owner": "no", "send": "1"}
        response = visitor(investing.signatory).post(to(promoters.project), values)

        assert response.status_code == 422
        assert "You already have an open interest in this project" in response.content.decode()
        assert Interest.objects.count() == 1

    def test_drafts_of_projects_nobody_can_see_are_not_offered(self):
        hidden, investing = make_project("draft"), make_investor()
        response = visitor(investing.signatory).get(to(hidden.project))

        assert hidden.project.title_en not in response.content.decode()


class TestWhoSees:
    def test_a_foreign_interest_is_not_there_for_another_investor(self):
        promoters, investing, other = make_project(), make_investor(), make_investor()
        sent = send_interest(investing, promoters.project)
        name = investing.investor.organisation.name_en

        for person in (other.signatory, make_project().lead):
            client = visitor(person)
            assert client.get(address("interest", sent.token)).status_code == 404
            assert client.get(address("interest_move", sent.token, "decline")).status_code == 404
        assert name not in visitor(other.signatory).get(address("interests")).content.decode()
        assert name in visitor(promoters.lead).get(address("inbox")).content.decode()

    def test_6_53_no_address_of_an_interest_counts(self):
        """Investors read from a number in a row how many others write."""
        promoters, investing = make_project(), make_investor()
        sent = send_interest(investing, promoters.project)
        client = visitor(investing.signatory)

        assert f"/desk/interests/{sent.token}/" in client.get(address("interests")).content.decode()
        assert client.get(f"/en/desk/interests/{sent.pk}/").status_code == 404
        for page in (address("interests"), address("interest", sent.token)):
            assert not re.search(r"/interests/\d+/", client.get(page).content.decode())

    def test_the_export_has_the_same_rows(self):
        promoters, investing, other = make_project(), make_investor(), make_investor()
        send_interest(investing, promoters.project, message="Ours alone")
        send_interest(other, promoters.project, message="Theirs alone")
        with translation.override("en"):
            url = reverse("core:list_file", args=["my_interests", "csv"])
        body = b"".join(visitor(investing.signatory).get(url).streaming_content).decode("utf-8-sig")

        assert "Ours alone" in body
        assert "Theirs alone" not in body
        assert visitor(make_user()).get(url).status_code in (403, 404)

    def test_a_revoked_investor_with_an_open_page_is_told_and_reads_nothing_new(self):
        promoters, investing = make_project(), make_investor()
        agreement = agreements.write_agreement(
            promoters.project, text_zh="样例", text_en="Secret terms", valid_days=365, by=promoters.lead
        )
        sent = send_interest(investing, promoters.project)
        move_all(sent, "acknowledge", "accept", by=promoters.lead)
        client = visitor(investing.signatory)
        assert "Secret terms" in client.get(address("agreement_accept", sent.token)).content.decode()
        investors.move_investor(investing.investor, "revoke", by=promoters.officer, reason="Sample", code="conduct")

        values = {"sha256": agreement.sha256, "has_read": "on", "may_sign": "on", "name": "Sample"}
        assert client.post(address("agreement_accept", sent.token), values).status_code == 404
        assert not AgreementAcceptance.objects.exists()
        page = client.get(address("interest", sent.token)).content.decode()
        assert "verification was revoked" in page
        home = client.get(address("investor_home"), follow=True).content.decode()
        assert "The verification was taken back" in home
        assert "Only verified investors write to the parks" in client.get(to(promoters.project)).content.decode()

    def test_a_project_without_interest_shows_none_of_another(self):
        promoters, investing = make_project(), make_investor()
        send_interest(investing, promoters.project)
        quiet = make_project()
        make_duty(promoters.lead, quiet.parks[0].organisation, "project_manager")
        client = visitor(promoters.lead)
        name = investing.investor.organisation.name_en

        assert name in client.get(address("project_interests", promoters.project.slug)).content.decode()
        page = client.get(address("project_interests", quiet.project.slug)).content.decode()
        assert name not in page
        assert "Nobody has written yet" in page


class TestAgreementPage:
    def test_ticks_name_and_the_very_text(self):
        promoters, investing = make_project(), make_investor()
        agreement = agreements.write_agreement(
            promoters.project, text_zh="样例保密全文", text_en="The whole text", valid_days=365, by=promoters.lead
        )
        sent = move_all(send_interest(investing, promoters.project), "acknowledge", "accept", by=promoters.lead)
        client, url = visitor(investing.signatory), address("agreement_accept", sent.token)
        page = client.get(url).content.decode()
        assert "样例保密全文" in page
        assert "The whole text" in page

        values = {"sha256": agreement.sha256, "has_read": "on", "may_sign": "on", "name": "Sample Name"}
        for missing in ("has_read", "may_sign", "name"):
            assert client.post(url, values | {missing: ""}).status_code == 422
        agreements.write_agreement(
            promoters.project, text_zh="样例", text_en="Newer", valid_days=365, by=promoters.lead
        )
        answer = client.post(url, values)
        assert answer.status_code == 422
        assert "A newer version is in force" in answer.content.decode()
        newest = promoters.project.agreements.first()
        assert client.post(url, values | {"sha256": newest.sha256}).status_code == 302
        assert AgreementAcceptance.objects.get().signed_name == "Sample Name"


@pytest.mark.parametrize("name", ["interests", "inbox", "office_interests", "office_investors"])
def test_a_list_costs_the_same_for_one_row_and_for_ten(name: str):
    promoters, investing = make_project(), make_investor()
    readers = {"interests": investing.signatory, "inbox": promoters.lead}
    client = visitor(readers.get(name, promoters.officer))

    def queries() -> int:
        client.get(address(name))
        with CaptureQueriesContext(connection) as found:
            assert client.get(address(name)).status_code == 200
        return len(found)

    send_interest(investing, promoters.project)
    one = queries()
    rows = []
    for _each in range(9):
        rows.append(
            Interest(
                investor=make_investor().investor if name == "inbox" else investing.investor,
                project=promoters.project,
                state="withdrawn",
                sent_at=investing.investor.registered_at,
            )
        )
    Interest.objects.bulk_create(rows)
    if name == "office_investors":
        for _each in range(9):
            make_investor()
        assert Investor.objects.count() >= 10

    assert queries() == one
