from .admission import AdmissionCheck, AdmissionLetter, Criterion
from .approvals import ApprovalStep, ProjectApproval
from .events import EventInvestor, EventMeeting, EventProject, EventWish, PromotionEvent
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
