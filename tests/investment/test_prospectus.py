"""The unified prospectus: any selection, both languages, and nothing but what everybody may read (J-3, J-5)."""

import io
import re
import unicodedata

import pikepdf
import pytest
from django.core.cache import cache
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from alliance.core import limits
from alliance.core.errors import RuleBroken
from alliance.core.jobs import running
from alliance.core.models import AuditEvent, Division, Job
from alliance.notifications.models import Notice
from investment.lists import NO_PROMISE
from investment.models import Project
from investment.prospectus import choosing, document, making
from investment.prospectus.choosing import LIST, PICKED, REGION, Choice
from investment.services import projects, updates
from parks.models import Park
from tests.factories import make_park, make_user
from tests.investment.factories import Promoters, make_project
from tests.investment.test_public_guard import OFFER, SECRETS, VERIFIED_NEWS
from tests.parks.clusters import make_cluster
from tests.reports.test_document import elements, has_fonts, text_of  # noqa: F401

pytestmark = pytest.mark.django_db

ALL = Choice(LIST)
LONG_ZH = "样例文化创意与数字内容产业融合发展示范集聚区联合运营管理中心及其分园区"
LONG_EN = "Sampleparkwithanamethathasnogapanywhereinitandgoesonforalongtime" * 2


def slugs(*made: Promoters) -> list[str]:
    return [one.project.slug for one in made]


def make_pdf(*made: Promoters, choice: Choice = ALL) -> pikepdf.Pdf:
    rows = making.projects_of(slugs(*made))
    raw = document.pdf(rows, choice, found=len(rows), made_at=timezone.now(), progress=lambda done, total: None)
    return pikepdf.open(io.BytesIO(raw))


def words(text: str) -> str:
    """Without what lines, columns and letter forms of the font do to it."""
    return re.sub(r"[\s\u200b]", "", unicodedata.normalize("NFKC", text))


def done(job: Job) -> Job:
    running.run(job.pk)
    job.refresh_from_db()
    return job


def order(person, *made: Promoters, choice: Choice = ALL) -> Job:
    return making.order(choice, slugs(*made), by=person)


def address(query: str = "") -> str:
    path = reverse("investment:project_prospectus")
    return f"{path}?{query}" if query else path


class TestWhatItSays:
    def test_both_languages_stand_in_one_document(self, has_fonts):  # noqa: F811
        first, second = make_project(), make_project("financing_agreed")
        text = words(text_of(make_pdf(first, second)))

        for one in (first, second):
            project = one.fresh()
            assert words(project.title_zh) in text
            assert words(project.title_en) in text
            assert project.version is not None
            assert project.version.sha256 in text
            for park in one.parks:
                assert words(park.name_zh) in text
                assert words(park.name_en) in text
        for said in (
            "样例说明。",
            "Sample description.",
            "样例风险。",
            "Sample risks.",
            "样例出资",
            "3,000万元",
            "CNY30million",
        ):
            assert words(said) in text
        for language in ("zh-hans", "en"):
            with translation.override(language):
                assert words(str(NO_PROMISE)) in text
                assert words(document.title()) in text
                assert words(str(document.NOTES[1]())) in text

    def test_j5_it_says_nothing_of_what_is_offered(self, has_fonts):  # noqa: F811
        made = [make_project(**OFFER), make_project("ic_review", **OFFER)]
        for one in made:
            updates.publish_update(
                one.project,
                title_zh=VERIFIED_NEWS,
                title_en="Verifiedonlynews",
                text_zh=VERIFIED_NEWS,
                text_en="Verifiedonlynews",
                disclosure="verified",
                by=one.lead,
            )
            Park.objects.filter(pk__in=[park.pk for park in one.parks]).update(
                contact_phone="0571-7654321", contact_email="kept@sample.example", contact_visibility="members"
            )
        pdf = make_pdf(*made)
        text = words(text_of(pdf) + str(pdf.docinfo) + str(pdf.open_metadata()))

        assert [secret for secret in SECRETS if words(secret) in text] == []
        assert "kept@sample.example" not in text

    def test_j5_what_the_parks_show_everybody_is_there(self, has_fonts):  # noqa: F811
        """The guard above can fail: the same places do say what is public."""
        made = [make_project(description_zh=OFFER["offer_zh"]), make_project()]
        Park.objects.filter(pk=made[0].parks[0].pk).update(contact_email="open@sample.example")
        text = words(text_of(make_pdf(*made)))

        assert OFFER["offer_zh"] in text
        assert "open@sample.example" in text

    def test_j3_what_a_committee_has_before_it_is_due_diligence(self, has_fonts):  # noqa: F811
        text = words(text_of(make_pdf(make_project("ic_review"), make_project("ic_review"))))

        assert words(str(Project.State.DUE_DILIGENCE.label)) in text
        for language in ("zh-hans", "en"):
            with translation.override(language):
                assert words(str(Project.State.IC_REVIEW.label)) not in text

    def test_what_is_missing_says_so(self, has_fonts):  # noqa: F811
        first, second = make_project(months=None), make_project(description_en="", risks_en="")
        text = words(text_of(make_pdf(first, second)))

        assert words("The parks have not written this in English.") in text

    def test_it_is_tagged_and_says_its_language(self, has_fonts):  # noqa: F811
        pdf = make_pdf(make_project(), make_project())

        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang).startswith("zh")
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
        assert len(elements(pdf, "H1")) == 5  # contents, two projects, parks, note
        assert len(elements(pdf, "Table")) >= 4
        assert all(str(figure.Alt).strip() for figure in elements(pdf, "Figure"))

    def test_long_names_and_missing_values_keep_the_page(self, has_fonts):  # noqa: F811
        made = make_project(title_zh=LONG_ZH, title_en=LONG_EN[:120], parks=5)
        other = make_project()
        for park in made.parks:
            Park.objects.filter(pk=park.pk).update(name_zh=LONG_ZH, name_en=LONG_EN, summary_zh="长" * 280, city_zh="")
        pdf = make_pdf(made, other)

        # Nothing needs a page of its own because it did not fit; no page is empty.
        assert len(pdf.pages) <= 10
        assert all(len(text_of(_only(pdf, number))) > 60 for number in range(len(pdf.pages)))


