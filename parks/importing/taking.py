"""What taking a row over does to the register of parks, and how it is taken back."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

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
from ..workflows import PARK
from .reading import content_of, figures_of, with_figures

# What belongs to a park and goes with it when a mistaken entry is taken back.
PARTS = ("figures", "institutions", "edits")


def add(
    row: ImportRow,
    batch: ImportBatch,
    divisions: Mapping[str, Division],
    body: Organisation | None,
    *,
    publish: bool,
    by: User,
) -> Made:
    """A new entry with all that the row says of it; shown to visitors only where that was asked."""
    values = row.values
    park = office.begin_park(
        by=by,
        name_zh=values["name_zh"],
        name_en=values.get("name_en", ""),
        province=divisions[values["province"]],
        kind=values.get("kind") or Park._meta.get_field("kind").default,
        credit_code=values.get("credit_code", ""),
        source=values.get("source", ""),
        organisation=body,
    )
    if values.get("source"):
        Park.objects.filter(pk=park.pk).update(compiled_on=timezone.localdate())
    content = content_of(values)
    if figures := figures_of(values):
        content["figures"] = {"figures": blocks.sort_figures(figures)}
    publication.publish(park, content, by=by, reason=f"import {batch.pk}")
    lookalikes.remember(park.organisation)
    if publish:
        park = workflow.apply(PARK, park, "catalogue", by=by, on_behalf_of=park.organisation)
    made = {"edits": BlockEdit.objects.filter(park=park).count(), "versions": park.history.count(), "body": bool(body)}
    return Made(str(park.pk), True, made)


def change(row: ImportRow, batch: ImportBatch, park: Park, *, only_blanks: bool, by: User) -> Made:
    """Put a profile right, block by block, as the office does by hand; the park reads what changed and why."""
    if park.standing == Park.Standing.SUSPENDED:
        raise RuleBroken(_("The park is suspended. Restore it before its profile is changed."))
    wanted = content_of(row.values)
    present = blocks.read(park, "figures")
    if figures_of(row.values):
        values = row.values
        if only_blanks:
            known = {blocks.row_key("figures", figure) for figure in present}
            new = [f for f in figures_of(values) if blocks.row_key("figures", f) not in known]
            wanted["figures"] = {"figures": blocks.sort_figures([*present, *new])}
        else:
            wanted["figures"] = {"figures": with_figures(present, values)}
    before: dict[str, Plain] = {}
    after: dict[str, Plain] = {}
    content: dict[str, dict[str, Plain]] = {}
    for code, fields in wanted.items():
        now = blocks.published(park, BLOCKS[code])
        fields = {
            name: value
            for name, value in fields.items()
            if value != now[name] and (not only_blanks or code == "figures" or now[name] in (None, "", []))
        }
        if fields:
            before |= {name: now[name] for name in fields}
            after |= fields
            content[code] = fields
    publication.correct(park, content, by=by, note=_note(batch))
    if "source" in row.values and row.values["source"] != park.source and not (only_blanks and park.source):
        before["source"], after["source"] = park.source, row.values["source"]
        _write_source(park, row.values["source"], by=by)
    if not after:
        raise RuleBroken(_("There was nothing to fill in."))
    return Made(str(park.pk), False, {"before": before, "after": after})


def take_back(row: ImportRow, batch: ImportBatch, *, by: User) -> None:
    park = Park.objects.select_for_update(of=("self",)).select_related("organisation").filter(pk=row.target).first()
    if park is None:
        raise RuleBroken(_("It is not there any more."))
    if row.outcome == ImportRow.Outcome.CREATED:
        _remove(park, row.made, by=by)
    else:
        _restore(park, batch, row.made, by=by)


def _restore(park: Park, batch: ImportBatch, made: Mapping[str, Any], *, by: User) -> None:
    before, after = made["before"], made["after"]
    for name, value in after.items():
        if (park.source if name == "source" else blocks.read(park, name)) != value:
            raise RuleBroken(later(partial(_changed, name)))
    content = {code: {name: before[name] for name in block.names if name in before} for code, block in BLOCKS.items()}
    note = str(_("Taken back: %(note)s") % {"note": _note(batch)})
    publication.correct(park, content, by=by, note=note)
    if "source" in before:
        _write_source(park, before["source"], by=by)


def _changed(name: str) -> str:
    label = _("source") if name == "source" else blocks.label_of(name)
    return _("It has been changed since: %(field)s.") % {"field": label}


def _remove(park: Park, made: Mapping[str, Any], *, by: User) -> None:
    """Only what is exactly as the import left it, and what nobody refers to."""
    edits, versions = BlockEdit.objects.filter(park=park).count(), park.history.count()
    if (edits, versions) != (made["edits"], made["versions"]):
        raise RuleBroken(_("It has been changed since."))
    organisation = park.organisation
    used = [*used_by(park, but=PARTS), *([] if made["body"] else used_by(organisation, but=("park",)))]
    if used:
        raise RuleBroken(in_use(used))
    audit.record("park.removed", park, by=by, on_behalf_of=organisation)
    search.remove(park)
    Translation.objects.filter(subject_type=ContentType.objects.get_for_model(park), subject_id=park.pk).delete()
    try:
        park.delete()
        if not made["body"]:
            organisation.delete()
    except ProtectedError:
        raise RuleBroken(in_use([_("other records")])) from None


def _write_source(park: Park, source: str, *, by: User) -> None:
    fresh = Park.objects.select_for_update(of=("self",)).get(pk=park.pk)
    if not source and fresh.standing == Park.Standing.CATALOGUED:
        raise RuleBroken(_("An entry compiled from public sources names its source."))
    fresh.source = source
    fresh._change_reason = "import"  # type: ignore[attr-defined]
    fresh.save(update_fields=["source", "updated_at"])
    audit.record("park.source", fresh, by=by, source=audit.text_digest(source))


def _note(batch: ImportBatch) -> str:
    return _("Import of %(date)s: %(file)s") % {
        "date": timezone.localtime(batch.created_at).date().isoformat(),
        "file": batch.file_name,
    }
