"""Marks and a placement of the trainee in the small alliance, as rows in the middle of their life."""

from datetime import time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.utils import timezone

from alliance.core.calendar import add_working_days
from alliance.core.models import StoredFile
from training.models import (
    Appeal,
    AssessmentItem,
    Attempt,
    DriftRequest,
    HostPlace,
    Moderation,
    ModerationCheck,
    Placement,
    PlacementDay,
    PlacementLink,
    Recognition,
    SafetyIncident,
    WorkFile,
)
from training.tokens import digest_of, new_token

from .factories import make_cohort, make_competency, make_enrolment


class AssessmentWorld:
    """Mixed into `TrainingWorld`, whose people and cohort it uses."""

    if TYPE_CHECKING:
        academy: Any
        awarding: Any
        cohort: Any
        enrolment: Any
        park: Any
        programme: Any
        school: Any
        trainee: Any
        trainer: Any
        version: Any

    @cached_property
    def item(self) -> AssessmentItem:
        return AssessmentItem.objects.filter(unit__version=self.version).order_by("unit__position").first()

    def _first_attempt(self, **values: Any) -> Attempt:
        """The trainee's at the first item, of which there is one: addresses are asked for in any order."""
        return Attempt.objects.update_or_create(enrolment=self.enrolment, item=self.item, number=1, defaults=values)[0]

    @cached_property
    def moderation(self) -> Moderation:
        """A sample with one mark of the trainee."""
        drawn = Moderation.objects.create(
            cohort=self.cohort, item=self.item, seed="0" * 32, size=1, drawn_by=self.trainer
        )
        attempt = self._first_attempt(
            state="marked", mark=6_100, marker=self.trainer, marked_at=timezone.now(), moderation=drawn
        )
        ModerationCheck.objects.create(moderation=drawn, attempt=attempt, why="near")
        return drawn

    @cached_property
    def work_file(self) -> WorkFile:
        """What the trainee handed in at the first item; nobody has marked it."""
        stored = StoredFile(
            original_name="样例.pdf", media_type="application/pdf", size=9, sha256="0" * 64, state="ready"
        )
        stored.content.save("work.pdf", ContentFile(b"%PDF-1.7\n"), save=True)
        attempt = Attempt.objects.filter(enrolment=self.enrolment, item=self.item).first() or self._first_attempt(
            state="submitted", submitted_at=timezone.now()
        )
        return WorkFile.objects.create(attempt=attempt, file=stored, handed_in_by=self.trainee)

    @cached_property
    def told(self) -> Attempt:
        """A released mark of the trainee at the second item."""
        item = AssessmentItem.objects.filter(unit__version=self.version).order_by("unit__position").last()
        now = timezone.now()
        return Attempt.objects.create(
            enrolment=self.enrolment,
            item=item,
            number=1,
            state="released",
            mark=5_500,
            marker=self.trainer,
            marked_at=now,
            moderated_at=now,
            released_at=now,
            released_by=self.school,
            appeal_until=add_working_days(now, 10),
        )

    @cached_property
    def appeal(self) -> Appeal:
        made = Appeal.objects.create(attempt=self.told, words="样例申诉", due_at=add_working_days(timezone.now(), 10))
        Attempt.objects.filter(pk=self.told.pk).update(state="appealed")
        return made

    @cached_property
    def recognition(self) -> Recognition:
        return Recognition.objects.create(enrolment=self.enrolment, unit=self.version.units.first(), words="样例材料")

    @cached_property
    def drift_request(self) -> DriftRequest:
        return DriftRequest.objects.create(
            unit=self.cohort.version.units.first(),
            organisation=self.academy,
            measure="mean",
            trainees=8,
            value=9_000,
            median=7_000,
            mad=200,
        )

    # Placement ------------------------------------------------------------------------------------------------------

    @cached_property
    def host_place(self) -> HostPlace:
        today = timezone.localdate()
        return HostPlace.objects.create(
            programme=self.programme,
            organisation=self.park.organisation,
            park=self.park,
            company_zh="样例动画公司",
            company_en="Sample Animation Company",
            post_zh="样例中间帧",
            post_en="Sample in-betweener",
            supervisor_name="样例主管",
            supervisor_email="supervisor@example.org",
            max_interns=3,
            from_on=today - timedelta(days=60),
            until_on=today + timedelta(days=200),
        )

    def _placement(self, state: str, **fields: Any) -> Placement:
        made = Placement.objects.create(
            enrolment=fields.pop("enrolment", None) or self.enrolment,
            place=self.host_place,
            state=state,
            tutor=self.trainer,
            school=self.academy,
            starts_on=timezone.localdate() - timedelta(days=10),
            ends_on=timezone.localdate() + timedelta(days=60),
            day_from=time(9),
            day_until=time(18),
            proposed_by=self.school,
            **fields,
        )
        made.competencies.add(make_competency())
        return made

    @cached_property
    def placement(self) -> Placement:
        """At work for ten days."""
        now = timezone.now()
        return self._placement("active", consented_at=now, signed_at=now, started_at=now)

    @cached_property
    def proposal(self) -> Placement:
        """For the same trainee in another cohort: one placement at a time in each."""
        other = make_enrolment(make_cohort(self.version, shared=3), person=self.trainee, park=self.park)
        return self._placement("proposed", enrolment=other)

    @cached_property
    def placement_day(self) -> PlacementDay:
        return PlacementDay.objects.create(
            placement=self.placement,
            on=timezone.localdate() - timedelta(days=2),
            begins=time(9),
            ends=time(18),
            pause_minutes=60,
            minutes=480,
            words="样例工作",
        )

    @cached_property
    def link_token(self) -> str:
        """Of a letter that asks the supervisor about one day."""
        token = new_token()
        PlacementLink.objects.create(
            placement=self.placement_day.placement,
            purpose="confirm",
            upto=timezone.localdate(),
            token_digest=digest_of(token),
            expires_at=timezone.now() + timedelta(days=14),
        )
        return token

    @cached_property
    def incident(self) -> SafetyIncident:
        return SafetyIncident.objects.create(
            place=self.host_place, placement=self.placement, words="样例事件", reported_by=self.trainer
        )
