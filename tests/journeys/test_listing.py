"""The main job, in a real browser: an invited manager completes and submits a profile, an officer returns it once and
lists it, a visitor finds it, the council's figure moves, and everyone concerned is told by mail."""

import re
from collections.abc import Callable, Iterator

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import Browser, Page

from alliance.accounts import sealing
from alliance.accounts.models import Organisation, User
from alliance.core import broker
from alliance.founding import found_alliance
from alliance.notifications import tasks
from parks import reference
from parks.models import Park
from tests.accounts.factors import code_of, give_app
from tests.factories import make_council_member, make_officer
from tests.journeys.conftest import PATIENCE, settled
from tests.journeys.looking import WIDE, look

PASSWORD = "four quiet rivers meet here"
SLUG = "hefeng"

STORY_ZH = (
    "这里原是一九〇五年开办的和丰纱厂，上世纪末停产后长期空置。二〇〇九年起，旧纱厂片区分期改造为工业设计园区，"
    "保留了沿江的办公楼与一段厂墙，新建了设计公司、检测实验室与展厅。园区为入驻团队提供打样、检测、交易撮合和版权登记服务，"
    "每年举办面向本地制造业的设计对接活动，帮助传统企业用设计改进产品。园区白天向公众开放，展厅免费参观，欢迎预约讲解。"
)
STORY_EN = (
    "The Hefeng cotton mill opened here in 1905 and stood empty after it closed at the end of the century. From 2009 "
    "on the mill quarter was rebuilt in stages as a park for industrial design: the riverside office and a stretch of "
    "wall were kept, and studios, a testing laboratory and an exhibition hall were added. Resident teams get help with "
    "prototypes, tests, matchmaking and copyright, and local manufacturers meet designers here every year."
)


@pytest.fixture
def postman(monkeypatch) -> Callable[[], None]:
    """Carries what is due, as the workers would."""
    handed: list[tuple] = []
    monkeypatch.setattr(broker, "send", lambda task, *args, **options: bool(handed.append((task, args))) or True)

    def carry() -> None:
        while True:
            handed.clear()
            tasks.dispatch()
            due = [args for task, args in handed if task == "notifications.deliver"]
            if not due:
                return
            for ids in due:
                tasks.deliver(*ids)

    return carry


