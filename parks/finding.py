"""Long work of the register: looking for look-alikes, by the clock or when asked, and writing to many parks."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance.core import jobs
from alliance.core.jobs import JobKind, Work

from . import policies, quality
from .lookalikes import finder
from .models import Nudge, NudgedPark


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


def _write(work: Work) -> dict[str, Any]:
    """Each letter in a transaction of its own: whoever cancels stops the rest, and a second attempt goes on there."""
    from .services import nudging

    nudge = Nudge.objects.get(pk=work.params["nudge"])
    waiting = nudge.parks.filter(outcome=NudgedPark.Outcome.WAITING).order_by("pk")
    total = nudge.parks.count()
    done = total - waiting.count()
    for line in waiting.iterator(chunk_size=200):
        work.progress(done, total, "writing_letters")
        nudging.write_one(line)
        done += 1
    work.progress(done, total, "writing_letters")
    return nudging.finish(nudge)


NUDGE = jobs.register(
    JobKind(
        code="nudge_parks",
        title=_("Write to parks about gaps"),
        run=_write,
        may=lambda person, params: policies.can_nudge(person),
        describe=lambda job: quality.GAPS[Nudge.objects.get(pk=job.params["nudge"]).gap].title,
        leads_to=lambda job: reverse("parks:nudge", args=[job.params["nudge"]]),
        stages={"writing_letters": _("Writing letters")},
    )
)
