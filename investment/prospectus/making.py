"""A prospectus, made in the background with the rights of everybody: what is not public any more is left out."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from alliance.accounts.models import User
from alliance.core import jobs
from alliance.core.errors import RuleBroken
from alliance.core.jobs import JobKind, Work
from alliance.core.limits import Limit
from alliance.core.models import Job

from .. import factsheet
from ..models import Project
from . import choosing, document
from .choosing import Choice

# Like reports: orders of magnitude dearer than a page.
PROSPECTUSES = Limit("prospectus", each=10, overall=100, seconds=3600)


def order(choice: Choice, slugs: Sequence[str], *, by: User) -> Job:
    """Have it made of these projects, chosen out of what `choice` means. The same asked twice while it is under way is
    the same job. Raises RuleBroken where they are too few or too many, and TooMany.
    """
    kept = choosing.require_enough(choosing.distinct(slugs))
    meant = set(choice.projects().values_list("slug", flat=True))
    if not meant.issuperset(kept):
        choice = Choice(choosing.PICKED, slugs=tuple(kept))
    found = len(kept) if choice.kind == choosing.PICKED else len(meant)
    return jobs.request(PROSPECTUS, by=by, choice=choice.kind, value=choice.value, projects=kept, found=found)


# In the worker ------------------------------------------------------------------------------------------------------


def _may(person: Any, params: Mapping[str, Any]) -> bool:
    """Whoever signs in: it says what everybody may read."""
    return person is not None and person.is_active


def projects_of(slugs: Sequence[str]) -> list[Project]:
    """Those that are public now, in the order in which they were chosen."""
    found = {project.slug: project for project in factsheet.rows().filter(slug__in=slugs)}
    return [found[slug] for slug in slugs if slug in found]


def _run(work: Work) -> dict[str, Any]:
    params = work.params
    work.progress(0, 100, "reading")
    projects = projects_of(params["projects"])
    if len(projects) < choosing.LEAST:
        raise RuleBroken(_("Too few of these projects are still public. Please choose again."))
    made_at = timezone.now()
    made = document.pdf(
        projects,
        choosing.of_params(params),
        found=params["found"],
        made_at=made_at,
        # Laying out the pages takes about as long as collecting what they say.
        progress=lambda done, total: work.progress(done * 50 // max(total, 1), 100, "reading"),
    )
    work.progress(95, 100, "writing")
    with work.file(f"ccipra-prospectus-{timezone.localtime(made_at):%Y%m%d}.pdf", "application/pdf") as file:
        file.write(made)
    work.progress(100, 100, "writing")
    return {"projects": len(projects)}


def _describe(job: Job) -> str:
    params = job.params
    return document.said(choosing.of_params(params), len(params["projects"]), params["found"])


PROSPECTUS = jobs.register(
    JobKind(
        code="prospectus",
        title=gettext_lazy("Joint Investment Prospectus"),
        run=_run,
        may=_may,
        describe=_describe,
        stages={"reading": pgettext_lazy("job", "Collecting the projects and setting the pages")},
        reads_only=True,
        keep_days=30,
        open_at_once=2,
    )
)
