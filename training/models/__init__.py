from .attendance import AttendanceChange, AttendanceMark, Flag, Kind, UnlistedAttendee
from .calendars import CalendarFeed
from .cohorts import Cohort, ParkQuota, Room, Session
from .curricula import (
    WHOLE,
    AssessmentItem,
    Curriculum,
    CurriculumVersion,
    Outcome,
    ReviewAsk,
    Unit,
    UnitMap,
    VersionReview,
)
from .enrolments import Enrolment, EnrolmentLog
from .nominations import Nomination
from .programmes import Programme, ProgrammePartner
from .skills import Competency, TrainingField, University

__all__ = [
    "WHOLE",
    "AssessmentItem",
    "AttendanceChange",
    "AttendanceMark",
    "CalendarFeed",
    "Cohort",
    "Competency",
    "Curriculum",
    "CurriculumVersion",
    "Enrolment",
    "EnrolmentLog",
    "Flag",
    "Kind",
    "Nomination",
    "Outcome",
    "ParkQuota",
    "Programme",
    "ProgrammePartner",
    "ReviewAsk",
    "Room",
    "Session",
    "TrainingField",
    "Unit",
    "UnitMap",
    "University",
    "UnlistedAttendee",
    "VersionReview",
]
