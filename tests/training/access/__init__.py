"""Who may open which address of training: a table for each part (see tests/access_table.py)."""

from tests.access_rules import Rule
from tests.training.access.certificates import CERTIFICATES, CREDENTIALS
from tests.training.access.programmes import PROGRAMMES

TRAINING: dict[str, Rule] = {}
TRAINING |= PROGRAMMES
TRAINING |= CREDENTIALS | CERTIFICATES
