"""Who may open which address of joint investment: a table for each part (see tests/access_table.py)."""

from tests.access_rules import Rule

from .desk import DESK

INVESTMENT: dict[str, Rule] = {**DESK}
