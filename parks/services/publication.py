"""What is accepted becomes the public profile: columns, institutions, figures, pictures, and all that counts on
them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.utils import bulk_update_with_history

from alliance.accounts.models import Organisation, User
from alliance.core import audit, bilingual, search
from alliance.core.errors import RuleBroken

from .. import blocks, completeness, drafts
from ..blocks import BLOCKS, Block, Plain, Values
from ..models import AnchorInstitution, BlockDraft, BlockEdit, Cluster, Figure, Park
from .profile import lock_all, write_confirmations

# What somebody outside reads of an organisation follows the name of its park.
NAMES = ("name_zh", "name_en")


# A profile and what is to be written into it: values by block.
Wanted = tuple[Park, Mapping[str, Values]]
# What that changes: {block: {field: (before, after)}}.
Changes = dict[str, dict[str, tuple[Plain, Plain]]]


def publish(park: Park, content: Mapping[str, Values], *, by: User, reason: str = "") -> Changes:
    """Write `content` into the public profile and clear the drafts it came from; returns what changed, by block.

    History, translation states, completeness and search follow in the same transaction.
    """
    return publish_all([(park, content)], by=by, reason=reason)[0]


@transaction.atomic
def publish_all(wanted: Sequence[Wanted], *, by: User, reason: str = "") -> list[Changes]:
    """The same for several parks, each of them once: as many questions as for one."""
    found = _locked(wanted)
    changed = [drafts.undrafted_changes(park, content) for park, content in found]
    parks = [park for park, _content in found]
    edits = _edits(parks, changed, BlockEdit.Way.PUBLISH, by)
    written = _write(parks, changed, by=by)
    BlockEdit.objects.bulk_create(edits)
    still_right = _clear_drafts(found)
    _save(parks, written, reason=reason)
    _track(parks, still_right)
    search.index_all(Park, [park.pk for park in parks])
    return changed


def correct_block(park: Park, block: Block, values: Mapping[str, Plain], *, by: User, note: str) -> BlockEdit | None:
    """The same for one block, by the secretariat."""
    return next(iter(correct_all([(park, {block.code: dict(values)})], by=by, note=note)), None)


@transaction.atomic
def correct_all(wanted: Sequence[Wanted], *, by: User, note: str) -> list[BlockEdit]:
    """The secretariat puts something right in public profiles, at once and with a note that the parks read.

    What a park's people have not published yet stays in their drafts. Where nothing changes, nothing is written.
    """
    from .. import notices

    note = note.strip()
    if not note:
        raise RuleBroken(_("Please say why you correct this. The park will read it."))
    every = [(park, drafts.undrafted_changes(park, content)) for park, content in _locked(wanted)]
    parks = [park for park, changes in every if changes]
    if not parks:
        return []
    changed = [changes for _park, changes in every if changes]
    edits = _edits(parks, changed, BlockEdit.Way.CORRECTION, by, note)
    written = _write(parks, changed, by=by)
    BlockEdit.objects.bulk_create(edits)
    _forget_equal_drafts(parks, changed)
    _save(parks, written, reason="correction")
    _track(parks, {})
    search.index_all(Park, [park.pk for park in parks])
    for edit in edits:
        audit.record(
            "profile.corrected",
            edit.park,
            by=by,
            on_behalf_of=edit.park.organisation,
            block=edit.block,
            fields=sorted(edit.changes),
            note=audit.text_digest(note),
        )
    notices.tell_corrected(edits, by=by)
    return edits


def _locked(wanted: Sequence[Wanted]) -> list[Wanted]:
    """The same with the parks as they are now, locked, in the order given."""
    locked = {park.pk: park for park in lock_all(park.pk for park, _content in wanted)}
    if len(locked) < len(wanted):
        raise RuleBroken(_("This entry was merged into another one a moment ago."))
    return [(locked[park.pk], content) for park, content in wanted]


def _edits(parks: Sequence[Park], changed: Sequence[Changes], way: str, by: User, note: str = "") -> list[BlockEdit]:
    return [
        BlockEdit(
            park=park,
            block=code,
            way=way,
            changes={name: list(pair) for name, pair in changes.items()},
            by=by,
            note=note,
        )
        for park, found in zip(parks, changed, strict=True)
        for code, changes in found.items()
    ]


def _write(parks: Sequence[Park], changed: Sequence[Changes], *, by: User) -> set[str]:
    """Set what changed; rows beside the park are written, its own columns wait for `_save`, which takes their names."""
    columns: set[str] = set()
    figures, institutions = _Rows(Figure), _Rows(AnchorInstitution)
    organisations: list[Organisation] = []
    for park, found in zip(parks, changed, strict=True):
        values = {name: after for changes in found.values() for name, (_before, after) in changes.items()}
        for name, value in values.items():
            if name == "institutions":
                _set_institutions(park, value, institutions)
            elif name == "figures":
                _set_figures(park, value, by, figures)
            else:
                drafts.write(park, name, value)
                columns |= {name} - set(blocks.ON_ORGANISATION)
            if name in NAMES:
                setattr(park.organisation, name, value)
        if "province" in values:
            park.organisation.province_id = park.province_id
        if {*NAMES, *blocks.ON_ORGANISATION, "province"} & set(values):
            organisations.append(park.organisation)
        if {"formation", "structure", "site_form"} & set(values):
            # From now on it is the park's own statement.
            park.is_coded_by_researchers = False
            columns.add("is_coded_by_researchers")
    institutions.save()
    figures.save()
    try:
        with transaction.atomic():
            Organisation.objects.bulk_update(organisations, [*NAMES, *blocks.ON_ORGANISATION, "province"])
    except IntegrityError:
        raise RuleBroken(_("Another organisation already has this credit code.")) from None
    return columns


class _Rows:
    """Rows that belong to parks: those to be added, changed and removed, written together."""

    def __init__(self, model: type[Model]) -> None:
        self.model = model
        self.kept: list[Any] = []
        self.gone: list[int] = []

    def save(self) -> None:
        rows = self.model._default_manager
        names = [field.name for field in self.model._meta.concrete_fields if field.name not in ("id", "park")]
        if self.gone:
            rows.filter(pk__in=self.gone).delete()
        rows.bulk_update([row for row in self.kept if row.pk], names)
        rows.bulk_create([row for row in self.kept if not row.pk])


def _set_institutions(park: Park, values: list[dict], rows: _Rows) -> None:
    """Keep rows whose name stays, so that what later refers to an institution still finds it."""
    known = {row.name_zh: row for row in park.institutions.all()}
    now = []
    for position, value in enumerate(values):
        found = known.pop(value["name_zh"], None) or AnchorInstitution(park=park)
        for name in blocks.INSTITUTION_FIELDS:
            setattr(found, name, value.get(name))
        found.position = position
        now.append(found)
    rows.kept += now
    rows.gone += [left.pk for left in known.values()]
    drafts.remember_rows(park, "institutions", now)


def _set_figures(park: Park, values: list[dict], by: User, rows: _Rows) -> None:
    """Figures that are new or different carry the officer who accepted them and the day."""
    known = {(row.indicator, row.year, row.is_planned): row for row in park.figures.all()}
    now = []
    for value in values:
        found = known.pop((value["indicator"], value["year"], value["is_planned"]), None) or Figure(park=park)
        before = blocks.figure_row(found) if found.pk else None
        for name in blocks.FIGURE_FIELDS:
            setattr(found, name, value.get(name))
        if blocks.figure_row(found) != before:
            found.verified_by, found.verified_on = by, timezone.localdate()
            rows.kept.append(found)
        now.append(found)
    rows.gone += [left.pk for left in known.values()]
    drafts.remember_rows(park, "figures", now)


def _clear_drafts(found: Sequence[Wanted]) -> dict[int, dict[str, str]]:
    """Empty the drafts that went out; returns the pairs that somebody had judged still right, by park: {pair: hash of
    the Chinese}."""
    still_right: dict[int, dict[str, str]] = {}
    blocks_of = {park.pk: set(content) for park, content in found}
    for draft in BlockDraft.objects.filter(park__in=blocks_of):
        if draft.block not in blocks_of[draft.park_id]:
            continue
        still_right.setdefault(draft.park_id, {}).update(draft.still_right)
        draft.data, draft.still_right = {}, {}
        draft.version += 1
        draft.save(update_fields=["data", "still_right", "version"])
    return still_right


def _forget_equal_drafts(parks: Sequence[Park], changed: Sequence[Changes]) -> None:
    """A draft keeps only what still differs from the profile."""
    found = {park.pk: (park, changes) for park, changes in zip(parks, changed, strict=True)}
    for draft in BlockDraft.objects.filter(park__in=found).exclude(data={}):
        park, changes = found[draft.park_id]
        if draft.block not in changes:
            continue
        published = blocks.published(park, BLOCKS[draft.block])
        draft.data = {name: value for name, value in draft.data.items() if published.get(name) != value}
        draft.version += 1
        draft.save(update_fields=["data", "version"])


def _save(parks: Sequence[Park], columns: set[str], *, reason: str) -> None:
    for park in parks:
        counted = completeness.measure(completeness.facts_of(park))
        park.completeness_zh, park.completeness_en = counted.zh, counted.en
        park.updated_at = timezone.now()
    written = sorted({*columns, "completeness_zh", "completeness_en", "updated_at"})
    bulk_update_with_history(parks, Park, written, default_change_reason=reason[:100])


def _track(parks: Sequence[Park], still_right: Mapping[int, Mapping[str, str]]) -> None:
    bilingual.track_all([(park, translation_weight(park)) for park in parks], Park.BILINGUAL)
    for park in parks:
        for pair, digest in still_right.get(park.pk, {}).items():
            if pair in Park.BILINGUAL and bilingual.text_hash(getattr(park, f"{pair}_zh")) == digest:
                bilingual.confirm(park, pair, bilingual.EN)


def translation_weight(park: Park) -> int:
    """A park that confirmed its profile is translated before a compiled entry, and that before a draft."""
    return {Park.Standing.LISTED: 20, Park.Standing.CATALOGUED: 10}.get(Park.Standing(park.standing), 0)


def refresh_public(park: Park) -> None:
    """Search shows the park as it is from now on, or no longer; and the clusters that name it."""
    search.index(park)
    if park.clusters:
        for cluster in Cluster.objects.filter(slug__in=park.clusters):
            search.index(cluster)


@transaction.atomic
def recount(park: Park) -> None:
    """Bring the stored completeness up to date, for pictures and after a change of the rules."""
    counted = completeness.measure(completeness.facts_of(park))
    Park.objects.filter(pk=park.pk).update(completeness_zh=counted.zh, completeness_en=counted.en)


def confirm_published(park: Park, codes: list[str], *, by: User) -> None:
    """What a park submits it also vouches for."""
    write_confirmations(park, [code for code in codes if code in BLOCKS], by=by)


def after_standing(park: Park) -> None:
    """A park that became public or stopped being so: search and the board of translations follow."""
    bilingual.track(park, Park.BILINGUAL, weight=translation_weight(park))
    refresh_public(park)
