"""Begin a joint project, bring its parks together, move it on (J-2, J-4)."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.accounts.models import User
from alliance.core import audit, workflow
from alliance.core.errors import RuleBroken
from alliance.core.slugs import free_slug
from parks.models import Park

from .. import content, policies
from ..models import Project, ProjectParty, ProjectStep, ProjectVersion
from ..notices import projects as notices
from ..workflows.projects import PROJECT
from . import admission

State = Project.State
# Addresses below /projects/ that are no projects.
TAKEN = {"compare", "map", "feed", "results", "pipeline", "prospectus", "investors", "events", "oc4ids"}
DECISIONS = {"return": "returned", "reject": "rejected", "admit": "admitted"}


def lock(project: Project) -> Project:
    """The project's row is the one lock of everything below it: versions, signatures, parties."""
    Project.objects.select_for_update().get(pk=project.pk)
    return Project.objects.select_related("version").prefetch_related("parties__park__organisation").get(pk=project.pk)


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
def ask_park(project: Project, park: Park, *, by: User) -> ProjectParty:
    """The lead asks a park to promote the project too; its word is its signature (J-2)."""
    project = lock(project)
    if not policies.leads(by, project):
        raise PermissionDenied
    if project.state in (*Project.ENDED_STATES, State.SUBMITTED, State.IN_REVIEW):
        raise RuleBroken(_("This project takes no further parks now."))
    if any(party.park_id == park.pk and party.until_at is None for party in project.parties.all()):
        raise RuleBroken(_("This park is there already."))
    version = project.versions.filter(state=ProjectVersion.State.DRAFT).first()
    if version is None:
        raise RuleBroken(_("Begin the next version first; the new park becomes part of it."))
    party = ProjectParty.objects.create(project=project, park=park, asked_by=by)
    version.content["shares"].append(content.share_of(park.pk, park.name_zh, park.name_en))
    version.edition += 1
    version.save(update_fields=["content", "edition"])
    audit.record("project_party.asked", party, by=by, project=project.pk, park=park.pk)
    notices.tell_asked(party, by=by)
    return party


@transaction.atomic
def drop_park(party: ProjectParty, *, by: User) -> None:
    """A park that signed nothing in force, or wants to leave, is no longer part of what is being written.

    Nobody is put out of a project whose version in force it has signed; it goes by its own word.
    """
    project = lock(party.project)
    party = next(one for one in project.parties.all() if one.pk == party.pk)
    if not policies.leads(by, project):
        raise PermissionDenied
    if party.until_at is not None:
        return
    if party.is_lead:
        raise RuleBroken(_("A project always has its lead."))
    version = project.versions.filter(state=ProjectVersion.State.DRAFT).first()
    if version is None:
        raise RuleBroken(_("Begin the next version, or take the offered one back, first."))
    in_force = project.version is not None and party.park_id in content.parks_of(project.version.content)
    if in_force and party.leaving_at is None:
        raise RuleBroken(_("This park has signed the version in force. It leaves by its own word."))
    version.content["shares"] = [row for row in version.content["shares"] if row["park"] != party.park_id]
    version.edition += 1
    version.save(update_fields=["content", "edition"])
    if not in_force:
        party.until_at = timezone.now()
        party.save(update_fields=["until_at"])
    audit.record("project_party.dropped", party, by=by, project=project.pk, park=party.park_id)


@transaction.atomic
def leave_project(party: ProjectParty, *, by: User) -> ProjectParty:
    """A park's word that it goes. It stays bound until the others have signed a version without it."""
    project = lock(party.project)
    party = next(one for one in project.parties.all() if one.pk == party.pk)
    if party.park not in policies.signing_parks(by, project):
        raise PermissionDenied
    if party.is_lead:
        raise RuleBroken(_("The lead withdraws the project instead."))
    if party.leaving_at is not None or party.until_at is not None:
        return party
    party.leaving_at = timezone.now()
    in_force = project.version is not None and party.park_id in content.parks_of(project.version.content)
    if not in_force:
        party.until_at = party.leaving_at
        for version in project.versions.filter(state=ProjectVersion.State.DRAFT):
            version.content["shares"] = [row for row in version.content["shares"] if row["park"] != party.park_id]
            version.edition += 1
            version.save(update_fields=["content", "edition"])
        for version in project.versions.filter(state=ProjectVersion.State.OFFERED):
            version.state = ProjectVersion.State.WITHDRAWN
            version.save(update_fields=["state"])
    party.save(update_fields=["leaving_at", "until_at"])
    audit.record("project_party.leaving", party, by=by, on_behalf_of=party.park.organisation, project=project.pk)
    notices.tell_leaving(party, by=by)
    return party


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


def news(project: Project, **_facts: Any) -> None:
    """Something happened that keeps it from expiring; called by whoever publishes an update."""
    Project.objects.filter(pk=project.pk).update(news_at=timezone.now())
