"""Two parks publish a joint project, an investor from abroad verifies, signs, reads, asks, meets and reaches a term
sheet, while a second investor sees none of it. Each step is taken on the page on which its person takes it."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from investment.models import (
    AgreementAcceptance,
    Criterion,
    Interest,
    InvestorDocument,
    Meeting,
    Project,
    ProjectVersion,
    Question,
    RoomEvent,
    RoomGroup,
)
from tests.investment.rooming import check_files, pdf_of
from tests.journeys.conftest import Mailbox
from tests.journeys.investing import (
    ABROAD_EN,
    ABROAD_ZH,
    ASKED,
    DOCUMENT_EN,
    DOCUMENT_ZH,
    GROUP,
    SIGNATORY,
    TOPIC,
    Dialogue,
    Hand,
    Outsider,
    in_days,
)
from tests.journeys.looking import LANGUAGES

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def story(settings) -> Dialogue:
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
    return Dialogue()


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_investor_from_abroad_reaches_a_term_sheet_and_another_sees_none_of_it(
    language: str, story: Dialogue, page: Page, site: str, sign_in, shot, mailbox: Mailbox
) -> None:
    walk = Hand(page, language, sign_in, site)
    outsider = Outsider(walk, story, mailbox)
    _write(walk, story)
    _sign(walk, story)
    _admit(walk, story)
    _register(walk, story)
    _verify(walk, story)
    _express_interest(walk, story)
    _accept(walk, story, mailbox)
    outsider.sees_none_of_it()
    _agree(walk, story)
    _open_room(walk, story)
    _read(walk, story)
    _ask(walk, story)
    _answer(walk, story)
    _meet(walk, story)
    outsider.sees_none_of_it()
    _reach_a_term_sheet(walk, story)
    shot(f"investment-term-sheet-{language}")
    outsider.sees_none_of_it()


def _write(walk: Hand, story: Dialogue) -> None:
    """Park A begins and asks park B; each writes its part of the one draft."""
    walk.sign_in(story.lead)
    walk.open("project_new")
    walk.fill(title_zh="样例联合项目", title_en="Sample joint project")
    walk.press()
    slug = story.project.slug
    walk.page.locator("#parks details summary").click()
    walk.fill(park="样例B园")
    walk.press(walk.form("/parks/").locator("button"))
    walk.open("version_edit", slug)
    walk.fill(
        summary_zh="两家园区共建数字内容公共服务平台。",
        summary_en="Two parks build a shared platform for digital content.",
        description_zh="平台为两地团队提供制作与版权服务。",
        description_en="The platform serves the teams of both parks.",
        risks_zh="设备更新较快。",
        risks_en="The equipment ages fast.",
        offer_zh="股权或分成，仅供已核验投资方阅读。",
        offer_en="Equity or a share of the income.",
        field="sample",
        kind="platform",
        province=story.parks[0].province_id,
        starts_on=in_days(200),
        months="18",
        need="3000",
        cost="6000",
        least="100",
    )
    walk.fill(**{"uses-0-text_zh": "制作设备", "uses-0-text_en": "Equipment", "uses-0-amount": "3000"})
    _bring(walk, 0, "60")
    walk.press()
    walk.sign_in(story.managers[1])
    walk.open("version_edit", slug)
    _bring(walk, 1, "40")
    walk.press()


def _bring(walk: Hand, line: int, share: str) -> None:
    """One park's line: its part of cost, risk and benefit, and what it contributes."""
    walk.fill(**{f"shares-{line}-{name}": share for name in ("cost", "risk", "benefit")})
    walk.fill(
        **{
            f"shares-{line}-contribution_zh": "场地与设备",
            f"shares-{line}-contribution_en": "Premises and equipment",
        }
    )


