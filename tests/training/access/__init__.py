"""Who may open which address of training: a table for each part (see tests/access_table.py)."""

from tests.access_rules import Rule

from .assessment import ASSESSMENT
from .placements import PLACEMENTS

TRAINING: dict[str, Rule] = {}
TRAINING |= ASSESSMENT
TRAINING |= PLACEMENTS
