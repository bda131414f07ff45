"""Take a merge back exactly as recorded, and lead after what came late."""

from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .. import audit
from ..errors import RuleBroken
from ..models import Merge
from .declared import How, Row, references, subject
from .doing import lock_all, repoint
from .planning import line_of, plain

UNDO_WITHIN = timedelta(days=30)


def obstacles(merge: Merge) -> list[str]:
    """Why a merge cannot be undone exactly; empty when it can."""
    if merge.state != Merge.State.DONE or merge.done_at is None:
        return [_("It has not been carried out.")]
    if merge.done_at < timezone.now() - UNDO_WITHIN:
        return [_("More than %(n)d days have passed.") % {"n": UNDO_WITHIN.days}]
    found = []
    for move in merge.moved:
        rows = apps.get_model(move["model"])._base_manager
        there = rows.filter(pk__in=move["pks"], **{move["field"]: move["new"]}).count()
        if there != len(move["pks"]):
            name = apps.get_model(move["model"])._meta.verbose_name
            found.append(_("%(kind)s: rows that moved have moved on or are gone since.") % {"kind": name})
    for value in merge.values:
        model = apps.get_model(value["model"])
        row = model._base_manager.filter(pk=value["pk"]).first()
        column: Any = model._meta.get_field(value["field"])
        if row is None or plain(column.value_from_object(row)) != value["new"]:
            found.append(_("“%(field)s” has been changed since.") % {"field": column.verbose_name})
    kept = subject(merge.label).model._base_manager.filter(pk=merge.kept_id).first()
    if kept is None or getattr(kept, "merged_into_id", None) is not None:
        found.append(_("The surviving entry was merged into another one."))
    return found


@transaction.atomic
def undo(merge: Merge, *, by: Any) -> Merge:
    """Lead every row back and restore every value, exactly as recorded; what was added since stays with the survivor.

    Undoing twice changes nothing.
    """
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    if merge.state == Merge.State.UNDONE:
        return merge
    gone, kept = lock_all(merge.label, merge.gone_id, merge.kept_id)
    partners = _partners(merge)
    if problems := obstacles(merge):
        raise RuleBroken(" ".join([_("This merge can no longer be undone."), *problems]))
    # The survivor gives values back before the other takes them.
    changed: dict[tuple[str, int], Row] = {}
    for value in merge.values:
        row: Row = changed.setdefault((value["model"], value["pk"]), _row(value["model"], value["pk"]))
        column: Any = row._meta.get_field(value["field"])
        setattr(row, column.attname, column.to_python(value["old"]) if not column.is_relation else value["old"])
    survivors = {(merge.label, merge.kept_id)} | {(type(new)._meta.label, new.pk) for _old, new in partners}
    for key in sorted(changed, key=lambda key: key not in survivors):
        changed[key]._change_reason = f"undo of merge {merge.pk}"
        changed[key].save()
    for move in reversed(merge.moved):
        rows = apps.get_model(move["model"])._base_manager.filter(pk__in=move["pks"])
        rows.update(**{move["field"]: move["old"]})
    merge.state, merge.undone_by, merge.undone_at = Merge.State.UNDONE, str(by.pk), timezone.now()
    merge.save(update_fields=["state", "undone_by", "undone_at"])
    audit.record("merge.undone", merge, by=by, gone=merge.gone_id, kept=merge.kept_id)
    for old, new in [(gone, kept), *partners]:
        label = type(old)._meta.label
        subject(label).after(_row(label, old.pk), _row(label, new.pk), by)
    return merge


def _row(label: str, pk: Any) -> Row:
    return apps.get_model(label)._base_manager.get(pk=pk)


@transaction.atomic
def sweep(merge: Merge) -> int:
    """Lead after what came to the old row while it was being merged; gives how many rows."""
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    if merge.state != Merge.State.DONE:
        return 0
    gone, kept = lock_all(merge.label, merge.gone_id, merge.kept_id)
    if kept.merged_into_id is not None:
        return 0
    before = sum(len(move["pks"]) for move in merge.moved)
    for old, new in [(gone, kept), *_partners(merge)]:
        for reference in references(type(old)._meta.label):
            if reference.how == How.MOVE:
                line = line_of(reference, old, new)
                if line.moving:
                    repoint(reference, line.moving, old, new, merge)
    merge.save(update_fields=["moved"])
    return sum(len(move["pks"]) for move in merge.moved) - before


def _partners(merge: Merge) -> list[tuple[Row, Row]]:
    """The pairs that were merged along."""
    return [
        (_row(value["model"], value["pk"]), _row(value["model"], value["new"]))
        for value in merge.values
        if value["field"] == "merged_into" and value["model"] != merge.label
    ]


def survivor(row: Row) -> Row:
    """The row that stands for this one now; itself when it was never merged."""
    seen: set[int] = set()
    while row.merged_into_id is not None and row.pk not in seen:
        seen.add(row.pk)
        row = row.merged_into
    return row
