"""A programme with its people, ready to be marked and to send trainees on placements."""

from datetime import date, time, timedelta
from typing import Any

from django.utils import timezone

from alliance.accounts.models import Organisation, User
from tests.factories import make_duty, make_organisation, make_park, make_user
from tests.training.factories import (
    make_cohort,
    make_competency,
    make_enrolment,
    make_partner,
    make_programme,
    make_version,
)
from training.models import AssessmentItem, Attempt, Cohort, Enrolment, HostPlace, Placement
from training.services import attempts, moderation, placement_days, placement_links, placements


class School:
    """A school leads and teaches, an academy awards, a park hosts placements; a cohort is running."""

    def __init__(self, **version: Any) -> None:
        self.organisation = make_organisation("school")
        self.academy = make_organisation("school")
        self.park = make_park()
        self.home = make_park()
        self.programme = make_programme(self.organisation)
        make_partner(self.programme, self.academy, "awarding")
        make_partner(self.programme, self.park.organisation, "placement_host")
        self.version = make_version(self.programme, **version)
        self.cohort = make_cohort(self.version, shared=40, state=Cohort.State.RUNNING)
        self.manager = self.person("training_manager")
        self.marker = self.person("trainer")
        self.second = self.person("trainer")
        self.awarding = self.person("awarding_officer", self.academy)
        self.host = make_duty(make_user(), self.park.organisation, "training_manager").person

    def person(self, role: str, organisation: Organisation | None = None) -> User:
        return make_duty(make_user(), organisation or self.organisation, role).person

    @property
    def items(self) -> list[AssessmentItem]:
        found = AssessmentItem.objects.filter(unit__version=self.version).select_related("unit")
        return list(found.order_by("unit__position", "position"))

    def trainee(self, **fields: Any) -> Enrolment:
        fields.setdefault("park", self.home)
        fields.setdefault("state", "active")
        return make_enrolment(self.cohort, **fields)

    def mark(self, enrolment: Enrolment, item: AssessmentItem, mark: int) -> Attempt:
        return attempts.set_mark(enrolment, item, mark, by=self.marker)

    def check(self, item: AssessmentItem, cohort: Cohort | None = None) -> None:
        """A second person agrees with the whole sample."""
        drawn = moderation.draw(cohort or self.cohort, item, by=self.marker)
        for check in drawn.checks.all():
            moderation.say(check, "agree", by=self.second)
        if drawn.closed_at is None:
            moderation.close(drawn, by=self.second)

    def tell(self, enrolment: Enrolment, item: AssessmentItem, mark: int) -> Attempt:
        """Marked, checked and released."""
        attempt = self.mark(enrolment, item, mark)
        self.check(item)
        attempts.release([attempt], by=self.manager)
        attempt.refresh_from_db()
        return attempt

    # Placements -----------------------------------------------------------------------------------------------------

    def place(self, **fields: Any) -> HostPlace:
        today = timezone.localdate()
        defaults = {
            "programme": self.programme,
            "organisation": self.park.organisation,
            "park": self.park,
            "company_zh": "样例动画公司",
            "company_en": "Sample Animation Company",
            "post_zh": "样例中间帧",
            "post_en": "Sample in-betweener",
            "supervisor_name": "样例主管",
            "supervisor_email": "supervisor@example.org",
            "max_interns": 2,
            "from_on": today - timedelta(days=100),
            "until_on": today + timedelta(days=200),
        }
        return HostPlace.objects.create(**(defaults | fields))

    def propose(self, enrolment: Enrolment | None = None, place: HostPlace | None = None, **terms: Any) -> Placement:
        tomorrow = timezone.localdate() + timedelta(days=1)
        defaults = {
            "starts_on": tomorrow,
            "ends_on": tomorrow + timedelta(days=60),
            "day_from": time(9),
            "day_until": time(18),
            "insurance": "SAMPLE-1",
        }
        return placements.propose(
            enrolment or self.trainee(),
            place or self.place(),
            by=self.manager,
            tutor=self.marker,
            school=self.organisation,
            competencies=[make_competency()],
            **(defaults | terms),
        )

    def agree(self, placement: Placement | None = None, **own: Any) -> Placement:
        placement = placement or self.propose()
        said = {"born_on": date(2000, 5, 6), "study_year": 3, "emergency_contact": "样例联系人"} | own
        return placements.consent(placement, by=placement.enrolment.person, **said)

    def signed(self, placement: Placement | None = None, **own: Any) -> Placement:
        placement = self.agree(placement, **own)
        placements.sign(placement, "school", by=self.manager)
        return placements.sign(placement, "host", by=self.host)

    def active(self, placement: Placement | None = None, days_ago: int = 30, **own: Any) -> Placement:
        """Signed as it should be, then moved back so that it began some days ago."""
        placement = self.signed(placement, **own)
        assert placement.state == "signed"
        begun = timezone.localdate() - timedelta(days=days_ago)
        Placement.objects.filter(pk=placement.pk).update(starts_on=begun)
        return placements.move(placement, "begin", by=self.manager)

    def enter(self, placement: Placement, ago: int, **fields: Any) -> Any:
        said = {"begins": time(9), "ends": time(18), "pause_minutes": 60, "words": "样例工作"} | fields
        on = timezone.localdate() - timedelta(days=ago)
        return placement_days.enter(placement, on, by=placement.enrolment.person, **said)

    def confirm(self, placement: Placement, disputes: dict[int, str] | None = None) -> tuple[int, int]:
        link = placement_links.send_by_hand(placement, "confirm", by=self.marker)
        seen = {day.pk: day.minutes for day in placement_links.asks_about(placement, link.upto)}
        return placement_links.confirm(link, {pk: (disputes or {}).get(pk, "") for pk in seen}, seen)
