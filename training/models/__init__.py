from .cohorts import Cohort, ParkQuota, Room, Session
from .curricula import (
    WHOLE,
    AssessmentItem,
    Curriculum,
    CurriculumVersion,
    Outcome,
    Unit,
    UnitMap,
    VersionReview,
)
from .enrolments import Enrolment, EnrolmentLog
from .programmes import Programme, ProgrammePartner
from .skills import Competency, TrainingField, University

__all__ = [
    "WHOLE",
    "AssessmentItem",
    "Cohort",
    "Competency",
    "Curriculum",
    "CurriculumVersion",
    "Enrolment",
    "EnrolmentLog",
    "Outcome",
    "ParkQuota",
    "Programme",
    "ProgrammePartner",
    "Room",
    "Session",
    "TrainingField",
    "Unit",
    "UnitMap",
    "University",
    "VersionReview",
]
