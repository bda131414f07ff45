from .admission import AdmissionCheck, AdmissionLetter, Criterion
from .interests import Agreement, AgreementAcceptance, Interest
from .investors import Investor
from .projects import WHOLE, Project, ProjectParty, ProjectStep
from .versions import ProjectSignature, ProjectVersion

__all__ = [
    "WHOLE",
    "AdmissionCheck",
    "AdmissionLetter",
    "Agreement",
    "AgreementAcceptance",
    "Criterion",
    "Interest",
    "Investor",
    "Project",
    "ProjectParty",
    "ProjectSignature",
    "ProjectStep",
    "ProjectVersion",
]
