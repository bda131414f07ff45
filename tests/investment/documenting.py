"""Documents of projects for tests, uploaded by a promoter and checked as the worker does."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from alliance.accounts.models import User
from alliance.core.models import StoredFile
from investment.models import Project, ProjectDocument
from investment.services import documents

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def upload(name: str = "sample.pdf", body: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, body, content_type="application/pdf")


def add_document(project: Project, by: User, *, is_checked: bool = True, **values: Any) -> ProjectDocument:
    values = {
        "kind": "brief",
        "stage": "published",
        "disclosure": "public",
        "title_zh": "样例项目简介",
        "title_en": "Sample project brief",
    } | values
    document = documents.add_document(project, values.pop("upload", None) or upload(), by=by, **values)
    if is_checked:
        check(document)
    return document


def check(document: ProjectDocument, state: str = StoredFile.State.READY) -> None:
    """What the worker found of its versions."""
    StoredFile.objects.filter(project_document_version__document=document, state=StoredFile.State.WAITING).update(
        state=state, refusal="scripts" if state == StoredFile.State.REFUSED else ""
    )
