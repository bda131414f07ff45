"""The blocks of a profile as data: what each asks for, what it unlocks, and its values as plain JSON.

Editor, drafts, history, submission and the officer's check page all read this table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alliance.core import canonical

from . import choices
from .models import AnchorInstitution, Figure, Park

Words = str | Promise
# A value as it is kept in drafts, submissions and the history: a text, a number, a code, a list of codes, or a list
# of rows.
Plain = Any
Values = dict[str, Plain]


@dataclass(frozen=True)
class Block:
    """One screenful of the profile. `pairs` are the texts it holds in both languages, `rows` its lists of several
    fields."""

    code: str
    title: Words
    help: Words
    fields: tuple[str, ...]
    pairs: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every field of the block, rows included, in reading order."""
        return (*self.fields, *self.rows)


def both(name: str) -> tuple[str, str]:
    return f"{name}_zh", f"{name}_en"


BLOCKS: dict[str, Block] = {
    block.code: block
    for block in (
        Block(
            "identity",
            _("Name and place"),
            _("What the park is called, who runs it and where it is. Directory and search begin here."),
            (
                *both("name"),
                "kind",
                "credit_code",
                "province",
                "city",
                *both("city"),
                *both("district"),
                *both("address"),
                "year_opened",
            ),
            pairs=("name", "city", "district", "address"),
        ),
        Block(
            "story",
            _("Story and former use"),
            _("Where the park comes from and what happens there today, in the words of those who know it."),
            (*both("summary"), *both("former_use"), *both("story")),
            pairs=("summary", "former_use", "story"),
        ),
        Block(
            "type",
            _("Type"),
            _(
                "How the park came about, who leads it and what the site is. Visitors filter by these, and parks "
                "find their peers."
            ),
            (
                "formation",
                "second_formation",
                *both("formation_evidence"),
                "structure",
                "site_form",
                "digital_forms",
            ),
            pairs=("formation_evidence",),
        ),
        Block(
            "space",
            _("Space and services"),
            _("What one finds on the site and what the park does for those who work in it."),
            ("facilities", "services", *both("opening_hours")),
            pairs=("opening_hours",),
        ),
        Block(
            "work",
            _("Fields and institutions"),
            _("What people work on here, which titles the park holds, and the institutions that hold it together."),
            ("fields", "industries", "national_status", "national_status_year", *both("status_note")),
            pairs=("status_note",),
            rows=("institutions",),
        ),
        Block(
            "figures",
            _("Figures"),
            _(
                "Each number with its year and where it comes from. What you do not know, leave out: missing is "
                "never zero."
            ),
            (),
            rows=("figures",),
        ),
        Block(
            "contact",
            _("Contact"),
            _(
                "How visitors, partners and buyers reach the park. Use the park's own telephone and mailbox, not a "
                "person's."
            ),
            ("website", "contact_phone", "contact_email", "contact_visibility"),
        ),
    )
}

# Fields of a profile that live on the organisation behind the park.
ON_ORGANISATION = ("credit_code",)
FOREIGN_KEYS = ("province", "city")
CODE_LISTS = {
    "digital_forms": choices.DigitalForm,
    "facilities": choices.Facility,
    "services": choices.Service,
}
INSTITUTION_FIELDS = ("name_zh", "name_en", "kind", "role", "is_profit")
FIGURE_FIELDS = ("indicator", "year", "value", "is_planned", "source", "source_note_zh", "source_note_en")
_INDICATOR_ORDER = {code: position for position, code in enumerate(choices.Indicator.values)}


def block_of(field: str) -> Block:
    return next(block for block in BLOCKS.values() if field in block.names)


def anchor(field: str) -> str:
    """The id of a field in the editor, to which lists of what is missing link."""
    return f"id_{field}"


_LABELS: dict[str, Words] = {
    "credit_code": _("unified social credit code"),
    "institutions": _("institutions"),
    "figures": _("figures"),
}


def label_of(field: str) -> Words:
    return _LABELS.get(field) or Park._meta.get_field(field).verbose_name  # type: ignore[union-attr,return-value]


# Published values -----------------------------------------------------------------------------------------------------


def published(park: Park, block: Block) -> Values:
    """What the public profile says in this block, as plain values."""
    return {field: read(park, field) for field in block.names}


def read(park: Park, field: str) -> Plain:
    if field == "institutions":
        return [institution_row(row) for row in park.institutions.all()]
    if field == "figures":
        return sort_figures([figure_row(row) for row in park.figures.all()])
    if field in ON_ORGANISATION:
        return getattr(park.organisation, field)
    if field in FOREIGN_KEYS:
        return getattr(park, f"{field}_id") or ""
    return plain(field, getattr(park, field))


def plain(field: str, value: Any) -> Plain:
    """One value in the form in which it is kept and compared."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    if field in CODE_LISTS:
        return [code for code in CODE_LISTS[field].values if code in (value or ())]
    if field == "industries":
        return sorted(value or ())
    if isinstance(value, list | tuple | set):
        # The order of the fields of work counts: the main one comes first.
        return list(value)
    return value


def institution_row(row: AnchorInstitution) -> dict:
    return {field: getattr(row, field) for field in INSTITUTION_FIELDS}


def figure_row(row: Figure) -> dict:
    return {field: getattr(row, field) for field in FIGURE_FIELDS}


def sort_figures(rows: list[dict]) -> list[dict]:
    """By figure as the enumeration orders them, the latest year first."""
    return sorted(
        rows, key=lambda row: (_INDICATOR_ORDER.get(row["indicator"], 99), -(row["year"] or 0), row["is_planned"])
    )


# Comparing ------------------------------------------------------------------------------------------------------------


def digest(value: Plain) -> str:
    """A short fingerprint: what an open page last saw of a field."""
    return canonical.digest(value)[:12]


def row_key(field: str, row: Mapping[str, Any]) -> str:
    """What makes a row the same row for two people: the institution's name; the figure, its year, measured or
    planned."""
    if field == "figures":
        return f"{row['indicator']}:{row['year'] or ''}:{'planned' if row['is_planned'] else ''}"
    return row["name_zh"]


def fingerprint(field: str, value: Plain) -> Any:
    """The digest of a field; of a list of rows, one digest for each row, so that two people can work on different
    rows."""
    if field in {"institutions", "figures"}:
        return {row_key(field, row): digest(row) for row in value}
    return digest(value)


def same(field: str, value: Plain, seen: Any) -> bool:
    return fingerprint(field, value) == seen


def merge_rows(field: str, seen: Mapping[str, str], theirs: list[dict], mine: list[dict]) -> list[dict] | None:
    """Both lists in one, when each row was changed by one side only; None when both changed the same row
    differently."""
    other = {row_key(field, row): row for row in theirs}
    own = {row_key(field, row): row for row in mine}
    merged: list[dict] = []
    for key in dict.fromkeys([*own, *other]):
        before, left, right = seen.get(key), other.get(key), own.get(key)
        left_now = digest(left) if left is not None else None
        right_now = digest(right) if right is not None else None
        if left_now in (right_now, before):
            kept = right
        elif right_now == before:
            kept = left
        else:
            return None
        if kept is not None:
            merged.append(kept)
    return sort_figures(merged) if field == "figures" else merged
