from .figures import Figure
from .institutions import AnchorInstitution
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
    "Park",
    "Picture",
    "Submission",
]
