"""Begin a joint project, enter its code, move it on (J-4)."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from alliance.accounts.models import User
from alliance.core import audit, search, workflow
from alliance.core.slugs import free_slug
from parks.models import Park

from .. import content, policies
from ..models import Project, ProjectParty, ProjectStep, ProjectVersion
from ..workflows.projects import PROJECT
from . import admission
from .locking import lock

State = Project.State
# Addresses below /projects/ that are no projects.
TAKEN = {"compare", "map", "feed", "results", "pipeline", "prospectus", "investors", "events", "oc4ids"}
DECISIONS = {"return": "returned", "reject": "rejected", "admit": "admitted"}


@transaction.atomic
def start_project(
    lead: Park, *, title_zh: str, title_en: str = "", summary_zh: str = "", by: User, is_sample: bool = False
) -> Project:
    """A draft with its lead and a first version to write."""
    if not policies.can_start_project(by, lead):
        raise PermissionDenied
    project = Project.objects.create(
        slug=free_slug(title_en, title_zh, Project, otherwise="project", reserved=TAKEN),
        title_zh=title_zh,
        title_en=title_en,
        summary_zh=summary_zh,
        created_by=by,
        is_sample=is_sample,
    )
    ProjectParty.objects.create(project=project, park=lead, is_lead=True, asked_by=by)
    ProjectStep.objects.create(project=project, to_state=State.DRAFT, at=project.state_since)
    first = content.empty() | {"title_zh": title_zh, "title_en": title_en, "summary_zh": summary_zh}
    first["province"] = lead.province_id or ""
    first["shares"] = [content.share_of(lead.pk, lead.name_zh, lead.name_en)]
    ProjectVersion.objects.create(project=project, number=1, content=first, created_by=by)
    audit.record("project.started", project, by=by, on_behalf_of=lead.organisation)
    return project


@transaction.atomic
def enter_code(project: Project, code: str, *, by: User) -> Project:
    """The code of the national approval platform (J-4)."""
    project = lock(project)
    if not policies.promotes(by, project):
        raise PermissionDenied
    project.project_code = code.strip()
    project.save(update_fields=["project_code", "updated_at"])
    audit.record("project.code_entered", project, by=by, code=project.project_code)
    return project


@transaction.atomic
def move_project(project: Project, verb: str, *, by: User | None, reason: str = "") -> Project:
    """One step of its lifecycle; the desk's decisions leave a letter."""
    project = workflow.apply(PROJECT, project, verb, by=by, reason=reason)
    if verb in DECISIONS and by is not None:
        admission.write_letter(project, DECISIONS[verb], by=by, reason=reason)
    return project


def news(project: Project) -> None:
    """Something happened that keeps it from expiring; called by whoever publishes an update."""
    Project.objects.filter(pk=project.pk).update(news_at=timezone.now())
    search.index_all(Project, [project.pk])
