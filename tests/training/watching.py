"""For whom somebody acts: every audited step of training says so. Watched in all tests of training.

`tests/training/conftest.py` puts `watched` in the place of `audit.record`; whatever a test does, each event that the
code of training writes for a person of a partner names the organisation.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from alliance.accounts.permissions import Permission
from alliance.accounts.policies import organisations_with
from training import acting
from training.models import Enrolment

ROOT = Path(__file__).parents[2]
ACTS = (*acting.PERMISSIONS, Permission.NOMINATE)
# What people do for themselves, whatever else they do at a partner: they take up a letter, they keep a calendar.
OWN = {"nomination.claimed", "calendar_feed.given", "calendar_feed.stopped"}


def is_own(subject: Any, by: Any) -> bool:
    """Whether it is about this person's own learning."""
    if isinstance(subject, Enrolment):
        return subject.person_id == by.pk
    inner = next(
        (found for name in ("enrolment", "placement", "certificate") if (found := getattr(subject, name, None))), None
    )
    return inner is not None and is_own(inner, by)


def must_say(verb: str, subject: Any, by: Any) -> bool:
    """Whether this event names an organisation."""
    if by is None or not subject._meta.label_lower.startswith("training.") or verb in OWN or is_own(subject, by):
        return False
    return any(organisations_with(by, permission) for permission in ACTS)


def _is_written_by_training() -> bool:
    """Tests of the lifecycles make moves of their own, without a service; those are nobody's steps."""
    frame = sys._getframe(1)
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(ROOT) and path != Path(__file__):
            part = path.relative_to(ROOT).parts[0]
            if part in {"training", "tests"}:
                return part == "training"
        frame = frame.f_back
    return False


def watched(record: Callable[..., Any]) -> Callable[..., Any]:
    def write(verb: str, subject: Any, *, by: Any = None, on_behalf_of: Any = None, **payload: Any) -> Any:
        if on_behalf_of is None and must_say(verb, subject, by) and _is_written_by_training():
            raise AssertionError(f"{verb} of {subject!r} does not say for whom {by!r} acts.")
        return record(verb, subject, by=by, on_behalf_of=on_behalf_of, **payload)

    return write
