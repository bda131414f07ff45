"""Three parks and a university with their people, and a hand on their browser: where the training journey begins."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone, translation
from playwright.sync_api import Locator, Page

from alliance.accounts.models import Organisation, User
from parks.models import Park
from tests.factories import make_duty, make_organisation, make_park, make_user
from tests.journeys.conftest import settled
from tests.training.certificates.rows import sign_something
from tests.training.factories import (
    make_cohort,
    make_competency,
    make_partner,
    make_programme,
    make_room,
    make_version,
)
from training.models import Cohort, Enrolment, Outcome, Placement, Programme, Session

EMPLOYER = "employer@example.org"


def _park(letter: str) -> Park:
    return make_park(name_zh=f"样例{letter}园", name_en=f"Sample Park {letter}")


@dataclass
class Alliance:
    """A programme led, taught and awarded by a university, with three parks that send trainees and host placements.

    Its curriculum is published: one unit, 80 % attendance, eight hours of placement. The cohort is planned, with one
    seat for each park.
    """

    university: Organisation = field(init=False)
    parks: dict[str, Park] = field(init=False)
    managers: dict[str, User] = field(init=False)
    trainees: dict[str, User] = field(init=False)
    programme: Programme = field(init=False)
    cohort: Cohort = field(init=False)

    def __post_init__(self) -> None:
        make_organisation("secretariat")
        sign_something()
        self.university = make_organisation("school", name_zh="样例大学", name_en="Sample University")
        self.school = self._person("Sample School Officer", self.university, "training_manager")
        self.trainer = self._person("Sample Trainer", self.university, "trainer")
        self.second = self._person("Second Trainer", self.university, "trainer")
        self.approver = self._person("First Approver", self.university, "awarding_officer")
        self.decider = self._person("Second Approver", self.university, "awarding_officer")
        self.parks = {letter: _park(letter) for letter in "ABC"}
        self.managers = {
            letter: self._person(f"Manager {letter}", park.organisation, "training_manager")
            for letter, park in self.parks.items()
        }
        self.trainees = {
            code: make_user(f"Trainee {code}", email=f"{code.lower()}@example.org") for code in ("A1", "A2", "B1")
        }
        self.programme = make_programme(self.university, title_zh="样例动漫项目", title_en="Sample animation")
        for park in self.parks.values():
            make_partner(self.programme, park.organisation, "placement_host")
        self.competency = make_competency()
        version = make_version(
            self.programme, units=1, state="draft", placement_minutes=480, validity_months=36, attendance_minimum=8_000
        )
        Outcome.objects.get(unit__version=version).competencies.add(self.competency)
        version = self._published(version)
        quotas = dict.fromkeys(self.parks.values(), 1)
        self.cohort = make_cohort(version, code="ani-journey", title_zh="样例一班", quotas=quotas, state="planned")
        self.room = make_room(self.university)

    def _person(self, name: str, organisation: Organisation, role: str) -> User:
        return make_duty(make_user(name), organisation, role).person

    @staticmethod
    def _published(version: Any) -> Any:
        from tests.training.factories import freeze

        freeze(version, "published")
        version.refresh_from_db()
        return version

    def place_of(self, code: str) -> Enrolment:
        return Enrolment.objects.get(cohort=self.cohort, person=self.trainees[code])

    # Time, which nobody waits for here ------------------------------------------------------------------------------

    def enrolment_is_over(self) -> None:
        """The cohort has begun, and its session began a moment ago."""
        now = timezone.now()
        Cohort.objects.filter(pk=self.cohort.pk).update(
            enrol_from=now - timedelta(days=40),
            enrol_until=now - timedelta(days=20),
            starts_at=now - timedelta(days=10),
            ends_at=now + timedelta(days=20),
        )

    def session_begins(self, session: Session) -> None:
        now = timezone.now()
        Session.objects.filter(pk=session.pk).update(
            starts_at=now - timedelta(seconds=20), ends_at=now + timedelta(hours=2)
        )

    def placement_began(self, placement: Placement) -> datetime:
        """Its first day was the day before yesterday; gives yesterday."""
        today = timezone.localtime()
        Placement.objects.filter(pk=placement.pk).update(starts_on=today.date() - timedelta(days=2))
        return today - timedelta(days=1)


class Walk:
    """One browser, in one language, handed from person to person; `app` is whose pages `open` names."""

    app = "training"

    def __init__(self, page: Page, language: str, sign_in: Callable[[User | None], None]) -> None:
        self.page, self.language, self.sign_in = page, language, sign_in

    def open(self, name: str, *args: Any) -> Page:
        with translation.override(self.language):
            return self.visit(reverse(f"{self.app}:{name}", args=args))

    def visit(self, address: str) -> Page:
        response = self.page.goto(address)
        assert response is not None
        assert response.status == 200, f"{address} answers {response.status}"
        settled(self.page)
        return self.page

    def form(self, ending: str) -> Locator:
        """The form that is sent to an address with such an ending."""
        return self.page.locator(f'form[action$="{ending}"]')

    def press(self, button: Locator | None = None) -> Page:
        """Press it, or the one button of the page's form, and wait for what comes."""
        button = button or self.page.locator("main form.form .actions button")
        with self.page.expect_navigation() as answered:
            button.first.click()
        settled(self.page)
        response = answered.value
        assert response is not None
        assert response.status < 400, f"{self.page.url} answers {response.status}"
        problems = self.page.locator("main [role=alert], main .errorlist, main [data-errors]").all_inner_texts()
        assert problems == [], f"{self.page.url}: {problems}"
        return self.page

    def step(self, ending: str) -> Page:
        """A move that a page offers as a link, and the next page asks about."""
        with self.page.expect_navigation():
            self.page.locator(f'main a[href$="{ending}"]').first.click()
        settled(self.page)
        return self.press()
