"""Propose and carry out: locks in a fixed order, the same plan as was shown, every row and value written down."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import audit
from ..errors import RuleBroken
from ..models import Merge
from .declared import How, Reference, Row, merged, references, subject, subject_of
from .planning import Plan, check, plain, plan

LONGEST_REASON = 300


def _lock(label: str, *pks: int) -> dict[int, Row]:
    """Both rows, locked in the order of their numbers, whichever is to go: two merges of one pair queue."""
    rows = subject(label).model._base_manager.select_for_update().filter(pk__in=pks).order_by("pk")
    found = {row.pk: row for row in rows}
    if len(found) != len(set(pks)):
        raise RuleBroken(_("One of the two no longer exists."))
    return found


def lock_all(label: str, gone_pk: int, kept_pk: int) -> tuple[Row, Row]:
    """The two rows, then their partners: always in this order."""
    rows = _lock(label, gone_pk, kept_pk)
    for reference in references(label):
        if reference.how == How.TOGETHER:
            list(
                reference.rows.select_for_update(of=("self",))
                .filter(**{f"{reference.field}__in": [gone_pk, kept_pk]})
                .order_by("pk")
            )
    return rows[gone_pk], rows[kept_pk]


def _require_pair(gone: Row, kept: Row) -> None:
    if gone.pk == kept.pk:
        raise RuleBroken(_("These are one and the same entry."))
    for row in (gone, kept):
        if row.merged_into_id is not None:
            raise RuleBroken(_("%(name)s has been merged already.") % {"name": row})


@transaction.atomic
def propose(gone: Row, kept: Row, *, by: Any, reason: str, choices: Mapping[str, Mapping[str, str]]) -> Merge:
    """Write down which two, whose values survive and why. Nothing moves yet; whoever confirms sees this and the rows.

    A second proposal for the same pair takes the place of the first.
    """
    label = gone._meta.label
    gone, kept = lock_all(label, gone.pk, kept.pk)
    _require_pair(gone, kept)
    reason = " ".join(reason.split())[:LONGEST_REASON]
    if not reason:
        raise RuleBroken(_("Please say why."))
    made = plan(gone, kept)
    check(made)
    Merge.objects.filter(label=label, gone_id=gone.pk, kept_id=kept.pk, state=Merge.State.PROPOSED).update(
        state=Merge.State.DROPPED
    )
    merge = Merge.objects.create(
        label=label,
        gone_id=gone.pk,
        kept_id=kept.pk,
        choices=_choices(made, choices),
        reason=reason,
        digest=made.digest(),
        proposed_by=str(by.pk),
    )
    audit.record("merge.proposed", merge, by=by, gone=gone.pk, kept=kept.pk, reason=audit.text_digest(reason))
    return merge


def _choices(made: Plan, chosen: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """For each field that differs, a side; what was not chosen as suggested."""
    sides: dict[str, dict[str, str]] = {}
    for one in made.all():
        label = one.gone._meta.label
        mine = chosen.get(label, {})
        sides[label] = {
            difference.field: mine[difference.field]
            if mine.get(difference.field) in {"gone", "kept"}
            else difference.suggested
            for difference in one.differences
        }
    return sides


@transaction.atomic
def confirm(merge: Merge, *, by: Any) -> Merge:
    """Carry a proposal out, in one transaction; confirming twice changes nothing.

    Refused when anything that was shown has changed since, so that nobody confirms what they have not seen.
    """
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    if merge.state == Merge.State.DONE:
        return merge
    if merge.state != Merge.State.PROPOSED:
        raise RuleBroken(_("This proposal is no longer open."))
    gone, kept = lock_all(merge.label, merge.gone_id, merge.kept_id)
    _require_pair(gone, kept)
    made = plan(gone, kept)
    check(made)
    if made.blocking:
        raise RuleBroken(_("Something is still under way that has to be settled first."))
    if made.digest() != merge.digest:
        raise RuleBroken(_("Something changed since this was proposed. Please look at it again."))
    try:
        with transaction.atomic():
            for one in made.all():
                _carry_out(one, merge, by)
    except IntegrityError:
        raise RuleBroken(_("The two cannot be merged as they are: their records conflict.")) from None
    merge.state, merge.done_by, merge.done_at = Merge.State.DONE, str(by.pk), timezone.now()
    merge.save()
    rows = sum(len(move["pks"]) for move in merge.moved)
    audit.record("merge.done", merge, by=by, label=merge.label, gone=gone.pk, kept=kept.pk, rows=rows)
    for one in made.all():
        subject_of(one.gone).after(one.gone, one.kept, by)
    merged.tell(merge=merge, gone=gone, kept=kept, by=by)
    return merge


def _carry_out(one: Plan, merge: Merge, by: Any) -> None:
    declared = subject_of(one.gone)
    for line in one.lines:
        if line.moving:
            repoint(line.reference, line.moving, one.gone, one.kept, merge)
        if line.reference.retire is not None:
            for row in line.reference.rows.filter(pk__in=line.staying).order_by("pk"):
                _set(row, line.reference.retire(by), merge)
    taken = {
        difference.field: difference.gone
        for difference in one.differences
        if merge.choices.get(declared.label, {}).get(difference.field) == "gone"
    }
    # What no two rows may share leaves the old row before it comes to the other.
    left = {name: type(one.gone)._meta.get_field(name).get_default() for name in declared.alone if name in taken}
    _set(one.gone, {**left, **declared.fade(one.gone), "merged_into": one.kept.pk}, merge)
    _set(one.kept, taken, merge)


def repoint(reference: Reference, pks: list[Any], old: Row, new: Row, merge: Merge) -> None:
    moved = reference.at(old).filter(pk__in=pks).update(**{reference.field: reference.key(new)})
    if moved != len(pks):
        raise RuleBroken(_("Something changed since this was proposed. Please look at it again."))
    merge.moved.append(
        {
            "model": reference.model,
            "field": reference.field,
            "old": reference.key(old),
            "new": reference.key(new),
            "pks": list(pks),
        }
    )


def _set(row: Row, values: Mapping[str, Any], merge: Merge) -> None:
    if not values:
        return
    for name, value in values.items():
        column: Any = row._meta.get_field(name)
        merge.values.append(
            {
                "model": row._meta.label,
                "pk": row.pk,
                "field": name,
                "old": plain(column.value_from_object(row)),
                "new": plain(value),
            }
        )
        setattr(row, column.attname, value)
    row._change_reason = f"merge {merge.pk}"
    row.save()


@transaction.atomic
def drop(merge: Merge, *, by: Any) -> Merge:
    """Decide against a proposal."""
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    if merge.state == Merge.State.PROPOSED:
        merge.state = Merge.State.DROPPED
        merge.save(update_fields=["state"])
        audit.record("merge.dropped", merge, by=by, gone=merge.gone_id, kept=merge.kept_id)
    return merge