def _sign(walk: Hand, story: Dialogue) -> None:
    """J-2: offered once, the same version is signed by both; then the lead hands it in."""
    walk.sign_in(story.lead)
    walk.open("desk_project", story.project.slug)
    walk.press(walk.form("/act/offer/").locator("button"))
    for manager in story.managers:
        walk.sign_in(manager)
        page = walk.open("version_page", story.project.slug, ProjectVersion.objects.get().number)
        expect(page.locator("main .seal")).to_have_text(ProjectVersion.objects.get().sha256)
        page.check("main [name=read]")
        walk.press(walk.form("/sign/").locator("button"))
    version = story.project.version
    assert version is not None
    assert {(one.park_id, one.sha256) for one in version.signatures.all()} == {
        (park.pk, version.sha256) for park in story.parks
    }
    walk.sign_in(story.lead)
    walk.open("desk_project", story.project.slug)
    walk.act("submit")


def _admit(walk: Hand, story: Dialogue) -> None:
    """J-1: the desk checks nine criteria and admits; the parks publish. What is offered is not public (J-5)."""
    walk.sign_in(story.desk)
    walk.open("office_project", story.project.slug)
    walk.act("take")
    for criterion in Criterion.values:
        entry = walk.page.locator(f"#{criterion}")
        entry.locator("summary").click()
        entry.locator("[name=is_met][value=yes]").check()
        entry.locator("[name=evidence]").fill("2026-05-06")
        walk.press(entry.locator("form .actions button"))
    walk.act("admit")
    walk.sign_in(story.lead)
    walk.open("desk_project", story.project.slug)
    walk.act("publish")
    assert story.project.state == Project.State.PUBLISHED
    walk.sign_in(None)
    page = walk.open("project_detail", story.project.slug)
    expect(page.locator("main")).not_to_contain_text("股权或分成" if walk.language == "zh-hans" else "Equity or")


def _register(walk: Hand, story: Dialogue) -> None:
    """The investor from abroad says who it is, by the number of its own register, and shows two documents."""
    walk.sign_in(story.abroad)
    walk.open("investor_home")
    walk.follow("main a.btn.primary, main .empty a")
    walk.fill(
        name_zh=ABROAD_ZH, name_en=ABROAD_EN, kind="fund", country="SG", foreign_id="SG-2026-7", about_en="Culture."
    )
    walk.press()
    for kind in ("licence", "authority"):
        walk.fill(kind=kind)
        walk.page.set_input_files("main [name=file]", _file(f"{kind}.pdf", pdf_of(kind)))
        walk.press(walk.form("/documents/").locator("button"))
    check_files()
    slug = story.investor.organisation.slug
    walk.open("desk_investor", slug)
    walk.press(walk.form("/hand-in/").locator("button"))
    assert story.investor.handed_in_at is not None
    assert InvestorDocument.objects.filter(investor=story.investor).count() == 2


def _file(name: str, body: bytes) -> dict:
    return {"name": name, "mimeType": "application/pdf", "buffer": body}


def _verify(walk: Hand, story: Dialogue) -> None:
    """The desk opens a document, compares with the register, and verifies."""
    walk.sign_in(story.desk)
    page = walk.open("office_investor", story.investor.organisation.slug)
    document = page.locator("#documents a[download]").first.get_attribute("href")
    assert page.request.get(document).body().startswith(b"%PDF")
    page = walk.ask("verify")
    for box in page.locator("main [name=checks]").all():
        box.check()
    walk.fill(evidence="2026-05-06", until=in_days(365))
    walk.press()
    assert story.investor.state == "organisation_verified"


def _express_interest(walk: Hand, story: Dialogue) -> None:
    """Verified, it reads what is offered, and writes from the public page of the project."""
    walk.sign_in(story.abroad)
    page = walk.open("project_detail", story.project.slug)
    expect(page.locator("main")).to_contain_text("股权或分成" if walk.language == "zh-hans" else "Equity or")
    walk.follow('main a.btn.primary[href*="/interests/new/"]')
    walk.fill(message="We would like to talk about the workshop first.", shares_owner="no")
    walk.press(walk.page.locator("button[name=send]"))
    assert story.interest.state == Interest.State.SENT


