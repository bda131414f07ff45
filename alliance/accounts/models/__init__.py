from .duties import Duty
from .foreign import UnionId as UnionId
from .invitations import Invitation, JoinRequest
from .organisations import Organisation
from .people import User

__all__ = ["Duty", "Invitation", "JoinRequest", "Organisation", "User"]
