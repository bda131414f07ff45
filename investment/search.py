"""How joint projects are found: by what the public may read of them, in both languages (J-5)."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from alliance.core import markdown, search

from .models import Project


def document(project: Project) -> search.Document | None:
    if not project.is_public or project.version is None:
        return None
    content = project.version.content
    return search.Document(
        title_zh=project.title_zh,
        title_en=project.title_en,
        keywords=list(_keywords(project)),
        body_zh="\n".join([project.summary_zh, markdown.plain(content["description_zh"])]),
        body_en="\n".join([project.summary_en, markdown.plain(content["description_en"])]),
        # The day that everybody may know: steps of a committee leave no mark here (J-3).
        updated_at=project.news_at or project.updated_at,
    )


def _keywords(project: Project) -> Iterator[str]:
    if project.field is not None:
        yield from (project.field.name_zh, project.field.name_en)
    for party in project.parties.all():
        if party.until_at is None:
            yield f"{party.park.name_zh}{search.BETWEEN}{party.park.name_en}"


def rows() -> QuerySet[Project]:
    return Project.objects.select_related("field", "version").prefetch_related("parties__park")


SOURCE = search.SearchSource(kind="project", model=Project, title=_("Joint projects"), document=document, rows=rows)
