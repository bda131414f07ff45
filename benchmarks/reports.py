"""The council's figures and its printed report: what counting costs, and what setting forty pages costs."""

import time
from collections.abc import Callable, Iterable
from typing import Any

PAGES = 40
ROWS = 860
ROUNDS = 5
# The same words without tables, charts, tags and contents: what the engine needs for the text alone.
BARE = """#let d = json(bytes(sys.inputs.data))
#set text(font: "Noto Sans SC", size: 9.5pt)
#for line in d.lines { par(line) }
"""

Table = Callable[[str, list[str], Iterable[tuple]], None]


def figures(table: Table) -> None:
    """From taking in what is new to a reader after one change."""
    from alliance.reports import facts, figures, periods, prepared
    from parks.models import Park

    rows = [("all new parks taken into the facts", _seconds(facts.refresh), "")]
    now = periods.now()
    rows.append(("all figures of now, counted", _seconds(lambda: figures.cube({}, dimensions=prepared.SPLITS)), ""))
    rows.append(("all the dashboard shows, counted", _seconds(lambda: prepared.counted(now, {})), ""))
    kept = _seconds(lambda: prepared.counted(now, {}))
    rows.append(("the same, kept", kept, "ok" if kept < 0.05 else "MISSED"))
    Park.objects.filter(slug="synthetic-7").update(completeness_zh=33)
    took = _seconds(lambda: prepared.counted(now, {}))
    rows.append(("after one park changed", took, "ok" if took < 5 else "MISSED"))
    shown = [(name, f"{seconds * 1000:.0f}", verdict) for name, seconds, verdict in rows]
    table("Figures of the council (goal: a change shows within 5 s)", ["what", "ms", ""], shown)


def report(table: Table) -> None:
    """Forty pages with cover, contents, charts and tables as PDF/UA, beside the same text alone."""
    import tempfile
    from io import BytesIO
    from pathlib import Path

    import pikepdf

    from alliance.core import typeset
    from alliance.reports import document, periods, snapshots

    if not typeset.are_fonts_there():
        table("Report", ["", ""], [("fonts were not fetched; python -m alliance.core.local.fonts", "SKIPPED")])
        return
    snapshot = snapshots.make(periods.now(), {}, by=None)
    begun = time.perf_counter()
    data = document.data(snapshot, "zh-hans", with_parks=True)
    building = time.perf_counter() - begun
    _cut(data, ROWS)
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder) / "bare.typ"
        bare.write_text(BARE)
        lines = {"lines": list(_texts(data["parts"]))}
        made = typeset.pdf(document.TEMPLATE, data, made_at=snapshot.made_at)
        pages = len(pikepdf.open(BytesIO(made)).pages)
        whole = min(
            _seconds(lambda: typeset.pdf(document.TEMPLATE, data, made_at=snapshot.made_at)) for _ in range(ROUNDS)
        )
        alone = min(_seconds(lambda: typeset._compile(bare, lines, format="pdf")) for _ in range(ROUNDS))
    rows = [
        ("parks read and counted in the snapshot", f"{snapshot.parks:,}", ""),
        ("data for the template, all parks, s", f"{building:.2f}", ""),
        ("pages", pages, "ok" if pages >= PAGES else "MISSED"),
        ("size, kB", len(made) // 1000, ""),
        ("engine, s (goal: under 1)", f"{whole:.2f}", "ok" if whole < 1 else "MISSED"),
        ("the same text alone, s", f"{alone:.2f}", ""),
        ("× the text alone", f"{whole / alone:.1f}", ""),
    ]
    table("Report of forty pages", ["what", "measured", ""], rows)


def _cut(data: dict[str, Any], rows: int) -> None:
    """The long list of parks as short as forty pages need."""
    for part in data["parts"]:
        for section in part["sections"]:
            for block in section["blocks"]:
                if block["kind"] == "table":
                    block["rows"] = block["rows"][:rows]


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        if value and not value.startswith("<svg"):
            yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _seconds(work: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