def _accept(walk: Hand, story: Dialogue, mailbox: Mailbox) -> None:
    """The parks are told by mail; one acknowledges within the clock, the other accepts, and the dialogue begins."""
    assert mailbox.to(story.lead.email) != []
    walk.sign_in(story.lead)
    walk.visit(walk.address("notifications:inbox"))
    walk.follow('main a[href*="/desk/interests/"]:not([href$="/received/"])')
    walk.act("acknowledge")
    walk.sign_in(story.managers[1])
    walk.open("interest", story.interest.token)
    walk.act("accept")
    assert story.interest.state == Interest.State.ACCEPTED
    assert story.project.state == Project.State.IN_DIALOGUE


def _agree(walk: Hand, story: Dialogue) -> None:
    """D-3: the parks fill the template and put it in force; the signatory accepts exactly that text."""
    walk.sign_in(story.lead)
    page = walk.open("agreement_write", story.project.slug)
    for name, gap, court in (
        ("text_zh", r"【[^】]*】", "样例仲裁机构"),
        ("text_en", r"\[[^\]]*\]", "the Sample Institution"),
    ):
        area = page.locator(f"main [name={name}]")
        area.fill(re.sub(gap, court, area.input_value()))
    page.check("main [name=is_checked]")
    walk.press()
    walk.sign_in(story.abroad)
    walk.open("interest", story.interest.token)
    page = walk.follow('main a.btn.primary[href$="/agreement/"]')
    page.check("main [name=has_read]")
    page.check("main [name=may_sign]")
    walk.fill(name=SIGNATORY)
    walk.press()
    acceptance = AgreementAcceptance.objects.select_related("agreement").get()
    assert acceptance.accepted_by == story.abroad
    assert story.interest.state == Interest.State.NDA_SIGNED


def _open_room(walk: Hand, story: Dialogue) -> None:
    """D-4 to D-6: a room with one document, hidden at first; a group with its window; then the group may read it."""
    slug = story.project.slug
    walk.sign_in(story.lead)
    page = walk.open("room_desk", slug)
    page.uncheck("main [name=folders]")
    walk.press(walk.form("/room/open/").locator("button"))
    # A page without a word: whatever the reader sees on it is the mark.
    page.set_input_files("main [name=file-file]", _file("paper.pdf", pdf_of("")))
    walk.fill(**{"file-name_zh": DOCUMENT_ZH, "file-name_en": DOCUMENT_EN})
    walk.press(walk.form("/room/files/").locator("button"))
    check_files()
    walk.open("room_group_new", slug)
    walk.fill(name=GROUP, opens_at=f"{in_days(-1)}T09:00", closes_at=f"{in_days(30)}T18:00")
    walk.press()
    page.select_option("main [name=who]", f"{story.abroad.pk}-{story.investor.pk}")
    walk.press(walk.form("/people/").locator("button"))
    walk.sign_in(story.abroad)
    expect(walk.open("room", slug).locator("main")).not_to_contain_text(_name(walk))
    walk.sign_in(story.lead)
    walk.open("room_node", slug, story.node.token)
    walk.fill(**{f"g{RoomGroup.objects.get().pk}": "view"})
    walk.press(walk.form("/access/").locator("button"))


def _name(walk: Hand) -> str:
    return DOCUMENT_ZH if walk.language == "zh-hans" else DOCUMENT_EN


def _read(walk: Hand, story: Dialogue) -> None:
    """D-7, D-9, D-10: read here with the reader in the pixels, not taken along; the parks see that it was read."""
    slug = story.project.slug
    walk.sign_in(story.abroad)
    walk.open("room", slug)
    page = walk.follow(f'main a[href*="{story.node.token}"]')
    picture = page.locator("ol.pages img").first
    assert picture.evaluate("one => one.naturalWidth") > 0
    _is_marked(page.request.get(picture.get_attribute("src")).body())
    assert page.request.get(walk.address("room_copy", slug, story.node.token)).status == 404
    seen = RoomEvent.objects.filter(person=story.abroad, node=story.node)
    assert set(seen.values_list("action", "is_allowed")) == {("view", True), ("download", False)}
    walk.sign_in(story.lead)
    page = walk.open("room_log", slug)
    expect(page.locator("main")).to_contain_text(SIGNATORY)


