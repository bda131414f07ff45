"""Who may open which address of joint investment: a table for each part (see tests/access_table.py)."""

from tests.access_rules import Rule

from .desk import DESK
from .events import EVENTS
from .interests import INTERESTS
from .investors import INVESTORS
from .meetings import MEETINGS, QUESTIONS
from .public import PUBLIC
from .rooms import ROOMS

INVESTMENT: dict[str, Rule] = {**DESK, **INVESTORS, **INTERESTS, **QUESTIONS, **MEETINGS, **EVENTS, **PUBLIC, **ROOMS}
