from .audit import AuditEvent, ChainHead, DailyHead
from .files import Rendition, StoredFile
from .places import Division
from .search import SearchDocument, Synonym
from .translations import Translation

__all__ = [
    "AuditEvent",
    "ChainHead",
    "DailyHead",
    "Division",
    "Rendition",
    "SearchDocument",
    "StoredFile",
    "Synonym",
    "Translation",
]
