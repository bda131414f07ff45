"""One small alliance in which every address can be tried: two parks with their people, the desks, the council."""

from functools import cached_property

from alliance.accounts.models import Duty, Invitation, JoinRequest, User
from parks.models import Park, Submission
from tests.factories import make_council_member, make_duty, make_officer, make_organisation, make_park, make_user

ROLES = (
    "anonymous",
    "nobody",
    "editor",
    "manager",
    "other_manager",
    "membership_desk",
    "data_desk",
    "council",
)


class World:
    """Rows are made when they are first asked for; addresses name what they need."""

    def person(self, role: str) -> User | None:
        return None if role == "anonymous" else getattr(self, role)

    def people(self) -> dict[str, User | None]:
        return {role: self.person(role) for role in ROLES}

    # People ---------------------------------------------------------------------------------------------------------

    @cached_property
    def nobody(self) -> User:
        return make_user("Without Duty")

    @cached_property
    def editor(self) -> User:
        return make_duty(make_user("Editor"), self.park.organisation, "park_editor").person

    @cached_property
    def manager(self) -> User:
        return make_duty(make_user("Manager"), self.park.organisation, "park_manager").person

    @cached_property
    def other_manager(self) -> User:
        return make_duty(make_user("Other Manager"), self.other_park.organisation, "park_manager").person

    @cached_property
    def membership_desk(self) -> User:
        return make_officer("membership_desk", name="Membership Officer")

    @cached_property
    def data_desk(self) -> User:
        return make_officer("data_desk", name="Data Officer")

    @cached_property
    def council(self) -> User:
        return make_council_member(name="Council Member")

    # Things ---------------------------------------------------------------------------------------------------------

    @cached_property
    def park(self) -> Park:
        return make_park(slug="hefeng", name_zh="和丰创意广场", name_en="Hefeng Creative Plaza")

    @cached_property
    def other_park(self) -> Park:
        return make_park(slug="nantang", name_zh="南塘老街", name_en="Nantang Old Street")

    @cached_property
    def colleague(self) -> Duty:
        return make_duty(make_user("Colleague"), self.park.organisation, "park_editor")

    @cached_property
    def submission(self) -> Submission:
        from alliance.core.calendar import add_working_days
        from django.utils import timezone

        now = timezone.now()
        return Submission.objects.create(
            park=self.park, submitted_by=self.manager, submitted_at=now, due_at=add_working_days(now, 10)
        )

    @cached_property
    def invitation(self) -> Invitation:
        from datetime import timedelta

        from django.utils import timezone

        return Invitation.objects.create(
            email="invited@example.org",
            organisation=self.park.organisation,
            role_code="park_editor",
            language="zh-hans",
            invited_by=self.manager,
            token_digest="0" * 64,
            expires_at=timezone.now() + timedelta(days=7),
        )

    @cached_property
    def join_request(self) -> JoinRequest:
        return JoinRequest.objects.create(
            person=make_user("Applicant"),
            organisation=self.park.organisation,
            role_code="park_editor",
            message="I look after the website.",
        )


def make_world() -> World:
    make_organisation("secretariat")
    make_organisation("council")
    return World()
