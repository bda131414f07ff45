"""Documents of a project outside its data room: added by its parks, renewed, withdrawn with a reason (J-5)."""

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from alliance.accounts.models import User
from alliance.core import audit, files
from alliance.core.errors import RuleBroken
from alliance.core.files import NotAccepted
from alliance.core.files.accept import shown_name
from alliance.core.pagecache import public_data_changed

from .. import policies
from ..models import DocumentVersion, Project, ProjectDocument
from .locking import lock

EXTENSIONS = ("pdf", "jpg", "jpeg", "png", "webp", "docx", "pptx", "xlsx")
MOST_DOCUMENTS = 60
MOST_VERSIONS = 50


def _kept(project: Project, by: User) -> Project:
    """The project under its lock, for somebody who keeps its documents."""
    project = lock(project)
    if not policies.can_keep_documents(by, project):
        raise PermissionDenied
    return project


@transaction.atomic
def add_document(
    project: Project,
    upload: UploadedFile,
    *,
    kind: str,
    stage: str,
    disclosure: str,
    title_zh: str,
    title_en: str = "",
    by: User,
) -> ProjectDocument:
    """A document with its first version; readers find it once that was checked. Raises NotAccepted."""
    project = _kept(project, by)
    if ProjectDocument.objects.standing().filter(project=project).count() >= MOST_DOCUMENTS:
        raise RuleBroken(
            _("At most %(n)d documents. Withdraw one that is not needed any more.") % {"n": MOST_DOCUMENTS}
        )
    document = ProjectDocument.objects.create(
        project=project,
        kind=ProjectDocument.Kind(kind),
        stage=ProjectDocument.Stage(stage),
        disclosure=ProjectDocument.Disclosure(disclosure),
        title_zh=title_zh,
        title_en=title_en,
        created_by=by,
    )
    audit.record(
        "project_document.added",
        document,
        by=by,
        project=project.pk,
        kind=document.kind,
        stage=document.stage,
        disclosure=document.disclosure,
    )
    _add_version(document, upload, by)
    return document


@transaction.atomic
def renew_document(document: ProjectDocument, upload: UploadedFile, *, by: User) -> DocumentVersion:
    """A newer version; until it was checked, readers get the one before. Raises NotAccepted."""
    return _add_version(_standing(document, by), upload, by)


@transaction.atomic
def change_document(
    document: ProjectDocument, *, kind: str, stage: str, disclosure: str, title_zh: str, title_en: str = "", by: User
) -> ProjectDocument:
    """Another title, stage or class of readers, from this moment on."""
    document = _standing(document, by)
    before = document.disclosure
    document.kind, document.stage = ProjectDocument.Kind(kind), ProjectDocument.Stage(stage)
    document.disclosure = ProjectDocument.Disclosure(disclosure)
    document.title_zh, document.title_en = title_zh, title_en
    document.save(update_fields=["kind", "stage", "disclosure", "title_zh", "title_en"])
    audit.record(
        "project_document.changed",
        document,
        by=by,
        project=document.project_id,
        stage=document.stage,
        was=before,
        disclosure=document.disclosure,
    )
    public_data_changed()
    return document


@transaction.atomic
def withdraw_document(document: ProjectDocument, *, reason: str, by: User) -> ProjectDocument:
    """Nobody but its promoters and the desk reads it any more; versions stay. A second click changes nothing."""
    project = _kept(document.project, by)
    document = ProjectDocument.objects.select_for_update(of=("self",), no_key=True).get(pk=document.pk)
    if document.withdrawn_at is not None:
        return document
    reason = reason.strip()
    if not reason:
        raise RuleBroken(_("Please give a reason. The other parks will read it."))
    document.withdrawn_by, document.withdrawn_at, document.withdraw_reason = by, timezone.now(), reason
    document.save(update_fields=["withdrawn_by", "withdrawn_at", "withdraw_reason"])
    audit.record("project_document.withdrawn", document, by=by, project=project.pk)
    public_data_changed()
    return document


def _standing(document: ProjectDocument, by: User) -> ProjectDocument:
    _kept(document.project, by)
    found = ProjectDocument.objects.select_for_update(of=("self",), no_key=True).get(pk=document.pk)
    if found.withdrawn_at is not None:
        raise RuleBroken(_("It was withdrawn meanwhile."))
    return found


def _add_version(document: ProjectDocument, upload: UploadedFile, by: User) -> DocumentVersion:
    name = shown_name(upload.name or "")
    if name.rpartition(".")[2].lower() not in EXTENSIONS:
        raise NotAccepted(
            _("“%(name)s” is none of the kinds taken here: PDF, DOCX, PPTX, XLSX, JPG, PNG, WebP.") % {"name": name}
        )
    number = (document.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    if number > MOST_VERSIONS:
        raise RuleBroken(_("This document has %(n)d versions. Please begin a new one.") % {"n": MOST_VERSIONS})
    stored = files.accept_document(upload, by=by)
    version = DocumentVersion.objects.create(document=document, number=number, file=stored, uploaded_by=by)
    audit.record(
        "project_document.version_added",
        document,
        by=by,
        project=document.project_id,
        number=number,
        sha256=stored.sha256,
        size=stored.size,
    )
    public_data_changed()
    return version
