"""Tables into the portal: a template, a dry run with a verdict for each row, a decision, one transaction, an undo.

An app declares what can be imported in its `importing.py` and registers it when it is ready:

    class Parks(imports.ImportKind):
        code, title = "parks", _("Parks")
        checker = ParkChecker                    # judges rows in chunks, takes one over, takes it back
        def columns(self): ...                   # from the live model and its forms
        def may(self, person): ...
    imports.register(Parks())

Pages, files, jobs, audit and the file of refused rows are the same for all kinds.
"""

from .columns import Column, Option, both, key_of, later, options_of, said
from .kinds import (
    Checker,
    Draft,
    FormReader,
    ImportKind,
    Judged,
    Made,
    changes_between,
    fingerprint,
    kind_of,
    kinds_for,
    offer,
    register,
)

__all__ = [
    "Checker",
    "Column",
    "Draft",
    "FormReader",
    "ImportKind",
    "Judged",
    "Made",
    "Option",
    "both",
    "changes_between",
    "fingerprint",
    "key_of",
    "kind_of",
    "kinds_for",
    "later",
    "offer",
    "options_of",
    "register",
    "said",
]
