"""OC4IDS 0.9.5 (spec 4.3): the official schema, and what a schema cannot say."""

import json
from datetime import date
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft4Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from investment import oc4ids
from investment.models import Project
from investment.services import outcomes, projects
from tests.investment.factories import make_project
from tests.official import NotFetched, Official

pytestmark = pytest.mark.django_db
AT = "https://standard.open-contracting.org/infrastructure/schema/0__9__5"
PROJECT = Official(f"{AT}/project-schema.json", "oc4ids-project.json", has="parties")
PACKAGE = Official(f"{AT}/project-package-schema.json", "oc4ids-package.json", has="projects")

# The codelist projectStatus of OC4IDS 0.9.5.
STATUSES = {
    "identification",
    "preparation",
    "implementation",
    "completion",
    "maintenance",
    "decommissioning",
    "decommissioned",
    "cancelled",
}


@pytest.fixture
def official() -> None:
    """Without the schema the test is skipped, and says that it was not fetched."""
    try:
        validator()
    except NotFetched as missing:
        pytest.skip(str(missing))


@cache
def validator() -> Draft4Validator:
    """The package schema, which refers to the project schema by its address. Raises NotFetched."""
    project, package = PROJECT.schema(), PACKAGE.schema()
    registry: Registry = Registry().with_resources(
        (schema["id"], Resource.from_contents(schema, default_specification=DRAFT4)) for schema in (project, package)
    )
    formats = FormatChecker()

    @formats.checks("date-time")
    def is_moment(text: Any) -> bool:
        from django.utils.dateparse import parse_datetime

        found = parse_datetime(text) if isinstance(text, str) else None
        return not isinstance(text, str) or (found is not None and found.tzinfo is not None)

    return Draft4Validator(package, registry=registry, format_checker=formats)


def problems(package: dict[str, Any]) -> list[str]:
    return [f"{list(error.path)}: {error.message[:200]}" for error in validator().iter_errors(package)]


def fetch(client, address: str) -> dict[str, Any]:
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    return json.loads(response.content)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_package_of_every_state_passes_the_official_schema(client, language, official):
    made = [make_project(state) for state in ("published", "ic_review", "financing_agreed", "completed")]
    for one in made[2:]:
        outcomes.record_outcome(
            one.project,
            "financed",
            amount=3_000_000_055,
            happened_on=date(2026, 3, 1),
            happened_zh="样例：资金到位。",
            learnt_zh="样例：先谈分担。",
            by=one.lead,
        )

    package = fetch(client, f"/{language}/projects/oc4ids.json")

    assert problems(package) == []
    assert len(package["projects"]) == 4
    assert {one["language"] for one in package["projects"]} == {"zh" if language == "zh-hans" else "en"}
    for one in made:
        assert problems(fetch(client, f"/{language}/projects/{one.project.slug}/oc4ids.json")) == []


def test_the_schema_can_refuse(client, official):
    slug = make_project("published").project.slug
    package = fetch(client, f"/en/projects/{slug}/oc4ids.json")

    package["projects"][0]["status"] = "funded"
    package["publishedDate"] = "yesterday"
    del package["projects"][0]["id"]

    assert len(problems(package)) == 3


class TestStructure:
    """What a reader of the data relies on, whichever schema is at hand."""

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_the_package_says_who_publishes_what_and_when(self, client, language):
        make_project("published")
        package = fetch(client, f"/{language}/projects/oc4ids.json")

        assert {"uri", "publisher", "publishedDate", "projects", "version"} <= set(package)
        assert package["version"] == "0.9"
        for project in package["projects"]:
            assert {"id", "title", "status", "sector", "parties", "budget", "locations"} <= set(project)
            assert project["status"] in STATUSES

    def test_ids_are_unique_and_parts_refer_to_parties(self, client):
        slug = make_project("published").project.slug
        [project] = fetch(client, f"/en/projects/{slug}/oc4ids.json")["projects"]

        parties = {party["id"] for party in project["parties"]}
        for name in ("parties", "metrics", "milestones", "documents", "locations"):
            ids = [one["id"] for one in project[name]]
            assert len(ids) == len(set(ids)), name
        shares = [metric for metric in project["metrics"] if metric["id"].startswith("share-of-")]
        assert {row["dimensions"]["party"] for metric in shares for row in metric["observations"]} == parties

    def test_j2_shares_make_exactly_a_hundred_per_cent(self, client):
        from decimal import Decimal

        slug = make_project("published", parks=3).project.slug
        [project] = fetch(client, f"/en/projects/{slug}/oc4ids.json")["projects"]

        sums = {
            metric["id"]: sum(Decimal(row["measure"]) for row in metric["observations"])
            for metric in project["metrics"]
            if metric["id"].startswith("share-of-")
        }
        assert sums == dict.fromkeys(("share-of-cost", "share-of-risk", "share-of-benefit"), Decimal(100))

    def test_money_is_exact_to_the_fen(self, client):
        slug = make_project("published", need=9_007_199_254_740_993 // 100 * 10 + 7).project.slug
        found = fetch(client, f"/en/projects/{slug}/oc4ids.json")["projects"][0]
        need = Project.objects.get(slug=slug).need

        sought = next(metric for metric in found["metrics"] if metric["id"] == "capital-sought")
        assert round(sought["observations"][0]["value"]["amount"] * 100) == need
        used = found["budget"]["budgetBreakdowns"][0]["budgetBreakdown"]
        assert round(sum(line["amount"]["amount"] for line in used) * 100) == need

    def test_j3_capital_sought_is_never_given_out_as_finance(self, client):
        slug = make_project("published").project.slug

        text = client.get(f"/en/projects/{slug}/oc4ids.json").content.decode()

        assert '"finance"' not in text
        assert "never means being funded" in text

    def test_every_state_has_a_status_of_the_codelist(self):
        assert set(oc4ids.STATUS) == set(Project.State)
        assert set(oc4ids.STATUS.values()) <= STATUSES
        assert [oc4ids.STATUS[state] for state in ("published", "financing_agreed", "implementation")] == [
            "preparation",
            "preparation",
            "implementation",
        ]
        assert [oc4ids.STATUS[state] for state in ("operation", "completed", "cancelled")] == [
            "maintenance",
            "completion",
            "cancelled",
        ]

    def test_a_cancelled_project_stays_as_cancelled(self, client):
        made = make_project("implementation")
        projects.move_project(made.project, "cancel", by=made.lead, reason="Sample reason")

        [project] = fetch(client, f"/en/projects/{made.project.slug}/oc4ids.json")["projects"]

        assert project["status"] == "cancelled"
        assert project["milestones"][-1]["code"] == "cancelled"

    def test_what_is_not_public_is_in_no_package(self, client):
        slug = make_project("admitted").project.slug

        assert client.get(f"/en/projects/{slug}/oc4ids.json").status_code == 404
        assert client.get("/en/projects/oc4ids.json").status_code == 404


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2027, 6, 15), 18, date(2028, 12, 15)),
        (date(2027, 12, 31), 12, date(2028, 12, 31)),
    ],
)
def test_months_are_counted_by_the_calendar(day, months, end):
    assert oc4ids.add_months(day, months) == end
