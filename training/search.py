"""How programmes are found: by what the public may read of them, in both languages."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from alliance.core import markdown, search

from .models import Programme


def document(programme: Programme) -> search.Document | None:
    if not programme.is_public:
        return None
    return search.Document(
        title_zh=programme.title_zh,
        title_en=programme.title_en,
        keywords=list(_keywords(programme)),
        body_zh="\n".join([programme.summary_zh, markdown.plain(programme.description_zh)]),
        body_en="\n".join([programme.summary_en, markdown.plain(programme.description_en)]),
        updated_at=programme.updated_at,
    )


def _keywords(programme: Programme) -> Iterator[str]:
    yield from (programme.field.name_zh, programme.field.name_en)
    for partner in programme.partners.all():
        if partner.accepted_at and partner.until_on is None:
            yield f"{partner.organisation.name_zh}{search.BETWEEN}{partner.organisation.name_en}"
    for curriculum in programme.curricula.all():
        yield from (curriculum.code, curriculum.title_zh, curriculum.title_en)


def rows() -> QuerySet[Programme]:
    return Programme.objects.select_related("field").prefetch_related("partners__organisation", "curricula")


SOURCE = search.SearchSource(
    kind="programme", model=Programme, title=_("Training programmes"), document=document, rows=rows
)
