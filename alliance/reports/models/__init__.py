from .facts import FactState, ParkChange, ParkFact
from .prepared import PreparedFigures
from .schedules import ReportSchedule
from .snapshots import Snapshot

__all__ = ["FactState", "ParkChange", "ParkFact", "PreparedFigures", "ReportSchedule", "Snapshot"]
