"""What sessions and attendance add to the small alliance: a room, somebody unlisted, a change, calendar addresses."""

from functools import cached_property

from alliance.accounts.models import Organisation, User
from tests.training.factories import make_room
from training.models import (
    AttendanceChange,
    CalendarFeed,
    Enrolment,
    Room,
    Session,
    UnlistedAttendee,
)


class AttendanceWorld:
    """Mixed into `tests.training.world.TrainingWorld`."""

    academy: Organisation
    trainer: User
    school: User
    session: Session
    enrolment: Enrolment

    @cached_property
    def room(self) -> Room:
        return make_room(self.academy, name_zh="样例排练厅", name_en="Sample rehearsal hall")

    @cached_property
    def unlisted(self) -> UnlistedAttendee:
        return UnlistedAttendee.objects.create(
            session=self.session, name="样例旁听者", kind="present", nonce="a" * 32, actor=self.trainer
        )

    @cached_property
    def attendance_change(self) -> AttendanceChange:
        """The trainer asks; somebody else has to confirm."""
        return AttendanceChange.objects.create(
            session=self.session,
            enrolment=self.enrolment,
            kind="excused",
            nonce="b" * 32,
            reason="样例理由",
            asked_by=self.trainer,
        )

    @cached_property
    def cohort_feed(self) -> CalendarFeed:
        return CalendarFeed.objects.create(cohort=self.session.cohort, created_by=self.school)
