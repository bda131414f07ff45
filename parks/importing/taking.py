"""What taking a row over does to the register of parks, and how it is taken back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, ProtectedError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.utils import bulk_update_with_history

from alliance.accounts.models import Organisation, User
from alliance.accounts.services.organisations import in_use, used_by
from alliance.core import audit, search, workflow
from alliance.core.errors import RuleBroken
from alliance.core.imports import Made, later
from alliance.core.models import Division, ImportBatch, ImportRow, Translation

from .. import blocks, lookalikes
from ..blocks import BLOCKS, Plain
from ..models import BlockEdit, Park
from ..services import office, publication
from ..services.profile import lock_all
from ..workflows import PARK
from .reading import content_of, figures_of, with_figures

# What belongs to a park and goes with it when a mistaken entry is taken back.
PARTS = ("figures", "institutions", "edits")


@dataclass(frozen=True)
class NewEntry:
    """A row that becomes an entry: with a new organisation, unless a table brought one before."""

    row: ImportRow
    body: Organisation | None


def add(
    entries: Sequence[NewEntry], batch: ImportBatch, divisions: Mapping[str, Division], *, publish: bool, by: User
) -> list[Made]:
    """New entries with all that the rows say of them; shown to visitors only where that was asked."""
    parks = office.begin_parks([_bare(entry, divisions) for entry in entries], by=by)
    sourced = [park.pk for park in parks if park.source]
    Park.objects.filter(pk__in=sourced).update(compiled_on=timezone.localdate())
    contents = [_content_of(entry.row.values) for entry in entries]
    publication.publish_all(list(zip(parks, contents, strict=True)), by=by, reason=f"import {batch.pk}")
    lookalikes.remember(*(park.organisation for park in parks))
    if publish:
        parks = [workflow.apply(PARK, park, "catalogue", by=by, on_behalf_of=park.organisation) for park in parks]
    traces = _traces(parks)
    return [
        Made(str(park.pk), True, {**traces[park.pk], "body": bool(entry.body)})
        for entry, park in zip(entries, parks, strict=True)
    ]


def _bare(entry: NewEntry, divisions: Mapping[str, Division]) -> office.NewPark:
    values = entry.row.values
    return office.NewPark(
        name_zh=values["name_zh"],
        province=divisions[values["province"]],
        name_en=values.get("name_en", ""),
        kind=values.get("kind") or Park._meta.get_field("kind").default,
        credit_code=values.get("credit_code", ""),
        source=values.get("source", ""),
        organisation=entry.body,
    )


def _content_of(values: Mapping[str, Plain]) -> dict[str, dict[str, Plain]]:
    content = content_of(values)
    if figures := figures_of(values):
        content["figures"] = {"figures": blocks.sort_figures(figures)}
    return content


def _traces(parks: Sequence[Park]) -> dict[int, dict[str, int]]:
    """How often each entry was changed and written so far: what else comes shows that somebody worked on it."""
    keys = [park.pk for park in parks]
    edits = BlockEdit.objects.filter(park__in=keys).order_by().values_list("park").annotate(Count("pk"))
    versions = Park.history.filter(id__in=keys).order_by().values_list("id").annotate(Count("pk"))
    counted = dict(edits), dict(versions)
    return {key: {"edits": counted[0].get(key, 0), "versions": counted[1].get(key, 0)} for key in keys}


@dataclass(frozen=True)
class Change:
    """A row that changes the entry with this key, everywhere or only where that says nothing yet."""

    row: ImportRow
    key: int
    only_blanks: bool


@dataclass(frozen=True)
class _Written:
    park: Park
    before: dict[str, Plain]
    after: dict[str, Plain]
    content: dict[str, dict[str, Plain]]


def change(changes: Sequence[Change], batch: ImportBatch, *, by: User) -> list[Made]:
    """Put profiles right, block by block, as the office does by hand; the parks read what changed and why."""
    parks = _parks(one.key for one in changes)
    written = [_change(one, parks[one.key]) for one in changes]
    publication.correct_all([(one.park, one.content) for one in written], by=by, note=_note(batch))
    _write_sources({one.park: one.after["source"] for one in written if "source" in one.after}, by=by)
    return [Made(str(one.park.pk), False, {"before": one.before, "after": one.after}) for one in written]


def _parks(keys: Iterable[int]) -> dict[int, Park]:
    """Locked; who is not there any more breaks the rule."""
    wanted = list(keys)
    parks = {park.pk: park for park in lock_all(wanted)}
    if len(parks) < len(wanted):
        raise RuleBroken(_("It no longer exists."))
    return parks


def _change(change: Change, park: Park) -> _Written:
    if park.standing == Park.Standing.SUSPENDED:
        raise RuleBroken(_("The park is suspended. Restore it before its profile is changed."))
    values, only_blanks = change.row.values, change.only_blanks
    wanted = content_of(values)
    if figures_of(values):
        present = blocks.read(park, "figures")
        if only_blanks:
            known = {blocks.row_key("figures", figure) for figure in present}
            new = [f for f in figures_of(values) if blocks.row_key("figures", f) not in known]
            wanted["figures"] = {"figures": blocks.sort_figures([*present, *new])}
        else:
            wanted["figures"] = {"figures": with_figures(present, values)}
    written = _Written(park, {}, {}, {})
    for code, fields in wanted.items():
        now = {name: blocks.read(park, name) for name in fields}
        fields = {
            name: value
            for name, value in fields.items()
            if value != now[name] and (not only_blanks or code == "figures" or now[name] in (None, "", []))
        }
        if fields:
            written.before.update({name: now[name] for name in fields})
            written.after.update(fields)
            written.content[code] = fields
    if "source" in values and values["source"] != park.source and not (only_blanks and park.source):
        written.before["source"], written.after["source"] = park.source, values["source"]
    if not written.after:
        raise RuleBroken(_("There was nothing to fill in."))
    return written


def take_back(rows: Sequence[ImportRow], batch: ImportBatch, *, by: User) -> None:
    parks = _parks(int(row.target) for row in rows)
    created = [(parks[int(row.target)], row.made) for row in rows if row.outcome == ImportRow.Outcome.CREATED]
    changed = [(parks[int(row.target)], row.made) for row in rows if row.outcome != ImportRow.Outcome.CREATED]
    if created:
        _remove(created, by=by)
    if changed:
        _restore(changed, batch, by=by)


def _restore(changed: Sequence[tuple[Park, Mapping[str, Any]]], batch: ImportBatch, *, by: User) -> None:
    wanted = []
    for park, made in changed:
        for name, value in made["after"].items():
            if (park.source if name == "source" else blocks.read(park, name)) != value:
                raise RuleBroken(later(partial(_changed, name)))
        before = made["before"]
        content = {
            code: {name: before[name] for name in block.names if name in before} for code, block in BLOCKS.items()
        }
        wanted.append((park, content))
    note = str(_("Taken back: %(note)s") % {"note": _note(batch)})
    publication.correct_all(wanted, by=by, note=note)
    _write_sources({park: made["before"]["source"] for park, made in changed if "source" in made["before"]}, by=by)


def _changed(name: str) -> str:
    label = _("source") if name == "source" else blocks.label_of(name)
    return _("It has been changed since: %(field)s.") % {"field": label}


def _remove(created: Sequence[tuple[Park, Mapping[str, Any]]], *, by: User) -> None:
    """Only what is exactly as the import left it, and what nobody refers to."""
    parks = [park for park, _made in created]
    traces = _traces(parks)
    if any(traces[park.pk] != {name: made[name] for name in ("edits", "versions")} for park, made in created):
        raise RuleBroken(_("It has been changed since."))
    bodies = [park.organisation for park, made in created if not made["body"]]
    if used := [*used_by(*parks, but=PARTS), *used_by(*bodies, but=("park",))]:
        raise RuleBroken(in_use(used))
    for park in parks:
        audit.record("park.removed", park, by=by, on_behalf_of=park.organisation)
    search.remove(*parks)
    keys = [park.pk for park in parks]
    Translation.objects.filter(subject_type=ContentType.objects.get_for_model(Park), subject_id__in=keys).delete()
    try:
        Park.objects.filter(pk__in=keys).delete()
        Organisation.objects.filter(pk__in=[body.pk for body in bodies]).delete()
    except ProtectedError:
        raise RuleBroken(in_use([_("other records")])) from None


def _write_sources(sources: Mapping[Park, str], *, by: User) -> None:
    fresh = lock_all(park.pk for park in sources)
    wanted = {park.pk: source for park, source in sources.items()}
    for park in fresh:
        park.source, park.updated_at = wanted[park.pk], timezone.now()
        if not park.source and park.standing == Park.Standing.CATALOGUED:
            raise RuleBroken(_("An entry compiled from public sources names its source."))
    bulk_update_with_history(fresh, Park, ["source", "updated_at"], default_change_reason="import")
    for park in fresh:
        audit.record("park.source", park, by=by, source=audit.text_digest(park.source))


def _note(batch: ImportBatch) -> str:
    return _("Import of %(date)s: %(file)s") % {
        "date": timezone.localtime(batch.created_at).date().isoformat(),
        "file": batch.file_name,
    }
