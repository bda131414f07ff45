"""Who may open which address of training: a table for each part (see tests/access_table.py)."""

from tests.access_rules import Rule
from tests.training.access.attendance import ATTENDANCE

TRAINING: dict[str, Rule] = {}
TRAINING |= ATTENDANCE
