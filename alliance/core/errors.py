"""Refusals that are meant for people."""


class RuleBroken(Exception):
    """A rule of the alliance forbids this. The message is shown to the person beside what they did."""


class MoveRefused(RuleBroken):
    """The object is not in a state from which this move leads."""


class Stale(RuleBroken):
    """Somebody else changed this first; the caller shows what changed and offers to merge."""
