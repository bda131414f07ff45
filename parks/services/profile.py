"""What the park's people do with their drafts: save, merge, undo, confirm."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import User
from alliance.core import audit, bilingual
from alliance.core.errors import RuleBroken
from alliance.core.models import Translation

from .. import blocks, drafts
from ..blocks import BLOCKS, Block, Plain, Values
from ..models import BlockConfirmation, BlockDraft, BlockEdit, Park, Submission

# Saves from one open page within this time are one sitting, and one line of the history.
SITTING = timedelta(minutes=30)


@dataclass(frozen=True)
class Conflict:
    """Two people changed the same field from the same starting point."""

    field: str
    theirs: Plain
    mine: Plain
    by: User | None
    at: datetime | None


@dataclass
class Saved:
    """What became of a save: the draft, which fields it changed, what others had changed meanwhile, and where both
    differ."""

    draft: BlockDraft | None
    values: Values
    changed: list[str] = field(default_factory=list)
    taken_in: list[str] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)

    @property
    def version(self) -> int:
        return self.draft.version if self.draft else 0


def lock(park: Park) -> Park:
    """The park's row, locked: whoever changes its profile queues here."""
    rows = Park.objects.select_for_update(of=("self",)).select_related("organisation")
    found = rows.filter(pk=park.pk).first()
    if found is None:
        raise RuleBroken(_("This entry was merged into another one a moment ago."))
    return found


def lock_all(keys: Iterable[int]) -> list[Park]:
    """The rows of these parks with what belongs to their profiles, locked in one order for everybody."""
    rows = Park.objects.select_for_update(of=("self",)).select_related("organisation", "province", "city")
    return list(rows.prefetch_related("figures", "institutions").filter(pk__in=list(keys)).order_by("pk"))


def is_locked(park: Park) -> bool:
    """Whether the profile lies with the secretariat, so that what is checked is what gets published."""
    return park.submissions.filter(state=Submission.State.SUBMITTED).exists()


def _require_unlocked(park: Park) -> None:
    if is_locked(park):
        raise RuleBroken(_("The profile is with the secretariat. Withdraw the submission to change it."))


@transaction.atomic
def save_block(
    park: Park,
    block: Block,
    values: Mapping[str, Plain],
    *,
    by: User,
    seen: Mapping[str, object] | None = None,
    page: str = "",
) -> Saved:
    """Save what somebody typed in one block into its draft.

    `seen` holds the fingerprints of the fields as the person's page showed them. What they did not touch stays as it
    is now;
    what only they touched is saved; a list that both changed in different rows is merged; where both changed the same
    thing
    differently nothing is written and the conflict is handed back. Without `seen`, the values win.
    """
    page = page[:16]
    park = lock(park)
    _require_unlocked(park)
    draft = BlockDraft.objects.filter(park=park, block=block.code).first()
    now = drafts.current(park, block, draft)
    kept, taken_in, clashes = _merge(block, now, values, seen)
    own = _saved_from(park, block, page, by) if clashes or taken_in else set()
    # What this very page saved before, but never heard of (a lost answer), is not somebody else's.
    kept |= {name: values[name] for name in clashes if name in own}
    conflicts = [_conflict(park, block, name, now[name], values[name]) for name in clashes if name not in own]
    changes = {name: [now[name], value] for name, value in kept.items() if value != now[name]}
    if changes:
        draft = _write_draft(park, block, draft, now | kept, by)
        _log(park, block, changes, by=by, page=page)
    return Saved(draft, now | kept, sorted(changes), sorted(set(taken_in) - own), conflicts)


def _merge(
    block: Block, now: Values, values: Mapping[str, Plain], seen: Mapping[str, object] | None
) -> tuple[Values, list[str], list[str]]:
    """(what to write, what others changed and this page did not, what both changed)."""
    kept: Values = {}
    taken_in: list[str] = []
    clashes: list[str] = []
    for name, mine in values.items():
        theirs = now[name]
        if seen is None or name not in seen or mine == theirs:
            kept[name] = mine
            continue
        untouched = blocks.same(name, mine, seen[name])
        moved = not blocks.same(name, theirs, seen[name])
        if untouched:
            if moved:
                taken_in.append(name)
        elif not moved:
            kept[name] = mine
        else:
            before = seen[name]
            merged = (
                blocks.merge_rows(name, before, theirs, mine)
                if name in block.rows and isinstance(before, dict)
                else None
            )
            if merged is None:
                clashes.append(name)
            else:
                kept[name] = merged
                taken_in.append(name)
    return kept, taken_in, clashes


