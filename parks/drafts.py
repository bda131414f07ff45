"""Drafts laid over the published profile: what the park's people see while they work, and what a preview shows."""

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from . import blocks
from .blocks import BLOCKS, Block, Plain, Values
from .models import AnchorInstitution, BlockDraft, Figure, Park


def drafts_of(park: Park) -> dict[str, BlockDraft]:
    """The drafts of a park by block. Uses what was prefetched."""
    return {draft.block: draft for draft in park.drafts.all() if draft.block in BLOCKS}


def content_of(park: Park) -> dict[str, Values]:
    """What the drafts change, by block: what a submission freezes."""
    return {code: dict(draft.data) for code, draft in drafts_of(park).items() if draft.data}


def current(park: Park, block: Block, draft: BlockDraft | None) -> Values:
    """The values of one block as the park's people see them."""
    return blocks.published(park, block) | _known(block, draft.data if draft else {})


def profile(park: Park, content: Mapping[str, Mapping[str, Plain]] | None = None) -> Values:
    """The whole profile as plain values, with `content` (the drafts, if none is given) over what is published."""
    content = content_of(park) if content is None else content
    values: Values = {}
    for block in BLOCKS.values():
        values |= blocks.published(park, block) | _known(block, content.get(block.code, {}))
    return values


def _known(block: Block, data: Mapping[str, Plain]) -> Values:
    """Only fields that the block still has: a draft may be older than the profile's form."""
    return {field: value for field, value in data.items() if field in block.names}


def overlay(park: Park, content: Mapping[str, Mapping[str, Plain]] | None = None) -> Park:
    """The park as it would be published with these drafts: a copy that is never saved.

    `institutions.all()` and `figures.all()` of the copy answer with the drafted rows, so that whatever shows a park
    can show it.
    """
    content = content_of(park) if content is None else content
    shown = copy.copy(park)
    shown._state = copy.copy(park._state)
    shown._state.fields_cache = dict(park._state.fields_cache)
    shown._prefetched_objects_cache = dict(getattr(park, "_prefetched_objects_cache", {}))
    if "credit_code" in content.get("identity", {}):
        shown.organisation = copy.copy(park.organisation)
    for block in BLOCKS.values():
        for field, value in _known(block, content.get(block.code, {})).items():
            write(shown, field, value)
    return shown


def write(park: Park, field: str, value: Plain) -> None:
    """Set one value on an instance, without saving."""
    if field == "institutions":
        remember_rows(park, field, institution_objects(park, value))
    elif field == "figures":
        remember_rows(park, field, figure_objects(park, value))
    elif field in blocks.ON_ORGANISATION:
        setattr(park.organisation, field, value)
    elif field in blocks.FOREIGN_KEYS:
        setattr(park, f"{field}_id", value or None)
    else:
        setattr(park, field, value)


def institution_objects(park: Park, rows: Iterable[Mapping[str, Any]]) -> list[AnchorInstitution]:
    return [
        AnchorInstitution(park=park, position=position, **{name: row.get(name) for name in blocks.INSTITUTION_FIELDS})
        for position, row in enumerate(rows)
    ]


def figure_objects(park: Park, rows: Iterable[Mapping[str, Any]]) -> list[Figure]:
    return [Figure(park=park, **{name: row.get(name) for name in blocks.FIGURE_FIELDS}) for row in rows]


def remember_rows(park: Park, name: str, rows: list) -> None:
    """Let the related manager answer with these rows instead of asking the database."""
    # A clone: what was prefetched belongs to the published park too.
    queryset = getattr(park, name).all().all()
    queryset._result_cache = rows
    queryset._prefetch_done = True
    cache = dict(getattr(park, "_prefetched_objects_cache", {}))
    cache[name] = queryset
    park._prefetched_objects_cache = cache  # type: ignore[attr-defined]


def undrafted_changes(
    park: Park, content: Mapping[str, Mapping[str, Plain]]
) -> dict[str, dict[str, tuple[Plain, Plain]]]:
    """What `content` would change in the published profile: {block: {field: (before, after)}}."""
    found: dict[str, dict[str, tuple[Plain, Plain]]] = {}
    for block in BLOCKS.values():
        before = blocks.published(park, block)
        changed = {
            field: (before[field], value)
            for field, value in _known(block, content.get(block.code, {})).items()
            if before[field] != value
        }
        if changed:
            found[block.code] = changed
    return found
