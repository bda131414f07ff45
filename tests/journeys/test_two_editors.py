"""What only a browser shows of the editor: it saves while one types, two people merge, pictures arrive; and all of it
works without scripts."""

import io
from collections.abc import Callable, Iterator

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from alliance.accounts.models import User
from parks.models import BlockDraft, Picture
from tests.factories import make_duty, make_park, make_user
from tests.journeys.conftest import PATIENCE, settled
from tests.journeys.looking import WIDE, look
from tests.parks.profiles import make_reference

pytestmark = pytest.mark.django_db(transaction=True)

EDITOR = "/en/desk/parks/hefeng/edit/contact/"


@pytest.fixture
def people() -> tuple[User, User]:
    make_reference()
    park = make_park(slug="hefeng", name_zh="和丰创意广场", name_en="Hefeng Creative Plaza")
    manager, editor = make_user("Li Wei", language="en"), make_user("Zhao Min", language="en")
    make_duty(manager, park.organisation, "park_manager")
    make_duty(editor, park.organisation, "park_editor")
    return manager, editor


@pytest.fixture
def window(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """`window(person)`: a browser of that person's own, already signed in."""
    from django.conf import settings
    from django.test import Client

    opened = []

    def new(person: User, *, scripts: bool = True) -> Page:
        width, height = WIDE
        context = browser.new_context(
            base_url=site,
            viewport={"width": width, "height": height},
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        client = Client()
        client.force_login(person)
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])
        opened.append(context)
        return context.new_page()

    yield new
    for context in opened:
        context.close()


def draft() -> dict:
    return BlockDraft.objects.get(block="contact").data


def test_it_saves_while_one_types_and_says_what_is_wrong_beside_it(window, people):
    page = window(people[0])
    page.goto(EDITOR)

    page.fill("#id_contact_phone", "0574-8888 0000")
    page.fill("#id_contact_email", "no address")
    expect(page.locator("#id_contact_email_error")).to_contain_text("valid email")
    saved_meanwhile = draft()
    page.fill("#id_contact_email", "office@example.org")
    expect(page.locator("#saved")).to_contain_text("as a draft at")

    assert saved_meanwhile == {"contact_phone": "0574-8888 0000"}
    assert draft() == {"contact_phone": "0574-8888 0000", "contact_email": "office@example.org"}
    expect(page.locator("#id_contact_email_error")).to_be_empty()
    assert BlockDraft.objects.get().version == 2


def test_two_people_merge_without_losing_a_word(window, people):
    first, second = window(people[0]), window(people[1])
    first.goto(EDITOR)
    second.goto(EDITOR)

    first.fill("#id_contact_phone", "0574-1111 0000")
    expect(first.locator("#saved")).to_contain_text("as a draft at")
    second.fill("#id_contact_phone", "0574-2222 0000")
    second.fill("#id_website", "https://hefeng.example")
    expect(second.locator("#saved")).to_contain_text("A colleague writes too")
    untouched = second.input_value("#id_contact_phone")
    second.get_by_role("button", name="Compare and merge").click()
    settled(second)
    expect(second.locator("#theirs-contact_phone")).to_contain_text("Li Wei")
    troubles = look(second, "en")
    typed = second.input_value("#id_contact_phone")
    second.get_by_label("Take theirs").check()
    second.get_by_role("button", name="Save", exact=True).click()
    settled(second)

    assert (untouched, typed) == ("0574-2222 0000", "0574-2222 0000")
    assert troubles == []
    assert draft() == {"contact_phone": "0574-1111 0000", "website": "https://hefeng.example"}
    expect(second.locator("#id_contact_phone")).to_have_value("0574-1111 0000")


def test_without_scripts_the_button_saves_and_merges(window, people):
    first, second = window(people[0], scripts=False), window(people[1], scripts=False)
    first.goto(EDITOR)
    second.goto(EDITOR)

    for page, phone in ((first, "0574-1111 0000"), (second, "0574-2222 0000")):
        page.fill("#id_contact_phone", phone)
        page.get_by_role("button", name="Save", exact=True).click()
    expect(second.locator("#theirs-contact_phone")).to_contain_text("Li Wei")
    second.get_by_role("button", name="Save", exact=True).click()

    assert draft() == {"contact_phone": "0574-2222 0000"}


@pytest.mark.parametrize("scripts", [True, False])
def test_pictures_arrive_and_what_is_refused_says_why(window, people, tmp_path, scripts, monkeypatch):
    from alliance.core import tasks

    monkeypatch.setattr(tasks.make_renditions, "apply_async", lambda **options: None)
    out = io.BytesIO()
    Image.new("RGB", (800, 600), (120, 60, 40)).save(out, "JPEG")
    yard, logo = tmp_path / "yard.jpg", tmp_path / "logo.svg"
    yard.write_bytes(out.getvalue())
    logo.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    page = window(people[0], scripts=scripts)
    page.goto("/en/desk/parks/hefeng/pictures/")

    page.set_input_files("#id_pictures", [yard, logo])
    page.get_by_role("button", name="Upload").click()
    expect(page.locator("#id_pictures_error")).to_contain_text("SVG drawing")
    expect(page.get_by_text("Being processed")).to_be_visible()

    picture = Picture.objects.get()
    if scripts:
        # What is typed while the picture is being processed stays when it is ready.
        page.fill(f"#id_picture{picture.pk}-alt_zh", "院子")
        from alliance.core.files import make_renditions

        make_renditions(picture.file_id)
        expect(page.locator(".picture-card img")).to_be_visible()
        expect(page.locator(f"#id_picture{picture.pk}-alt_zh")).to_have_value("院子")
