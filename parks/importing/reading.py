"""One row of a table as values of a profile, by the rules of the editor's own forms."""

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from alliance.accounts.forms.organisations import CreditCodeField
from alliance.accounts.models import Organisation
from alliance.core.imports import Draft, FormReader, key_of
from alliance.core.models import Division

from .. import blocks
from ..blocks import BLOCKS, Plain
from ..forms import FORMS
from ..forms.rows import FigureRow
from ..models import Park
from .columns import FIGURE_NAMES, INDICATORS, REQUIRED

# Where a figure's form calls its fields otherwise than the columns do.
FIGURE_FIELDS = {
    "year": "figures_year",
    "source": "figures_source",
    "source_note_zh": "figures_note_zh",
    "source_note_en": "figures_note_en",
}


class PlaceField(forms.Field):
    """A division by its code, from memory: a field of a model would ask the database for every row."""

    def __init__(self, divisions: Mapping[str, Division], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.divisions = divisions

    def to_python(self, value: Any) -> Division | None:
        return self.divisions.get(value) if value else None


class ProfileReader:
    """The forms of the blocks, made once for a file."""

    def __init__(self, codes: Collection[str] = ()) -> None:
        """For a file with these columns; fields that it does not have are not asked."""
        self.codes = {*codes, *REQUIRED, "city", "city_zh", "city_en"} if codes else set()
        self.divisions = {division.pk: division for division in Division.objects.all()}
        self.cities: dict[str, list[Division]] = {}
        for division in self.divisions.values():
            if division.level == Division.Level.PREFECTURE:
                for name in {division.name_zh, division.name_en, division.short_zh, division.short_en}:
                    self.cities.setdefault(key_of(name), []).append(division)
        blank = Park(pk=0, organisation=Organisation(pk=0))
        self.readers: dict[str, FormReader] = {}
        for code, form in FORMS.items():
            if BLOCKS[code].fields:
                made = form(None, park=blank, typed={"institutions": [], "figures": []})
                self._ease(made)
                self.readers[code] = FormReader(made)
        self.figure = FormReader(FigureRow())
        self.credit_code = CreditCodeField(required=False)

    def _ease(self, form: Any) -> None:
        """Take out what a table says otherwise, and what would ask the database about every row."""
        form.rowsets = {}
        for name in list(form.fields):
            if name in ("credit_code", "main_field") or (self.codes and name not in self.codes):
                del form.fields[name]
        if "province" in form.fields:
            form.fields["province"] = PlaceField(self.divisions)
            form.fields["city"] = PlaceField(self.divisions, required=False)
        for name, field in form.fields.items():
            field.required = name in REQUIRED

    def read(self, draft: Draft) -> None:
        """Replace what the cells say by plain values of the profile; what is wrong is noted beside its column."""
        given = draft.values
        found: dict[str, Plain] = {}
        self._place(draft, given)
        for code, reader in self.readers.items():
            names = [name for name in BLOCKS[code].fields if given.get(name) not in (None, "", [])]
            if not names and code != "identity":
                continue
            cleaned, errors = reader.read({name: given[name] for name in names})
            # What a cell says wrongly is said once: the form only sees that nothing is there.
            known = {note["column"] for note in draft.notes}
            for name, problems in errors.items():
                for problem in problems if name not in known else ():
                    draft.refuse(name if name != "__all__" else "", problem)
            for name in [*names, *(("city_zh", "city_en") if given.get("city") else ())]:
                if name in cleaned and cleaned[name] not in (None, "", []):
                    value = cleaned[name]
                    found[name] = value.pk if isinstance(value, Division) else blocks.plain(name, value)
        if given.get("credit_code"):
            try:
                found["credit_code"] = self.credit_code.clean(given["credit_code"])
            except ValidationError as error:
                draft.refuse("credit_code", error)
        if given.get("source"):
            text = " ".join(str(given["source"]).split())
            if len(text) > 300:
                draft.note("source", _("At most 300 characters."))
            found["source"] = text
        found |= self._figures(draft, given)
        if given.get("slug"):
            found["slug"] = given["slug"]
        draft.values = found

    def _place(self, draft: Draft, given: dict[str, Plain]) -> None:
        """A city by its name: one of the list where it is there, else as it was written."""
        text = given.get("city")
        if not text or text in self.divisions:
            return
        province = given.get("province")
        candidates = self.cities.get(key_of(str(text)), [])
        here = [city for city in candidates if not province or city.parent_id == province] or candidates
        if here:
            given["city"] = here[0].pk
        else:
            given.pop("city")
            given.setdefault("city_zh", text)

    def _figures(self, draft: Draft, given: Mapping[str, Plain]) -> dict[str, Plain]:
        codes = [code for code in INDICATORS if given.get(code) not in (None, "")]
        found: dict[str, Plain] = {name: given[name] for name in FIGURE_NAMES if given.get(name)}
        if not codes:
            # A year alone says nothing about a park.
            return {}
        if not given.get("figures_year"):
            draft.note("figures_year", _("Figures need their year."))
        if not given.get("figures_source"):
            draft.note("figures_source", _("Figures need their source."))
        if draft.notes and not (given.get("figures_year") and given.get("figures_source")):
            return found
        for code in codes:
            data = {name: str(given.get(column) or "") for name, column in FIGURE_FIELDS.items()}
            cleaned, errors = self.figure.read({**data, "indicator": code, "value": str(given[code])})
            for name, problems in errors.items():
                for problem in problems:
                    draft.refuse(FIGURE_FIELDS.get(name, code), problem)
            if not errors:
                found[code] = cleaned["value"]
                found["figures_year"] = cleaned["year"]
        return found


def figures_of(values: Mapping[str, Plain]) -> list[dict[str, Any]]:
    """The figures of a row, as rows of the profile."""
    return [
        {
            "indicator": code,
            "year": values["figures_year"],
            "value": values[code],
            "is_planned": False,
            "source": values["figures_source"],
            "source_note_zh": values.get("figures_note_zh", ""),
            "source_note_en": values.get("figures_note_en", ""),
        }
        for code in INDICATORS
        if code in values
    ]


def with_figures(present: list[dict[str, Any]], values: Mapping[str, Plain]) -> list[dict[str, Any]]:
    """The profile's figures with those of the row among them: the same figure of the same year is replaced."""
    before = {blocks.row_key("figures", row): row for row in present}
    new = {}
    for row in figures_of(values):
        key = blocks.row_key("figures", row)
        if key in before and before[key]["value"] == row["value"]:
            # The same number keeps the note on its source where the row says none.
            notes = {name: before[key][name] for name in ("source_note_zh", "source_note_en") if not row[name]}
            row = row | notes
        new[key] = row
    kept = [row for row in present if blocks.row_key("figures", row) not in new]
    return blocks.sort_figures([*kept, *new.values()])


def content_of(values: Mapping[str, Plain]) -> dict[str, dict[str, Plain]]:
    """The values of a row by block, figures apart."""
    found: dict[str, dict[str, Plain]] = {}
    for block in BLOCKS.values():
        mine = {name: values[name] for name in block.fields if name in values}
        if mine:
            found[block.code] = mine
    return found
