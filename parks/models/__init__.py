from .clusters import Cluster, ClusterMember
from .figures import Figure
from .institutions import AnchorInstitution
from .lookalikes import LookAlike, LookAlikeKey
from .parks import Park
from .pictures import Picture
from .profile import BlockConfirmation, BlockDraft, BlockEdit
from .quality import Nudge, NudgedPark, QualityDay
from .reference import FieldOfWork, IndustryCategory
from .saved_lists import ListedPark, SavedList
from .submissions import Submission

__all__ = [
    "AnchorInstitution",
    "BlockConfirmation",
    "BlockDraft",
    "BlockEdit",
    "Cluster",
    "ClusterMember",
    "FieldOfWork",
    "Figure",
    "IndustryCategory",
    "ListedPark",
    "LookAlike",
    "LookAlikeKey",
    "Nudge",
    "NudgedPark",
    "Park",
    "Picture",
    "QualityDay",
    "SavedList",
    "Submission",
]
