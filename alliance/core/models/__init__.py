from .alliance_settings import AllianceSettingVersion
from .audit import AuditEvent, ChainHead, DailyHead
from .backups import BackupRun
from .files import Rendition, StoredFile
from .imports import ImportBatch, ImportRow
from .jobs import MAX_JOB_ATTEMPTS, Job
from .merges import Merge
from .places import Division
from .search import SearchDocument, Synonym
from .translations import Translation

__all__ = [
    "MAX_JOB_ATTEMPTS",
    "AllianceSettingVersion",
    "AuditEvent",
    "BackupRun",
    "ChainHead",
    "DailyHead",
    "Division",
    "ImportBatch",
    "ImportRow",
    "Job",
    "Merge",
    "Rendition",
    "SearchDocument",
    "StoredFile",
    "Synonym",
    "Translation",
]
