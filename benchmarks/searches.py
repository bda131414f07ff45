"""Alerts of 5,000 saved searches when 50 joint projects are published among 20,000, beside the bare statements.

python -m benchmarks.searches           about three minutes
python -m benchmarks.searches --quick   500 searches over 2,000 projects: does it still run?

In one process, in turns. What is measured is the look that the worker takes: which of the 50 fit which search, and the
notes of it. The bare equivalent asks the same conditions of the same 50 rows, one plain statement for each search, and
notes nothing.
"""

import argparse
import random
import time
from datetime import timedelta
from itertools import product
from statistics import median
from typing import Any

from . import servers
from .projects import MILLION, fill
from .run import table

PUBLISHED = 50
EACH = 10  # searches of one person
BANDS = {"to10": (0, 10), "to50": (10, 50), "to100": (50, 100), "to500": (100, 500)}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.searches", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--projects", type=int, default=20_000)
    parser.add_argument("--searches", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    if options.quick:
        options.projects, options.searches, options.rounds = 2_000, 500, 2
    with servers.data_servers():
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        fill(options.projects)
        asked = save(options.searches)
        rows = [measured(asked, options.rounds)]
    heads = ["what", "ours ms", "bare ms", "ratio", "found by both"]
    title = f"{options.searches:,} saved searches, {PUBLISHED} of {options.projects:,} projects published at once"
    table(f"{title}, {options.rounds} rounds in turns", heads, rows)


def save(number: int) -> list[tuple[str, str, str]]:
    """That many different searches; gives the conditions of each: province, field, band of the capital sought."""
    from django.utils import timezone

    from alliance.accounts.models import User
    from alliance.core.models import Division
    from alliance.notifications.models import ListWatch, SavedSearch
    from investment.lists import PROJECTS
    from parks.models import FieldOfWork

    provinces = list(Division.objects.provinces().values_list("code", flat=True))
    fields = list(FieldOfWork.objects.values_list("code", flat=True))
    kinds = ["", "construction", "equipment", "platform", "content", "operation"]
    every = list(product(provinces, fields, BANDS, kinds))
    random.Random(5).shuffle(every)
    people = User.objects.bulk_create(
        User(email=f"synthetic-{one}@example.org", name=f"Synthetic {one}", password="!")
        for one in range(-(-number // EACH))
    )
    chosen = every[:number]
    SavedSearch.objects.bulk_create(
        SavedSearch(
            person=people[place // EACH],
            list_code=PROJECTS.code,
            query=f"province={province}&field={field}&need={band}" + (f"&kind={kind}" if kind else ""),
            name=f"Synthetic {place}",
            alerts=SavedSearch.Alerts.DAILY,
        )
        for place, (province, field, band, kind) in enumerate(chosen)
    )
    ListWatch.objects.update_or_create(list_code=PROJECTS.code, defaults={"looked_until": timezone.now()})
    return chosen  # type: ignore[return-value]


def publish(turn: int) -> list[int]:
    """The next fifty, published now; all others were heard of long ago."""
    from django.utils import timezone

    from alliance.notifications.models import ListWatch, SavedSearch, SearchMatch
    from investment.models import Project

    now = timezone.now()
    Project.objects.update(updated_at=now - timedelta(days=9), state_since=now - timedelta(days=9), news_at=None)
    keys = list(Project.objects.order_by("pk").values_list("pk", flat=True)[turn * PUBLISHED : (turn + 1) * PUBLISHED])
    Project.objects.filter(pk__in=keys).update(state="published", state_since=now)
    SearchMatch.objects.all().delete()
    SavedSearch.objects.update(known=[], tell_at=None)
    ListWatch.objects.update(looked_until=now - timedelta(minutes=1))
    return keys


def measured(asked: list[Any], rounds: int) -> tuple[str, str, str, str, str]:
    from alliance.notifications.models import SearchMatch
    from alliance.notifications.services import searches
    from investment.lists import PROJECTS

    times: dict[str, list[float]] = {"ours": [], "bare": []}
    found = []
    for turn in range(rounds + 1):
        keys = publish(turn)
        begun = time.perf_counter()
        searches._look_at(PROJECTS)
        ours = time.perf_counter() - begun
        begun = time.perf_counter()
        hits = bare(asked, keys)
        theirs = time.perf_counter() - begun
        found.append((SearchMatch.objects.count(), hits))
        # The first turn warms both up.
        if turn:
            times["ours"].append(ours * 1000)
            times["bare"].append(theirs * 1000)
    mine, other = median(times["ours"]), median(times["bare"])
    alike = "yes" if all(one <= two for one, two in found) and any(one for one, _two in found) else f"no: {found}"
    return "a look", f"{mine:.0f}", f"{other:.0f}", f"{mine / other:.2f}", alike


def bare(asked: list[Any], keys: list[int]) -> int:
    """One statement for each search; gives how many pairs were found."""
    from django.db import connection

    hits = 0
    with connection.cursor() as cursor:
        for province, field, band, kind in asked:
            least, most = BANDS[band]
            cursor.execute(
                "SELECT id FROM investment_project WHERE id = ANY(%s) AND province_id = %s AND field_id = %s"
                " AND need >= %s AND need < %s AND (%s = '' OR kind = %s)",
                [keys, province, field, least * MILLION, most * MILLION, kind, kind],
            )
            hits += len(cursor.fetchall())
    return hits


if __name__ == "__main__":
    main()
