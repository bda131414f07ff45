"""Who may open which address of training: a table for each part (see tests/access_table.py)."""

from tests.access_rules import Rule
from tests.training.access.attendance import ATTENDANCE
from tests.training.access.certificates import CERTIFICATES, CREDENTIALS
from tests.training.access.programmes import PROGRAMMES

from .assessment import ASSESSMENT
from .placements import PLACEMENTS
from .seats import SEATS

TRAINING: dict[str, Rule] = {}
TRAINING |= SEATS
TRAINING |= PROGRAMMES
TRAINING |= ATTENDANCE
TRAINING |= ASSESSMENT
TRAINING |= PLACEMENTS
TRAINING |= CREDENTIALS | CERTIFICATES
