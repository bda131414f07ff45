"""One run: servers, data, measurements side by side, a table with the goals.

python -m benchmarks                20,000 parks, about five minutes
python -m benchmarks --quick        2,000 parks, one short round: does it still run?
"""

import argparse
import gzip
import os
import platform
import re
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from statistics import median
from typing import Any

from . import load, reports, servers

SMALL = 100


@dataclass
class Case:
    """A page under load, and how many times the bare page's rate it should reach."""

    name: str
    paths: list[str]
    goal: float | None = None
    cookie: str = ""
    loads: list[load.Load] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small run that shows whether everything still works")
    parser.add_argument("--parks", type=int, default=20_000)
    parser.add_argument(
        "--rounds", type=int, default=3, help="each page is measured so often, in turns with the others"
    )
    parser.add_argument("--seconds", type=float, default=2.0, help="length of one measurement")
    options = parser.parse_args()
    if options.quick:
        options.parks, options.rounds, options.seconds = 2_000, 1, 0.7
    with servers.data_servers() as (postgres, valkey):
        Benchmark(options, postgres, valkey).run()


class Benchmark:
    def __init__(self, options: argparse.Namespace, postgres: int, valkey: int) -> None:
        self.options = options
        self.data_servers = (postgres, valkey)

    def run(self) -> None:
        import django

        django.setup()
        say(f"# {self.options.parks:,} synthetic parks · {platform.machine()}, {os.cpu_count()} processors")
        self.prepare()
        reports.report(table)
        with servers.web_server(servers.HOME / "gunicorn.log") as (port, web):
            self.search_kinds(port)
            self.rates(port, web)
            self.steadiness(port)
            self.weights(port)
            self.freshness(port)

    # Data ---------------------------------------------------------------------------------------------------------

    def prepare(self) -> None:
        from django.core.management import call_command

        from alliance.core import search
        from benchmarks import fill
        from parks import reference
        from parks.search import SOURCE

        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        reference.load_divisions(reference.DATA)
        reference.load_fields(reference.DATA)
        reference.load_industries(reference.DATA)
        self.people()
        fill.fill(1, SMALL)
        search.reindex(SOURCE)
        few = self.query_counts()
        begun = time.perf_counter()
        fill.fill(SMALL + 1, self.options.parks)
        filled = time.perf_counter()
        search.reindex(SOURCE)
        took = time.perf_counter() - filled
        execute("VACUUM ANALYZE")
        size = fetch("SELECT pg_indexes_size('core_searchdocument') / 1e6")[0][0]
        say(f"fill {filled - begun:.0f} s · reindex {took:.0f} s ({took / self.options.parks * 1e3:.2f} ms a park)")
        say(f"search indexes {size:.0f} MB · highest memory of this process {servers.memory_mb(os.getpid()):.0f} MB")
        reports.figures(table)
        many = self.query_counts()
        rows = [
            (name, few[name], many[name], "ok" if few[name] == many[name] and many[name] <= 12 else "MISSED")
            for name in few
        ]
        table("Queries a page (goal: constant, at most 12)", ["page", f"at {SMALL}", "at all", ""], rows)

    def people(self) -> None:
        from django.test import Client

        from alliance.accounts.models import Duty, Organisation, User

        council = Organisation.objects.create(
            kind="council", slug="council", name_zh="理事会（合成）", name_en="Council"
        )
        member = User.objects.create_user(name="Synthetic Member", email="member@example.org", password=None)
        Duty.objects.create(person=member, organisation=council, role_code="council_expert", starts_on="2020-01-01")
        client = Client()
        client.force_login(member)
        # As somebody who has shown a second factor when signing in.
        session = client.session
        session["account_authentication_methods"] = [{"method": "mfa", "at": time.time(), "type": "totp", "id": 0}]
        session["account_authentication_methods_user"] = str(member.pk)
        session.save()
        self.session = f"session={client.cookies['session'].value}"

    def pages(self) -> dict[str, tuple[str, str]]:
        """Name -> (address, cookie). A cookie that nobody knows passes by the page cache."""
        chosen = {
            "directory, anonymous": ("/zh-hans/parks/", "measured=1"),
            "directory, filtered": ("/zh-hans/parks/?formation=regeneration&province=330000", "measured=1"),
            "directory, words": ("/zh-hans/parks/?q=动漫", "measured=1"),
            "directory, signed in": ("/zh-hans/parks/", self.session),
            "park page, anonymous": ("/zh-hans/parks/synthetic-42/", "measured=1"),
            "park page, signed in": ("/zh-hans/parks/synthetic-42/", self.session),
            "search": ("/zh-hans/search/?q=动漫", "measured=1"),
            "home": ("/zh-hans/", "measured=1"),
            "my desk": (address("notifications:desk"), self.session),
            "dashboard": (address("reports:dashboard"), self.session),
        }
        return {name: (quoted(path), cookie) for name, (path, cookie) in chosen.items() if path}

    def query_counts(self) -> dict[str, int]:
        from django.core.cache import cache
        from django.db import connection
        from django.test import Client
        from django.test.utils import CaptureQueriesContext

        from alliance.core import sharedparts
        from alliance.core.lists import filters, tally
        from alliance.core.search import synonyms
        from alliance.reports import facts
        from alliance.reports.models import PreparedFigures

        counts = {}
        for name, (path, cookie) in self.pages().items():
            client = Client(SERVER_NAME="localhost", headers={"Cookie": cookie})
            # Once a minute the use of a session is written down; that is no part of the page.
            client.get(quoted("/zh-hans/about/"))
            cache.clear()
            for forget in (synonyms.forget, sharedparts.forget, tally.forget, filters.forget_options):
                forget()
            # As beat does every five seconds: the facts are kept, the counts are not.
            facts.refresh()
            PreparedFigures.objects.all().delete()
            with CaptureQueriesContext(connection) as queries:
                response = client.get(path)
            if response.status_code != 200:
                say(f"{name} answers {response.status_code} at {path}")
                continue
            counts[name] = len(queries)
        return counts

    # Search -------------------------------------------------------------------------------------------------------

    def search_kinds(self, port: int) -> None:
        """Each kind of query: the statement alone, `find` around it, and the page around that."""
        from alliance.core import search

        kinds = {
            "1 character, common": "园",
            "1 character, rare": "坞",
            "2 characters": "陶瓷",
            "3 characters": "造船厂",
            "4 and more": "东湖动漫创意产业园",
            "two words": "浙江 油画",
            "English": "oil painting",
            "English, unfinished": "ceram",
            "mixed": "西岭 film",
            "pinyin": "donghu",
        }
        rows = []
        for name, text in kinds.items():
            results = search.find(text)
            found = len(results)
            # A stretch that stands nowhere as a whole costs a second statement.
            parted = (
                [statement_of(text, parted=True)] if results.query.parted and (results.is_parted or not found) else []
            )
            statements = [statement_of(text), *parted]
            bare = timed(partial(fetch_all, statements), self.options.seconds / 2)
            whole = timed(partial(search.find, text), self.options.seconds / 2)
            page = timed(partial(first_page, text), self.options.seconds / 2)
            ratio = whole / bare
            rows.append(
                (name, text, found, f"{bare:.2f}", f"{whole:.2f}", f"{page:.2f}", f"{ratio:.2f}", verdict(ratio <= 2))
            )
        heads = ["kind", "query", "found", "SQL ms", "find ms", "with rows ms", "find/SQL", "≤ 2"]
        table("Search (goal: within 2 × of the same statement)", heads, rows)

    # Rates --------------------------------------------------------------------------------------------------------

    def rates(self, port: int, web: int) -> None:
        provinces = [row[0] for row in fetch("SELECT code FROM core_division WHERE level = 'province' ORDER BY code")]
        formations = ["metropolis", "regeneration", "cultivated"]
        uncached = "measured=1"
        combinations = [
            f"/zh-hans/parks/?province={province}&formation={formation}&page={page}"
            for page in (1, 2)
            for formation in formations
            for province in provinces
        ]
        many_parks = [f"/zh-hans/parks/synthetic-{number}/" for number in range(1, 400)]
        queries = ["动漫", "陶瓷", "浙江 油画", "oil painting", "donghu", "造船厂", "园", "设计"]
        cases = [
            Case("bare page", ["/bare/"]),
            Case("directory, anonymous, kept", ["/zh-hans/parks/"], 8),
            Case("directory, anonymous, made", ["/zh-hans/parks/"], 0.5, uncached),
            Case("directory, 204 filters, made", combinations, 0.5, uncached),
            Case("directory, signed in", ["/zh-hans/parks/"], 1, self.session),
            Case("directory, signed in, filters", combinations, 1, self.session),
            Case("park page, kept", ["/zh-hans/parks/synthetic-42/"], 8),
            Case("park pages, 399, made", many_parks, 0.5, uncached),
            Case("park page, signed in", ["/zh-hans/parks/synthetic-42/"], 1, self.session),
            Case("search, kept", [quoted(f"/zh-hans/search/?q={text}") for text in queries]),
            Case("search, made", [quoted(f"/zh-hans/search/?q={text}") for text in queries], None, uncached),
            Case("home, kept", ["/zh-hans/"], 8),
        ]
        if address("reports:dashboard"):
            cases.append(Case("dashboard", [address("reports:dashboard")], 0.7, self.session))
        if address("notifications:desk"):
            cases.append(Case("my desk", [address("notifications:desk")], None, self.session))
        # In turns, so that whatever else the machine does meets them all.
        for _ in range(self.options.rounds):
            for case in cases:
                # A kept page is measured while it is in use, not when it is asked for after a pause.
                load.run(port, case.paths, seconds=0.3, cookie=case.cookie, concurrency=1)
                before = servers.cpu_seconds(web, *self.data_servers)
                done = load.run(port, case.paths, seconds=self.options.seconds, cookie=case.cookie)
                case.cpu.append((servers.cpu_seconds(web, *self.data_servers) - before) / done.requests * 1000)
                case.loads.append(done)
        bare_rate = median(one.per_second for one in cases[0].loads)
        bare_cpu = median(cases[0].cpu)
        rows = []
        for case in cases:
            rate = median(one.per_second for one in case.loads)
            cpu = median(case.cpu)
            ratio, cpu_ratio = rate / bare_rate, bare_cpu / cpu
            goal = f"≥ {case.goal:g}" if case.goal else ""
            # Processor time is the measure that neighbours on the machine do not spoil.
            reached = verdict(max(ratio, cpu_ratio) >= case.goal) if case.goal else ""
            rows.append((case.name, f"{rate:,.0f}", f"{ratio:.2f}", f"{cpu:.2f}", f"{cpu_ratio:.2f}", goal, reached))
        heads = ["page", "requests/s", "× bare", "server CPU ms", "× bare by CPU", "goal", ""]
        table("Rates", heads, rows)

    def steadiness(self, port: int) -> None:
        rows = []
        for name, (path, cookie) in self.pages().items():
            done = load.run(port, [path], seconds=self.options.seconds, cookie=cookie, concurrency=1)
            ratio = done.p95 / done.p50
            rows.append((name, f"{done.p50:.1f}", f"{done.p95:.1f}", f"{ratio:.1f}", verdict(ratio < 3)))
        table("Steadiness, one reader at a time on each worker", ["page", "p50 ms", "p95 ms", "p95/p50", "< 3"], rows)

    # What a visitor's browser gets -----------------------------------------------------------------------------------

    def weights(self, port: int) -> None:
        rows = []
        sizes: dict[str, int] = {}
        for path in (
            "/zh-hans/",
            "/zh-hans/parks/",
            "/en/parks/",
            "/zh-hans/parks/synthetic-42/",
            "/zh-hans/search/?q=%E7%94%BB",
        ):
            _, page = fetch_page(port, path)
            # Pictures of place are drawn into the page; as pictures they do not count.
            html = re.sub(r'<svg[^>]* class="place.*?</svg>|<svg class="place.*?</svg>', "", page.decode(), flags=re.S)
            page = html.encode()
            assets = set(re.findall(r'<(?:link rel="stylesheet" href|script src)="([^"]+)"', html))
            assets |= set(re.findall(r'<script src="([^"]+)"', html))
            foreign = {asset for asset in assets if asset.startswith(("http:", "https:", "//"))}
            for asset in assets - foreign - sizes.keys():
                sizes[asset] = len(fetch_page(port, asset)[0])
            weight = len(gzip.compress(page, 6)) + sum(sizes[asset] for asset in assets - foreign)
            good = weight <= 60_000 and len(assets) < 20 and not foreign
            rows.append(
                (
                    path,
                    f"{len(gzip.compress(page, 6)) / 1000:.1f}",
                    f"{weight / 1000:.1f}",
                    len(assets) + 1,
                    len(foreign),
                    verdict(good),
                )
            )
        heads = ["page", "HTML kB", "with CSS and JS kB", "requests", "foreign hosts", "≤ 60, ≤ 20, 0"]
        table("Weight, compressed, without pictures", heads, rows)

    def freshness(self, port: int) -> None:
        """How long after a commit the kept page shows what changed."""
        from alliance.core import search
        from parks.models import Park

        path = "/zh-hans/parks/synthetic-42/"
        took = []
        for number in range(3):
            for _ in range(20):
                fetch_page(port, path)
            park = Park.objects.get(slug="synthetic-42")
            park.name_zh = f"改名的合成园区{number}"
            from django.db import transaction

            with transaction.atomic():
                park.save()
                search.index(park)
            begun = time.perf_counter()
            while park.name_zh not in fetch_page(port, path)[1].decode() and time.perf_counter() - begun < 10:
                time.sleep(0.01)
            took.append(time.perf_counter() - begun)
        table("Change to page (goal: 5 s)", ["seconds", ""], [(f"{max(took):.2f}", verdict(max(took) <= 5))])


