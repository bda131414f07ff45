"""The kinds of long work. Each app declares its own when it is ready."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from ..models import Job

if TYPE_CHECKING:
    from .work import Work

Words = str | Promise
Params = Mapping[str, Any]


def _nothing(job: Job) -> str:
    return ""


@dataclass(frozen=True)
class JobKind:
    """One kind of long work.

    `run` does it in a worker and may give a dict of ids, counts and codes that stays as the job's result. `may` is
    asked when it is requested, when it runs and when its file is fetched; `person` is None when the clock asked.
    `describe` says in the active language what this one is about, `leads_to` where its reader goes when it is done,
    if not to its file. `stages` are the words for the codes that `run` reports. `reads_only` gives `run` one
    unchanging view of the database. The notice at the end is left out where `is_silent`.
    """

    code: str
    title: Words
    run: Callable[["Work"], Mapping[str, Any] | None]
    may: Callable[[Any, Params], bool]
    describe: Callable[[Job], Words] = _nothing
    leads_to: Callable[[Job], str] = _nothing
    stages: Mapping[str, Words] = field(default_factory=dict)
    reads_only: bool = False
    is_silent: bool = False
    keep_days: int = 7
    open_at_once: int = 5  # of one person


# What every kind may report.
STAGES: dict[str, Words] = {
    "reading": pgettext_lazy("job", "Reading the data"),
    "rows": pgettext_lazy("job", "Writing rows"),
    "writing": pgettext_lazy("job", "Writing the file"),
    "checking": pgettext_lazy("job", "Checking"),
    "drawing": pgettext_lazy("job", "Drawing charts and pages"),
}

_kinds: dict[str, JobKind] = {}


def register(kind: JobKind) -> JobKind:
    """Make a kind known under its code, which stands in the rows: never rename one."""
    if _kinds.setdefault(kind.code, kind) is not kind:
        raise ValueError(f"The kind of job {kind.code} is registered twice.")
    return kind


def kind_of(job: Job) -> JobKind | None:
    """None for a job of a version of the portal that knew more kinds."""
    return _kinds.get(job.kind)


def stage_text(job: Job) -> Words:
    kind = kind_of(job)
    return (kind.stages if kind else {}).get(job.stage) or STAGES.get(job.stage, "")


def silent_codes() -> list[str]:
    return [kind.code for kind in _kinds.values() if kind.is_silent]
