"""Write a version of a project, offer it, sign it: with the last signature it is in force (J-2)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.accounts.models import User
from alliance.core import audit, search
from alliance.core.canonical import digest
from alliance.core.errors import RuleBroken
from parks.models import Park

from .. import policies
from ..checks import unmet
from ..content import SHARES, parks_of, share_of
from ..models import Project, ProjectParty, ProjectSignature, ProjectVersion
from ..notices import versions as notices
from .locking import lock, lock_version

State = ProjectVersion.State
TITLES = ("title_zh", "title_en", "summary_zh", "summary_en")
COLUMNS = (*TITLES, "kind", "need", "cost")


class WrittenMeanwhile(RuleBroken):
    """Somebody else saved the draft after this reader had opened it."""


def _locked(version: ProjectVersion) -> tuple[Project, ProjectVersion]:
    """For a change of it; what has ended says for good what it said."""
    project, version = lock_version(version)
    if project.state in Project.ENDED_STATES:
        raise RuleBroken(_("This project has ended and stays as it is."))
    return project, version


@transaction.atomic
def start_version(project: Project, *, by: User) -> ProjectVersion:
    """The next draft, a copy of the newest one; what is in force stays in force until every park has signed. Parks that
    want to leave are not in it."""
    project = lock(project)
    if not policies.promotes(by, project):
        raise PermissionDenied
    if not project.is_rewritable:
        raise RuleBroken(_("This project cannot be rewritten now."))
    if project.versions.filter(state__in=ProjectVersion.OPEN_STATES).exists():
        raise RuleBroken(_("A version of this project is being written already."))
    newest = project.versions.order_by("-number").first()
    if newest is None:
        raise RuleBroken(_("There is nothing to go on from."))
    version = _next(project, newest, by=by)
    audit.record("project_version.started", version, by=by, project=project.pk)
    return version


@transaction.atomic
def write_version(version: ProjectVersion, values: Mapping[str, Any], *, edition: int, by: User) -> ProjectVersion:
    """Save the draft; refused when somebody else saved it meanwhile, so nothing is overwritten unseen."""
    project, version = _locked(version)
    if not policies.promotes(by, project):
        raise PermissionDenied
    if version.state != State.DRAFT:
        raise RuleBroken(_("This version was offered for signature and never changes. Take it back first."))
    if version.edition != edition:
        raise WrittenMeanwhile(
            _("%(name)s saved this draft meanwhile. Compare, then save again to keep yours.")
            % {"name": version.written_by.name if version.written_by else _("Somebody")}
        )
    known = {share["park"] for share in version.content["shares"]}
    content = {**version.content, **{key: value for key, value in values.items() if key in version.content}}
    if {share["park"] for share in content["shares"]} != known:
        raise RuleBroken(_("The parks of the project changed meanwhile. Open the page anew."))
    if content == version.content:
        return version
    version.content = content
    version.edition += 1
    version.written_by, version.written_at = by, timezone.now()
    version.save(update_fields=["content", "edition", "written_by", "written_at"])
    if project.version_id is None:
        # Nothing is in force yet: its desk calls the project by the draft's title.
        for name in TITLES:
            setattr(project, name, content[name])
        project.save(update_fields=[*TITLES, "updated_at"])
    audit.record("project_version.written", version, by=by, project=project.pk, edition=version.edition)
    return version


@transaction.atomic
def offer_version(version: ProjectVersion, *, by: User, today: date | None = None) -> ProjectVersion:
    """Freeze it and ask every park to sign; the readiness checks must hold."""
    project, version = _locked(version)
    if not policies.leads(by, project):
        raise PermissionDenied
    if version.state != State.DRAFT:
        raise RuleBroken(_("This version is offered already."))
    missing = unmet(version.content, today=today or timezone.localdate())
    if missing:
        raise RuleBroken(
            _("Not ready yet: %(names)s.") % {"names": _("; ").join(str(check.label) for check in missing)}
        )
    _refuse_other_parks(project, version)
    version.state, version.sha256 = State.OFFERED, digest(version.content)
    version.offered_by, version.offered_at = by, timezone.now()
    version.save(update_fields=["state", "sha256", "offered_by", "offered_at"])
    audit.record("project_version.offered", version, by=by, project=project.pk, content=version.sha256)
    notices.tell_offered(version, by=by)
    return version


def _refuse_other_parks(project: Project, version: ProjectVersion) -> None:
    """The parks of the content are those of the project, less those that want to leave."""
    there = {party.park_id: party for party in project.parties.all() if party.until_at is None}
    named = set(parks_of(version.content))
    if named - set(there):
        raise RuleBroken(_("A park of this version left the project. Open the draft anew."))
    for park_id in set(there) - named:
        if there[park_id].leaving_at is None:
            raise RuleBroken(_("%(park)s is missing in this version.") % {"park": there[park_id].park.name})


@transaction.atomic
def take_version_back(version: ProjectVersion, *, by: User) -> ProjectVersion:
    """The offered version goes; the next draft begins as its copy. Its signatures stay with it, for nothing."""
    project, version = _locked(version)
    if not policies.leads(by, project):
        raise PermissionDenied
    if version.state != State.OFFERED:
        raise RuleBroken(_("Only a version that waits for signatures can be taken back."))
    return reopen(project, version, by=by)


def reopen(project: Project, version: ProjectVersion, *, by: User) -> ProjectVersion:
    """What waited for signatures waits no more, and can be written on; call it under the project's lock."""
    version.state = State.WITHDRAWN
    version.save(update_fields=["state"])
    audit.record("project_version.taken_back", version, by=by, project=project.pk)
    notices.tell_taken_back(version, by=by)
    return _next(project, version, by=by)


