"""The columns of a table of parks: the fields of the profile's forms, one after the other, and its yearly figures."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alliance.accounts.importing.organisations import province_options
from alliance.core.imports import Column, Option, both, options_of

from .. import choices
from ..blocks import BLOCKS
from ..forms import FORMS
from ..forms.office import NewParkForm
from ..models import FieldOfWork, IndustryCategory, Park

# Fields of the forms that a table says otherwise: the city by one name, the main field by coming first.
LEFT_OUT = {"main_field", "city_zh"}
FIGURE_NAMES = ("figures_year", "figures_source", "figures_note_zh", "figures_note_en")
INDICATORS = tuple(choices.Indicator.values)
REQUIRED = ("name_zh", "province")
YEARS = {"year_opened", "national_status_year", "figures_year"}

SYNONYMS: dict[str, tuple[str, ...]] = {
    "name_zh": ("园区名称", "名称", "中文名", "园区", "park", "name"),
    "name_en": ("英文名", "园区英文名称", "park name in English"),
    "kind": ("类型", "园区类别"),
    "credit_code": ("信用代码", "社会信用代码", "USCC", "credit code"),
    "province": ("省份", "省", "所在省份", "省（区、市）", "region"),
    "city": ("市", "所在城市", "地市", "地级市"),
    "district_zh": ("区县", "县区", "区"),
    "address_zh": ("地址", "详细地址", "address"),
    "year_opened": ("开园年份", "成立年份", "开园时间", "opened"),
    "summary_zh": ("简介", "园区简介", "summary"),
    "story_zh": ("详细介绍",),
    "former_use_zh": ("原用途", "前身"),
    "fields": ("主要业态", "业态", "行业领域", "fields"),
    "industries": ("行业分类", "国民经济行业"),
    "national_status": ("称号", "国家级称号", "荣誉"),
    "website": ("网址", "官网", "url"),
    "contact_phone": ("电话", "联系电话", "phone"),
    "contact_email": ("邮箱", "电子邮件", "email"),
    "source": ("来源", "资料来源", "信息来源"),
    "floor_area": ("建筑面积",),
    "site_area": ("占地面积", "用地面积"),
    "tenants": ("入驻企业数", "入驻机构数", "企业数"),
    "jobs": ("从业人数", "就业人数"),
    "revenue": ("年营业收入", "营业收入", "产值"),
    "visits": ("年客流量", "客流量", "参观人次"),
    "occupancy": ("出租率", "入驻率"),
    "events": ("年活动场次", "活动场次"),
    "figures_year": ("数据年份", "统计年份"),
    "figures_source": ("数据来源类别",),
    "figures_note_zh": ("数据出处",),
}
EXAMPLES: dict[str, str | Promise] = {
    "year_opened": "2011",
    "website": "https://…",
    "floor_area": "34万",
    "site_area": _("12 hectares"),
    "revenue": "1.2亿",
    "occupancy": "85%",
    "figures_year": "2025",
}


def columns() -> list[Column]:
    found = [
        Column(
            "slug",
            _("Address in the portal"),
            _("Only to say which park is meant, where two have the same name: the last part of its page."),
            kind="code",
            synonyms=("slug",),
        ),
        *_profile(),
    ]
    said = NewParkForm.base_fields["source"]
    found.append(Column("source", said.label or "", said.help_text, kind="text", synonyms=SYNONYMS["source"]))
    return [*found, *_figures()]


def _profile() -> Iterator[Column]:
    for block in BLOCKS.values():
        fields: dict[str, Any] = FORMS[block.code].base_fields
        for name in block.fields:
            if name in LEFT_OUT or not (name in fields or name == "fields"):
                continue
            field = fields.get(name)
            model_field: Any = Park._meta.get_field(name) if name != "credit_code" else None
            label = field.label if field is not None and field.label else model_field.verbose_name
            kind, options = _shape(name, field)
            yield Column(
                name,
                label,
                _help(name, field),
                kind=kind,
                is_required=name in REQUIRED,
                options=options,
                synonyms=SYNONYMS.get(name, ()),
                example=EXAMPLES.get(name, ""),
            )


def _help(name: str, field: forms.Field | None) -> Any:
    match name:
        case "name_zh":
            return _("The full name, as on the gate.")
        case "city":
            return _("Its name in either language. A city that the portal does not know is kept as it is written.")
        case "city_en":
            return _("Only for a city that the portal does not know.")
        case "fields":
            return _("Several with a semicolon between them, the main one first.")
        case "kind":
            return _("Empty: park.")
        case "industries" | "digital_forms" | "facilities" | "services":
            return _("Several with a semicolon between them.")
    return field.help_text if field is not None else ""


def _shape(name: str, field: forms.Field | None) -> tuple[str, Any]:
    if name == "province":
        return "choice", province_options
    if name == "city":
        return "text", None
    if name == "fields":
        return "choices", field_options
    if name == "industries":
        return "choices", industry_options
    if name in YEARS:
        return "year", None
    if name in {"credit_code", "website", "contact_phone"}:
        return "code", None
    if name == "contact_email":
        return "email", None
    if isinstance(field, forms.MultipleChoiceField):
        return "choices", _options(field)
    if isinstance(field, forms.ChoiceField):
        return "choice", _options(field)
    return "lines" if isinstance(getattr(field, "widget", None), forms.Textarea) else "text", None


def _options(field: forms.ChoiceField) -> Any:
    return lambda: [Option(str(code), both(label)) for code, label in field.choices if code]  # type: ignore[misc]


def field_options() -> list[Option]:
    return [Option(row.code, {"zh-hans": row.name_zh, "en": row.name_en}) for row in FieldOfWork.objects.all()]


def industry_options() -> list[Option]:
    return [
        Option(row.code, {"zh-hans": f"{row.code} {row.name_zh}", "en": f"{row.code} {row.name_en}"}, (row.name_zh,))
        for row in IndustryCategory.objects.all()
    ]


def _figures() -> Iterator[Column]:
    for code, label in choices.Indicator.choices:
        yield Column(
            code,
            label,
            _("A whole number, also as 34万 or 12 ha. Leave it empty where it is not known: missing is never zero."),
            kind="number",
            unit=choices.UNITS[choices.Indicator(code)],
            synonyms=SYNONYMS.get(code, ()),
            example=EXAMPLES.get(code, ""),
        )
    yield Column(
        "figures_year",
        _("Year of the figures"),
        _("Needed with any figure. Figures of another year: a second file."),
        kind="year",
        synonyms=SYNONYMS["figures_year"],
        example=EXAMPLES["figures_year"],
    )
    yield Column(
        "figures_source",
        _("Kind of source of the figures"),
        _("Needed with any figure."),
        kind="choice",
        options=_figure_sources,
        synonyms=SYNONYMS["figures_source"],
    )
    yield Column("figures_note_zh", _("Source of the figures, in Chinese"), synonyms=SYNONYMS["figures_note_zh"])
    yield Column("figures_note_en", _("Source of the figures, in English"))


def _figure_sources() -> list[Option]:
    return [option for option in options_of(choices.FigureSource)() if option.code != choices.FigureSource.PLATFORM]