def _only(pdf: pikepdf.Pdf, number: int) -> pikepdf.Pdf:
    one = pikepdf.new()
    one.pages.append(pdf.pages[number])
    return one


class TestWhatIsChosen:
    def test_the_list_as_filtered(self):
        here, agreed = make_project(), make_project("financing_agreed")
        choice = choosing.read(_query("stage=published&page=3&view=table"))

        assert choice == Choice(LIST, "stage=published")
        assert list(choice.projects()) == [here.fresh()]
        assert set(choosing.read(_query("")).projects()) == {here.fresh(), agreed.fresh()}
        assert "已发布" in choice.in_words()

    def test_a_region(self):
        made, other = make_project(), make_project()
        province = Division.objects.provinces().get(pk=made.fresh().province_id)
        elsewhere = Division.objects.create(
            code="610000",
            level="province",
            name_zh="陕西省",
            name_en="Shaanxi",
            region_zh="西北",
            region_en="Northwest",
        )
        Division.objects.filter(pk=province.pk).update(region_zh="华东", region_en="East China")
        Project.objects.filter(pk=other.project.pk).update(province=elsewhere)

        assert list(Choice(REGION, "east-china").projects()) == [made.fresh()]
        assert list(Choice(REGION, "northwest").projects()) == [other.fresh()]
        assert "华东" in choosing.read(_query("region=east-china")).in_words()
        with pytest.raises(choosing.Unknown):
            choosing.read(_query("region=atlantis"))

    def test_a_cluster(self):
        made, other = make_project(), make_project()
        third = make_park()
        for park, city in zip([*made.parks, third], ("杭州", "宁波", "宁波"), strict=True):
            Park.objects.filter(pk=park.pk).update(city_zh=city)
        cluster = make_cluster([*made.parks, third])

        choice = choosing.read(_query(f"cluster={cluster.slug}"))

        assert list(choice.projects()) == [made.fresh()]
        assert other.fresh() not in choice.projects()
        assert cluster.name_zh in choice.in_words()

    def test_a_draft_cluster_does_not_exist(self):
        with pytest.raises(choosing.Unknown):
            choosing.read(_query("cluster=nothing-of-this-name"))

    def test_ticked_ones_go_before_the_filter(self):
        made = make_project()
        choice = choosing.read(_query(f"project={made.project.slug}&stage=completed"))

        assert (choice.kind, list(choice.projects())) == (PICKED, [made.fresh()])

    def test_two_to_forty(self):
        made, draft = make_project(), make_project("admitted")
        with pytest.raises(RuleBroken, match="2"):
            choosing.require_enough(slugs(made, draft))
        with pytest.raises(RuleBroken, match="40"):
            choosing.require_enough([f"slug-{number}" for number in range(41)])

        assert choosing.require_enough(slugs(made, second := make_project(), draft)) == slugs(made, second)

    def test_the_cover_says_how_many_of_how_many(self):
        three = [make_project() for _number in range(3)]
        person = make_user()

        all_of_them, two = order(person, *three), order(person, *three[:2])
        assert making._describe(all_of_them) == "全部公开的联合项目 · 3 个项目"
        assert making._describe(two) == "全部公开的联合项目 · 共 3 个项目，选入 2 个"

    def test_projects_beside_the_filter_are_called_chosen(self):
        made, agreed = make_project(), make_project("financing_agreed")
        job = order(make_user(), made, agreed, choice=Choice(LIST, "stage=published"))

        assert job.params["choice"] == PICKED


