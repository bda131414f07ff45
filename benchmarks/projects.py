"""The public list of joint projects, its facets and the comparison over 20,000 projects, beside bare equivalents.

python -m benchmarks.projects           about two minutes
python -m benchmarks.projects --quick   2,000 projects, a few rounds: does it still run?

In one process, in turns, so that both meet the same machine. The bare equivalent of a page of rows is its ORM query
without filter set, links and cards; of the facets, one GROUP BY for each; of the comparison, the rows of the projects
with what they signed. A ratio of 2 means: twice the time of the bare one.
"""

import argparse
import random
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any

from . import servers
from .run import table, verdict

BATCH = 1000
MILLION = 1_000_000 * 100
QUERIES = ("", "province=330000", "field=design&need=to50", "stage=due_diligence&accepts=yes")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.projects", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--projects", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args()
    if options.quick:
        options.projects, options.rounds = 2_000, 5
    with servers.data_servers():
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        fill(options.projects)
        rows = [measured(name, ours, bare, goal, options.rounds) for name, ours, bare, goal in cases()]
    heads = ["what", "ours ms", "bare ms", "ratio", "goal", "reached"]
    table(f"{options.projects:,} joint projects, {options.rounds} rounds in turns", heads, rows)


def fill(number: int) -> None:
    """Projects that nobody could take for real ones, each with its version, two parks and three steps."""
    from django.db import connection

    from alliance.core.models import Division
    from investment.models import Project, ProjectParty, ProjectStep, ProjectVersion
    from parks import reference
    from parks.models import FieldOfWork, Park

    from . import fill as parks

    reference.load()
    parks.fill(1_000_001, 1_000_200)
    provinces = list(Division.objects.provinces())
    fields = list(FieldOfWork.objects.values_list("code", flat=True))
    homes = list(Park.objects.filter(slug__startswith="synthetic-").only("pk", "name_zh", "name_en"))
    for start in range(0, number, BATCH):
        made = Project.objects.bulk_create(
            project(one, provinces, fields) for one in range(start, min(start + BATCH, number))
        )
        dice = random.Random(start)
        pairs = [dice.sample(homes, 2) for _one in made]
        ProjectVersion.objects.bulk_create(version(one, pair) for one, pair in zip(made, pairs, strict=True))
        ProjectParty.objects.bulk_create(
            ProjectParty(
                project=one, park=park, is_lead=not place, cost_share=5000, risk_share=5000, benefit_share=5000
            )
            for one, pair in zip(made, pairs, strict=True)
            for place, park in enumerate(pair)
        )
        ProjectStep.objects.bulk_create(
            ProjectStep(project=one, to_state=state, at=one.published_at + timedelta(days=30 * place))
            for one in made
            for place, state in enumerate(("published", "in_dialogue", "due_diligence"))
        )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE investment_project p SET version_id = v.id, state = p.state_reason, state_reason = '' "
            "FROM investment_projectversion v WHERE v.project_id = p.id"
        )
        cursor.execute("ANALYZE")


def project(number: int, provinces: list, fields: list[str]) -> Any:
    from investment.models import Project

    dice = random.Random(number)
    need = dice.randrange(1, 800) * MILLION
    at = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=dice.randrange(900_000))
    return Project(
        slug=f"synthetic-{number}",
        title_zh=f"合成联合项目{number:05d}",
        title_en=f"Synthetic joint project {number:05d}",
        summary_zh="合成数据，仅供测试。",
        summary_en="Synthetic data, for measuring only.",
        field_id=dice.choice(fields),
        kind=dice.choice(Project.Kind.values),
        province=dice.choice(provinces),
        need=need,
        cost=need * 2,
        starts_on=date(2027, 1, 1) + timedelta(days=dice.randrange(700)),
        published_at=at,
        news_at=at,
        # What it becomes once its version is there.
        state_reason=dice.choice([str(state) for state in Project.PUBLIC_STATES]),
    )