@pytest.fixture
def window(browser: Browser, site: str) -> Iterator[Callable[[str], Page]]:
    """`window("zh-hans")`: a browser of somebody's own."""
    opened = []

    def new(language: str) -> Page:
        context = browser.new_context(
            base_url=site,
            locale="zh-CN" if language == "zh-hans" else "en-GB",
            timezone_id="Asia/Shanghai",
            viewport={"width": WIDE[0], "height": WIDE[1]},
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        opened.append(context)
        return context.new_page()

    yield new
    for context in opened:
        context.close()


def address(language: str, name: str, *args: object) -> str:
    with translation.override(language):
        return reverse(name, args=args)


def sign_in(page: Page, language: str, person: User) -> None:
    page.goto(address(language, "account_login"))
    page.fill("input[name=login]", person.email)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    app = Authenticator.objects.filter(user=person, type="totp").first()
    if app is not None:
        page.wait_for_url(re.compile("/2fa/authenticate/"))
        page.fill("input[name=code]", code_of(sealing.unseal(app.data["secret"])))
        page.press("input[name=code]", "Enter")
    page.wait_for_url(re.compile("/desk/"))


def fill_block(page: Page, language: str, block: str, **values: object) -> None:
    """Type into one block of the profile and save it."""
    page.goto(address(language, "parks:edit_block", SLUG, block))
    for name, value in values.items():
        if isinstance(value, list):
            for code in value:
                box = page.locator(f"input[name={name}][value='{code}']")
                # A group of checkboxes may be folded.
                box.evaluate("box => { const fold = box.closest('details'); if (fold) fold.open = true }")
                box.check()
        elif page.locator(f"select[name='{name}']").count():
            page.select_option(f"select[name='{name}']", str(value))
        elif page.locator(f"input[type=radio][name='{name}']").count():
            page.check(f"input[type=radio][name='{name}'][value='{value}']")
        else:
            page.fill(f"[name='{name}']", str(value))
    page.click("button[name=save]")
    page.wait_for_load_state("load")
    assert page.locator(".err").all_inner_texts() == [], block


def figure(page: Page, language: str, code: str) -> int:
    """The number on the council's dashboard that opens these rows; its rows are as many."""
    page.goto(address(language, "reports:dashboard"))
    link = page.locator(f".kpi a[href*='/rows/{code}/']").first
    number = int(re.sub(r"\D", "", link.inner_text()))
    link.click()
    page.wait_for_load_state("load")
    assert re.search(rf"(?<!\d){number}(?!\d)", page.locator("main").inner_text())
    return number


def letters_to(person_email: str) -> list[mail.EmailMessage]:
    return [letter for letter in mail.outbox if person_email in letter.recipients()]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_invited_manager_gets_a_park_listed(language: str, window, postman, site):
    found_alliance()
    reference.load()
    park = Park.objects.get(slug=SLUG)
    officer = make_officer(name="Sample Officer", password=PASSWORD, language=language)
    council = make_council_member(name="Sample Council Member", password=PASSWORD, language=language)
    for person in (officer, council):
        person.emailaddress_set.create(email=person.email, verified=True, primary=True)
        give_app(person)
    manager_email = "manager@hefeng.example"
    council_window, officer_window, manager_window = window(language), window(language), window(language)
    sign_in(council_window, language, council)
    before = figure(council_window, language, "members")

    # The officer invites the park's first manager.
    sign_in(officer_window, language, officer)
    officer_window.goto(address(language, "accounts:organisation_team", park.organisation.slug))
    officer_window.fill("[name=email]", manager_email)
    officer_window.check("input[name=role_code][value=park_manager]")
    if officer_window.locator("select[name=language]").count():
        officer_window.select_option("select[name=language]", language)
    officer_window.locator(
        f"form[action='{address(language, 'accounts:invite', park.organisation.slug)}'] button[type=submit]"
    ).click()
    officer_window.wait_for_load_state("load")
    postman()
    [letter] = letters_to(manager_email)
    link = re.search(rf"{re.escape(site)}/\S+/invitations/\S+", str(letter.body)).group(0)

    # The manager opens the letter, makes an account and accepts.
    manager_window.goto(link)
    manager_window.locator(f"a.btn.primary[href^='{address(language, 'account_signup')}']").click()
    manager_window.fill("[name=name]", "Sample Manager")
    manager_window.fill("[name=password1]", PASSWORD)
    manager_window.check("[name=adult]")
    manager_window.check("[name=agreed]")
    manager_window.fill("[name=password2]", PASSWORD)
    manager_window.press("[name=password2]", "Enter")
    manager_window.wait_for_url(re.compile("/desk/"))
    settled(manager_window)
    manager = User.objects.get(email=manager_email)
    assert list(manager.duties.values_list("organisation__kind", "role_code")) == [
        (Organisation.Kind.PARK_OPERATOR, "park_manager")
    ]

    # Block by block the profile fills up.
    fill_block(
        manager_window,
        language,
        "identity",
        address_zh="江东北路317号",
        address_en="317 Jiangdong North Road",
        year_opened=2011,
    )
    fill_block(manager_window, language, "story", story_zh=STORY_ZH, story_en=STORY_EN)
    fill_block(
        manager_window,
        language,
        "space",
        facilities=["gallery", "cafe", "transit"],
        services=["incubation", "exhibition"],
        opening_hours_zh="每天9:00至21:00",
        opening_hours_en="9 am to 9 pm daily",
    )
    fill_block(
        manager_window, language, "contact", contact_email="office@hefeng.example", contact_phone="0574-0000 0000"
    )
    visitor = window(language)
    visitor.goto(address(language, "parks:park_detail", SLUG))
    assert "317" not in visitor.locator("main").inner_text()
    manager_window.goto(address(language, "parks:park_preview", SLUG))
    assert "317" in manager_window.locator("main").inner_text()

    # It goes to the secretariat, which is told.
    submit(manager_window, language)
    postman()
    assert len(letters_to(officer.email)) >= 1

    # The officer finds it in the queue, and returns it once with a reason.
    reason = "请补充入驻单位数量。" if language == "zh-hans" else "Please add the number of resident organisations."
    open_from_queue(officer_window, language)
    assert look(officer_window, language) == []
    officer_window.fill("[name=reasons]", reason)
    officer_window.locator("#decide .savebar button[type=submit]:not([formaction])").click()
    officer_window.wait_for_load_state("load")
    postman()
    assert reason in str(letters_to(manager_email)[-1].body)

    # The manager sees what is asked, adds it and submits again.
    manager_window.goto(address(language, "notifications:desk"))
    settled(manager_window)
    assert manager_window.locator(".todo li").count() >= 1
    manager_window.goto(address(language, "parks:edit_block", SLUG, "figures"))
    new = manager_window.locator("#figures-new")
    new.locator("select[name$=-indicator]").select_option("tenants")
    new.locator("[name$=-year]").fill("2025")
    new.locator("[name$=-value]").fill("120")
    manager_window.click("button[name=save]")
    manager_window.wait_for_load_state("load")
    assert manager_window.locator(".err").all_inner_texts() == []
    submit(manager_window, language)
    postman()

    # The officer lists the park.
    open_from_queue(officer_window, language)
    officer_window.locator("#decide button[formaction]").click()
    officer_window.wait_for_load_state("load")
    postman()
    park.refresh_from_db()
    assert park.standing == Park.Standing.LISTED
    last = letters_to(manager_email)[-1]
    name = park.name_zh if language == "zh-hans" else park.name_en
    assert name in str(last.subject) + str(last.body)

    # A visitor finds it by two characters and by a facet, and reads what the manager wrote.
    visitor.goto(address(language, "parks:park_list") + "?q=和丰")
    assert visitor.locator(f".pcard a[href='{address(language, 'parks:park_detail', SLUG)}']").count() == 1
    visitor.goto(address(language, "parks:park_list"))
    facet = visitor.locator("input[name=standing][value=listed]")
    facet.evaluate(
        "box => { let fold = box.closest('details');"
        " while (fold) { fold.open = true; fold = fold.parentElement.closest('details') } }"
    )
    facet.check()
    settled(visitor)
    visitor.wait_for_url(re.compile("standing=listed"))
    visitor.wait_for_function("() => document.querySelectorAll('.pcard').length === 1")
    visitor.locator(f".pcard a[href='{address(language, 'parks:park_detail', SLUG)}']").click()
    visitor.wait_for_load_state("load")
    text = visitor.locator("main").inner_text()
    assert "317" in text
    assert "120" in text

    # The council's figure has moved.
    assert figure(council_window, language, "members") == before + 1
    assert figure(window_of(council_window), language, "entries") == 200

    # Everyone was told in their own language.
    for letter in mail.outbox:
        has_chinese = bool(re.search(r"[\u4e00-\u9fff]{4,}", str(letter.subject)))
        assert has_chinese == (language == "zh-hans") or park.name_zh in str(letter.subject), letter.subject


def window_of(page: Page) -> Page:
    return page.context.new_page()


def submit(page: Page, language: str) -> None:
    page.goto(address(language, "parks:park_submit", SLUG))
    page.locator("main form.panel button[type=submit]").click()
    page.wait_for_load_state("load")
    assert page.locator(".err").all_inner_texts() == []


def open_from_queue(page: Page, language: str) -> None:
    """From the secretariat's one queue to the submission that waits."""
    page.goto(address(language, "notifications:office"))
    settled(page)
    page.locator("main a[href*='/office/submissions/']").first.click()
    page.wait_for_load_state("load")
