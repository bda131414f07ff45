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
