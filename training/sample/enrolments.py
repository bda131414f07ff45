"""Sample cohorts in every state with sample trainees in every state; nobody real, made through the services."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from alliance.accounts.models import User
from parks.models import Park

from .. import seats
from ..models import Cohort, CurriculumVersion, Enrolment, Programme
from ..seats import Line, Mode, clock
from ..services import cohorts
from . import person

State = Cohort.State


def make_sample_enrolments(programme: Programme) -> None:
    """Nine cohorts of the published version, each in another state."""
    if not settings.DEMO:
        raise RuntimeError("Sample trainees exist only with DEMO=1.")
    version = CurriculumVersion.objects.get(curriculum__programme=programme, state=CurriculumVersion.State.PUBLISHED)
    _Makers(version).make()


class _Makers:
    """Everybody who acts in the sample, and trainees in any number."""

    def __init__(self, version: CurriculumVersion) -> None:
        self.version = version
        self.lead = person("school")
        self.managers = {letter: person(f"park-{letter}") for letter in "abc"}
        self.parks = {
            letter: Park.objects.get(organisation=manager.duties.get().organisation)
            for letter, manager in self.managers.items()
        }
        self.now = timezone.now()
        self.number = 0

    def make(self) -> None:
        self.cohort("ani-2027-autumn", "示例：2027 秋季班", "Sample: autumn 2027", opened=False)
        self.enrolling()
        self.batch()
        confirmed = self.cohort("ani-2026-winter", "示例：冬季班", "Sample: winter")
        self.held(confirmed, "aab")
        cohorts.move(confirmed, "confirm", by=self.lead)
        running = self.running()
        seats.transfer(
            running.enrolments.filter(state=Enrolment.State.ACTIVE).latest("queue_no"), confirmed, by=self.lead
        )
        self.past("ani-2026-spring", "示例：2026 春季班", "Sample: spring 2026", "grading")
        self.past("ani-2025-autumn", "示例：2025 秋季班", "Sample: autumn 2025", "completed")
        self.past("ani-2025-spring", "示例：2025 春季班", "Sample: spring 2025", "archived")
        cancelled = self.cohort("ani-2026-night", "示例：夜校班", "Sample: evenings", min_size=5)
        self.held(cancelled, "a")
        clock.mind_one(cancelled, cancelled.enrol_until + timedelta(minutes=1))
        aborted = self.begun("ani-2026-trial", "示例：试点班", "Sample: trial")
        cohorts.move(aborted, "abort", by=self.lead, reason="示例：教室停用。Sample: the rooms were closed.")

    def enrolling(self) -> None:
        """Every state that somebody can be in before a cohort begins; the sample trainee has an offer to answer."""
        cohort = self.cohort("ani-2027-spring", "示例：2027 春季班", "Sample: spring 2027", quotas="aab", shared=2)
        self.held(cohort, "ab")
        leaves = self.held(cohort, "a")[0]
        seats.withdraw(leaves, by=leaves.person)
        declines = self.waits(cohort, "c")
        seats.decline(declines, by=declines.person)
        lapses = self.waits(cohort, "b", now=self.now - timedelta(hours=60))
        clock.mind_one(cohort, self.now)
        assert lapses.pk
        removed = self.held(cohort, "c")[0]
        seats.remove(removed, by=self.lead, reason="示例：重复报名。Sample: asked twice.")
        self.waits(cohort, "a", who=person("trainee"))
        for letter in "cbcab":
            self.waits(cohort, letter)
        for letter in "ac":
            self.asks(cohort, letter)
        refused = self.asks(cohort, "b")
        seats.reject(refused, by=self.managers["b"], reason="示例：不是本园区人员。Sample: not of our park.")
        letter = Line(1, "样例待注册学员", "sample.nominee@sample.example")
        seats.nominate(cohort, self.parks["a"], [letter], mode=Mode.ALL, learner="employed", by=self.managers["a"])

    def batch(self) -> None:
        cohort = self.cohort(
            "ani-2027-summer", "示例：2027 暑期班", "Sample: summer 2027", quotas="ab", shared=1, allocation="batch"
        )
        for letter in "abcab":
            self.waits(cohort, letter)

    def running(self) -> Cohort:
        return self.begun("ani-2026-autumn", "示例：2026 秋季班", "Sample: autumn 2026", people="aabbc")

    def past(self, code: str, zh: str, en: str, state: str) -> None:
        """Taught to its end; who was to complete did, and one did not."""
        cohort = self.begun(code, zh, en, people="abc", days=-120)
        rows = list(cohort.enrolments.filter(state=Enrolment.State.ACTIVE).order_by("queue_no"))
        if state != "grading":
            for row in rows[:-1]:
                seats.finish(row, completed=True, by=self.lead)
            seats.finish(rows[-1], completed=False, by=self.lead, reason="示例：缺勤过多。Sample: absent too often.")
        cohorts.move(cohort, "end_teaching", by=self.lead)
        for verb in {"grading": [], "completed": ["complete"], "archived": ["complete", "archive"]}[state]:
            cohorts.move(cohort, verb, by=self.lead)

    # Cohorts and people ---------------------------------------------------------------------------------------------

    def cohort(
        self, code: str, zh: str, en: str, *, opened: bool = True, quotas: str = "aabbc", shared: int = 2, **more: Any
    ) -> Cohort:
        """A cohort with a seat for each letter of `quotas`; enrols for four weeks from last week on."""
        begins = self.now + timedelta(days=45)
        cohort = cohorts.create(
            self.version,
            by=self.lead,
            code=code,
            title_zh=zh,
            title_en=en,
            host=self.version.curriculum.author,
            shared=shared,
            quotas={park: quotas.count(letter) for letter, park in self.parks.items()},
            enrol_from=self.now - timedelta(days=7),
            enrol_until=self.now + timedelta(days=21),
            release_at=self.now + timedelta(days=14),
            starts_at=begins,
            ends_at=begins + timedelta(days=60),
            **more,
        )
        return cohorts.move(cohort, "open", by=self.lead) if opened else cohort

    def begun(self, code: str, zh: str, en: str, people: str = "ab", days: int = -10) -> Cohort:
        """Confirmed, and begun so many days ago: its dates lie in the past, as those of no other sample do."""
        cohort = self.cohort(code, zh, en)
        self.held(cohort, people)
        cohorts.move(cohort, "confirm", by=self.lead)
        begins = self.now + timedelta(days=days)
        Cohort.objects.filter(pk=cohort.pk).update(
            enrol_from=begins - timedelta(days=40),
            enrol_until=begins - timedelta(days=10),
            release_at=begins - timedelta(days=15),
            starts_at=begins,
            ends_at=begins + timedelta(days=60),
        )
        return cohorts.move(cohort, "start", by=self.lead)

    def trainee(self) -> User:
        self.number += 1
        email = f"trainee-{self.number:02d}@sample.example"
        name = f"样例学员{self.number:02d} Sample Trainee {self.number:02d}"
        found = User.objects.filter(email=email).first()
        return found or User.objects.create_user(email, None, name=name, is_sample=True)

    def asks(self, cohort: Cohort, letter: str, who: User | None = None, now: datetime | None = None) -> Enrolment:
        return seats.apply(cohort, self.parks[letter], learner="employed", by=who or self.trainee(), now=now)

    def waits(self, cohort: Cohort, letter: str, **more: Any) -> Enrolment:
        return seats.approve(self.asks(cohort, letter, **more), by=self.managers[letter], now=more.get("now"))

    def held(self, cohort: Cohort, letters: str) -> list[Enrolment]:
        rows = [self.waits(cohort, letter) for letter in letters]
        return [seats.accept(row, by=row.person) for row in rows]