def _next(project: Project, before: ProjectVersion, *, by: User) -> ProjectVersion:
    """A draft that goes on from the one before, with the parks that promote the project now."""
    parks = {
        party.park_id: party.park
        for party in project.parties.current().filter(leaving_at__isnull=True).select_related("park")
    }
    shares = [share for share in before.content["shares"] if share["park"] in parks]
    named = {share["park"] for share in shares}
    shares += [share_of(pk, park.name_zh, park.name_en) for pk, park in parks.items() if pk not in named]
    content = {**before.content, "shares": shares}
    return ProjectVersion.objects.create(project=project, number=before.number + 1, content=content, created_by=by)


@transaction.atomic
def discard_version(version: ProjectVersion, *, by: User) -> None:
    """A draft that nobody needs; the first one stays, or the project had nothing."""
    project, version = _locked(version)
    if not policies.leads(by, project):
        raise PermissionDenied
    if version.state != State.DRAFT or project.version_id is None:
        raise RuleBroken(_("Only a draft beside a version in force can be discarded."))
    audit.record("project_version.discarded", version, by=by, project=project.pk, number=version.number)
    version.delete()


@transaction.atomic
def sign_version(version: ProjectVersion, park: Park, *, sha256: str, by: User) -> ProjectVersion:
    """A park's word for exactly the content its manager read. A second click changes nothing."""
    project, version = _locked(version)
    if park not in policies.signing_parks(by, project):
        raise PermissionDenied
    if version.state == State.IN_FORCE and version.signatures.filter(park=park).exists():
        return version
    if version.state != State.OFFERED:
        raise RuleBroken(_("This version does not wait for signatures any more. Open the newest one."))
    if sha256 != version.sha256:
        raise RuleBroken(_("What you read is not what is offered now. Read it again before you sign."))
    if park.pk not in parks_of(version.content):
        raise RuleBroken(_("This version is without your park."))
    if version.signatures.filter(park=park).exists():
        return version
    signature = ProjectSignature.objects.create(version=version, park=park, sha256=sha256, signed_by=by)
    audit.record("project_version.signed", version, by=by, on_behalf_of=park.organisation, content=sha256, park=park.pk)
    notices.tell_signed(signature, by=by)
    signed = set(version.signatures.values_list("park", flat=True))
    if set(parks_of(version.content)) <= signed:
        _put_in_force(project, version)
    return version


def _put_in_force(project: Project, version: ProjectVersion) -> None:
    """One version in force at a time: the old one goes first."""
    now = timezone.now()
    if project.version is not None:
        project.version.state = State.SUPERSEDED
        project.version.save(update_fields=["state"])
    version.state, version.in_force_at = State.IN_FORCE, now
    version.save(update_fields=["state", "in_force_at"])
    _apply_columns(project, version.content)
    project.version, project.news_at = version, now
    project.save()
    _apply_shares(project, version.content, now)
    # As the parties stand now: those of this object are older.
    search.index_all(Project, [project.pk])
    audit.record("project_version.in_force", version, by=None, project=project.pk, content=version.sha256)
    notices.tell_in_force(version)


def _apply_columns(project: Project, content: Mapping[str, Any]) -> None:
    for name in COLUMNS:
        setattr(project, name, content[name])
    for name in ("field", "province", "city"):
        setattr(project, f"{name}_id", content[name] or None)
    project.starts_on = date.fromisoformat(content["starts_on"]) if content["starts_on"] else None


def _apply_shares(project: Project, content: Mapping[str, Any], now: Any) -> None:
    rows = {share["park"]: share for share in content["shares"]}
    for party in ProjectParty.objects.select_for_update(no_key=True).filter(project=project, until_at__isnull=True):
        share = rows.get(party.park_id)
        if share is None:
            party.until_at = now
        else:
            party.cost_share, party.risk_share, party.benefit_share = (share[name] for name in SHARES)
        party.save(update_fields=["cost_share", "risk_share", "benefit_share", "until_at"])