def _saved_from(park: Park, block: Block, page: str, by: User) -> set[str]:
    """Fields whose latest change came from this very page."""
    if not page:
        return set()
    latest: dict[str, BlockEdit] = {}
    for edit in BlockEdit.objects.filter(park=park, block=block.code).order_by("at", "pk"):
        latest |= dict.fromkeys(edit.changes, edit)
    return {name for name, edit in latest.items() if edit.page == page and edit.by_id == by.pk}


def _conflict(park: Park, block: Block, name: str, theirs: Plain, mine: Plain) -> Conflict:
    edit = (
        BlockEdit.objects.filter(park=park, block=block.code, changes__has_key=name)
        .select_related("by")
        .order_by("-at", "-pk")
        .first()
    )
    return Conflict(name, theirs, mine, edit.by if edit else None, edit.at if edit else None)


def _write_draft(park: Park, block: Block, draft: BlockDraft | None, values: Values, by: User) -> BlockDraft:
    """Keep what differs from the published profile; every save counts one version."""
    published = blocks.published(park, block)
    draft = draft or BlockDraft(park=park, block=block.code)
    draft.data = {name: value for name, value in values.items() if name in published and value != published[name]}
    draft.version += 1
    draft.edited_by = by
    draft.edited_at = timezone.now()
    draft.save()
    return draft


def _log(
    park: Park,
    block: Block,
    changes: dict[str, list[Plain]],
    *,
    by: User,
    page: str = "",
    way: str = BlockEdit.Way.EDIT,
    undoes: BlockEdit | None = None,
) -> BlockEdit:
    """Add to the history; the saves of one sitting at one open page are one line of it."""
    last = BlockEdit.objects.filter(park=park, block=block.code).order_by("-at", "-pk").first()
    now = timezone.now()
    if (
        last is not None
        and page
        and way == BlockEdit.Way.EDIT
        and (last.way, last.page, last.by_id) == (way, page, by.pk)
        and last.at > now - SITTING
    ):
        for name, (before, after) in changes.items():
            first = last.changes.get(name, [before])[0]
            last.changes[name] = [first, after]
        last.changes = {name: pair for name, pair in last.changes.items() if pair[0] != pair[1]}
        last.at = now
        last.save(update_fields=["changes", "at"])
        return last
    edit = BlockEdit.objects.create(
        park=park, block=block.code, way=way, changes=changes, by=by, at=now, page=page, undoes=undoes
    )
    # The chain tells that somebody worked on the block; every keystroke would only make writers queue.
    audit.record(
        f"profile.{way}", park, by=by, on_behalf_of=park.organisation, block=block.code, fields=sorted(changes)
    )
    return edit


@transaction.atomic
def undo_edit(edit: BlockEdit, *, by: User) -> Saved:
    """Take one change back, into the draft. Fields that changed again since are handed back as conflicts, untouched."""
    park = lock(edit.park)
    _require_unlocked(park)
    block = BLOCKS.get(edit.block)
    if block is None:
        raise RuleBroken(_("This change cannot be undone here."))
    draft = BlockDraft.objects.filter(park=park, block=block.code).first()
    now = drafts.current(park, block, draft)
    restored: Values = {}
    conflicts: list[Conflict] = []
    for name, (before, after) in edit.changes.items():
        if name not in now or now[name] == before:
            continue
        if now[name] == after:
            restored[name] = before
            continue
        seen = blocks.fingerprint(name, after)
        merged = blocks.merge_rows(name, seen, now[name], before) if isinstance(seen, dict) else None
        if merged is None:
            conflicts.append(_conflict(park, block, name, now[name], before))
        else:
            restored[name] = merged
    changes = {name: [now[name], value] for name, value in restored.items() if value != now[name]}
    if changes:
        draft = _write_draft(park, block, draft, now | restored, by)
        _log(park, block, changes, by=by, way=BlockEdit.Way.UNDO, undoes=edit)
    return Saved(draft, now | restored, sorted(changes), [], conflicts)


