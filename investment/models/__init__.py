from .admission import AdmissionCheck, AdmissionLetter, Criterion
from .approvals import ApprovalStep, ProjectApproval
from .interests import Agreement, AgreementAcceptance, Interest
from .investors import Investor
from .outcomes import ProjectOutcome
from .projects import WHOLE, Project, ProjectParty, ProjectStep
from .updates import ProjectUpdate
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
    "ProjectOutcome",
    "ProjectParty",
    "ProjectSignature",
    "ProjectStep",
    "ProjectUpdate",
    "ProjectVersion",
]
