"""Long work is over: its reader may have left long ago."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.accounts.models import User
from alliance.core.jobs.presentation import shown
from alliance.core.models import Job

from ..kinds import Facts, Message, NoticeKind, register

LONG_WORK = gettext_lazy("Background jobs")


def _job_over(facts: Facts, language: str, recipient: User | None) -> Message:
    job: Job = facts.about
    seen = shown(job)
    names = {"work": seen.title}
    url = reverse("core:job", args=[job.pk])
    match job.state:
        case Job.State.DONE:
            subject = _("Done: %(work)s") % names
            action = _("Download the file") if job.content else _("See the result")
        case Job.State.CANCELLED:
            subject, action = _("Cancelled: %(work)s") % names, _("See the details")
        case _:
            subject, action = _("Failed: %(work)s") % names, _("See why, or try again")
    lines = [line for line in (seen.about, seen.error) if line]
    return Message(subject=subject, lines=tuple(lines), url=url, action=action)


def _is_theirs(person: User, facts: Facts) -> bool:
    return facts.about.requested_by_id == person.pk


# Who waited beside the bar needs no mail; who had time to leave gets one.
JOB_OVER_SOON = register(
    NoticeKind(
        code="core.job_over_soon",
        title=gettext_lazy("A background job has finished"),
        sentence=gettext_lazy("An export, report or import that you asked for is done or has failed."),
        render=_job_over,
        channels=("inapp",),
        may_see=_is_theirs,
        group=LONG_WORK,
    )
)
JOB_OVER = register(
    NoticeKind(
        code="core.job_over",
        title=gettext_lazy("A long background job has finished"),
        sentence=gettext_lazy("The same, when it took longer than half a minute."),
        render=_job_over,
        may_see=_is_theirs,
        group=LONG_WORK,
    )
)
