"""News of a project: written by its promoters, taken back with a reason, never rewritten."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.accounts.models import User
from alliance.core import audit
from alliance.core.errors import RuleBroken
from alliance.core.pagecache import public_data_changed

from .. import policies
from ..models import Project, ProjectUpdate
from ..notices import followers as notices
from .locking import lock
from .projects import news


@transaction.atomic
def publish_update(
    project: Project,
    *,
    title_zh: str,
    text_zh: str,
    title_en: str = "",
    text_en: str = "",
    disclosure: str = ProjectUpdate.Disclosure.PUBLIC,
    by: User,
) -> ProjectUpdate:
    """News at once, for everybody or for verified investors (J-5); it keeps the project from expiring."""
    project = lock(project)
    if not policies.promotes(by, project):
        raise PermissionDenied
    if not project.is_public:
        raise RuleBroken(_("Updates are for published projects."))
    update = ProjectUpdate.objects.create(
        project=project,
        title_zh=title_zh,
        title_en=title_en,
        text_zh=text_zh,
        text_en=text_en,
        disclosure=ProjectUpdate.Disclosure(disclosure),
        written_by=by,
    )
    news(project)
    audit.record("project_update.published", update, by=by, project=project.pk, disclosure=update.disclosure)
    notices.tell_update(update, by=by)
    public_data_changed()
    return update


@transaction.atomic
def retract_update(update: ProjectUpdate, *, reason: str, by: User) -> ProjectUpdate:
    """Nobody but its promoters and the desk reads it any more. What it did as news stays done."""
    project = lock(update.project)
    update = ProjectUpdate.objects.select_for_update(of=("self",), no_key=True).get(pk=update.pk)
    if not policies.promotes(by, project):
        raise PermissionDenied
    if update.retracted_at is not None:
        return update
    reason = reason.strip()
    if not reason:
        raise RuleBroken(_("Please give a reason. The other parks will read it."))
    update.retracted_by, update.retracted_at, update.retract_reason = by, timezone.now(), reason
    update.save(update_fields=["retracted_by", "retracted_at", "retract_reason"])
    audit.record("project_update.retracted", update, by=by, project=project.pk)
    public_data_changed()
    return update
