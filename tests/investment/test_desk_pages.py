"""The promoters' desk as its people use it: begin, ask, write, offer, sign; and the desk that admits."""

import pytest
from django.urls import reverse
from django.utils import translation

from investment.models import Project
from investment.services import parties, projects, versions
from tests.factories import make_duty, make_park, make_user
from tests.investment.factories import check_all, make_project, make_promoters, ready_content, sign_all

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def desk(name: str, project: Project, *more) -> str:
    return reverse(f"investment:{name}", args=[project.slug, *more])


def typed(promoters, **changed) -> dict[str, str]:
    """What the editor holds for this draft, as a browser would send it."""
    content = promoters.draft.content
    data = {
        name: str(content[name] or "")
        for name in (
            "title_zh", "title_en", "summary_zh", "summary_en", "description_zh", "description_en", "risks_zh",
            "risks_en", "offer_zh", "offer_en", "field", "kind", "province", "city", "starts_on", "months",
        )
    }  # fmt: skip
    data |= {"need": "3000", "cost": "6000", "least": "100", "edition": str(promoters.draft.edition)}
    data |= {"uses-TOTAL_FORMS": "1", "uses-INITIAL_FORMS": "1", "uses-0-text_zh": "样例", "uses-0-amount": "3000"}
    data |= {"shares-TOTAL_FORMS": "2", "shares-INITIAL_FORMS": "2"}
    for number, share in enumerate(content["shares"]):
        data |= {f"shares-{number}-park": str(share["park"]), f"shares-{number}-contribution_zh": "样例"}
        data |= {f"shares-{number}-{name}": "50" for name in ("cost", "risk", "benefit")}
    return data | changed


class TestBegin:
    def test_a_park_begins_and_asks_another_by_its_name(self, client):
        park, other = make_park(), make_park(name_zh="样例乙园", name_en="Sample Garden B")
        manager = make_duty(make_user(), park.organisation, "project_manager").person
        client.force_login(manager)
        answer = client.post(reverse("investment:project_new"), {"lead": park.pk, "title_zh": "样例共建"})
        project = Project.objects.get()
        assert answer.headers["Location"] == desk("desk_project", project)

        client.post(desk("park_ask", project), {"park": "样例乙"})
        assert [party.park for party in project.parties.all()] == [park, other]
        assert [share["park"] for share in project.versions.get().content["shares"]] == [park.pk, other.pk]

    def test_a_name_that_fits_nobody_is_said_beside_the_field_and_kept(self, client):
        promoters = make_promoters()
        client.force_login(promoters.lead)
        answer = client.post(desk("park_ask", promoters.project), {"park": "不存在的园区"})

        assert answer.status_code == 422
        assert "不存在的园区" in answer.content.decode()
        assert answer.context["ask_form"].errors["park"]


class TestWrite:
    def test_amounts_are_typed_in_ten_thousand_yuan_and_kept_in_fen(self, client):
        promoters = make_promoters()
        client.force_login(promoters.lead)
        answer = client.post(desk("version_edit", promoters.project), typed(promoters, need="3000.5"))

        assert answer.status_code == 302
        assert promoters.draft.content["need"] == 30_005_000 * 100

    def test_shares_of_9999_can_be_saved_and_the_checklist_says_so(self, client):
        promoters = make_promoters()
        client.force_login(promoters.lead)
        data = typed(promoters, **{"shares-0-cost": "49.99"})
        checks = client.post(desk("version_edit", promoters.project), data | {"only": "checks"})
        assert "99.99" in checks.content.decode()

        client.post(desk("version_edit", promoters.project), data)
        assert promoters.draft.content["shares"][0]["cost"] == 4_999
        client.post(desk("version_act", promoters.project, "offer"))
        assert promoters.draft.state == "draft"

    def test_what_is_malformed_is_kept_and_said_beside_its_field(self, client):
        promoters = make_promoters()
        client.force_login(promoters.lead)
        before = promoters.draft.content
        answer = client.post(
            desk("version_edit", promoters.project), typed(promoters, need="dreißig", risks_zh="新风险")
        )

        assert answer.status_code == 422
        assert answer.context["form"].errors["need"]
        assert "dreißig" in answer.content.decode()
        assert "新风险" in answer.content.decode()
        assert promoters.draft.content == before

    def test_a_city_of_another_province_is_refused(self, client):
        from alliance.core.models import Division

        promoters = make_promoters()
        other = Division.objects.create(
            code="110000", level="province", name_zh="北京市", name_en="Beijing", short_zh="北京", short_en="Beijing"
        )
        city = Division.objects.create(
            code="110100", level="prefecture", parent=other, name_zh="样例市", name_en="Sample City"
        )
        client.force_login(promoters.lead)
        answer = client.post(desk("version_edit", promoters.project), typed(promoters, city=city.pk))

        assert answer.context["form"].errors["city"]

    def test_whoever_comes_second_is_told_and_can_keep_theirs(self, client):
        promoters = make_promoters()
        client.force_login(promoters.lead)
        data = typed(promoters, risks_zh="我的")
        draft = promoters.draft
        versions.write_version(draft, {"risks_zh": "他的"}, edition=draft.edition, by=promoters.managers[1])

        answer = client.post(desk("version_edit", promoters.project), data)
        assert answer.status_code == 422
        assert "我的" in answer.content.decode()
        assert promoters.draft.content["risks_zh"] == "他的"
        data["edition"] = str(promoters.draft.edition)
        assert client.post(desk("version_edit", promoters.project), data).status_code == 302
        assert promoters.draft.content["risks_zh"] == "我的"


