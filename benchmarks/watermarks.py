"""How long marking a document of a data room takes, beside the library's bare overlay of each page.

    python -m benchmarks.watermarks           200 pages
    python -m benchmarks.watermarks --quick   20: does everything still run?

Counted in processor time of one process. `bare overlay` opens the document, lays one drawn form over each of its pages
with the `add_overlay` of pikepdf and saves it; `marking` is what a reader waits for, drawing included. `one page` is
the picture of a page in the browser. The goal is 200 pages in less than two seconds.
"""

import argparse
import io
import time
from collections.abc import Callable
from datetime import UTC, datetime

from . import servers
from .run import table

GOAL = 2.0  # seconds for 200 pages


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.watermarks", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    count = 20 if options.quick else 200
    with servers.data_servers():
        import django

        django.setup()
        _measure(count)


def _measure(count: int) -> None:
    import pikepdf

    from alliance.core import typeset
    from investment.rooms import watermarks

    mark = watermarks.Mark(
        "样例读者", "样例基金", "reader@sample.example", datetime(2026, 5, 20, tzinfo=UTC), "0a1b2c3d4e5f-1"
    )
    document = _document(count)
    overlay = typeset.drawing(watermarks.TEMPLATE, mark.data(595, 842))

    def bare() -> None:
        with pikepdf.open(io.BytesIO(document)) as pdf, pikepdf.open(io.BytesIO(overlay)) as drawn:
            form = pdf.copy_foreign(drawn.pages[0].as_form_xobject())
            for page in pdf.pages:
                page.add_overlay(form)
            pdf.save(io.BytesIO())

    def marking() -> None:
        watermarks.stamp_pdf(io.BytesIO(document), io.BytesIO(), mark)

    def one_page() -> None:
        watermarks.picture_of_page(io.BytesIO(document), count // 2, mark)

    found = {name: _best(work) for name, work in (("bare overlay", bare), ("marking", marking), ("one page", one_page))}
    rows = [(name, f"{seconds * 1000:.0f}") for name, seconds in found.items()]
    table(f"Marking {count} pages", ["what", "ms of the processor"], rows)
    print(f"marking / bare overlay = {found['marking'] / found['bare overlay']:.2f}")
    if count == 200:
        print(f"goal of {GOAL:.0f} s: {'reached' if found['marking'] < GOAL else 'MISSED'}")


def _document(count: int) -> bytes:
    """Pages of text, each with content of its own."""
    import pikepdf

    pdf = pikepdf.new()
    font = pdf.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    )
    for number in range(count):
        page = pdf.add_blank_page(page_size=(595, 842))
        page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        lines = "".join(f"(Page {number}, line {line}: sample text of a data room) Tj 0 -14 Td " for line in range(45))
        page.obj.Contents = pdf.make_stream(f"BT /F1 11 Tf 60 780 Td {lines} ET".encode())
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def _best(work: Callable[[], None], rounds: int = 3) -> float:
    """The fastest of some rounds, after one that loads fonts and libraries."""
    work()
    times = []
    for _round in range(rounds):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return min(times)


if __name__ == "__main__":
    main()
