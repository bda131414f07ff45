"""The documents of a project as its page shows them: by stage, and only those whose class is open to the reader."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from .models import DocumentVersion, Project, ProjectDocument


@dataclass(frozen=True)
class Line:
    document: ProjectDocument
    version: DocumentVersion

    @property
    def suffix(self) -> str:
        return self.version.file.original_name.rpartition(".")[2].upper()


# Where `everybodys` leaves what everybody reads.
EVERYBODYS = "everybodys_documents"


def everybodys() -> Prefetch:
    """What everybody reads, for lists of projects; read it with `lines_of`."""
    rows = ProjectDocument.objects.readable([ProjectDocument.Disclosure.PUBLIC]).with_versions()
    return Prefetch("documents", rows, to_attr=EVERYBODYS)


def lines_of(project: Project) -> list[Line]:
    """None where `everybodys` was not fetched."""
    found = [(document, document.current) for document in getattr(project, EVERYBODYS, ())]
    return [Line(document, version) for document, version in found if version is not None]


def by_stage(project: Project, classes: Collection[str]) -> list[tuple[Any, list[Line]]]:
    """Stages in the order of the road, each with what the reader may have; two queries. Others are neither named nor
    counted (J-5)."""
    found: dict[str, list[Line]] = {}
    for document in ProjectDocument.objects.filter(project=project).readable(classes).with_versions():
        version = document.current
        if version is not None:
            found.setdefault(document.stage, []).append(Line(document, version))
    return [(stage.label, found[stage]) for stage in ProjectDocument.Stage if stage in found]
