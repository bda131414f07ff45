from .figures import Figure
from .institutions import AnchorInstitution
from .lookalikes import LookAlike, LookAlikeKey
from .parks import Park
from .pictures import Picture
from .profile import BlockConfirmation, BlockDraft, BlockEdit
from .reference import FieldOfWork, IndustryCategory
from .submissions import Submission

__all__ = [
    "AnchorInstitution",
    "BlockConfirmation",
    "BlockDraft",
    "BlockEdit",
    "FieldOfWork",
    "Figure",
    "IndustryCategory",
    "LookAlike",
    "LookAlikeKey",
    "Park",
    "Picture",
    "Submission",
]