class TestMaking:
    def test_it_is_made_in_the_background_and_told(self, has_fonts):  # noqa: F811
        person = make_user()
        job = done(order(person, make_project(), make_project()))

        assert job.state == "done", job.error
        assert job.content.read(5) == b"%PDF-"
        assert re.fullmatch(r"ccipra-prospectus-\d{8}\.pdf", job.file_name)
        assert job.result == {"projects": 2}
        assert Notice.objects.filter(recipient=person).count() == 1
        assert AuditEvent.objects.filter(verb="job.requested").count() == 1

    def test_a_double_click_makes_one(self):
        person, made = make_user(), [make_project(), make_project()]

        assert order(person, *made) == order(person, *made)

    def test_what_was_withdrawn_meanwhile_is_left_out(self, has_fonts):  # noqa: F811
        made = [make_project() for _number in range(3)]
        job = order(make_user(), *made)
        projects.move_project(made[0].fresh(), "withdraw", by=made[0].lead, reason="Sample")

        job = done(job)

        assert job.result == {"projects": 2}
        assert words(made[0].project.title_zh) not in words(text_of(pikepdf.open(job.content)))

    def test_with_too_few_left_nothing_is_made(self):
        made = [make_project() for _number in range(2)]
        job = order(make_user(), *made)
        projects.move_project(made[0].fresh(), "withdraw", by=made[0].lead, reason="Sample")

        job = done(job)

        assert (job.state, bool(job.content)) == ("failed", False)
        assert "不足" in job.error


class TestPage:
    def test_visitors_see_what_it_holds_and_are_led_to_sign_in_with_their_ticks(self, client: Client):
        first, second, third = made = [make_project() for _number in range(3)]
        page = client.get(address())
        assert page.status_code == 200
        assert all(one.project.title_zh in page.content.decode() for one in made)

        answer = client.post(address(), {"project": slugs(first, third)})

        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("account_login"))
        assert first.project.slug in answer["Location"]
        assert second.project.slug not in answer["Location"]
        assert not Job.objects.exists()

    def test_whoever_signed_in_is_led_to_the_job(self, client: Client):
        made = [make_project(), make_project()]
        client.force_login(make_user())

        answer = client.post(address(), {"project": slugs(*made)})

        assert answer["Location"] == reverse("core:job", args=[Job.objects.get().pk])

    def test_one_project_is_too_few_and_the_page_says_so(self, client: Client):
        made, _other = make_project(), make_project()
        client.force_login(make_user())

        answer = client.post(address(), {"project": slugs(made)})

        assert answer.status_code == 422
        assert "单个项目" in answer.content.decode()

    @pytest.mark.parametrize("query", ["region=atlantis", "cluster=atlantis", "cluster="])
    def test_what_does_not_exist_is_not_found(self, client: Client, query):
        assert client.get(address(query)).status_code == 404

    def test_it_is_rationed(self, client: Client, settings, monkeypatch):
        settings.RATE_LIMITS = True
        monkeypatch.setattr(making, "PROSPECTUSES", limits.Limit("prospectus", each=1, seconds=3600))
        cache.clear()
        made = [make_project(), make_project()]
        client.force_login(make_user())

        first, second = (client.post(address(), {"project": slugs(*made)}) for _number in range(2))

        assert (first.status_code, second.status_code) == (302, 429)

    def test_one_and_ten_cost_the_same(self, client: Client):
        [make_project() for _number in range(2)]
        client.get(address())
        with CaptureQueriesContext(connection) as few:
            client.get(address())
        [make_project() for _number in range(4)]
        with CaptureQueriesContext(connection) as more:
            client.get(address())

        assert len(more) == len(few)

    def test_the_list_leads_here_with_its_conditions(self, client: Client):
        make_project()
        page = client.get(reverse("investment:project_list") + "?stage=published").content.decode()

        assert f'href="{address("stage=published")}"' in page


def _query(text: str) -> QueryDict:
    return QueryDict(text)


def test_a_park_without_a_public_page_is_named_as_it_signed(has_fonts):  # noqa: F811
    made, other = make_project(), make_project()
    hidden = made.parks[1]
    Park.objects.filter(pk=hidden.pk).update(
        standing="suspended", suspended_at=timezone.now(), summary_zh="不公开的简介"
    )
    rows = making.projects_of(slugs(made, other))
    found = document.data(rows, ALL, found=2, made_at=timezone.now())

    entry = next(park for park in found["parks"] if park["name"]["zh"] == hidden.name_zh)
    assert (entry["url"], entry["summary"], entry["contact"]) == ("", {"zh": "", "en": ""}, [])
    assert found["glance"][1]["value"]["zh"] == "4"
    assert words("不公开的简介") not in words(text_of(make_pdf(made, other)))
