"""Three parks and a university run an animation programme: nominate, enrol with a waiting list, teach, mark, place,
certify, verify, revoke. Each step is taken on the page on which its person takes it."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from alliance.core.jobs import running
from alliance.core.models import Job
from tests.journeys.animation import EMPLOYER, Alliance, Walk
from tests.journeys.conftest import Mailbox
from tests.journeys.looking import LANGUAGES, WIDE, look, watching
from tests.training.certificates.foreign import Verifier
from tests.training.certificates.rows import keep_keys_in
from training import checkin
from training.certificates import lists
from training.models import (
    AssessmentItem,
    Attempt,
    AttendanceMark,
    Certificate,
    HostPlace,
    Moderation,
    Placement,
    RevocationCase,
    Session,
)

pytestmark = pytest.mark.django_db(transaction=True)

MARKS = {"A1": "84", "A2": "72.5", "B1": "91"}


@pytest.fixture
def foreign(tmp_path_factory) -> Iterator[Verifier]:
    verifier = Verifier(tmp_path_factory.mktemp("foreign"))
    yield verifier
    verifier.close()


@pytest.fixture
def alliance(settings, tmp_path) -> Alliance:
    keep_keys_in(settings, tmp_path)
    return Alliance()


@pytest.mark.parametrize("language", LANGUAGES)
def test_three_parks_and_a_university_run_an_animation_programme(
    language: str,
    alliance: Alliance,
    page: Page,
    site: str,
    sign_in,
    shot,
    mailbox: Mailbox,
    foreign: Verifier,
    tmp_path,
) -> None:
    walk = Walk(page, language, sign_in)
    with watching(page, site) as watch:
        _nominate(walk, alliance)
        _enrol(walk, alliance)
        session = _teach(walk, alliance)
        _mark(walk, alliance)
        _place(walk, alliance, mailbox)
        certificate = _certify(walk, alliance)
        assert session.cohort_id == certificate.enrolment.cohort_id
        # Verify: at the counter, with the file, and by software that is not ours.
        file = tmp_path / "certificate.json"
        file.write_text(certificate.body, encoding="utf-8")
        served = _served(page, site, certificate)
        _verdict(walk, certificate, file, "valid")
        assert look(page, language) == []
        assert foreign.one(served, _documents(page, site)).verdict == "valid"
        changed = served.replace(b'"Completed"', b'"completed"', 1)
        assert changed != served
        assert foreign.one(changed, _documents(page, site)).verdict == "invalid"
        _revoke(walk, alliance, certificate)
        _verdict(walk, certificate, file, "revoked")
        assert foreign.one(served, _documents(page, site)).verdict == "revoked"
        assert foreign.one(_served(page, site, certificate), _documents(page, site)).verdict == "revoked"
        shot(f"training-revoked-{language}")
    assert watch.troubles == []


def _nominate(walk: Walk, alliance: Alliance) -> None:
    """The school opens the cohort; two parks nominate, each after a dry run."""
    walk.sign_in(alliance.school)
    walk.open("desk_cohort", alliance.cohort.code)
    walk.step("/move/open/")
    for letter, codes in (("A", ("A1", "A2")), ("B", ("B1",))):
        walk.sign_in(alliance.managers[letter])
        page = walk.open("park_nominate", alliance.parks[letter].slug, alliance.cohort.code)
        page.fill("[name=text]", "\n".join(f"Trainee {code} {code.lower()}@example.org" for code in codes))
        walk.press()
        assert alliance.cohort.enrolments.filter(park=alliance.parks[letter]).count() == 0
        expect(page.locator("#answers ~ .scroll tbody tr")).to_have_count(len(codes))
        walk.press(page.locator("button[name=enter]"))
        assert alliance.cohort.enrolments.filter(park=alliance.parks[letter]).count() == len(codes)


def _enrol(walk: Walk, alliance: Alliance) -> None:
    """Two accept; the third waits, reads why, and gets the seat that the third park gives back."""
    for code in ("A1", "B1"):
        _accept(walk, alliance, code)
    walk.sign_in(alliance.trainees["A2"])
    page = walk.open("place", alliance.place_of("A2").pk)
    expect(page.locator("#queue")).to_be_visible()
    expect(page.locator("#queue ~ p .num").first).to_have_text("1")
    assert alliance.place_of("A2").state == "waitlisted"
    walk.sign_in(alliance.managers["C"])
    page = walk.open("park_cohort", alliance.parks["C"].slug, alliance.cohort.code)
    page.fill("#give", "1")
    walk.press(walk.form("/seats/give-back/").locator("button"))
    _accept(walk, alliance, "A2")
    walk.sign_in(alliance.school)
    walk.open("desk_cohort", alliance.cohort.code)
    walk.step("/move/confirm/")


def _accept(walk: Walk, alliance: Alliance, code: str) -> None:
    walk.sign_in(alliance.trainees[code])
    page = walk.open("learning")
    with page.expect_navigation():
        page.locator("main .rows a.btn.primary").click()
    walk.step("/accept/")
    assert alliance.place_of(code).state == "enrolled"


def _teach(walk: Walk, alliance: Alliance) -> Session:
    """One session: planned by the school, opened by the trainer, one checks in, the others are marked."""
    walk.sign_in(alliance.school)
    page = walk.open("session_add", alliance.cohort.code)
    day = timezone.localdate(alliance.cohort.starts_at) + timedelta(days=1)
    page.select_option("[name=unit]", index=1)
    page.fill("[name=on]", day.isoformat())
    page.fill("[name=starts]", "09:00")
    page.fill("[name=ends]", "11:00")
    page.select_option("[name=room]", str(alliance.room.pk))
    page.select_option("[name=trainer]", str(alliance.trainer.pk))
    walk.press()
    session = Session.objects.get(cohort=alliance.cohort)
    _prints_as_a_grid(walk, alliance)
    alliance.enrolment_is_over()
    walk.open("desk_cohort", alliance.cohort.code)
    walk.step("/move/start/")
    alliance.session_begins(session)

    walk.sign_in(alliance.trainer)
    walk.open("desk_session", session.pk)
    walk.step("/move/open/")
    page = walk.open("session_screen", session.pk)
    expect(page.locator(".screen-code svg.qr")).to_be_visible()
    walk.sign_in(alliance.trainees["A1"])
    walk.open("check_in", session.pk, checkin.code_of(session, checkin.window_of(timezone.now())))
    mark = AttendanceMark.objects.get(session=session)
    assert (mark.enrolment.person, mark.kind, mark.source) == (alliance.trainees["A1"], "present", "qr")
    walk.sign_in(alliance.trainer)
    walk.open("session_attendance", session.pk)
    walk.press(walk.form("/attendance/rest/").locator("button"))
    for verb in ("close", "lock"):
        walk.open("desk_session", session.pk)
        walk.step(f"/move/{verb}/")
    assert AttendanceMark.objects.filter(session=session, kind="present").count() == 3
    return session


def _prints_as_a_grid(walk: Walk, alliance: Alliance) -> None:
    """Paper is as narrow as a phone, and still shows a month as weeks under the names of their days."""
    day = timezone.localdate(alliance.cohort.starts_at).isoformat()
    page = walk.open("cohort_calendar", alliance.cohort.code)
    page.goto(f"{page.url}?on={day}")
    page.set_viewport_size({"width": 673, "height": 950})
    page.emulate_media(media="print")
    expect(page.locator("table.cal thead")).to_be_visible()
    expect(page.locator("table.cal .cal-item").first).to_be_visible()
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})


def _mark(walk: Walk, alliance: Alliance) -> None:
    """Marked by one, checked by another, released by a third, read by the trainee."""
    item = AssessmentItem.objects.get(unit__version=alliance.cohort.version)
    page = walk.open("marking_grid", alliance.cohort.code, item.pk)
    for code, mark in MARKS.items():
        page.fill(f"#mark-{alliance.place_of(code).pk}", mark)
    walk.press(page.locator(".savebar button"))
    walk.press(walk.form("/draw/").locator("button"))
    moderation = Moderation.objects.get()
    walk.sign_in(alliance.second)
    page = walk.open("moderation", moderation.pk)
    for _check in range(moderation.checks.count()):
        walk.press(page.locator("button[name=agree]"))
    walk.press(page.locator("button[name=close]"))
    walk.sign_in(alliance.school)
    page = walk.open("release", alliance.cohort.code, item.pk)
    walk.press(page.locator("main form .actions button"))
    assert Attempt.objects.filter(state="released").count() == len(MARKS)
    walk.sign_in(alliance.trainees["A1"])
    page = walk.open("my_results", alliance.place_of("A1").pk)
    expect(page.locator("main")).to_contain_text(MARKS["A1"])
    assert look(page, walk.language) == []


def _place(walk: Walk, alliance: Alliance, mailbox: Mailbox) -> None:
    """A park offers a place; three sign; a day is worked and confirmed by a link; both sides assess."""
    today = timezone.localdate()
    walk.sign_in(alliance.managers["A"])
    page = walk.open("host_place_new")
    page.select_option("[name=programme]", str(alliance.programme.pk))
    page.select_option("[name=organisation]", str(alliance.parks["A"].organisation_id))
    page.select_option("[name=park]", str(alliance.parks["A"].pk))
    page.select_option("[name=supervisor_language]", walk.language)
    for name, text in {
        "company_zh": "样例公司",
        "company_en": "Sample Company",
        "post_zh": "样例岗位",
        "post_en": "Sample post",
        "supervisor_name": "Sample Supervisor",
        "supervisor_email": EMPLOYER,
        "max_interns": "2",
        "from_on": (today - timedelta(days=30)).isoformat(),
        "until_on": (today + timedelta(days=100)).isoformat(),
    }.items():
        page.fill(f"[name={name}]", text)
    walk.press()
    place = HostPlace.objects.get()

    walk.sign_in(alliance.school)
    page = walk.open("placement_new", alliance.place_of("A1").pk)
    page.select_option("[name=place]", str(place.pk))
    page.select_option("[name=tutor]", str(alliance.trainer.pk))
    page.select_option("[name=school]", str(alliance.university.pk))
    page.locator("[name=competencies]").first.check()
    for name, text in {
        "starts_on": (today + timedelta(days=2)).isoformat(),
        "ends_on": (today + timedelta(days=60)).isoformat(),
        "day_from": "09:00",
        "day_until": "18:00",
        "pause_minutes": "60",
        "insurance": "SAMPLE-1",
    }.items():
        page.fill(f"[name={name}]", text)
    walk.press()
    placement = Placement.objects.get()

    walk.sign_in(alliance.trainees["A1"])
    page = walk.open("my_placement", placement.pk)
    page.fill("[name=born_on]", "2000-05-06")
    page.fill("[name=emergency_contact]", "Sample Contact, 000")
    page.check("[name=agreed]")
    walk.press(walk.form("/agree/").locator("button"))
    walk.sign_in(alliance.school)
    walk.open("placement", placement.pk)
    walk.press(walk.form("/signature/").locator("button"))
    _employer(walk, mailbox)
    page.fill("[name=name]", "Sample Supervisor")
    page.check("[name=agreed]")
    _answer(walk)
    placement.refresh_from_db()
    assert placement.state == "signed"

    yesterday = alliance.placement_began(placement)
    walk.sign_in(alliance.school)
    walk.open("placement", placement.pk)
    walk.press(walk.form("/begin/").locator("button"))
    walk.sign_in(alliance.trainees["A1"])
    page = walk.open("my_day_new", placement.pk)
    page.fill("[name=on]", yesterday.date().isoformat())
    page.fill("[name=words]", "Sample shots")
    walk.press(page.locator("main form.day-form .actions button"))
    walk.sign_in(alliance.trainer)
    page = walk.open("placement", placement.pk)
    walk.press(walk.form("/send/").locator("button[value=confirm]"))
    _employer(walk, mailbox)
    _answer(walk)
    walk.sign_in(alliance.trainer)
    page = walk.open("placement", placement.pk)
    assert look(page, walk.language) == []
    walk.press(walk.form("/finish_hours/").locator("button"))
    _grade(walk, page)
    walk.press(walk.form("/grade/").locator("button"))
    _employer(walk, mailbox)
    _grade(walk, page)
    _answer(walk)
    walk.sign_in(alliance.school)
    walk.open("placement", placement.pk)
    walk.press(walk.form("/complete/").locator("button"))
    placement.refresh_from_db()
    assert placement.state == "completed"


def _employer(walk: Walk, mailbox: Mailbox) -> None:
    """Somebody without an account follows the link of the newest letter."""
    link = mailbox.link_to(EMPLOYER, "placement-link")
    walk.sign_in(None)
    walk.visit(link)


def _answer(walk: Walk) -> None:
    """The link is used up with the answer: the page asks nothing any more."""
    walk.press(walk.page.locator("main form .actions button"))
    expect(walk.page.locator("main form")).to_have_count(0)


def _grade(walk: Walk, page: Page) -> None:
    page.locator("main select[name^=grade-]").select_option("good")


def _certify(walk: Walk, alliance: Alliance) -> Certificate:
    """Identity seen, cohort completed; prepared by the school, approved by another, issued; the holder opens it."""
    place = alliance.place_of("A1")
    code = alliance.cohort.code
    walk.sign_in(alliance.school)
    walk.open("certificate_trainee", place.pk)
    walk.press(walk.form("/identity/").locator("button"))
    for verb in ("end_teaching", "complete"):
        walk.open("desk_cohort", code)
        walk.step(f"/move/{verb}/")
    assert [alliance.place_of(one).state for one in MARKS] == ["completed", "not_completed", "not_completed"]
    _tick(walk, code, place.pk, "prepare")
    walk.sign_in(alliance.approver)
    _tick(walk, code, place.pk, "approve")
    assert look(walk.page, walk.language) == []
    walk.press(walk.form("/do/").locator("button"))
    _tick(walk, code, place.pk, "issue")
    running.run(Job.objects.latest("pk").pk)
    certificate = Certificate.objects.get()
    walk.sign_in(alliance.trainees["A1"])
    page = walk.open("my_certificates")
    expect(page.locator("main")).to_contain_text(certificate.number)
    consent = walk.form("/consent/").filter(has=page.locator("[value=is_searchable]"))
    walk.press(consent.locator("button"))
    return certificate


def _tick(walk: Walk, code: str, pk: int, verb: str) -> None:
    page = walk.open("certificates_cohort", code)
    page.check(f"#e{pk}")
    walk.press(page.locator(f"button[name=verb][value={verb}]"))


def _served(page: Page, site: str, certificate: Certificate) -> bytes:
    """The file as anybody fetches it."""
    answer = page.request.get(f"{site}/credentials/{certificate.token}", headers={"accept": "application/vc"})
    assert json.loads(answer.body())["id"] == certificate.address
    return answer.body()


def _documents(page: Page, site: str) -> dict[str, str]:
    """What a foreign verifier reads of us."""
    return {
        "https://alliance.example/.well-known/did.json": page.request.get(f"{site}/.well-known/did.json").text(),
        lists.address(1): page.request.get(f"{site}/credentials/status/revocation/1").text(),
    }


def _verdict(walk: Walk, certificate: Certificate, file, verdict: str) -> None:
    """A stranger asks by number and name, and with the file."""
    walk.sign_in(None)
    page = walk.open("verify")
    page.fill("[name=number]", certificate.number)
    page.fill("[name=name]", "A1")
    page.locator("[name=by_number]").click()
    expect(page.locator(f"[data-verdict={verdict}]")).to_be_visible()
    page = walk.open("verify")
    page.set_input_files("[name=file]", file)
    page.locator("form[enctype] button.primary").click()
    expect(page.locator(f"[data-verdict={verdict}]")).to_be_visible()


def _revoke(walk: Walk, alliance: Alliance, certificate: Certificate) -> None:
    """Proposed by one of the awarding partner, the holder speaks, another one decides."""
    walk.sign_in(alliance.approver)
    page = walk.open("certificate", certificate.number)
    page.select_option("#category", "misconduct")
    page.fill("#reason", "Sample reason")
    walk.press(walk.form("/revoke/").locator("button"))
    case = RevocationCase.objects.get()
    walk.sign_in(alliance.trainees["A1"])
    page = walk.open("certificate_case", case.pk)
    page.fill("#words", "Sample statement")
    walk.press(walk.form("/state/").locator("button"))
    walk.sign_in(alliance.decider)
    page = walk.open("certificate_case", case.pk)
    page.fill("#decision", "Sample decision")
    walk.press(page.locator('button[formaction$="/revoke/"]'))
    certificate.refresh_from_db()
    assert certificate.revoked_category == "misconduct"
