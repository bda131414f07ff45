"""Attendance where it happens: a room without network, a code on a screen, a phone."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, expect

from alliance.accounts.models import User
from tests.journeys.conftest import PATIENCE, settled
from tests.journeys.looking import PHONE, WIDE, look
from tests.training.factories import make_cohort, make_enrolment, make_session
from tests.world import World, make_world
from training import checkin
from training.models import AttendanceMark, UnlistedAttendee

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    world = make_world()
    now = timezone.now()
    world.cohort = make_cohort(
        world.version,
        code="ani-2026a",
        shared=30,
        state="running",
        enrol_from=now - timedelta(days=40),
        enrol_until=now - timedelta(days=30),
        starts_at=now - timedelta(days=20),
    )
    world.session = make_session(
        world.cohort, starts_at=now - timedelta(minutes=1), state="open", trainer=world.trainer
    )
    world.trainee.name = "Sample Trainee"
    world.trainee.save()
    assert world.enrolment
    return world


@pytest.fixture
def device(browser: Browser, site: str) -> Iterator[Callable[..., BrowserContext]]:
    """`device(person)`: a phone or a computer of that person's own, signed in."""
    opened: list[BrowserContext] = []

    def new(person: User, *, phone: bool = True, scripts: bool = True) -> BrowserContext:
        width, height = PHONE if phone else WIDE
        context = browser.new_context(
            base_url=site,
            viewport={"width": width, "height": height},
            reduced_motion="reduce",
            java_script_enabled=scripts,
            locale="en-GB",
        )
        context.set_default_timeout(PATIENCE)
        client = Client()
        client.force_login(person)
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])
        opened.append(context)
        return context

    yield new
    for context in opened:
        context.close()


def marks_of(enrolment) -> list[tuple]:
    rows = AttendanceMark.objects.filter(enrolment=enrolment).order_by("pk")
    return [(mark.kind, mark.minutes_present, mark.source, mark.flags) for mark in rows]


def test_a4_a_roster_works_without_network_and_is_uploaded_once(world, device):
    other = make_enrolment(world.cohort)
    context = device(world.trainer)
    page = context.new_page()
    address = f"/en/desk/training/sessions/{world.session.pk}/offline/"
    page.goto(address)
    expect(page.locator("#roster-result")).to_contain_text("opens without network")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")

    context.set_offline(True)
    page.reload()
    expect(page.locator("h1")).to_have_text("Roster without network")
    mine = page.locator(f"[data-learner='{world.enrolment.pk}']")
    theirs = page.locator(f"[data-learner='{other.pk}']")
    mine.get_by_role("button", name="Absent").click()
    mine.get_by_role("button", name="Present").click()
    theirs.get_by_role("button", name="Late").click()
    expect(page.locator("#roster-state")).to_contain_text("wait on this device: 2")
    theirs.locator("input").fill("90")
    theirs.get_by_role("button", name="Late").click()
    page.fill("#unlisted-name", "王小明")
    page.get_by_role("button", name="Note as present").click()
    expect(page.locator("#roster-state")).to_contain_text("wait on this device: 4. No network.")
    page.get_by_role("button", name="Upload").click()
    expect(page.locator("#roster-result")).to_contain_text("No network")
    assert AttendanceMark.objects.count() == 0
    kept = page.evaluate("() => Object.entries(localStorage).filter(([key]) => key.startsWith('roster:'))")
    # Closed and opened again, the marks are still there.
    page.close()
    page = context.new_page()
    page.goto(address)
    expect(page.locator("#roster-state")).to_contain_text("wait on this device: 4")
    troubles = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")

    # With the network back the page uploads by itself.
    context.set_offline(False)
    expect(page.locator("#roster-result")).to_contain_text("taken in")
    # An answer that is lost as the network comes back is asked for again, and then says "were there already".
    expect(page.locator("#roster-state")).to_contain_text("Everything is uploaded")

    first = [("absent", None, "device", []), ("present", None, "device", [])]
    assert marks_of(world.enrolment) == first
    assert marks_of(other) == [("late", 90, "device", [])]
    assert [row.name for row in UnlistedAttendee.objects.all()] == ["王小明"]
    assert troubles == 0
    # The same marks once more, as after an answer that was lost on its way.
    page.evaluate("rows => rows.forEach(([key, value]) => localStorage.setItem(key, value))", kept)
    page.reload()
    expect(page.locator("#roster-result")).to_contain_text("0 taken in, 4 were there already")
    assert AttendanceMark.objects.count() == 3
    assert UnlistedAttendee.objects.count() == 1


def test_a4_a_wrong_clock_is_said_and_flagged(world, device):
    context = device(world.trainer)
    context.clock.set_fixed_time(timezone.now() - timedelta(days=400))
    page = context.new_page()
    page.goto(f"/en/desk/training/sessions/{world.session.pk}/offline/")
    expect(page.locator("#roster-state")).to_contain_text("clock of this device")
    expect(page.locator("#roster-result")).to_contain_text("opens without network")

    page.locator(f"[data-learner='{world.enrolment.pk}']").get_by_role("button", name="Present").click()
    page.get_by_role("button", name="Upload").click()
    expect(page.locator("#roster-result")).to_contain_text("With a flag: 1")

    assert marks_of(world.enrolment) == [("present", None, "device", ["clock"])]


