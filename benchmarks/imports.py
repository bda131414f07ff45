"""A table of parks on its dry run, beside a bare openpyxl loop over the same file, and its questions to the database.

python -m benchmarks.imports            20,000 rows against 20,000 parks, some ten minutes
python -m benchmarks.imports --quick    2,000 against 2,000: does it still run?

Half of the rows change a park, half are new. `taken over` is the same file once more with every profile, search entry,
history row and audit event written, and `taken back` its undo.
"""

import argparse
import io
import os
import time
from collections.abc import Iterator
from typing import Any

from . import servers
from .run import execute, say, table, verdict

# Reading alone is to be no slower than openpyxl; all rules and lookups are to cost at most so many times the reading.
READ_GOAL, CHECK_GOAL = 1.0, 0.1
# A worker stops a job after so many seconds (CELERY_TASK_SOFT_TIME_LIMIT).
JOB_TIME = 25 * 60.0
HEAD = [
    *("slug", "园区名称", "省份", "城市", "开园年份", "业态", "地址"),
    *("简介", "网址", "电话", "建筑面积", "数据年份", "数据来源类别"),
]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.imports", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--rows", type=int, default=20_000)
    options = parser.parse_args()
    if options.quick:
        options.rows = 2_000
    with servers.data_servers():
        import django

        django.setup()
        prepare(options.rows)
        measure(options.rows)


def prepare(parks: int) -> None:
    from django.core.management import call_command

    from benchmarks import fill
    from parks import reference

    call_command("migrate", verbosity=0)
    reference.load_divisions(reference.DATA)
    reference.load_fields(reference.DATA)
    reference.load_industries(reference.DATA)
    fill.fill(1, parks)
    execute("VACUUM ANALYZE")


def officer() -> Any:
    from alliance.accounts.models import Duty, Organisation, User

    body, _made = Organisation.objects.get_or_create(
        kind="secretariat", defaults={"slug": "secretariat", "name_zh": "秘书处（合成）"}
    )
    person = User.objects.create_user(name="Synthetic Officer", email="officer@example.org", password=None)
    Duty.objects.create(person=person, organisation=body, role_code="membership_desk", starts_on="2020-01-01")
    return person


def rows(count: int) -> Iterator[list[Any]]:
    from parks.models import Park

    known = Park.objects.select_related("province").order_by("pk")[: count // 2]
    for number, park in enumerate(known.iterator(chunk_size=2000)):
        yield [park.slug, park.name_zh, park.province.name_zh, "", *more(number)]
    for number in range(count - count // 2):
        yield ["", f"基准测试条目第{number:05d}号", "浙江省", "宁波市", *more(number)]


def more(number: int) -> list[Any]:
    return [
        1990 + number % 30, "设计；动漫", f"测试路 {number} 号", "由旧厂房改造而成，供基准测试使用。",
        f"https://example.org/{number}", "0574-88888888", f"{number % 90 + 1}万", 2025, "统计年鉴",
    ]  # fmt: skip


def workbook(count: int) -> bytes:
    import xlsxwriter

    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"strings_to_urls": False})
    sheet = book.add_worksheet()
    for line, row in enumerate([HEAD, *rows(count)]):
        sheet.write_row(line, 0, row)
    book.close()
    return file.getvalue()


def measure(count: int) -> None:
    person = officer()
    content = workbook(count)
    bare, read = min(openpyxl_loop(content) for _ in range(2)), min(our_loop(content) for _ in range(2))
    few, _seconds, _counts = dry_run(person, workbook(count // 10))
    many, seconds, counts = dry_run(person, content)
    memory = servers.memory_mb(os.getpid())
    say(f"\n{len(content) / 1e6:.1f} MB · highest memory of this process {memory:.0f} MB · {counts}")
    table(
        f"Import: dry run of {count:,} parks against {count:,}",
        ["what", "seconds", "rows /s", "× bare openpyxl loop", "goal"],
        [
            ("bare openpyxl loop", f"{bare:.1f}", f"{count / bare:,.0f}", "1.00", ""),
            line("our reading", count, read, bare, READ_GOAL),
            line("dry run", count, seconds, bare, CHECK_GOAL),
        ],
    )
    # What a chunk asks; the rest is asked once for a file.
    each = (many - few) / (count - count // 10) * 1000
    say(f"\nquestions to the database: {few} for {count // 10:,} rows, {many} for {count:,}: {each:.1f} for 1,000 more")
    batch, took, made = take_over(person, content)
    say(
        f"\ntaken over: {made:,} rows in {took:.0f} s, {took / made * 1000:.1f} ms a row; goal: within {JOB_TIME:.0f} s"
    )
    took = take_back(person, batch)
    say(f"\ntaken back: {made:,} rows in {took:.0f} s, {took / made * 1000:.1f} ms a row")


def line(name: str, count: int, seconds: float, bare: float, goal: float) -> tuple[str, ...]:
    ratio = bare / seconds
    return (name, f"{seconds:.1f}", f"{count / seconds:,.0f}", f"{ratio:.2f}", f"≥ {goal:g} {verdict(ratio >= goal)}")


def openpyxl_loop(content: bytes) -> float:
    import openpyxl

    begun = time.perf_counter()
    for _row in openpyxl.load_workbook(io.BytesIO(content), read_only=True).worksheets[0].iter_rows(values_only=True):
        pass
    return time.perf_counter() - begun


def our_loop(content: bytes) -> float:
    from alliance.core import spreadsheets

    begun = time.perf_counter()
    with spreadsheets.open_table(io.BytesIO(content), "parks.xlsx") as found:
        for _row in found.rows():
            pass
    return time.perf_counter() - begun


def send(person: Any, content: bytes) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from alliance.core import imports
    from alliance.core.imports import requests

    kind = imports.kind_of("parks")
    assert kind is not None
    return requests.upload(kind, SimpleUploadedFile("parks.xlsx", content), by=person)


def dry_run(person: Any, content: bytes) -> tuple[int, float, dict]:
    """(queries, seconds, verdicts) of the job that checks a file, the second time that file is checked."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from alliance.core.jobs import running

    running.run(send(person, content).job.pk)
    batch = send(person, content)
    with CaptureQueriesContext(connection) as queries:
        begun = time.perf_counter()
        running.run(batch.job.pk)
        seconds = time.perf_counter() - begun
    batch.refresh_from_db()
    return len(queries), seconds, batch.counts


def take_over(person: Any, content: bytes) -> tuple[Any, float, int]:
    """Every row, those that a person has to decide as the portal proposes."""
    from alliance.core.imports import requests
    from alliance.core.jobs import running

    batch = send(person, content)
    running.run(batch.job.pk)
    batch.refresh_from_db()
    requests.choose_all(batch, "conflict", "take", by=person)
    batch = requests.confirm(batch, by=person)
    begun = time.perf_counter()
    running.run(batch.job.pk)
    took = time.perf_counter() - begun
    batch.refresh_from_db()
    return batch, took, batch.counts.get("created", 0) + batch.counts.get("updated", 0)


def take_back(person: Any, batch: Any) -> float:
    from alliance.core.imports import requests
    from alliance.core.jobs import running

    batch = requests.take_back(batch, by=person)
    begun = time.perf_counter()
    running.run(batch.job.pk)
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
