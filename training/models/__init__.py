from .certificates import (
    Certificate,
    CertificateEvent,
    CertificateEvidence,
    CertificateWishes,
    Dossier,
    RevocationCase,
)
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
from .issuing import IssuerKey, NumberYear, StatusList, StatusPlace
from .programmes import Programme, ProgrammePartner
from .skills import Competency, TrainingField, University
from .trust import IdentityCheck, IntegrityCase

__all__ = [
    "WHOLE",
    "AssessmentItem",
    "Certificate",
    "CertificateEvent",
    "CertificateEvidence",
    "CertificateWishes",
    "Cohort",
    "Competency",
    "Curriculum",
    "CurriculumVersion",
    "Dossier",
    "Enrolment",
    "EnrolmentLog",
    "IdentityCheck",
    "IntegrityCase",
    "IssuerKey",
    "NumberYear",
    "Outcome",
    "ParkQuota",
    "Programme",
    "ProgrammePartner",
    "ReviewAsk",
    "RevocationCase",
    "Room",
    "Session",
    "StatusList",
    "StatusPlace",
    "TrainingField",
    "Unit",
    "UnitMap",
    "University",
    "VersionReview",
]
