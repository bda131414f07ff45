"""The reference data that the portal starts from: places, classifications and 200 real parks (see
parks/data/README.md).

`load` may run at every start. It brings rows up to what the files say and leaves alone what people have made their
own: a park is touched only while it is still compiled (`catalogued`) and nobody has worked on it. Each write of the
loader is kept in the park's history under `LOADED`; a history row with another reason, an edit, a draft, a
confirmation or a submission means that somebody has.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef, Q
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from alliance.accounts.models import Organisation
from alliance.core import bilingual, search
from alliance.core.models import Division

from . import choices, completeness
from .models import (
    AnchorInstitution,
    BlockConfirmation,
    BlockDraft,
    BlockEdit,
    FieldOfWork,
    Figure,
    IndustryCategory,
    Park,
    Submission,
)
from .search import rows as rows_for_search

DATA = Path(__file__).parent / "data"
LOADED = "reference data"
COMPILED_ON = date(2026, 11, 1)
# Compiled entries are translated after parks that confirmed theirs.
TRANSLATION_WEIGHT = 10

# The National Bureau of Statistics' four regions (2011), and beside them the three that its regions leave out.
BANDS = {
    "east": "11 12 13 31 32 33 35 37 44 46",
    "central": "14 34 36 41 42 43",
    "west": "15 45 50 51 52 53 54 61 62 63 64 65",
    "northeast": "21 22 23",
    "hmt": "71 81 82",
}
BAND_OF = {code: band for band, codes in BANDS.items() for code in codes.split()}

# How the files name the types, and how the parks spec does.
FORMATION = {
    "": "",
    "metropolitan": choices.Formation.METROPOLIS,
    "regenerated_industrial": choices.Formation.REGENERATION,
    "government_initiated": choices.Formation.CULTIVATED,
}
SITE_FORM = {
    "": "",
    "newly_built": choices.SiteForm.NEWBUILT,
    "adaptive_reuse": choices.SiteForm.REBUILT,
    "commercial_with_government_support": choices.SiteForm.GOV_COMMERCIAL,
    "independent_enterprise": choices.SiteForm.FLAGSHIP_FIRM,
}
STRUCTURE = {
    "": "",
    "large_institution_led": choices.Structure.INSTITUTION_LED,
    "government_agency_led": choices.Structure.GOVERNMENT_LED,
    "sme_spontaneous": choices.Structure.SME_SPONTANEOUS,
}
# What the name of an institution says about its kind. The first that fits counts: a university's museum is a museum.
INSTITUTION_KINDS = [
    (choices.InstitutionKind.MUSEUM, ("博物馆",)),
    (choices.InstitutionKind.GALLERY, ("美术馆", "艺术中心")),
    (choices.InstitutionKind.THEATRE, ("剧院", "剧场")),
    (choices.InstitutionKind.RESEARCH, ("研究院", "研究中心", "研究所")),
    (choices.InstitutionKind.UNIVERSITY, ("大学", "学院", "高校")),
    (choices.InstitutionKind.MEDIA, ("传媒", "报业", "广播电视")),
]


@dataclass(frozen=True)
class Loaded:
    """What one run did. `kept` are parks that people have worked on, left as they are."""

    created: int
    updated: int
    unchanged: int
    kept: int


@transaction.atomic
def load(folder: Path = DATA) -> Loaded:
    """Bring places, classifications and compiled parks up to the files."""
    with connection.cursor() as cursor:
        # Two portals that start at once load one after the other.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('parks.reference'))")
    load_divisions(folder)
    load_fields(folder)
    load_industries(folder)
    loaded, changed = load_parks(folder)
    refresh(changed)
    return loaded


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


# Places and classifications -----------------------------------------------------------------------------------------


def load_divisions(folder: Path) -> None:
    tiles = {row["gb2260"]: row for row in rows(folder, "province_tiles.csv")}
    provinces, cities = [], []
    for row in rows(folder, "divisions.csv"):
        tile = tiles.get(row["code"])
        division = Division(
            code=row["code"],
            iso_code=row["iso_code"],
            level=row["level"],
            parent_id=row["parent_code"] or None,
            name_zh=row["name_zh"],
            # The tile file has the names as mainland sources write them in English today: Xizang.
            name_en=tile["full_en"] if tile else row["name_en"],
            short_zh=row["short_zh"],
            short_en=tile["name_en"] if tile else row["short_en"],
            abbr_zh=tile["abbr_zh"] if tile else "",
            region_zh=row["region_zh"],
            region_en=row["region_en"],
            band=BAND_OF[row["code"][:2]],
            tile_column=int(tile["col"]) if tile else None,
            tile_row=int(tile["row"]) if tile else None,
        )
        (cities if division.parent_id else provinces).append(division)
    upsert(provinces)
    upsert(cities)


def load_fields(folder: Path) -> None:
    upsert(
        FieldOfWork(code=row["code"], name_zh=row["name_zh"], name_en=row["name_en"], position=position)
        for position, row in enumerate(rows(folder, "fields.csv"), start=1)
    )


def load_industries(folder: Path) -> None:
    categories = [
        IndustryCategory(
            code=row["code"],
            parent_id=row["parent_code"] or None,
            level=row["level"],
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            is_core=row["domain"] == "core",
        )
        for row in rows(folder, "industry_categories.csv")
    ]
    upsert(category for category in categories if not category.parent_id)
    upsert(category for category in categories if category.parent_id)


def upsert(items: Iterable[models.Model]) -> None:
    """Write rows of one model by their primary key, in one statement, and only those that differ."""
    items = list(items)
    model = type(items[0])
    names = [field.attname for field in model._meta.concrete_fields]
    present = {row.pk: row for row in model._default_manager.in_bulk([item.pk for item in items]).values()}
    due = [
        item
        for item in items
        if item.pk not in present or any(getattr(item, name) != getattr(present[item.pk], name) for name in names)
    ]
    if due:
        model._default_manager.bulk_create(
            due,
            update_conflicts=True,
            unique_fields=[model._meta.pk.attname],
            update_fields=[field.name for field in model._meta.concrete_fields if not field.primary_key],
        )


# Parks --------------------------------------------------------------------------------------------------------------


def load_parks(folder: Path) -> tuple[Loaded, list[int]]:
    """Create and update parks with their figures and institutions; gives also the keys of those written."""
    entries = rows(folder, "parks.csv")
    cities = set(Division.objects.cities().values_list("code", flat=True))
    majors = {row["code"]: _majors(row["nbs_2018_middle"]) for row in rows(folder, "fields.csv")}
    # Also those merged since: their addresses are taken, and they do not come back.
    present = {park.slug: park for park in Park.everything.filter(slug__in=[entry["slug"] for entry in entries])}
    ours = set(
        untouched(Park.objects.filter(pk__in=[park.pk for park in present.values()])).values_list("pk", flat=True)
    )
    organisations = _organisations(entries)

    new: list[Park] = []
    changed: list[Park] = []
    kept = unchanged = 0
    current: list[tuple[dict[str, str], Park]] = []  # entries whose park follows the file
    for entry in entries:
        values = park_values(entry, cities, majors)
        park = present.get(entry["slug"])
        if park is None:
            park = Park(slug=entry["slug"], organisation=organisations[entry["slug"]], **values)
            new.append(park)
        elif park.pk not in ours:
            kept += 1
            continue
        elif any(getattr(park, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(park, name, value)
            changed.append(park)
        else:
            unchanged += 1
        current.append((entry, park))

    if new:
        bulk_create_with_history(new, Park, default_change_reason=LOADED)
    if changed:
        names = [name.removesuffix("_id") for name in park_values(entries[0], cities, majors)]
        bulk_update_with_history(changed, Park, names, default_change_reason=LOADED)
    rewritten = _load_figures(current) | _load_institutions(current)
    loaded = Loaded(created=len(new), updated=len(changed), unchanged=unchanged, kept=kept)
    return loaded, sorted({park.pk for park in new + changed} | rewritten)


def untouched(parks: models.QuerySet) -> models.QuerySet:
    """Compiled entries that nobody has worked on since they were loaded."""
    of_park = Q(park=OuterRef("pk"))
    return parks.filter(
        ~Exists(
            Park.history.filter(~Q(history_change_reason=LOADED) | Q(history_change_reason=None), id=OuterRef("pk"))
        ),
        *(~Exists(model.objects.filter(of_park)) for model in (BlockEdit, BlockDraft, BlockConfirmation, Submission)),
        standing=Park.Standing.CATALOGUED,
        confirmed_at=None,
    )


def park_values(entry: dict[str, str], cities: set[str], majors: dict[str, list[str]]) -> dict[str, Any]:
    """The columns of a park as its entry gives them. A blank cell means "not known" and stays blank."""
    fields = [code for code in entry["main_fields"].split(";") if code]
    return {
        "standing": Park.Standing.CATALOGUED,
        "kind": entry["kind"],
        "name_zh": chinese(entry["name_zh"]),
        "name_en": entry["name_en"],
        "province_id": f"{entry['province_code']}0000",
        "city_id": entry["city_code"] if entry["city_code"] in cities else None,
        "city_zh": entry["city_zh"],
        "city_en": entry["city_en"],
        "district_zh": entry["district_zh"],
        "district_en": entry["district_en"],
        "year_opened": _number(entry["year_opened"]),
        "summary_zh": chinese(entry["summary_zh"]),
        "summary_en": entry["summary_en"],
        "former_use_zh": chinese(entry["former_use_zh"]),
        "former_use_en": entry["former_use_en"],
        "formation": FORMATION[entry["formation"]],
        "structure": STRUCTURE[entry["structure"]],
        "site_form": SITE_FORM[entry["development_form"]],
        "is_coded_by_researchers": True,
        "fields": fields,
        "industries": sorted({major for code in fields for major in majors[code]}),
        "national_status": entry["national_status"],
        "national_status_year": _number(entry["national_status_year"]),
        "status_note_zh": chinese(entry["status_note_zh"]),
        "status_note_en": entry["status_note_en"],
        "website": entry["website"],
        "source": source_of(entry),
        "source_urls": [url for url in entry["source_url"].split(" ; ") if url],
        "confidence": entry["confidence"],
        "compiled_on": COMPILED_ON,
    }


_HAN = "\u3400-\u9fff"
_FULL_WIDTH = str.maketrans(",;:?!", "，；：？！")


def chinese(text: str) -> str:
    """Punctuation as Chinese is set: full width between Chinese words, while M50, 2009-04 and Latin names keep
    theirs."""
    text = re.sub(
        rf"(?<=[{_HAN}）”》])[,;:?!](?=\S)|[,;:?!](?=[{_HAN}（“《])", lambda mark: mark[0].translate(_FULL_WIDTH), text
    )
    return re.sub(rf"(?<=[{_HAN}])\(([^()]*)\)|\(([^()]*[{_HAN}][^()]*)\)", lambda m: f"（{m[1] or m[2] or ''}）", text)


def source_of(entry: dict[str, str]) -> str:
    """Where the entry comes from, without the shelf marks of those who compiled it."""
    return re.sub(r" \(project seed[s]? [^)]*\)", "", entry["source"])


def _number(text: str) -> int | None:
    return int(text) if text else None


def _majors(middle_classes: str) -> list[str]:
    return sorted({code[:2] for code in middle_classes.split(";") if code})


def _organisations(entries: list[dict[str, str]]) -> dict[str, Organisation]:
    """The organisation that operates each park, named as the park until its people say more. Existing ones stay."""
    slugs = [entry["slug"] for entry in entries]
    found = {body.slug: body for body in Organisation.everything.filter(slug__in=slugs)}
    missing = [
        Organisation(
            kind=Organisation.Kind.PARK_OPERATOR,
            slug=entry["slug"],
            name_zh=chinese(entry["name_zh"]),
            name_en=entry["name_en"],
            province_id=f"{entry['province_code']}0000",
        )
        for entry in entries
        if entry["slug"] not in found
    ]
    return found | {body.slug: body for body in Organisation.objects.bulk_create(missing)}


# Figures ------------------------------------------------------------------------------------------------------------


def figures_of(entry: dict[str, str]) -> Iterator[dict[str, Any]]:
    """The areas of an entry, with what its note and its source say about them.

    The year is the one that the note names; failing that, the year of the report where the entry rests on a single,
    dated one. Hectares become square metres, since a figure has one unit everywhere.
    """
    areas = [
        (choices.Indicator.FLOOR_AREA, entry["floor_area_m2"], 1),
        (choices.Indicator.SITE_AREA, entry["site_area_ha"], 10_000),
    ]
    for indicator, text, factor in areas:
        if not text:
            continue
        remark_zh, remark_en = _remark(indicator, chinese(entry["status_note_zh"]), entry["status_note_en"])
        named = re.search(r"(\d{4})年", remark_zh)
        yield {
            "indicator": indicator,
            "value": round(float(text) * factor),
            "year": int(named[1]) if named else _report_year(entry["source"]),
            "is_planned": "规划" in remark_zh,
            "source": choices.FigureSource.PUBLIC,
            "source_note_zh": "；".join(part for part in (remark_zh, sole_source(entry)) if part)[:300],
            "source_note_en": remark_en,
        }


def _remark(indicator: str, note_zh: str, note_en: str) -> tuple[str, str]:
    """The clause of the note that speaks of this area, in both languages where the clauses pair up."""
    clauses_zh, clauses_en = re.split("[;；]", note_zh), re.split(";", note_en)
    for position, clause in enumerate(clauses_zh):
        of_floor = "建筑面积" in clause
        of_site = "占地" in clause or ("面积" in clause and not of_floor)
        if of_floor if indicator == choices.Indicator.FLOOR_AREA else of_site:
            paired = len(clauses_zh) == len(clauses_en)
            return clause.strip(), clauses_en[position].strip() if paired else note_en
    return "", ""


def sole_source(entry: dict[str, str]) -> str:
    source = source_of(entry)
    return "" if " ; " in source else source


def _report_year(source: str) -> int | None:
    years = re.findall(r"\((\d{4})(?:-\d\d){0,2}[,)]", source)
    return int(years[0]) if len(years) == 1 and " ; " not in source else None


def _load_figures(current: list[tuple[dict[str, str], Park]]) -> set[int]:
    """Write the compiled figures that differ; gives the keys of the parks concerned."""
    present: dict[tuple[int, str], Figure] = {
        (figure.park_id, figure.indicator): figure
        for figure in Figure.objects.filter(
            park__in=[park.pk for _, park in current], source=choices.FigureSource.PUBLIC, verified_by=None
        )
    }
    new, changed = [], []
    for entry, park in current:
        for values in figures_of(entry):
            figure = present.pop((park.pk, values["indicator"]), None)
            if figure is None:
                new.append(Figure(park=park, **values))
            elif any(getattr(figure, name) != value for name, value in values.items()):
                for name, value in values.items():
                    setattr(figure, name, value)
                changed.append(figure)
    gone = list(present.values())
    Figure.objects.filter(pk__in=[figure.pk for figure in gone]).delete()
    Figure.objects.bulk_create(new)
    if changed:
        Figure.objects.bulk_update(
            changed, ["value", "year", "is_planned", "source", "source_note_zh", "source_note_en"]
        )
    return {figure.park_id for figure in new + changed + gone}


# Institutions -------------------------------------------------------------------------------------------------------


def institutions_of(entry: dict[str, str]) -> list[dict[str, Any]]:
    """The anchor institutions of an entry, one row each.

    Chinese and English names are paired only when both lists are equally long; otherwise both stay whole in one row,
    so that nothing is lost and no name gets another's translation.
    """
    text_zh, text_en = chinese(entry["anchor_institutions_zh"]), entry["anchor_institutions_en"]
    names_zh, names_en = _names(text_zh), _names(text_en)
    if names_en and len(names_zh) != len(names_en):
        names_zh, names_en = [text_zh], [text_en]
    names_en = names_en or [""] * len(names_zh)
    return [
        {"name_zh": zh, "name_en": en, "kind": institution_kind(zh), "position": position}
        for position, (zh, en) in enumerate(zip(names_zh, names_en, strict=True), start=1)
    ]


def _names(text: str) -> list[str]:
    """Names are separated by semicolons, Chinese ones also by 、; a comma may stand inside a name."""
    return [name.strip() for name in re.split("[;；、]", text) if name.strip()]


def institution_kind(name_zh: str) -> str:
    return next(
        (kind for kind, words in INSTITUTION_KINDS if any(word in name_zh for word in words)),
        choices.InstitutionKind.OTHER,
    )


def _load_institutions(current: list[tuple[dict[str, str], Park]]) -> set[int]:
    """Write the institutions of parks whose list differs from the file; gives the keys of those parks."""
    names = ("name_zh", "name_en", "kind", "position")
    present: dict[int, list[dict[str, Any]]] = {}
    for row in AnchorInstitution.objects.filter(park__in=[park.pk for _, park in current]).values("park_id", *names):
        present.setdefault(row.pop("park_id"), []).append(row)
    due = {park: wanted for entry, park in current if (wanted := institutions_of(entry)) != present.get(park.pk, [])}
    AnchorInstitution.objects.filter(park__in=due).delete()
    AnchorInstitution.objects.bulk_create(
        AnchorInstitution(park=park, **values) for park, wanted in due.items() for values in wanted
    )
    return {park.pk for park in due}


# What follows -------------------------------------------------------------------------------------------------------


def refresh(park_ids: list[int]) -> None:
    """Bring up to date what is computed from the parks written: completeness, translation states, search."""
    parks = list(rows_for_search().filter(pk__in=park_ids).prefetch_related("figures", "pictures"))
    for park in parks:
        counted = completeness.measure(completeness.facts_of(park))
        park.completeness_zh, park.completeness_en = counted.zh, counted.en
        bilingual.track(park, Park.BILINGUAL, weight=TRANSLATION_WEIGHT)
        search.index(park)
    # Not a change of the profile, so the history does not speak of it.
    Park.objects.bulk_update(parks, ["completeness_zh", "completeness_en"])
