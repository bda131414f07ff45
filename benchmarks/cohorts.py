"""What the pages of a cohort cost at 30 and at 3,000 enrolments: queries, and processor time of the process.

    python -m benchmarks.cohorts           about a minute
    python -m benchmarks.cohorts --quick   fewer visits: does everything still run?

Each page is opened by somebody who may, through the whole of Django and without a web server. Pages show a part of the
people at a time, so neither figure may grow with the cohort; `bare` is one query and an answer without a template.
"""

import argparse
import os
import time
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from typing import Any
from unittest.mock import patch

from . import servers
from .run import table

SIZES = (30, 3_000)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cohorts", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    visits = 5 if options.quick else 40
    print(f"Load of the machine at the start: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors.")
    os.environ["PLAIN_STATIC"] = "1"
    with servers.data_servers():
        import django

        django.setup()
        from django.conf import settings
        from django.core.management import call_command

        settings.ALLOWED_HOSTS = ["testserver"]
        call_command("migrate", verbosity=0)
        measure(visits)


def measure(visits: int) -> None:
    from django.db import connection

    cohort, park, lead = make()
    found: dict[str, list[tuple[int, float]]] = {}
    here = 0
    for size in SIZES:
        fill(cohort, park, here, size)
        here = size
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        for name, visit in pages(cohort, lead).items():
            found.setdefault(name, []).append(cost(visit, visits))
        found.setdefault("bare", []).append(cost(bare, visits))
    rows = []
    for name, ((few, few_ms), (many, many_ms)) in found.items():
        said = "ok" if few == many else "MISSED"
        rows.append((name, few, many, f"{few_ms:.1f}", f"{many_ms:.1f}", f"{many_ms / few_ms:.2f} ×", said))
    heads = ["page", "queries at 30", "at 3,000", "ms at 30", "ms at 3,000", "", "constant"]
    table("Pages of a cohort (goal: as many queries at 3,000 enrolments as at 30)", heads, rows)


def make() -> tuple[Any, Any, Any]:
    from django.utils import timezone

    from alliance.core.models import ChainHead
    from tests.factories import make_duty, make_organisation, make_park, make_user
    from tests.training.factories import make_cohort, make_programme, make_session, make_version

    ChainHead.objects.get_or_create(pk=1, defaults={"seq": 0, "hash": "0" * 64})
    make_organisation("secretariat")
    school = make_organisation("school")
    cohort = make_cohort(make_version(make_programme(lead=school)), code="synthetic-1", shared=4_000, state="grading")
    begun = timezone.now().replace(hour=1, minute=0, second=0, microsecond=0)
    for day in range(20):
        make_session(cohort, starts_at=begun - timedelta(days=day))
    return cohort, make_park(), make_duty(make_user("Synthetic Lead"), school, "training_manager").person


def fill(cohort: Any, park: Any, here: int, size: int) -> None:
    from django.utils import timezone

    from alliance.accounts.models import User
    from training.models import Enrolment, EnrolmentLog

    now = timezone.now()
    people = User.objects.bulk_create(
        User(email=f"synthetic-{number}@example.org", password="!", name=f"Synthetic {number}")
        for number in range(here, size)
    )
    rows = Enrolment.objects.bulk_create(
        Enrolment(
            cohort=cohort,
            person=person,
            park=park,
            state="active",
            pool="shared",
            queue_no=number,
            home_approved_at=now,
            enrolled_at=now,
        )
        for number, person in enumerate(people, here + 1)
    )
    EnrolmentLog.objects.bulk_create(EnrolmentLog(enrolment=row, to_state="active", cause="accepted") for row in rows)
    type(cohort).objects.filter(pk=cohort.pk).update(seq=size)


def pages(cohort: Any, lead: Any) -> dict[str, Callable[[], object]]:
    from django.test import Client
    from django.urls import reverse

    client = Client()
    client.force_login(lead)

    def visit(name: str) -> Callable[[], object]:
        address = reverse(f"training:{name}", args=[cohort.code])

        def opened() -> None:
            response = client.get(address)
            assert response.status_code == 200, (address, response.status_code)

        return opened

    names = {
        "cohort": "desk_cohort",
        "calendar": "cohort_calendar",
        "people": "cohort_people",
        "certificates": "certificates_cohort",
    }
    return {shown: visit(name) for shown, name in names.items()}


def bare() -> None:
    from django.http import HttpResponse

    from training.models import Enrolment

    rows = Enrolment.objects.order_by("queue_no").values_list("pk", "state")[:25]
    HttpResponse("".join(f"{number} {state}\n" for number, state in rows))


def cost(visit: Callable[[], object], visits: int) -> tuple[int, float]:
    """Queries of one visit, and the median milliseconds of processor time of several."""
    from django.db.backends.utils import CursorWrapper

    visit()
    # Counted at the cursor: a request of its own may have a connection of its own.
    with patch.object(CursorWrapper, "execute", autospec=True, side_effect=CursorWrapper.execute) as asked:
        visit()
    times = []
    for _ in range(visits):
        begun = time.process_time()
        visit()
        times.append(time.process_time() - begun)
    return asked.call_count, median(times) * 1000


if __name__ == "__main__":
    main()
