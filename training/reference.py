"""The reference data of training: fields of study with their skills, and universities (see training/data/)."""

import csv
from pathlib import Path

from django.db import transaction

from alliance.core.models import Division

from .models import PlacementRule, TrainingField, University

DATA = Path(__file__).parent / "data"


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@transaction.atomic
def load() -> None:
    """Bring both tables up to what the files say; rows that people added or linked are left alone."""
    rows = _rows("training_fields.csv")
    # Fields before their skills, which point at them.
    for position, row in enumerate(sorted(rows, key=lambda row: row["level"] != "field")):
        TrainingField.objects.update_or_create(
            code=row["code"],
            defaults={
                "parent_id": row["parent_code"] or None,
                "name_zh": row["name_zh"],
                "name_en": row["name_en"],
                "occupation_zh": row["occupation_zh"],
                "summary_zh": row["summary_zh"],
                "summary_en": row["summary_en"],
                "source": row["source"],
                "position": position,
            },
        )
    provinces = {division.code[:2]: division for division in Division.objects.filter(level="province")}
    University.objects.bulk_create(
        [
            University(
                slug=row["slug"],
                name_zh=row["name_zh"],
                name_en=row["name_en"],
                province=provinces[row["province_code"]],
                city_zh=row["city_zh"],
                city_en=row["city_en"],
                kind=row["kind"],
                fields=[code for code in row["fields"].split(";") if code],
                website=row["website"],
                source=row["source"],
            )
            for row in _rows("universities.csv")
        ],
        update_conflicts=True,
        unique_fields=["slug"],
        update_fields=["name_zh", "name_en", "province", "city_zh", "city_en", "kind", "fields", "website", "source"],
    )
    _load_placement_rules()


def _load_placement_rules() -> None:
    """The rules for placements to begin with; once one is there, the training desk decides its further versions."""
    known = set(PlacementRule.objects.values_list("learner", "kind"))
    PlacementRule.objects.bulk_create(
        PlacementRule(
            learner=row["learner"],
            kind=row["kind"],
            level=row["level"],
            number=int(row["number"]) if row["number"] else None,
            venues=[code for code in row["venues"].split(";") if code],
            text_zh=row["text_zh"],
            text_en=row["text_en"],
            source=row["source"],
        )
        for row in _rows("placement_rules.csv")
        if (row["learner"], row["kind"]) not in known
    )
