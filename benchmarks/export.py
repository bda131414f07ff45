"""Lists as workbooks: memory at 10,000 and at 100,000 rows, and processor time beside a bare XlsxWriter loop.

python -m benchmarks.export             some five minutes
python -m benchmarks.export --quick     1,000 and 5,000 rows: does it still run?
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from . import servers

FEW, MANY = 10_000, 100_000
# So many parks are made one by one; the others are copies of them.
FILLED = 5_000
COPIED: list[tuple[str, set[str], set[str]]] = [
    ("accounts_organisation", {"slug"}, set()),
    ("parks_park", {"slug"}, {"organisation_id"}),
    ("parks_figure", set(), {"park_id"}),
    ("parks_anchorinstitution", set(), {"park_id"}),
]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.export", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--measure", nargs=2, metavar=("HOW", "ROWS"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure(options.measure[0], int(options.measure[1]))
        return
    few, many = (1_000, 5_000) if options.quick else (FEW, MANY)
    with servers.data_servers():
        prepare(many)
        print("\n## Export of the directory (goal: 100,000 rows in constant memory)\n")
        print("| how | rows | CPU seconds | µs a cell | peak memory, MB | file, MB |\n|---|---|---|---|---|---|")
        peaks: dict[tuple[str, int], float] = {}
        times: dict[tuple[str, int], float] = {}
        for how in ("xlsx", "csv", "bare"):
            for rows in (few, many):
                seconds, cells, peak, size = run(how, rows)
                peaks[how, rows], times[how, rows] = peak, seconds
                each = seconds / cells * 1e6
                print(f"| {how} | {rows:,} | {seconds:.1f} | {each:.2f} | {peak:.0f} | {size:.1f} |", flush=True)
        print()
        for how in ("xlsx", "csv"):
            print(f"peak memory, {how}: {peaks[how, many] / peaks[how, few]:.3f} × at {many // few} × the rows")
        print(
            f"time, xlsx: {times['xlsx', many] / times['bare', many]:.2f} × a bare XlsxWriter loop over the same cells"
        )


def run(how: str, rows: int) -> tuple[float, int, float, float]:
    """In a process of its own, so that memory is its own; processor time, since others may use the machine as well."""
    command = [sys.executable, "-m", "benchmarks.export", "--measure", how, str(rows)]
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    return float(printed[-4]), int(printed[-3]), float(printed[-2]), float(printed[-1])


def measure(how: str, rows: int) -> None:
    import django

    django.setup()
    from django.http import QueryDict

    from alliance.core.lists.export import CHUNK, Table
    from parks.directory import PARKS

    listing = PARKS.read(QueryDict("sort=name"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        if how == "bare":
            table = Table(listing)
            # The cells of real rows, made before the clock starts.
            made = list(table.rows(listing.all_rows()[:500]))
            begun = time.process_time()
            columns = bare(path, made, rows)
        else:
            table = Table(listing)
            begun = time.process_time()
            with path.open("wb") as file:
                table.write(file, how, listing.all_rows()[:rows].iterator(chunk_size=CHUNK))
            columns = len(table.columns)
        took = time.process_time() - begun
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(took, rows * columns, peak, path.stat().st_size / 1e6)


def bare(path: Path, made: list[list[Any]], rows: int) -> int:
    """What XlsxWriter itself needs for as many cells of the same kinds, with nothing around it."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    for number in range(rows):
        for place, value in enumerate(made[number % len(made)]):
            if value is None or value == "":
                continue
            if isinstance(value, (int, float)):
                sheet.write_number(number, place, value)
            elif hasattr(value, "year"):
                sheet.write_datetime(number, place, value)
            else:
                sheet.write_string(number, place, str(value))
    book.close()
    return len(made[0])


def prepare(parks: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from benchmarks import fill
    from parks import reference

    call_command("migrate", verbosity=0)
    reference.load_divisions(reference.DATA)
    reference.load_fields(reference.DATA)
    reference.load_industries(reference.DATA)
    begun = time.perf_counter()
    filled = min(parks, FILLED)
    fill.fill(1, filled)
    with connection.cursor() as cursor:
        for copy in range(1, parks // filled):
            for table, texts, numbers in COPIED:
                cursor.execute(copying(table, texts, {"id", *numbers}, copy))
        cursor.execute("VACUUM ANALYZE")
    connection.close()
    print(f"{parks:,} synthetic parks in {time.perf_counter() - begun:.0f} s", flush=True)


def copying(table: str, texts: set[str], numbers: set[str], copy: int) -> str:
    """The rows once more, with numbers and addresses of their own."""
    from django.db import connection

    with connection.cursor() as cursor:
        names = [column.name for column in connection.introspection.get_table_description(cursor, table)]
    made = [
        f"{name} + {copy * 1_000_000}" if name in numbers else f"{name} || '-{copy}'" if name in texts else name
        for name in (f'"{name}"' if name not in numbers | texts else name for name in names)
    ]
    listed = ", ".join(f'"{name}"' for name in names)
    return f"INSERT INTO {table} ({listed}) SELECT {', '.join(made)} FROM {table} WHERE id < 1000000"


if __name__ == "__main__":
    main()
