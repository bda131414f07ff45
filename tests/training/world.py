"""The part of the small alliance that trains together: a running programme of a school and a park, one cohort."""

from functools import cached_property

from alliance.accounts.models import Organisation, User
from parks.models import Park
from tests.factories import make_duty, make_officer, make_organisation, make_user
from tests.training.factories import (
    make_cohort,
    make_enrolment,
    make_partner,
    make_programme,
    make_session,
    make_version,
)
from tests.training.world_assessment import AssessmentWorld
from tests.training.world_attendance import AttendanceWorld
from training.models import (
    Cohort,
    CurriculumVersion,
    Enrolment,
    Nomination,
    Programme,
    ProgrammePartner,
    ReviewAsk,
    Session,
)


class TrainingWorld(AttendanceWorld, AssessmentWorld):
    """Mixed into `tests.world.World`; `park` (with `manager`) is a partner that teaches, `academy` leads and awards."""

    park: Park
    other_park: Park

    # People ---------------------------------------------------------------------------------------------------------

    @cached_property
    def academy(self) -> Organisation:
        return make_organisation("school", slug="sample-academy", name_zh="样例学院", name_en="Sample Academy")

    @cached_property
    def school(self) -> User:
        return make_duty(make_user("School Manager"), self.academy, "training_manager").person

    @cached_property
    def trainer(self) -> User:
        return make_duty(make_user("Trainer"), self.academy, "trainer").person

    @cached_property
    def awarding(self) -> User:
        return make_duty(make_user("Awarding Officer"), self.academy, "awarding_officer").person

    @cached_property
    def trainee(self) -> User:
        return make_user("Trainee")

    @cached_property
    def training_desk(self) -> User:
        return make_officer("training_desk", name="Training Officer")

    # Things ---------------------------------------------------------------------------------------------------------

    @cached_property
    def programme(self) -> Programme:
        programme = make_programme(self.academy, slug="sample-animation", title_zh="样例动漫项目")
        make_partner(programme, self.park.organisation, "teaching")
        return programme

    @cached_property
    def version(self) -> CurriculumVersion:
        return make_version(self.programme)

    @cached_property
    def draft(self) -> CurriculumVersion:
        """A second curriculum that is being written."""
        return make_version(self.programme, state="draft")

    @cached_property
    def newer(self) -> CurriculumVersion:
        """The next version of a third curriculum, published."""
        before = make_version(self.programme, state="superseded", title_en="The title before")
        return make_version(
            self.programme, curriculum=before.curriculum, major=1, minor=1, based_on=before, title_en="The title now"
        )

    @cached_property
    def reviewed(self) -> CurriculumVersion:
        """A fourth one, which the other park is asked to review."""
        version = make_version(self.programme, state="in_review")
        ReviewAsk.objects.create(version=version, organisation=self.other_park.organisation, asked_by=self.school)
        return version

    @cached_property
    def asked_partner(self) -> ProgrammePartner:
        """The other park is asked to host placements."""
        return make_partner(self.programme, self.other_park.organisation, "placement_host", accepted_at=None)

    @cached_property
    def cohort(self) -> Cohort:
        return make_cohort(self.version, code="ani-2026a", quotas={self.park: 5}, shared=3)

    @cached_property
    def session(self) -> Session:
        return make_session(self.cohort, trainer=self.trainer)

    @cached_property
    def enrolment(self) -> Enrolment:
        """Of the trainee, sent by the manager's park, with a seat."""
        return make_enrolment(self.cohort, person=self.trainee, park=self.park)

    @cached_property
    def nomination(self) -> Nomination:
        """The manager named somebody who has no account yet."""
        return Nomination.objects.create(
            cohort=self.cohort,
            park=self.park,
            email="nominated@example.org",
            name="Nominated Person",
            learner="employed",
            language="zh-hans",
            nominated_by=self.manager,
        )