def _is_marked(body: bytes) -> None:
    """The page has no word of its own, and yet much of it is not white."""
    grey = Image.open(io.BytesIO(body)).convert("L")
    drawn = sum(grey.histogram()[:250])
    assert drawn > grey.width * grey.height // 200, f"{drawn} of {grey.width} × {grey.height} points are drawn on"


def _ask(walk: Hand, story: Dialogue) -> None:
    """The investor asks; the parks see who, within a clock."""
    walk.sign_in(story.abroad)
    walk.open("interest", story.interest.token)
    walk.follow(f'main a[href$="{story.interest.token}/questions/"]')
    walk.fill(text=ASKED)
    walk.page.check("main [name=is_for_all]")
    walk.press()
    assert Question.objects.get().asked_by == story.abroad


def _answer(walk: Hand, story: Dialogue) -> None:
    """D-11: the other park answers once for all; the desk takes out who asked, and clears it."""
    question = Question.objects.get()
    walk.sign_in(story.managers[1])
    walk.open("question", question.token)
    page = walk.follow('main a.btn.primary[href$="/answer/"]')
    walk.fill(answer="By the district network. The Gantry Workshop has its own meter.")
    page.check("main [name=for_all]")
    walk.press()
    walk.sign_in(story.desk)
    walk.open("office_questions")
    walk.follow(f'main a[href*="{question.token}"]')
    walk.follow('main a.btn.primary[href$="/publish/"]')
    walk.fill(
        published_question_zh="龙门车间（Gantry）如何供暖？",
        published_question_en="How is the Gantry Workshop heated?",
        published_answer_zh="由区域管网（Gantry）供暖。",
        published_answer_en="The Gantry Workshop is heated by the district network.",
        audience="dialogue",
    )
    walk.press()
    question.refresh_from_db()
    assert question.state == Question.State.PUBLISHED
    walk.sign_in(story.abroad)
    page = walk.open("interest_questions", story.interest.token)
    expect(page.locator("#for-all")).to_contain_text("Gantry")


def _meet(walk: Hand, story: Dialogue) -> None:
    """The parks offer a time, the investor asks for it, they confirm; afterwards what came of it is recorded."""
    walk.sign_in(story.lead)
    walk.open("project_meetings", story.project.slug)
    walk.fill(on=in_days(7), at="10:00", minutes="45", place="样例会议室", language="en")
    walk.press()
    walk.sign_in(story.abroad)
    walk.open("interest_meetings", story.interest.token)
    walk.follow(f'main a.btn[href*="{Meeting.objects.get().token}"]')
    walk.fill(topic=TOPIC)
    walk.press(walk.form("/request/").locator("button"))
    walk.sign_in(story.lead)
    walk.open("meeting", Meeting.objects.get().token)
    walk.act("confirm")
    meeting = story.meeting_is_over()
    walk.open("meeting", meeting.token)
    walk.ask("hold")
    walk.fill(outcome_code="goes_on", outcome="Both sides go on to due diligence.")
    walk.press()
    walk.sign_in(story.abroad)
    page = walk.open("meeting", meeting.token)
    expect(page.locator("main")).to_contain_text("Both sides go on to due diligence.")


def _reach_a_term_sheet(walk: Hand, story: Dialogue) -> None:
    """Due diligence, negotiation, term sheet: the project goes along, and the investor follows each stage."""
    walk.sign_in(story.lead)
    walk.open("desk_project", story.project.slug)
    walk.act("examine")
    assert story.project.state == Project.State.DUE_DILIGENCE
    walk.open("interest", story.interest.token)
    walk.act("open_dd", "negotiate", "term_sheet")
    assert story.interest.state == Interest.State.TERM_SHEET
    walk.sign_in(story.abroad)
    page = walk.open("interest", story.interest.token)
    expect(page.locator("[aria-current=step] .muted")).to_be_visible()
    # The room stays open to it, and to it alone (D-1, D-2).
    expect(walk.open("room", story.project.slug).locator("main")).to_contain_text(_name(walk))
