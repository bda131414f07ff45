"""Before a project expires for want of news."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.accounts.models import User
from alliance.notifications import services
from alliance.notifications.kinds import Facts, Gone, Message

from ..models import Project
from ..silence import expires_at
from .people import promoters
from .projects import _PROJECT, desk_notice


def _silent(facts: Facts, language: str, recipient: User | None) -> Message:
    project: Project = facts.about
    at = expires_at(project)
    if at is None:
        # It moved on meanwhile: nothing expires.
        raise Gone("project")
    day = date_format(timezone.localtime(at), "DATE_FORMAT")
    return Message(
        subject=_("Expires without news: %(project)s") % {"project": project.title},
        lines=(
            _("Nothing was heard of this project for a long time. Without news it expires on %(day)s.") % {"day": day},
            _("Write an update, or sign a newer version; either counts as news."),
        ),
        url=reverse("investment:desk_updates", args=[project.slug]),
        action=_("Write an update"),
    )


PROJECT_SILENT = desk_notice(
    "project_silent",
    gettext_lazy("A project expires soon"),
    gettext_lazy("A published project of yours has had no news; 30 and 7 days before it expires."),
    _silent,
    _PROJECT,
)


def tell_silent(project: Project, *, days: int, at: datetime) -> int:
    """Once for each silence and each of its two reminders."""
    key = f"{project.pk}:{at:%Y%m%d%H%M%S}:{days}"
    return int(services.notify(PROJECT_SILENT, to=promoters(project), about=project, key=key) is not None)