# Still true -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def confirm_block(park: Park, block: Block, *, by: User) -> None:
    """The park says: what the public reads in this block is still true."""
    park = lock(park)
    if _is_drafted(park, block):
        raise RuleBroken(_("This block has changes that are not published yet. Submit them instead."))
    _confirm(park, [block], by)


@transaction.atomic
def confirm_all(park: Park, *, by: User) -> list[Block]:
    """The same for every block without unpublished changes; returns those confirmed."""
    park = lock(park)
    unchanged = [block for block in BLOCKS.values() if not _is_drafted(park, block)]
    _confirm(park, unchanged, by)
    return unchanged


def _is_drafted(park: Park, block: Block) -> bool:
    return BlockDraft.objects.filter(park=park, block=block.code).exclude(data={}).exists()


def _confirm(park: Park, confirmed: list[Block], by: User) -> None:
    if not confirmed:
        return
    write_confirmations(park, [block.code for block in confirmed], by=by)
    audit.record("profile.confirmed", park, by=by, on_behalf_of=park.organisation, blocks=[b.code for b in confirmed])


def write_confirmations(park: Park, codes: list[str], *, by: User, at: datetime | None = None) -> None:
    at = at or timezone.now()
    BlockConfirmation.objects.bulk_create(
        [BlockConfirmation(park=park, block=code, by=by, at=at) for code in codes],
        update_conflicts=True,
        unique_fields=["park", "block"],
        update_fields=["by", "at"],
    )
    Park.objects.filter(pk=park.pk).update(confirmed_at=at)


@transaction.atomic
def confirm_translation(park: Park, block: Block, pair: str, *, by: User) -> None:
    """Somebody read both languages: the English still fits the Chinese as it stands now."""
    if pair not in block.pairs:
        raise RuleBroken(_("There is no such text."))
    park = lock(park)
    _require_unlocked(park)
    draft = BlockDraft.objects.filter(park=park, block=block.code).first()
    now = drafts.current(park, block, draft)
    zh, en = now[f"{pair}_zh"], now[f"{pair}_en"]
    if draft and (f"{pair}_zh" in draft.data or f"{pair}_en" in draft.data):
        draft.still_right = {**draft.still_right, pair: bilingual.text_hash(zh)}
        draft.save(update_fields=["still_right"])
    elif en:
        bilingual.confirm(park, pair, bilingual.EN)
    audit.record(
        "profile.translation_confirmed", park, by=by, on_behalf_of=park.organisation, block=block.code, pair=pair
    )


def outdated_pairs(
    park: Park, block: Block, draft: BlockDraft | None, states: Mapping[str, Translation]
) -> dict[str, str]:
    """The pairs whose English is older than their Chinese: {pair: the Chinese the English was right for, where known}.

    `states` are the English translation rows of the park by field.
    """
    found: dict[str, str] = {}
    before = blocks.published(park, block)
    now = before | (draft.data if draft else {})
    for pair in block.pairs:
        zh, en = now[f"{pair}_zh"], now[f"{pair}_en"]
        if not zh or not en or (draft and draft.still_right.get(pair) == bilingual.text_hash(zh)):
            continue
        drafted = zh != before[f"{pair}_zh"] and en == before[f"{pair}_en"]
        state = states.get(pair)
        published = state is not None and state.state == Translation.State.OUTDATED and en == before[f"{pair}_en"]
        if published and state is not None:
            found[pair] = _chinese_of(park, pair, state.source_hash)
        elif drafted and before[f"{pair}_zh"]:
            found[pair] = before[f"{pair}_zh"]
    return found


def _chinese_of(park: Park, pair: str, wanted: str) -> str:
    """The Chinese text with this hash, from the versions that were published."""
    name = f"{pair}_zh"
    for text in park.history.order_by("-history_date").values_list(name, flat=True)[:100]:
        if text and bilingual.text_hash(text) == wanted:
            return text
    return ""