def version(project: Any, pair: list) -> Any:
    from alliance.core.canonical import digest
    from investment import content
    from investment.models import ProjectVersion

    said = content.empty() | {
        "title_zh": project.title_zh,
        "title_en": project.title_en,
        "description_zh": "合成说明。" * 40,
        "risks_zh": "合成风险。" * 10,
        "need": project.need,
        "cost": project.cost,
        "months": 12,
        "uses": [{"text_zh": "合成用途", "text_en": "Synthetic use", "amount": project.need}],
        "shares": [
            content.share_of(park.pk, park.name_zh, park.name_en) | dict.fromkeys(content.SHARES, 5000) for park in pair
        ],
    }
    return ProjectVersion(
        project=project,
        number=1,
        state="in_force",
        content=said,
        sha256=digest(said),
        in_force_at=project.published_at,
    )


def cases() -> list[tuple[str, Callable[[], Any], Callable[[], Any], float]]:
    from django.http import QueryDict
    from django.template.loader import render_to_string

    from investment import comparison, filters
    from investment.lists import CARD, PROJECTS, card_of
    from investment.models import Project

    five = [f"synthetic-{number}" for number in (3, 77, 401, 1203, 1999)]
    columns = {"accepts": filters.accepts, "need_band": filters.band, "stage": filters.stage}

    def rows() -> list[Any]:
        return [list(PROJECTS.read(QueryDict(query)).page) for query in QUERIES]

    def bare_rows() -> list[Any]:
        public = Project.objects.filter(state__in=Project.PUBLIC_STATES)
        narrowed = (
            public,
            public.filter(province="330000"),
            public.filter(field="design", need__lt=50 * MILLION),
            public.filter(state__in=("due_diligence", "ic_review")),
        )
        return [(query.count(), list(query.only(*CARD).order_by("-published_at", "pk")[:24])) for query in narrowed]

    def facets() -> list[Any]:
        return [PROJECTS.read(QueryDict(query)).counts for query in QUERIES]

    def bare_facets() -> list[Any]:
        from django.db.models import Count

        public = Project.objects.filter(state__in=Project.PUBLIC_STATES).annotate(**columns).order_by()
        groups = ("field", "province", "kind", *columns)
        return [[list(public.values_list(name).annotate(number=Count("pk"))) for name in groups] for _query in QUERIES]

    def compared() -> Any:
        return comparison.compare(comparison.select(five).rows)

    def bare_compared() -> Any:
        found = Project.objects.filter(slug__in=five).select_related("version", "field", "province")
        return [(one.title, one.version.content) for one in found.prefetch_related("parties__park")]

    def drawn() -> str:
        page = PROJECTS.read(QueryDict("")).page
        return "".join(
            render_to_string("investment/public/_card.html", {"card": card_of(one), "is_full": False}) for one in page
        )

    return [
        ("a page of rows, four filters", rows, bare_rows, 3.0),
        ("all facets and the map, four filters", facets, bare_facets, 1.0),
        ("five side by side", compared, bare_compared, 4.0),
        ("24 cards drawn, beside the rows alone", drawn, lambda: list(PROJECTS.read(QueryDict("")).page), 3.0),
    ]


def measured(
    name: str, ours: Callable[[], Any], bare: Callable[[], Any], goal: float, rounds: int
) -> tuple[str, str, str, str, str, str]:
    times: dict[str, list[float]] = {"ours": [], "bare": []}
    for both in (ours, bare):
        both()
    for number in range(rounds):
        turns = [("ours", ours), ("bare", bare)]
        for who, call in turns if number % 2 else turns[::-1]:
            begun = time.perf_counter()
            call()
            times[who].append((time.perf_counter() - begun) * 1000)
    mine, theirs = median(times["ours"]), median(times["bare"])
    ratio = mine / theirs
    return name, f"{mine:.1f}", f"{theirs:.1f}", f"{ratio:.2f}", f"≤ {goal:g}", verdict(ratio <= goal)


if __name__ == "__main__":
    main()