# Helpers --------------------------------------------------------------------------------------------------------------


def first_page(text: str) -> list[Any]:
    from alliance.core import search

    return search.find(text)[0:20]


def fetch_all(statements: list[str]) -> None:
    for statement in statements:
        fetch(statement)


def statement_of(text: str, *, parted: bool = False) -> str:
    """The statement that `find` runs for this text, as PostgreSQL gets it."""
    from django.db import connection

    from alliance.core import search
    from alliance.core.search import finder

    limits, params = finder._limits(None, None, None)
    query = search.parse(text)
    with connection.cursor() as cursor:
        return cursor.mogrify(
            finder.statement(query, limits), finder.asked(query, query.parted if parted else query.all) | params
        )


def fetch(sql: str) -> list[tuple]:
    """Through a bare cursor of the driver, as pgbench would."""
    from django.db import connection

    connection.ensure_connection()
    with connection.connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def execute(sql: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql)


def timed(work: Callable[[], Any], seconds: float) -> float:
    """Median milliseconds of at least five runs, as many as fit in the time."""
    times: list[float] = []
    deadline = time.perf_counter() + seconds
    work()
    while len(times) < 5 or (time.perf_counter() < deadline and len(times) < 2000):
        begun = time.perf_counter()
        work()
        times.append((time.perf_counter() - begun) * 1000)
    return median(times)


def fetch_page(port: int, path: str) -> tuple[bytes, bytes]:
    """The answer as it came over the wire, and as a browser reads it."""
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers={"Host": "localhost", "Accept-Encoding": "gzip"})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    if response.status != 200:
        raise SystemExit(f"{path} answers {response.status}.")
    return body, gzip.decompress(body) if response.headers.get("Content-Encoding") == "gzip" else body


def address(name: str) -> str:
    """The address of a view, or nothing while the portal has no such view."""
    from django.urls import NoReverseMatch, reverse
    from django.utils import translation

    with translation.override("zh-hans"):
        try:
            return reverse(name)
        except NoReverseMatch:
            return ""


def quoted(path: str) -> str:
    from django.utils.encoding import iri_to_uri

    return iri_to_uri(path).replace(" ", "%20")


def verdict(good: bool) -> str:
    return "ok" if good else "MISSED"


def say(text: str) -> None:
    print(text, flush=True)


def table(title: str, heads: list[str], rows: Iterable[tuple]) -> None:
    say(f"\n## {title}\n\n| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
    for row in rows:
        say(f"| {' | '.join(str(cell) for cell in row)} |")


if __name__ == "__main__":
    sys.exit(main())
