from .admission import AdmissionCheck, AdmissionLetter, Criterion
from .approvals import ApprovalStep, ProjectApproval
from .documents import DocumentVersion, ProjectDocument
from .events import EventInvestor, EventMeeting, EventProject, EventWish, PromotionEvent
from .follows import ProjectFollow
from .interests import Agreement, AgreementAcceptance, Interest, InterestStep
from .investors import Investor, InvestorDocument, InvestorStep
from .meetings import Meeting, MeetingSeat
from .outcomes import ProjectOutcome
from .projects import WHOLE, Project, ProjectParty, ProjectStep, with_parties
from .questions import Question, QuestionRound
from .rooms import Room, RoomAccess, RoomEvent, RoomGroup, RoomManifest, RoomMember, RoomNode, RoomVersion
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
    "DocumentVersion",
    "EventInvestor",
    "EventMeeting",
    "EventProject",
    "EventWish",
    "Interest",
    "InterestStep",
    "Investor",
    "InvestorDocument",
    "InvestorStep",
    "Meeting",
    "MeetingSeat",
    "Project",
    "ProjectApproval",
    "ProjectDocument",
    "ProjectFollow",
    "ProjectOutcome",
    "ProjectParty",
    "ProjectSignature",
    "ProjectStep",
    "ProjectUpdate",
    "ProjectVersion",
    "PromotionEvent",
    "Question",
    "QuestionRound",
    "Room",
    "RoomAccess",
    "RoomEvent",
    "RoomGroup",
    "RoomManifest",
    "RoomMember",
    "RoomNode",
    "RoomVersion",
    "with_parties",
]
