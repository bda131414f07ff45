from .admission import AdmissionCheck, AdmissionLetter, Criterion
from .approvals import ApprovalStep, ProjectApproval
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
    "ApprovalStep",
    "Criterion",
    "Interest",
    "Investor",
    "Project",
    "ProjectApproval",
    "ProjectParty",
    "ProjectSignature",
    "ProjectStep",
    "ProjectVersion",
]
