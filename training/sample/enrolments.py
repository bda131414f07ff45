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
from . import person, teaching


def make_sample_enrolments(programme: Programme) -> dict[str, Cohort]:
    """Cohorts of the published version, by code: one in every state, and two that still run and are to be ended."""
    if not settings.DEMO:
        raise RuntimeError("Sample trainees exist only with DEMO=1.")
    version = CurriculumVersion.objects.get(curriculum__programme=programme, state=CurriculumVersion.State.PUBLISHED)
    return Makers(version).make()


class Makers:
    """Everybody who acts in the sample, and trainees in any number."""

    def __init__(self, version: CurriculumVersion, *, first: int = 1) -> None:
        """`first` is the number of the first sample trainee it makes."""
        self.version = version
        self.lead = person("school")
        self.managers = {letter: person(f"park-{letter}") for letter in "abc"}
        self.parks = {
            letter: Park.objects.get(organisation=manager.duties.get().organisation)
            for letter, manager in self.managers.items()
        }
        self.now = timezone.now()
        self.number = first - 1

    def make(self) -> dict[str, Cohort]:
        self.cohort("ani-07", "样例：第七期", "Sample: intake 7", opened=False, begins_in=120)
        self.enrolling()
        self.batch()
        confirmed = self.cohort("ani-05", "样例：第五期", "Sample: intake 5")
        teaching.plan(confirmed, offset=0)
        self.held(confirmed, "aab")
        cohorts.move(confirmed, "confirm", by=self.lead)
        running = self.begun("ani-04", "样例：第四期", "Sample: intake 4", people="aabbcc", offset=1, quotas="aabbcc")
        seats.transfer(
            running.enrolments.filter(state=Enrolment.State.ACTIVE).latest("queue_no"), confirmed, by=self.lead
        )
        cancelled = self.cohort("ani-evenings", "样例：夜校班", "Sample: evenings", min_size=5)
        self.held(cancelled, "a")
        clock.mind_one(cancelled, cancelled.enrol_until + timedelta(minutes=1))
        aborted = self.begun("ani-trial", "样例：试点班", "Sample: trial")
        cohorts.move(aborted, "abort", by=self.lead, reason="样例：教室停用。Sample: the rooms were closed.")
        return {
            "ani-01": self.begun(
                "ani-01", "样例：第一期", "Sample: intake 1", people="ab", days=-240, offset=2, each=1
            ),
            "ani-02": self.begun(
                "ani-02", "样例：第二期", "Sample: intake 2", people="bc", days=-100, offset=3, learner="trainee"
            ),
            "ani-03": self.begun(
                "ani-03", "样例：第三期", "Sample: intake 3", people="abc", days=-70, offset=4, each=1
            ),
            "ani-04": running,
        }

    def enrolling(self) -> None:
        """Every state that somebody can be in before a cohort begins; the sample trainee has an offer to answer."""
        cohort = self.cohort("ani-06", "样例：第六期", "Sample: intake 6", quotas="aab", shared=2, begins_in=75)
        self.held(cohort, "ab")
        leaves = self.held(cohort, "a")[0]
        seats.withdraw(leaves, by=leaves.person)
        declines = self.waits(cohort, "c")
        seats.decline(declines, by=declines.person)
        lapses = self.waits(cohort, "b", now=self.now - timedelta(hours=60))
        clock.mind_one(cohort, self.now)
        assert lapses.pk
        removed = self.held(cohort, "c")[0]
        seats.remove(removed, by=self.lead, reason="样例：重复报名。Sample: asked twice.")
        self.waits(cohort, "a", who=person("trainee"))
        for letter in "cbcab":
            self.waits(cohort, letter)
        for letter in "ac":
            self.asks(cohort, letter)
        refused = self.asks(cohort, "b")
        seats.reject(refused, by=self.managers["b"], reason="样例：不是本园区人员。Sample: not of our park.")
        letter = Line(1, "样例待注册学员", "sample.nominee@sample.example")
        seats.nominate(cohort, self.parks["a"], [letter], mode=Mode.ALL, learner="employed", by=self.managers["a"])

    def batch(self) -> None:
        cohort = self.cohort(
            "ani-intensive",
            "样例：集训班",
            "Sample: intensive",
            quotas="ab",
            shared=1,
            allocation="batch",
            begins_in=60,
        )
        for letter in "abcab":
            self.waits(cohort, letter)

    # Cohorts and people ---------------------------------------------------------------------------------------------

    def cohort(
        self,
        code: str,
        zh: str,
        en: str,
        *,
        opened: bool = True,
        quotas: str = "aabbc",
        shared: int = 2,
        begins_in: int = 45,
        **more: Any,
    ) -> Cohort:
        """A cohort with a seat for each letter of `quotas`; enrols for four weeks from last week on."""
        begins = self.now + timedelta(days=begins_in)
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

    def begun(
        self,
        code: str,
        zh: str,
        en: str,
        *,
        people: str = "ab",
        days: int = -10,
        offset: int | None = None,
        each: int = teaching.EACH,
        learner: str = "",
        **more: Any,
    ) -> Cohort:
        """Confirmed, and begun so many days ago: its dates lie in the past, as those of no other sample do.

        With `offset` it has sessions, `each` of a unit; those that have passed were held. `learner` is a sample person
        who learns there.
        """
        cohort = self.cohort(code, zh, en, **more)
        if offset is not None:
            teaching.plan(cohort, offset=offset, each=each)
        if learner:
            row = self.waits(cohort, "a", who=person(learner))
            seats.accept(row, by=row.person)
        self.held(cohort, people)
        cohorts.move(cohort, "confirm", by=self.lead)
        begins = self.now + timedelta(days=days)
        teaching.turn_back(cohort, cohort.starts_at - begins)
        Cohort.objects.filter(pk=cohort.pk).update(
            enrol_from=begins - timedelta(days=40),
            enrol_until=begins - timedelta(days=10),
            release_at=begins - timedelta(days=15),
            starts_at=begins,
            ends_at=begins + timedelta(days=60),
        )
        Enrolment.objects.filter(cohort=cohort).update(enrolled_at=begins - timedelta(days=20))
        cohort = cohorts.move(cohort, "start", by=self.lead)
        teaching.hold(cohort)
        return cohort

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