def test_a4_a_session_that_ended_meanwhile_says_so_and_loses_nothing(world, device):
    context = device(world.trainer)
    page = context.new_page()
    page.goto(f"/en/desk/training/sessions/{world.session.pk}/offline/")
    expect(page.locator("#roster-result")).to_contain_text("opens without network")
    cookies = context.cookies()
    context.clear_cookies()

    page.locator(f"[data-learner='{world.enrolment.pk}']").get_by_role("button", name="Present").click()
    page.get_by_role("button", name="Upload").click()
    expect(page.locator("#roster-result")).to_contain_text("You are signed out")
    expect(page.locator("#roster-state")).to_contain_text("wait on this device: 1")
    context.add_cookies(cookies)
    page.get_by_role("button", name="Upload").click()
    expect(page.locator("#roster-result")).to_contain_text("1 taken in")


def test_a3_the_code_on_the_screen_renews_itself_and_checks_a_phone_in(world, device):
    screen = device(world.trainer, phone=False).new_page()
    screen.goto(f"/en/desk/training/sessions/{world.session.pk}/screen/")
    expect(screen.locator(".screen-code svg.qr")).to_be_visible()
    first = screen.locator(".screen-code").inner_html()
    assert look(screen, "en") == []
    # The picture turns over by itself; the page is not loaded again.
    screen.evaluate("() => (window.stayed = true)")
    screen.wait_for_function(
        "before => document.querySelector('.screen-code').innerHTML !== before", arg=first, timeout=25_000
    )
    assert screen.evaluate("() => window.stayed") is True

    phone = device(world.trainee).new_page()
    code = checkin.code_of(world.session, checkin.window_of(timezone.now()))
    phone.goto(f"/en/desk/learning/check-in/{world.session.pk}/{code}/")
    expect(phone.get_by_text("You are checked in")).to_be_visible()
    expect(screen.locator(".screen-count b")).to_have_text("1")

    # Passed on to a friend on the same phone it raises a flag; later it is worth nothing.
    friend = make_enrolment(world.cohort)
    client = Client()
    client.force_login(friend.person)
    shared = phone.context
    name = settings.SESSION_COOKIE_NAME
    shared.add_cookies([{"name": name, "value": client.cookies[name].value, "url": phone.url.split("/en/")[0]}])
    phone.goto(f"/en/desk/learning/check-in/{world.session.pk}/{code}/")
    expect(phone.get_by_text("checked somebody else in")).to_be_visible()
    old = checkin.code_of(world.session, checkin.window_of(timezone.now()) - 5)
    phone.goto(f"/en/desk/learning/check-in/{world.session.pk}/{old}/")
    expect(phone.get_by_text("The code has changed meanwhile")).to_be_visible()

    assert [row[0] for row in marks_of(world.enrolment)] in (["present"], ["late"])
    assert marks_of(friend)[0][3] == ["shared_device"]


@pytest.mark.parametrize("scripts", [True, False])
def test_the_trainers_list_works_on_a_phone_with_and_without_scripts(world, device, scripts):
    page = device(world.trainer, scripts=scripts).new_page()
    page.goto(f"/en/desk/training/sessions/{world.session.pk}/attendance/")
    row = page.locator(f"#learner-{world.enrolment.pk}")

    box = row.get_by_role("button", name="Present").bounding_box()
    row.get_by_role("button", name="Late").click()
    expect(page.get_by_text(re.compile("How many minutes was the learner there"))).to_be_visible()
    row.locator("input[name=minutes]").fill("100")
    row.get_by_role("button", name="Late").click()
    expect(row).to_contain_text("100 min")
    row.get_by_role("button", name="Present").click()
    expect(row.get_by_role("button", name="Present")).to_have_attribute("aria-pressed", "true")
    if scripts:
        settled(page)
        assert look(page, "en") == []

    assert box is not None
    assert box["height"] >= 44
    assert [mark[0] for mark in marks_of(world.enrolment)] == ["late", "present"]


def test_clashes_are_told_while_one_types(world, device):
    start = timezone.localtime(world.cohort.starts_at + timedelta(days=40)).replace(hour=9, minute=0, second=0)
    make_session(world.cohort, starts_at=start, trainer=world.trainer, title_en="Sample lecture")
    page = device(world.school, phone=False).new_page()
    page.goto("/en/desk/training/cohorts/ani-2026a/sessions/add/")

    page.fill("[name=on]", start.strftime("%Y-%m-%d"))
    page.fill("[name=starts]", "10:00")
    page.fill("[name=ends]", "11:00")
    page.select_option("[name=trainer]", str(world.trainer.pk))
    page.locator("[name=trainer]").dispatch_event("change")

    expect(page.locator("#clashes")).to_contain_text("The trainer teaches “Sample lecture”")
