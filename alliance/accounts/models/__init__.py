from .duties import Duty
from .foreign import UnionId as UnionId
from .invitations import Invitation, JoinRequest
from .organisations import Organisation
from .people import User
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
