"""Objects into the index. Services call `index` in the transaction of the change, so search never says what was."""

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import islice
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model
from django.utils import translation

from ..models import SearchDocument
from ..pagecache import public_data_changed
from .cut import TITLE, WHOLE, cut, pinyin, pinyin_tokens, whole
from .database import vector
from .sources import BETWEEN, Document, SearchSource, source_of

# Text beyond this is not searched; a vector may hold 1 MB.
MAX_BODY = 20_000
FILLED = [
    "kind",
    "visibility",
    "province_code",
    "title_zh",
    "title_en",
    "keywords",
    "body_zh",
    "body_en",
    "url_path",
    "head",
    "vector",
    "pinyin",
    "updated_at",
]


def index(obj: Model) -> None:
    """Bring what is found of this object up to date; take it out when it should not be found any more."""
    source = source_of(type(obj))
    row = _row(source, obj)
    if row is None:
        remove(obj)
    else:
        _write([row])
        public_data_changed()


def index_all(model: type[Model], keys: Collection[int]) -> None:
    """The same for several objects of one model, as they stand in the database now: few questions, however many."""
    source = source_of(model)
    rows = [row for obj in source.rows().filter(pk__in=keys) if (row := _row(source, obj)) is not None]
    _remove(model, set(keys) - {row.object_id for row in rows})
    _write(rows)
    public_data_changed()


def remove(*objects: Model) -> None:
    for model in {type(obj) for obj in objects}:
        _remove(model, {obj.pk for obj in objects if type(obj) is model})
    public_data_changed()


def _remove(model: type[Model], keys: Collection[int]) -> None:
    if keys:
        object_type = ContentType.objects.get_for_model(model, for_concrete_model=True)
        SearchDocument.objects.filter(object_type=object_type, object_id__in=keys).delete()


def reindex(source: SearchSource, *, batch: int = 500, progress: Callable[[int], None] = lambda done: None) -> int:
    """Fill the index of one kind anew, a batch at a time, while people go on searching. Returns how many are found."""
    object_type = ContentType.objects.get_for_model(source.model)
    found = done = 0
    last = 0
    for objects in _batches(source.rows().order_by("pk").iterator(chunk_size=batch), batch):
        with transaction.atomic():
            rows = [row for obj in objects if (row := _row(source, obj)) is not None]
            here = SearchDocument.objects.filter(
                object_type=object_type, object_id__gt=last, object_id__lte=objects[-1].pk
            )
            here.exclude(object_id__in=[row.object_id for row in rows]).delete()
            _write(rows)
        found, done, last = found + len(rows), done + len(objects), objects[-1].pk
        progress(done)
    SearchDocument.objects.filter(object_type=object_type, object_id__gt=last).delete()
    public_data_changed()
    return found


def _batches(objects: Iterator[Any], size: int) -> Iterator[list[Any]]:
    while batch := list(islice(objects, size)):
        yield batch


def _write(rows: Iterable[SearchDocument]) -> None:
    SearchDocument.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["object_type", "object_id"], update_fields=FILLED
    )


def _row(source: SearchSource, obj: Model) -> SearchDocument | None:
    document = source.document(obj)
    if document is None:
        return None
    keywords = BETWEEN.join(dict.fromkeys(word.strip() for word in document.keywords if word.strip()))
    return SearchDocument(
        kind=source.kind,
        object_type=ContentType.objects.get_for_model(source.model),
        object_id=obj.pk,
        visibility=document.visibility,
        province_code=document.province_code,
        title_zh=document.title_zh[:300],
        title_en=document.title_en[:300],
        keywords=keywords,
        body_zh=document.body_zh[:MAX_BODY],
        body_en=document.body_en[:MAX_BODY],
        url_path=document.path or _path(obj),
        pinyin=f"{pinyin(document.title_zh)} {whole(document.title_en)}".strip()[:400],
        updated_at=document.updated_at,
        **_vectors(document, keywords),
    )


def _vectors(document: Document, keywords: str) -> dict[str, Any]:
    titles = [title for title in (document.title_zh, document.title_en) if title]
    tokens = [token for title in titles for token in cut(title)]
    keys = list(cut(keywords))
    # A title is told from the rest by tokens of its own: the index knows them by themselves, a weight it would have to
    # look up in the row.
    own = [*(WHOLE + whole(title) for title in titles), *(TITLE + token for token in tokens)]
    body = [*cut(document.body_zh[:MAX_BODY]), *cut(document.body_en[:MAX_BODY])]
    return {
        "head": vector([("A", tokens), ("B", keys), ("D", own)]),
        "vector": vector([("A", tokens), ("B", [*pinyin_tokens(document.title_zh), *keys]), ("C", body)]),
    }


def _path(obj: Any) -> str:
    """The address without its language, which is the reader's."""
    with translation.override("en"):
        return obj.get_absolute_url().removeprefix("/en")
