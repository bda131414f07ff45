"""Two rows that are one and the same: everything that names the one is led to the other, exactly and so that it can be
undone.

Each package declares for its own tables what becomes of a foreign key to something that can be merged; a test walks the
models and fails when one is not declared. Nothing is deleted: what cannot move stays at the old row, which remains as a
pointer (`merged_into`) outside all lists.

    merging.register_subject(Subject("accounts.Organisation", fields=("name_zh", …)))
    merging.register("accounts.Organisation", Reference("accounts.Duty", "organisation", How.MOVE, _("Duties"), …))
"""

from .declared import (
    LEFT,
    How,
    Reference,
    Subject,
    handled,
    merged,
    references,
    register,
    register_subject,
    subject_of,
    subjects,
)
from .doing import LONGEST_REASON, confirm, drop, propose
from .planning import Difference, Line, Plan, check, plan
from .undoing import UNDO_WITHIN, obstacles, survivor, sweep, undo

__all__ = [
    "LEFT",
    "LONGEST_REASON",
    "UNDO_WITHIN",
    "Difference",
    "How",
    "Line",
    "Plan",
    "Reference",
    "Subject",
    "check",
    "confirm",
    "drop",
    "handled",
    "merged",
    "obstacles",
    "plan",
    "propose",
    "references",
    "register",
    "register_subject",
    "subject_of",
    "subjects",
    "survivor",
    "sweep",
    "undo",
]
