from .duties import Duty
from .foreign import UnionId as UnionId
from .invitations import Invitation, JoinRequest
from .organisations import Organisation
from .people import User
from .personal import Breach as Breach
from .personal import ConsentRecord as ConsentRecord
from .personal import DataRequest as DataRequest
from .security import LostFactor, LostFactorApproval, SecurityEvent

__all__ = [
    "Duty",
    "Invitation",
    "JoinRequest",
    "LostFactor",
    "LostFactorApproval",
    "Organisation",
    "SecurityEvent",
    "User",
]
