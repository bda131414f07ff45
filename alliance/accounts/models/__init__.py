from .duties import Duty
from .invitations import Invitation, JoinRequest
from .organisations import Organisation
from .people import User

__all__ = ["Duty", "Invitation", "JoinRequest", "Organisation", "User"]
