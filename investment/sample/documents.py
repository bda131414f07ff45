"""Sample documents of each class, and somebody who follows a project."""

from django.core.files.uploadedfile import SimpleUploadedFile

from alliance.core.models import StoredFile

from ..models import Project, ProjectDocument
from ..services import documents, followers
from . import person
from .projects import LEAD, MANAGERS
from .rooms import page_of

State, Kind, Disclosure = Project.State, ProjectDocument.Kind, ProjectDocument.Disclosure
DOCUMENTS = (
    (Kind.BRIEF, State.PUBLISHED, Disclosure.PUBLIC, "样例项目简介", "Sample project brief"),
    (Kind.FEASIBILITY, State.PUBLISHED, Disclosure.REGISTERED, "样例可行性研究摘要", "Sample feasibility summary"),
    (Kind.FINANCING, State.IN_DIALOGUE, Disclosure.VERIFIED, "样例融资方案", "Sample financing plan"),
)
STATES = (State.IN_DIALOGUE, State.DUE_DILIGENCE, State.IMPLEMENTATION)


def make() -> None:
    by = person(MANAGERS[LEAD])
    for project in Project.objects.filter(is_sample=True, state__in=STATES).order_by("pk"):
        for kind, stage, disclosure, zh, en in DOCUMENTS:
            upload = SimpleUploadedFile(f"sample-{kind}.pdf", page_of(en, 2), content_type="application/pdf")
            document = documents.add_document(
                project, upload, kind=kind, stage=stage, disclosure=disclosure, title_zh=zh, title_en=en, by=by
            )
            # Made here a moment ago: there is nothing to wait for.
            StoredFile.objects.filter(project_document_version__document=document).update(state=StoredFile.State.READY)
        followers.follow(project, by=person("investor"))
