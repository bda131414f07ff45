"""What is accepted becomes the public profile: columns, institutions, figures, pictures, and all that counts on
them."""

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import User
from alliance.core import audit, bilingual, search
from alliance.core.errors import RuleBroken

from .. import blocks, completeness, drafts
from ..blocks import BLOCKS, Block, Plain, Values
from ..models import AnchorInstitution, BlockDraft, BlockEdit, Cluster, Figure, Park
from .profile import lock, write_confirmations

# What somebody outside reads of an organisation follows the name of its park.
NAMES = ("name_zh", "name_en")


@transaction.atomic
def publish(
    park: Park, content: Mapping[str, Values], *, by: User, reason: str = ""
) -> dict[str, dict[str, tuple[Plain, Plain]]]:
    """Write `content` into the public profile and clear the drafts it came from; returns what changed, by block.

    History, translation states, completeness and search follow in the same transaction.
    """
    park = lock(park)
    changed = drafts.undrafted_changes(park, content)
    for code, changes in changed.items():
        _write(park, {name: after for name, (before, after) in changes.items()}, by=by)
        BlockEdit.objects.create(
            park=park,
            block=code,
            way=BlockEdit.Way.PUBLISH,
            changes={name: list(pair) for name, pair in changes.items()},
            by=by,
        )
    still_right = _clear_drafts(park, content)
    _save(park, reason=reason)
    _track(park, still_right)
    refresh_public(park)
    return changed


def correct_block(park: Park, block: Block, values: Mapping[str, Plain], *, by: User, note: str) -> BlockEdit | None:
    """The same for one block."""
    return next(iter(correct(park, {block.code: dict(values)}, by=by, note=note)), None)


@transaction.atomic
def correct(park: Park, content: Mapping[str, Values], *, by: User, note: str) -> list[BlockEdit]:
    """The secretariat puts something right in the public profile, at once and with a note that the park reads.

    `content` are values by block. The park's own unpublished text stays in its drafts. Nothing changed: nothing is
    written.
    """
    from .. import notices

    note = note.strip()
    if not note:
        raise RuleBroken(_("Please say why you correct this. The park will read it."))
    park = lock(park)
    changed = drafts.undrafted_changes(park, content)
    edits = []
    for code, changes in changed.items():
        _write(park, {name: after for name, (before, after) in changes.items()}, by=by)
        edits.append(
            BlockEdit.objects.create(
                park=park,
                block=code,
                way=BlockEdit.Way.CORRECTION,
                changes={name: list(pair) for name, pair in changes.items()},
                by=by,
                note=note,
            )
        )
        _forget_equal_drafts(park, BLOCKS[code])
    if not edits:
        return []
    _save(park, reason="correction")
    _track(park, {})
    refresh_public(park)
    for edit in edits:
        audit.record(
            "profile.corrected",
            park,
            by=by,
            on_behalf_of=park.organisation,
            block=edit.block,
            fields=sorted(edit.changes),
            note=audit.text_digest(note),
        )
        notices.tell_corrected(edit)
    return edits


def _write(park: Park, values: Values, *, by: User) -> None:
    for name, value in values.items():
        if name == "institutions":
            _write_institutions(park, value)
        elif name == "figures":
            _write_figures(park, value, by)
        elif name in blocks.ON_ORGANISATION:
            setattr(park.organisation, name, value)
        else:
            drafts.write(park, name, value)
        if name in NAMES:
            setattr(park.organisation, name, value)
    if {"province"} & set(values):
        park.organisation.province_id = park.province_id
    if {*NAMES, *blocks.ON_ORGANISATION, "province"} & set(values):
        try:
            with transaction.atomic():
                park.organisation.save(update_fields=[*NAMES, *blocks.ON_ORGANISATION, "province"])
        except IntegrityError:
            raise RuleBroken(_("Another organisation already has this credit code.")) from None
    if {"formation", "structure", "site_form"} & set(values):
        # From now on it is the park's own statement.
        park.is_coded_by_researchers = False


def _write_institutions(park: Park, rows: list[dict]) -> None:
    """Keep rows whose name stays, so that what later refers to an institution still finds it."""
    known = {row.name_zh: row for row in park.institutions.all()}
    for position, row in enumerate(rows):
        found = known.pop(row["name_zh"], None) or AnchorInstitution(park=park)
        for name in blocks.INSTITUTION_FIELDS:
            setattr(found, name, row.get(name))
        found.position = position
        found.save()
    for left in known.values():
        left.delete()
    _forget_prefetched(park, "institutions")


def _write_figures(park: Park, rows: list[dict], by: User) -> None:
    """Figures that are new or different carry the officer who accepted them and the day."""
    known = {(row.indicator, row.year, row.is_planned): row for row in park.figures.all()}
    for row in rows:
        found = known.pop((row["indicator"], row["year"], row["is_planned"]), None) or Figure(park=park)
        before = blocks.figure_row(found) if found.pk else None
        for name in blocks.FIGURE_FIELDS:
            setattr(found, name, row.get(name))
        if blocks.figure_row(found) != before:
            found.verified_by, found.verified_on = by, timezone.localdate()
            found.save()
    for left in known.values():
        left.delete()
    _forget_prefetched(park, "figures")


def _forget_prefetched(park: Park, name: str) -> None:
    getattr(park, "_prefetched_objects_cache", {}).pop(name, None)


def _clear_drafts(park: Park, content: Mapping[str, Values]) -> dict[str, str]:
    """Empty the drafts that went out; returns the pairs that somebody had judged still right: {pair: hash of the
    Chinese}."""
    still_right: dict[str, str] = {}
    for draft in BlockDraft.objects.filter(park=park, block__in=list(content)):
        still_right |= draft.still_right
        draft.data, draft.still_right = {}, {}
        draft.version += 1
        draft.save(update_fields=["data", "still_right", "version"])
    return still_right


def _forget_equal_drafts(park: Park, block: Block) -> None:
    """A draft keeps only what still differs from the profile."""
    draft = BlockDraft.objects.filter(park=park, block=block.code).exclude(data={}).first()
    if draft is None:
        return
    published = blocks.published(park, block)
    draft.data = {name: value for name, value in draft.data.items() if published.get(name) != value}
    draft.version += 1
    draft.save(update_fields=["data", "version"])


def _save(park: Park, *, reason: str) -> None:
    counted = completeness.measure(completeness.facts_of(park))
    park.completeness_zh, park.completeness_en = counted.zh, counted.en
    park._change_reason = reason[:100]  # type: ignore[attr-defined]
    park.save()


def _track(park: Park, still_right: Mapping[str, str]) -> None:
    bilingual.track(park, Park.BILINGUAL, weight=translation_weight(park))
    for pair, digest in still_right.items():
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
