"""Entries that may be one and the same: found every night, and while somebody adds one.

`keys` says under which keys an entry is looked up, `scoring` how much alike two are and why, `finder` looks.
"""

from .finder import Match, find_like, refresh, remember
from .judging import judge_different, reopen
from .scoring import REASONS, Facts, facts_of, speaks_for

__all__ = [
    "REASONS",
    "Facts",
    "Match",
    "facts_of",
    "find_like",
    "judge_different",
    "refresh",
    "remember",
    "reopen",
    "speaks_for",
]