class TestSign:
    def test_the_page_shows_what_changes_and_signs_exactly_that(self, client):
        promoters = make_project("published")
        draft = versions.start_version(promoters.project, by=promoters.lead)
        versions.write_version(draft, {"months": 30}, edition=0, by=promoters.lead)
        versions.offer_version(promoters.draft, by=promoters.lead)
        client.force_login(promoters.managers[1])
        page = client.get(desk("version_page", promoters.project, 2))
        assert [(str(change.label), change.before, change.after) for change in page.context["changes"]] == [
            ("Months it takes", "18", "30")
        ]

        data = {"park": promoters.parks[1].pk, "sha256": page.context["version"].sha256}
        refused = client.post(desk("version_sign", promoters.project, 2), data)
        assert refused.status_code == 422
        client.post(desk("version_sign", promoters.project, 2), data | {"read": "yes"})
        assert promoters.project.versions.get(number=2).signatures.count() == 1

    def test_a_page_opened_before_the_version_was_taken_back_signs_nothing(self, client):
        promoters = make_promoters()
        old = versions.offer_version(promoters.draft, by=promoters.lead)
        versions.take_version_back(old, by=promoters.lead)
        client.force_login(promoters.managers[1])
        data = {"park": promoters.parks[1].pk, "sha256": old.sha256, "read": "yes"}
        answer = client.post(desk("version_sign", promoters.project, 1), data)

        assert answer.status_code == 422
        assert "does not wait for signatures" in answer.content.decode()
        assert old.signatures.count() == 0

    def test_project_managers_write_and_do_not_sign(self, client):
        promoters = make_promoters()
        version = versions.offer_version(promoters.draft, by=promoters.lead)
        writer = make_duty(make_user(), promoters.parks[1].organisation, "project_manager").person
        client.force_login(writer)
        data = {"park": promoters.parks[1].pk, "sha256": version.sha256, "read": "yes"}

        assert client.post(desk("version_sign", promoters.project, 1), data).status_code == 403


class TestLeave:
    def test_a_park_that_never_signed_is_out_at_once_and_sees_the_desk_no_more(self, client):
        promoters = make_promoters(parks=3)
        client.force_login(promoters.managers[2])
        party = promoters.project.parties.get(park=promoters.parks[2])
        answer = client.post(desk("park_leave", promoters.project, party.pk))

        assert answer.headers["Location"] == reverse("investment:desk_projects")
        assert client.get(desk("desk_project", promoters.project)).status_code == 404


class TestOffice:
    def test_criteria_are_noted_one_by_one_and_the_letter_lists_them(self, client):
        promoters = make_project("in_review")
        client.force_login(promoters.officer)
        missing = client.post(desk("criteria_check", promoters.project), {"criterion": "size", "is_met": "yes"})
        assert missing.status_code == 422
        data = {"criterion": "size", "is_met": "no", "evidence": "Sample page 3"}
        client.post(desk("criteria_check", promoters.project), data)
        assert promoters.project.version.admission_checks.get().evidence == "Sample page 3"

        check_all(promoters)
        client.post(desk("project_move", promoters.project, "admit"))
        letter = promoters.project.letters.get()
        client.force_login(promoters.managers[1])
        page = client.get(desk("letter", promoters.project, letter.number)).content.decode()
        assert letter.number in page
        assert page.count("Sample evidence") == 9

    @pytest.mark.parametrize("count", [1, 30])
    def test_the_list_costs_the_same_at_any_length(self, client, count: int, django_assert_max_num_queries):
        promoters = make_project("submitted")
        Project.objects.bulk_create(
            Project(slug=f"more-{number}", title_zh=f"样例{number}", title_en="Sample") for number in range(count)
        )
        client.force_login(promoters.officer)

        with django_assert_max_num_queries(13):
            client.get(reverse("investment:office_projects"))


class TestInbox:
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_whatever_happened_to_a_project_can_be_read_there(self, client, language: str):
        """Every kind of notice about it: asked, offered, signed, in force, taken back, leaving, moved on."""
        promoters = make_promoters(parks=3)
        versions.take_version_back(versions.offer_version(promoters.draft, by=promoters.lead), by=promoters.lead)
        parties.leave_project(promoters.project.parties.get(park=promoters.parks[2]), by=promoters.managers[2])
        draft = promoters.draft
        versions.write_version(draft, ready_content(draft), edition=draft.edition, by=promoters.lead)
        promoters.parks, promoters.managers = promoters.parks[:2], promoters.managers[:2]
        sign_all(promoters)
        projects.move_project(promoters.project, "submit", by=promoters.lead)

        with translation.override(language):
            for person in (*promoters.managers, promoters.officer):
                client.force_login(person)
                page = client.get(reverse("notifications:inbox"))
                assert page.status_code == 200
                assert promoters.fresh().title_zh in page.content.decode() or language == "en"
