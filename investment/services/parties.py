"""The parks of a joint project: asked by the lead, taken out of a draft, gone by their own word (J-2)."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.accounts.models import User
from alliance.core import audit
from alliance.core.errors import RuleBroken
from parks.models import Park

from .. import content, policies
from ..models import Project, ProjectParty, ProjectVersion
from ..notices import projects as notices
from . import versions
from .locking import lock


def _take_out(party: ProjectParty, version: ProjectVersion) -> None:
    version.content["shares"] = [row for row in version.content["shares"] if row["park"] != party.park_id]
    version.edition += 1
    version.save(update_fields=["content", "edition"])


@transaction.atomic
def ask_park(project: Project, park: Park, *, by: User) -> ProjectParty:
    """The lead asks a park to promote the project too; its word is its signature (J-2)."""
    project = lock(project)
    if not policies.leads(by, project):
        raise PermissionDenied
    if not project.is_rewritable:
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
    _take_out(party, version)
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
    party.save(update_fields=["leaving_at", "until_at"])
    if not in_force:
        for version in project.versions.filter(state__in=ProjectVersion.OPEN_STATES):
            if version.state == ProjectVersion.State.OFFERED:
                version = versions.reopen(project, version, by=by)
            _take_out(party, version)
    audit.record("project_party.leaving", party, by=by, on_behalf_of=party.park.organisation, project=project.pk)
    notices.tell_leaving(party, by=by)
    return party
