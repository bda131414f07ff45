"""Documents of a project outside its data room: handed to whom their class is open, kept at the promoters' desk."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.core import limits
from alliance.core.errors import RuleBroken
from alliance.core.files import documents as kinds
from alliance.core.files import refusal_text, serve
from alliance.core.files.accept import shown_name
from alliance.core.limits import Limit

from .. import policies
from ..forms.documents import DocumentForm, NewDocumentForm, RenewForm, WithdrawForm
from ..models import DocumentVersion, Project, ProjectDocument, with_parties
from ..services import documents as services
from .access import desk_project_of, trail_of

UPLOADS = Limit("project_document", each=60, overall=2000, seconds=600)
DOWNLOADS = Limit("project_document_read", each=120, overall=6000, seconds=600)


# For readers --------------------------------------------------------------------------------------------------------


@login_not_required
@require_safe
@limits.limited(DOWNLOADS)
def project_document(request: HttpRequest, slug: str, token: UUID) -> HttpResponseBase:
    """The newest checked version, for whom its class is open. Everything else does not exist."""
    project = get_object_or_404(Project.objects.public().prefetch_related(with_parties()), slug=slug)
    classes = policies.document_classes(request.user, project)
    rows = ProjectDocument.objects.filter(project=project).readable(classes).with_versions()
    version = get_object_or_404(rows, token=token).current
    if version is None:
        raise Http404
    return serve.original(version.file)


# For those who keep them --------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def desk_documents(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Every document with its class and versions, withdrawn ones too; and a form for another."""
    project = desk_project_of(request, slug)
    keeps = policies.can_keep_documents(request.user, project)
    if request.method == "POST":
        if not keeps:
            raise PermissionDenied
        if wait := limits.take(UPLOADS, limits.who(request)):
            return limits.refuse(request, wait)
    form = NewDocumentForm(request.POST or None, request.FILES or None, initial=_first(project))
    _too_large(request, form)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            services.add_document(project, values.pop("file"), by=request.user, **values)
        except RuleBroken as broken:
            form.add_error("file", str(broken))
        else:
            messages.success(request, _("Uploaded. It is being checked for damage and viruses."))
            return redirect("investment:desk_documents", slug)
    rows = ProjectDocument.objects.filter(project=project).select_related("withdrawn_by").with_versions()
    found = [_shown(document) for document in rows]
    context = {
        "project": project,
        "form": form if keeps else None,
        "standing": [one for one in found if one["document"].withdrawn_at is None],
        "withdrawn": [one for one in found if one["document"].withdrawn_at is not None],
        "keeps": keeps,
        "room_url": reverse("investment:room_desk", args=[slug]),
        "crumbs": trail_of(project, (pgettext("project", "Documents"), None)),
    }
    return render(request, "investment/desk/documents.html", context, status=422 if form.errors else 200)


def _first(project: Project) -> dict[str, Any]:
    """A new document most often belongs to where the project stands."""
    known = ProjectDocument.Stage.values
    return {"stage": project.public_state} if project.public_state in known else {}


def _too_large(request: HttpRequest, form: Any) -> None:
    for _field, name in getattr(request, "dropped_uploads", []):
        form.is_valid()
        form.add_error("file", kinds.too_large(shown_name(name)))


def _shown(document: ProjectDocument) -> dict[str, Any]:
    versions = list(document.versions.all())
    return {
        "document": document,
        "stage": document.get_stage_display(),
        "current": document.current,
        "versions": [(version, refusal_text(version.file)) for version in versions],
    }


def _document_of(request: HttpRequest, slug: str, token: UUID) -> ProjectDocument:
    project = desk_project_of(request, slug)
    document = get_object_or_404(
        ProjectDocument.objects.select_related("withdrawn_by").with_versions(), project=project, token=token
    )
    document.project = project
    return document


def _keeps(request: HttpRequest, document: ProjectDocument) -> None:
    if not policies.can_keep_documents(request.user, document.project):
        raise PermissionDenied


@require_http_methods(["GET", "HEAD", "POST"])
def desk_document(request: HttpRequest, slug: str, token: UUID) -> HttpResponseBase:
    """Title, stage and class of readers; below it the forms to renew and withdraw."""
    document = _document_of(request, slug, token)
    _keeps(request, document)
    names = ("title_zh", "title_en", "kind", "stage", "disclosure")
    form = DocumentForm(request.POST or None, initial={name: getattr(document, name) for name in names})
    if request.method == "POST" and form.is_valid():
        try:
            services.change_document(document, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, pgettext("document", "Saved."))
            return redirect("investment:desk_documents", slug)
    return _edit_page(request, document, form=form)


def _edit_page(request: HttpRequest, document: ProjectDocument, **forms: Any) -> HttpResponse:
    names = ("title_zh", "title_en", "kind", "stage", "disclosure")
    bound = any(form.errors for form in forms.values())
    forms = {
        "form": DocumentForm(initial={name: getattr(document, name) for name in names}),
        "renew_form": RenewForm(),
        "withdraw_form": WithdrawForm(),
    } | forms
    context = {
        **forms,
        **_shown(document),
        "project": document.project,
        "crumbs": trail_of(
            document.project,
            (pgettext("project", "Documents"), reverse("investment:desk_documents", args=[document.project.slug])),
            (document.title, None),
        ),
    }
    return render(request, "investment/desk/document.html", context, status=422 if bound else 200)


@require_POST
def desk_document_renew(request: HttpRequest, slug: str, token: UUID) -> HttpResponseBase:
    document = _document_of(request, slug, token)
    _keeps(request, document)
    if wait := limits.take(UPLOADS, limits.who(request)):
        return limits.refuse(request, wait)
    form = RenewForm(request.POST, request.FILES)
    _too_large(request, form)
    if form.is_valid():
        try:
            services.renew_document(document, form.cleaned_data["file"], by=request.user)  # type: ignore[arg-type]
        except RuleBroken as broken:
            form.add_error("file", str(broken))
        else:
            messages.success(request, _("Uploaded. It is being checked for damage and viruses."))
            return redirect("investment:desk_documents", slug)
    return _edit_page(request, document, renew_form=form)


@require_POST
def desk_document_withdraw(request: HttpRequest, slug: str, token: UUID) -> HttpResponseBase:
    document = _document_of(request, slug, token)
    _keeps(request, document)
    form = WithdrawForm(request.POST)
    if form.is_valid():
        try:
            services.withdraw_document(document, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("The document is withdrawn. Its versions are kept."))
            return redirect("investment:desk_documents", slug)
    return _edit_page(request, document, withdraw_form=form)


@require_safe
def desk_document_version(request: HttpRequest, slug: str, token: UUID, number: int) -> HttpResponseBase:
    """Any checked version, withdrawn ones too: for the promoters and the investment desk."""
    document = _document_of(request, slug, token)
    version = get_object_or_404(DocumentVersion.objects.select_related("file"), document=document, number=number)
    if not version.is_ready:
        raise Http404
    return serve.original(version.file)
