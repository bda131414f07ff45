"""The finder as long work: for the clock every night, and when somebody at a desk asks."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance.core import jobs
from alliance.core.jobs import JobKind, Work

from . import policies
from .lookalikes import finder


def _run(work: Work) -> dict[str, Any]:
    work.progress(0, stage="reading")
    return {"pairs": finder.refresh(progress=lambda done, total: work.progress(done, total))}


FIND = jobs.register(
    JobKind(
        code="find_lookalikes",
        title=_("Look for duplicates"),
        run=_run,
        may=lambda person, params: person is None or policies.can_merge(person),
        leads_to=lambda job: reverse("parks:duplicates"),
        open_at_once=1,
    )
)
