"""A job as its reader sees it."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from ..models import MAX_JOB_ATTEMPTS, Job
from .kinds import kind_of, stage_text

Words = str | Promise

ERRORS: dict[str, Words] = {
    "unknown_kind": _("The portal no longer does this kind of work."),
    "not_allowed": _("You may no longer see what this work was about."),
    "too_long": _("It took too long and was stopped. Please narrow it down, for instance with a filter."),
    "worker_lost": _("It was interrupted three times. Please try again later."),
    "broken": _("Something went wrong on our side. The secretariat can see the details; please try again later."),
}
# Asking again for these changes nothing.
FINAL_ERRORS = {"unknown_kind", "not_allowed"}
# An estimate needs so many seconds of work behind it.
WATCHED = 3


@dataclass(frozen=True)
class ShownJob:
    job: Job
    title: Words
    about: Words
    stage: Words
    error: Words
    leads_to: str
    # How many wait before it, while it waits itself.
    ahead: int = 0

    @property
    def is_open(self) -> bool:
        return self.job.is_open

    @property
    def is_stopping(self) -> bool:
        return self.is_open and self.job.cancel_requested

    @property
    def may_try_again(self) -> bool:
        return not self.is_open and self.job.error not in FINAL_ERRORS

    @property
    def tone(self) -> str:
        return {"done": "ok", "failed": "bad", "running": "info"}.get(self.job.state, "")

    @property
    def milestone(self) -> str:
        """Changes when there is something worth saying aloud: another state or stage, another quarter."""
        quarter = (self.job.percent or 0) // 25 if self.job.state == Job.State.RUNNING else 0
        return f"{self.job.state}-{self.job.stage}-{quarter}-{int(self.is_stopping)}-{self.job.attempts}"

    @property
    def spoken(self) -> str:
        """What a screen reader is told at a milestone."""
        if self.is_stopping:
            return gettext("It is being stopped.")
        parts = [str(self.job.get_state_display()), str(self.stage if self.is_open else self.error)]
        if self.is_open and self.job.percent is not None:
            parts.append(gettext("%(n)d per cent") % {"n": self.job.percent})
        return gettext(", ").join(part for part in parts if part)

    @property
    def counted(self) -> str:
        """How much of how much, where the work counts something."""
        if not self.job.total or not self.is_open:
            return ""
        return gettext("%(done)s of %(total)s") % {"done": f"{self.job.done:,}", "total": f"{self.job.total:,}"}

    @property
    def left(self) -> str:
        """About how long it will still take, once that can be told."""
        job = self.job
        if job.state != Job.State.RUNNING or job.started_at is None or not job.done or not job.total:
            return ""
        # An attempt after the first began later than the job did.
        gone = (timezone.now() - job.started_at).total_seconds()
        if gone < WATCHED or job.attempts > 1 or job.done >= job.total:
            return ""
        return _duration(gone * (job.total - job.done) / job.done, gettext("about %(time)s left"))

    @property
    def took(self) -> str:
        job = self.job
        if job.started_at is None or job.finished_at is None:
            return ""
        return _duration((job.finished_at - job.started_at).total_seconds(), "%(time)s")

    @property
    def attempt(self) -> str:
        """Said from the second attempt on: something went wrong before."""
        if self.job.attempts < 2 and not (self.job.state == Job.State.QUEUED and self.job.attempts):
            return ""
        number = min(MAX_JOB_ATTEMPTS, self.job.attempts + (self.job.state == Job.State.QUEUED))
        return gettext("attempt %(n)d of %(most)d") % {"n": number, "most": MAX_JOB_ATTEMPTS}


def _duration(seconds: float, words: str) -> str:
    whole = max(1, round(seconds))
    if whole < 90:
        time = ngettext("%(n)d second", "%(n)d seconds", whole) % {"n": whole}
    else:
        minutes = round(whole / 60)
        time = pgettext("duration", "%(n)d minutes") % {"n": minutes}
    return words % {"time": time}


def shown(job: Job, *, ahead: int = 0) -> ShownJob:
    kind = kind_of(job)
    return ShownJob(
        job,
        title=kind.title if kind else job.kind,
        about=kind.describe(job) if kind else "",
        stage=stage_text(job),
        error=ERRORS.get(job.error, job.error),
        leads_to=kind.leads_to(job) if kind and job.state == Job.State.DONE else "",
        ahead=ahead,
    )
