"""Lists inside a block: institutions and yearly figures, a row of fields each."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliance.core.forms import clean_line, tidy

from .. import blocks, choices, quantities

FIRST_YEAR = 1900
# A plan may reach this far ahead.
YEARS_AHEAD = 10


class Row(forms.Form):
    # A row counts once one of these is filled in; the others may be filled in beforehand.
    counts: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)
        tidy(self)

    def has_changed(self) -> bool:
        """Whether the row says anything. What it said before does not matter: an open page that saves again and again
        sends rows that were new to it and are old to us."""
        return any(str(self[name].data or "").strip() for name in self.counts)


class InstitutionRow(Row):
    counts = ("name_zh", "name_en")

    name_zh = forms.CharField(label=_("Chinese name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=200, required=False)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[("", _("not said")), *choices.InstitutionKind.choices], required=False
    )
    role = forms.ChoiceField(
        label=_("Role"), choices=[("", _("not said")), *choices.InstitutionRole.choices], required=False
    )
    is_profit = forms.TypedChoiceField(
        label=_("Works for profit"),
        choices=[("", _("not said")), ("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda value: {"yes": True, "no": False}.get(value),
        empty_value=None,
        required=False,
    )

    def clean_name_zh(self) -> str:
        return clean_line(self.cleaned_data["name_zh"])

    def clean_name_en(self) -> str:
        return clean_line(self.cleaned_data["name_en"])

    @staticmethod
    def initial_of(row: dict) -> dict:
        return {**row, "is_profit": {True: "yes", False: "no"}.get(row.get("is_profit"), "")}  # type: ignore[arg-type]

    def plain(self) -> dict:
        return {name: self.cleaned_data.get(name) for name in blocks.INSTITUTION_FIELDS}


class FigureRow(Row):
    counts = ("indicator", "year", "value")

    indicator = forms.ChoiceField(label=_("Figure"), choices=[("", _("choose")), *choices.Indicator.choices])
    year = forms.IntegerField(
        label=_("Year"), required=False, widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short"})
    )
    value = forms.CharField(
        label=_("Value"), max_length=40, widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "short"})
    )
    is_planned = forms.BooleanField(label=_("planned, not measured"), required=False)
    source = forms.ChoiceField(
        label=_("Source"),
        choices=[
            (code, label) for code, label in choices.FigureSource.choices if code != choices.FigureSource.PLATFORM
        ],
        initial=choices.FigureSource.SELF_REPORTED,
    )
    source_note_zh = forms.CharField(label=_("Source named, in Chinese"), max_length=300, required=False)
    source_note_en = forms.CharField(label=_("Source named, in English"), max_length=300, required=False)
    sure = forms.BooleanField(label=_("Yes, this number is right"), required=False)

    # Set by the formset: what the same figure was the year before, when the step is a likely slip.
    jump: tuple[int, int | None, int] | None = None

    @property
    def unit(self) -> str:
        code = self["indicator"].value()
        return str(choices.UNITS[choices.Indicator(code)]) if code in choices.Indicator.values else ""

    @property
    def title(self) -> str:
        """What the row is about, as it was opened."""
        code, year = self.initial.get("indicator", ""), self.initial.get("year")
        label = str(choices.Indicator(code).label) if code in choices.Indicator.values else ""
        return f"{label} {year}" if year else label

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        indicator, year, planned = data.get("indicator"), data.get("year"), data.get("is_planned")
        if indicator and data.get("value"):
            try:
                data["value"] = quantities.parse(data["value"], indicator)
            except ValidationError as error:
                self.add_error("value", error)
        latest = timezone.localdate().year + (YEARS_AHEAD if planned else 0)
        if year is None:
            if "year" not in self.errors and data.get("source") != choices.FigureSource.PUBLIC:
                self.add_error("year", ValidationError(_("A figure needs its year."), code="year"))
        elif not FIRST_YEAR <= year <= latest:
            self.add_error(
                "year",
                ValidationError(
                    _("Please give a year between %(first)s and %(last)s."),
                    code="year",
                    params={"first": FIRST_YEAR, "last": latest},
                ),
            )
        for name in ("source_note_zh", "source_note_en"):
            if name in data:
                data[name] = clean_line(data[name])
        return data

    @staticmethod
    def initial_of(row: dict) -> dict:
        return {**row, "value": f"{row['value']:,}"}

    def plain(self) -> dict:
        row = {name: self.cleaned_data.get(name) for name in blocks.FIGURE_FIELDS}
        return {**row, "sure": True} if self.cleaned_data.get("sure") else row


class RowSet(forms.BaseFormSet):
    """Rows of one list. Empty rows do not count; a row marked for removal is left out."""

    field = ""

    def __init__(self, *args: Any, rows: list[dict] | None = None, extra: int | None = None, **kwargs: Any) -> None:
        if rows is not None:
            kwargs["initial"] = [self.form.initial_of(row) for row in rows]
        super().__init__(*args, **kwargs)
        if extra is not None:
            self.extra = extra

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        # A row that was emptied is gone, like one that was never filled in.
        form.empty_permitted = True
        form.fields["DELETE"].label = _("Remove this row")

    @property
    def kept(self) -> list[forms.Form]:
        return [
            form
            for form in self.forms
            if form.is_valid() and form.has_changed() and form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]

    def rows(self) -> list[dict]:
        return [form.plain() for form in self.kept]

    def clean(self) -> None:
        seen: set[str] = set()
        for form in self.kept:
            if form.errors:
                continue
            key = blocks.row_key(self.field, form.plain())
            if key in seen:
                form.add_error(next(iter(form.fields)), self.repeated)
                raise ValidationError(self.repeated)
            seen.add(key)


class BaseInstitutionRows(RowSet):
    field = "institutions"
    repeated = _("This institution is already in the list.")


class BaseFigureRows(RowSet):
    field = "figures"
    repeated = _("This figure is already given for this year.")

    def rows(self) -> list[dict]:
        return blocks.sort_figures(super().rows())

    def mark_jumps(self, published: list[dict]) -> None:
        """Ask about a figure that differs more than tenfold from the one before it, unless it is what is published."""
        known = {digest_of(row) for row in published}
        rows = {id(form): form.plain() for form in self.kept} if self.is_bound else {}
        for form in self.forms:
            row = rows.get(id(form)) or (None if self.is_bound else _initial_row(form))
            if row is None or digest_of(row) in known:
                continue
            others = list(rows.values()) if self.is_bound else [r for f in self.forms if (r := _initial_row(f))]
            form.jump = jump_of(row, [*others, *published])  # type: ignore[attr-defined]


def _initial_row(form: forms.Form) -> dict | None:
    """The row a form was opened with, as plain values."""
    if not form.initial or not isinstance(form.initial.get("value"), str):
        return None
    return {**form.initial, "value": int(form.initial["value"].replace(",", ""))}


def digest_of(row: dict) -> str:
    return blocks.digest({name: row.get(name) for name in blocks.FIGURE_FIELDS})


def jump_of(row: dict, others: list[dict]) -> tuple[int, int | None, int] | None:
    """(times, year before, value before) when this row leaps from the latest earlier figure of its kind."""
    if row["is_planned"] or not row["year"]:
        return None
    earlier = [
        other
        for other in others
        if other["indicator"] == row["indicator"]
        and not other["is_planned"]
        and other["year"]
        and other["year"] < row["year"]
    ]
    if not earlier:
        return None
    before = max(earlier, key=lambda other: other["year"])
    times = quantities.jump(row["value"], before["value"])
    return (times, before["year"], before["value"]) if times else None


MOST_ROWS = 60
# Nine inputs each: more would be beyond what one form may send.
MOST_FIGURES = 90

InstitutionRows = forms.formset_factory(
    InstitutionRow, formset=BaseInstitutionRows, extra=1, can_delete=True, max_num=MOST_ROWS, absolute_max=MOST_ROWS + 5
)
FigureRows = forms.formset_factory(
    FigureRow, formset=BaseFigureRows, extra=1, can_delete=True, max_num=MOST_FIGURES, absolute_max=MOST_FIGURES + 5
)
ROWSETS = {"institutions": InstitutionRows, "figures": FigureRows}

__all__ = ["ROWSETS", "FigureRows", "InstitutionRows"]
