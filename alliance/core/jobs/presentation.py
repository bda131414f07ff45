"""A job as its reader sees it."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..models import Job
from .kinds import kind_of, stage_text

Words = str | Promise

ERRORS: dict[str, Words] = {
    "unknown_kind": _("The portal does not do this kind of work any more."),
    "not_allowed": _("You may no longer see what this work was about."),
    "too_long": _("It took too long and was stopped. Please ask for less at once, for instance with a filter."),
    "worker_lost": _("The process that worked on it ended, three times. Please try again later."),
    "broken": _("Something went wrong on our side. The secretariat can see what; please try again later."),
}


@dataclass(frozen=True)
class ShownJob:
    job: Job
    title: Words
    about: Words
    stage: Words
    error: Words
    leads_to: str

    @property
    def is_open(self) -> bool:
        return self.job.is_open


def shown(job: Job) -> ShownJob:
    kind = kind_of(job)
    return ShownJob(
        job,
        title=kind.title if kind else job.kind,
        about=kind.describe(job) if kind else "",
        stage=stage_text(job),
        error=ERRORS.get(job.error, job.error),
        leads_to=kind.leads_to(job) if kind and job.state == Job.State.DONE else "",
    )
