"""The long work of imports: check, take over, take back."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .. import jobs
from ..jobs import JobKind, Work
from ..models import ImportBatch, Job
from .kinds import kind_of


def _batch(params: Mapping[str, Any]) -> ImportBatch | None:
    return ImportBatch.objects.filter(token=params["batch"]).first() if "batch" in params else None


def _may(person: Any, params: Mapping[str, Any]) -> bool:
    batch = _batch(params)
    kind = kind_of(batch.kind) if batch else None
    return batch is not None and kind is not None and person is not None and kind.may_see(person, batch)


def _describe(job: Job) -> str:
    batch = _batch(job.params)
    return batch.file_name if batch else ""


def _leads_to(job: Job) -> str:
    return reverse("core:import_batch", args=[job.params["batch"]])


def _check(work: Work) -> Any:
    from . import checking

    return checking.run(work)


def _apply(work: Work) -> Any:
    from . import applying

    return applying.apply(work)


def _undo(work: Work) -> Any:
    from . import applying

    return applying.undo(work)


def _kind(code: str, title: Any, run: Any, *, is_silent: bool = False) -> JobKind:
    return jobs.register(
        JobKind(code, title, run=run, may=_may, describe=_describe, leads_to=_leads_to, is_silent=is_silent)
    )


CHECK = _kind("import_check", _("Check of an import"), _check)
# Of a small file, while its sender waits for the page: nobody needs to be told.
CHECK_NOW = _kind("import_check_now", _("Check of an import"), _check, is_silent=True)
APPLY = _kind("import_apply", _("Taking over an import"), _apply)
UNDO = _kind("import_undo", _("Taking back an import"), _undo)
