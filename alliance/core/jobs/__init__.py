"""Long work with a progress bar that tells the truth, can be left and come back to (DESIGN.md, 3.11).

EXPORT = jobs.register(JobKind("list_export", _("Export of a list"), run=write_list, may=may_export))
job = jobs.request(EXPORT, by=request.user, list="parks", query="field=design")   # twice gives the same job
return redirect("core:job", job.pk)

def write_list(work):                      # in the worker, with the requester's rights as they are then
    with work.file("parks.csv", "text/csv") as file:
        for number, row in enumerate(rows, 1):
            file.write(...)
            work.progress(number, total, "rows")      # raises Cancelled when somebody asked to stop
"""

from .events import finished
from .kinds import JobKind, kind_of, register
from .requests import TooMany, again, cancel, request
from .work import Cancelled, Work

__all__ = [
    "Cancelled",
    "JobKind",
    "TooMany",
    "Work",
    "again",
    "cancel",
    "finished",
    "kind_of",
    "register",
    "request",
]
