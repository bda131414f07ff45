"""A snapshot as a document: what the printed report says, part by part, as plain data for the template.

Every text is said in the language of its part; numbers come from the snapshot alone, so a report made later from the
same snapshot says the same.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from alliance.core import bilingual, drawings, typeset
from parks.services.clusters import OUTSIDE

from . import snapshots
from .board import Board, Breakdown, Group, Number
from .figures import DIMENSIONS, NONE
from .models import Snapshot

TEMPLATE = Path(__file__).parent / "typeset" / "council.typ"
# The tag of a language as documents bear it.
TAGS = {"zh-hans": "zh", "en": "en"}
BOTH = "both"
LANGUAGES = {"zh-hans": ("zh-hans",), "en": ("en",), BOTH: ("zh-hans", "en")}

Block = dict[str, Any]
Progress = Callable[[int, int], None]


def pdf(snapshot: Snapshot, language: str, *, with_parks: bool, progress: Progress = lambda done, total: None) -> bytes:
    """The report as PDF/UA-1."""
    made = data(snapshot, language, with_parks=with_parks, progress=progress)
    return typeset.pdf(TEMPLATE, made, made_at=snapshot.made_at)


def data(
    snapshot: Snapshot, language: str, *, with_parks: bool, progress: Progress = lambda done, total: None
) -> dict[str, Any]:
    """Everything the template needs."""
    languages = LANGUAGES[language]
    parts, lines = [], []
    for number, one in enumerate(languages):
        with translation.override(one):
            parts.append(_part(snapshot, with_parks))
            lines.append(_cover_lines(snapshot))
        progress(number + 1, len(languages) + 1)
    with translation.override(languages[0]):
        board = snapshots.shown(snapshot)
        return {
            "lang": TAGS[languages[0]],
            "title": f"{_title()} · {_period_label(snapshot)}",
            "author": str(settings.SITE_NAME),
            "keywords": [_title(), _period_label(snapshot)],
            "description": _summary(snapshot),
            "seal_alt": _("Mark of the alliance: a lattice window"),
            "house": [line["house"] for line in lines],
            "cover": [line["title"] for line in lines],
            "period": [line["period"] for line in lines],
            "headlines": [_card(number) for number in board.headlines],
            "imprint": [line["imprint"] for line in lines],
            "running": f"{settings.SITE_NAME} · {_title()}",
            "running_period": _period_label(snapshot),
            "footing": _("Snapshot %(number)s · %(digest)s") % {"number": snapshot.pk, "digest": snapshot.digest[:16]},
            "page_of": _("Page {n} of {last}"),
            "contents": _("Contents"),
            "parts": parts,
        }


def title_of(snapshot: Snapshot) -> str:
    return f"{_title()} · {_period_label(snapshot)}"


def _title() -> str:
    return _("Report to the council on the parks")


def _period_label(snapshot: Snapshot) -> str:
    label = snapshots.period_of(snapshot).label
    is_open = timezone.localdate(snapshot.as_of) < snapshots.period_of(snapshot).ends
    return _("%(period)s, so far") % {"period": label} if is_open else label


def _summary(snapshot: Snapshot) -> str:
    return _("Figures as of %(moment)s, Beijing time, with definitions, changes and sources.") % {
        "moment": _moment(snapshot.as_of)
    }


def _moment(value: Any) -> str:
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")


def _cover_lines(snapshot: Snapshot) -> dict[str, dict[str, str]]:
    lang = TAGS[bilingual.active_language()]

    def line(text: str) -> dict[str, str]:
        return {"lang": lang, "text": text}

    imprint = _("Figures as of %(as_of)s, frozen on %(made)s, Beijing time. Snapshot %(number)s.") % {
        "as_of": _moment(snapshot.as_of),
        "made": _moment(snapshot.made_at),
        "number": snapshot.pk,
    }
    return {
        "house": line(str(settings.SITE_NAME)),
        "title": line(_title()),
        "period": line(_period_label(snapshot)),
        "imprint": line(imprint),
    }


# Parts --------------------------------------------------------------------------------------------------------------


def _part(snapshot: Snapshot, with_parks: bool) -> dict[str, Any]:
    board = snapshots.shown(snapshot)
    sections = [_at_a_glance(snapshot, board), _over_time(board), _places(board), _types(board), _health(board)]
    sections[4:4] = _clusters(board)
    if with_parks:
        sections.append(_parks(snapshot))
    sections.append(_definitions(snapshot, board))
    return {"lang": TAGS[bilingual.active_language()], "title": _title(), "sections": sections}


def _section(title: str, intro: str, *blocks: Block) -> dict[str, Any]:
    return {"title": title, "intro": intro, "blocks": list(blocks)}


def _at_a_glance(snapshot: Snapshot, board: Board) -> dict[str, Any]:
    blocks: list[Block] = []
    if snapshot.filters:
        labels = [f"{DIMENSIONS[code].title}{_(': ')}{_label(code, value)}" for code, value in snapshot.filters.items()]
        blocks.append({"kind": "note", "text": _("Only parks with: %(filters)s.") % {"filters": _(", ").join(labels)}})
    blocks.append({"kind": "kpis", "items": [_card(number) for number in (*board.headlines, *board.health)]})
    covered = _("Entries stand in %(n)d of 34 divisions at the level of a province.") % {"n": board.provinces_covered}
    return _section(_("At a glance"), f"{_summary(snapshot)} {covered}", *blocks)


def _over_time(board: Board) -> dict[str, Any]:
    charts = [
        {
            "kind": "chart",
            "svg": drawings.line(line.chart),
            "alt": _line_in_words(board, index),
            "caption": str(line.figure.title),
            "width": 1,
        }
        for index, line in enumerate(board.lines)
    ]
    table = _table(
        _("Each figure at the end of each period"),
        [_("End of"), *[str(figure.title) for figure in board.line_figures]],
        [[moment.label, *[_text(number) for number in moment.numbers]] for moment in reversed(board.moments)],
        [0, *[1] * len(board.line_figures)],
    )
    known = _(
        "The history of profiles begins on %(known)s; completeness, confirmations and deadlines are recorded since"
        " %(recorded)s. What was not recorded is left open, never zero."
    ) % {
        "known": timezone.localdate(board.counted.known_from).isoformat(),
        "recorded": timezone.localdate(board.counted.recorded_from).isoformat(),
    }
    return _section(_("Over time"), known, {"kind": "charts", "items": charts}, table)


def _places(board: Board) -> dict[str, Any]:
    chinese = bilingual.active_language() == bilingual.ZH
    most = sorted(board.by_province, key=lambda group: -(group.numbers[0].value or 0))[:5]
    words = _(", ").join(f"{group.label} {_text(group.numbers[0])}" for group in most)
    window = {
        "kind": "chart",
        "svg": drawings.tiles(board.tiles, label=_("Entries by province"), chinese=chinese),
        "alt": _("Tile map of entries by province; most are in: %(words)s.") % {"words": words},
        "caption": _("A schematic, not a map; tiles show neither borders nor area."),
        "width": 0.72,
    }
    blocks = [window, *_split(board.bars["band"], 0.72)]
    blocks.append(_groups_table(_("Provinces in numbers"), board.by_province, board))
    return _section(_("Where the parks are"), str(DIMENSIONS["band"].definition), *blocks)


def _types(board: Board) -> dict[str, Any]:
    blocks: list[Block] = []
    for breakdown in board.types:
        blocks.append({"kind": "heading", "text": str(breakdown.dimension.title)})
        blocks += _split(breakdown, 0.72)
        if not breakdown.missing:
            caption = _("%(title)s in numbers") % {"title": breakdown.dimension.title}
            blocks.append(_groups_table(caption, breakdown.groups, board))
    return _section(
        _("What the parks are"), _("Three ways to tell parks apart; a park has one value of each."), *blocks
    )


def _clusters(board: Board) -> list[dict[str, Any]]:
    """Of parks told apart by cluster; nothing to say where there is none and none is asked for."""
    if not any(group.code != OUTSIDE for group in board.clusters.groups):
        return []
    caption = _("Clusters in numbers")
    table = _groups_table(caption, board.clusters.groups, board)
    return [_section(_("Specialised clusters"), str(board.clusters.dimension.definition), table)]


def _health(board: Board) -> dict[str, Any]:
    numbers = [*board.headlines[1:], *board.health]
    table = _table(
        _("What keeps visitors and investors from relying on an entry."),
        [_("Figure"), _("Parks"), _("of"), "%", pgettext("over time", "Change")],
        [
            [
                str(number.figure.title),
                _text(number),
                "" if number.whole is None else str(number.whole),
                "" if number.share is None else str(number.share),
                "\n".join(change.words for change in number.changes) or number.missing,
            ]
            for number in numbers
        ],
        [3, 0, 0, 0, 3],
        right=(1, 2, 3),
    )
    blocks: list[Block] = [table]
    for code in ("freshness", "zh", "en", "opened"):
        blocks.append({"kind": "heading", "text": str(board.bars[code].dimension.title)})
        blocks += _split(board.bars[code], 0.72)
    return _section(_("Health of the profiles"), "", *blocks)


def _parks(snapshot: Snapshot) -> dict[str, Any]:
    """Every entry by province: the rows behind the first figure of the report."""
    names = {"zh-hans": ("name_zh", "name_en"), "en": ("name_en", "name_zh")}[bilingual.active_language()]
    tags = {"name_zh": "zh", "name_en": "en"}
    labels = labels_of("province"), labels_of("standing")
    rows = []
    parks = snapshots.rows_of(snapshot, "entries", {})
    for park in sorted(parks, key=lambda park: (park.values["province"], getattr(park, names[0]) or "~", park.pk)):
        shown = [{"lang": tags[name], "text": getattr(park, name)} for name in names]
        first, second = shown if shown[0]["text"] else (shown[1], {"lang": "zh", "text": ""})
        rows.append(
            [
                first,
                second,
                labels[0].get(park.values["province"], ""),
                labels[1].get(park.values["standing"], ""),
                "–" if park.completeness_zh is None else f"{park.completeness_zh} %",
                "–" if park.completeness_en is None else f"{park.completeness_en} %",
            ]
        )
    head = [_("Park"), _("In the other language"), _("Province"), _("State of the entry"), _("Chinese"), _("English")]
    count = ngettext("%(n)d entry, by province", "%(n)d entries, by province", len(rows)) % {"n": len(rows)}
    return _section(
        _("The parks behind the figures"),
        _("As they were when the figures were frozen. Completeness is the weighted share of what a profile asks for."),
        _table(count, head, rows, [5, 4, 2, 3, 0, 0], right=(4, 5)),
    )


def _definitions(snapshot: Snapshot, board: Board) -> dict[str, Any]:
    language = bilingual.active_language()
    kept = snapshot.definitions
    terms = [
        {
            "term": words[language]["title"],
            "note": _("version %(n)d") % {"n": words["version"]},
            "text": words[language]["definition"],
        }
        for kind in ("figures", "dimensions")
        for words in kept[kind].values()
    ]
    source = _(
        "All figures are counted from the register of parks of the alliance's portal: what parks wrote and confirmed "
        "themselves, what the secretariat compiled from public sources named on each page, the duties people hold, and "
        "the record of submissions. They were counted in one statement together with the parks behind them and frozen; "
        "nothing that changed later is in this report."
    )
    proof = _("The digest of snapshot %(number)s in the audit chain is %(digest)s.") % {
        "number": snapshot.pk,
        "digest": snapshot.digest,
    }
    return _section(
        _("Definitions and sources"),
        source,
        {"kind": "note", "text": proof},
        {"kind": "definitions", "items": terms},
        {"kind": "text", "text": _("Set in Noto Sans SC (SIL Open Font License).")},
    )


# Pieces -------------------------------------------------------------------------------------------------------------


def _card(number: Number) -> dict[str, Any]:
    return {
        "title": str(number.figure.title),
        "value": "–" if number.missing else f"{number.value:,}",
        "unit": "" if number.missing else pgettext("unit", "parks"),
        "missing": bool(number.missing),
        "changes": [number.missing] if number.missing else [change.words for change in number.changes],
        "definition": str(number.figure.definition),
    }


def _split(breakdown: Breakdown, width: float) -> list[Block]:
    """Bars with a caption, or why there are none."""
    if breakdown.missing:
        return [{"kind": "note", "text": breakdown.missing}]
    words = _(", ").join(f"{group.label} {_text(group.numbers[0])}" for group in breakdown.groups)
    return [
        {
            "kind": "chart",
            "svg": drawings.bars(breakdown.chart),
            "alt": _("Bars: %(words)s.") % {"words": words},
            "caption": f"{breakdown.dimension.title} · {breakdown.dimension.definition}",
            "width": width,
        }
    ]


def _groups_table(caption: str, groups: Sequence[Group], board: Board) -> Block:
    columns = [figure.short or figure.title for figure in board.columns]
    rows = [[str(group.label), *[_text(number) for number in group.numbers]] for group in groups]
    return _table(caption, ["", *[str(column) for column in columns]], rows, [2, *[1] * len(columns)])


def _table(
    caption: str,
    head: Sequence[str],
    rows: Iterable[Sequence[Any]],
    widths: Sequence[int],
    right: Sequence[int] | None = None,
) -> Block:
    return {
        "kind": "table",
        "caption": caption,
        "head": list(head),
        "rows": [list(row) for row in rows],
        "widths": list(widths),
        "right": list(range(1, len(head))) if right is None else list(right),
    }


def _text(number: Number) -> str:
    return "–" if number.value is None else f"{number.value:,}"


def _line_in_words(board: Board, index: int) -> str:
    known = [(moment.label, number) for moment in board.moments if (number := moment.numbers[index]).value is not None]
    title = board.line_figures[index].title
    if not known:
        return _("%(title)s: not recorded in these periods.") % {"title": title}
    (first, earlier), (last, later) = known[0], known[-1]
    return _("%(title)s: %(earlier)s at %(first)s, %(later)s at %(last)s.") % {
        "title": title,
        "earlier": _text(earlier),
        "first": first,
        "later": _text(later),
        "last": last,
    }


def labels_of(code: str) -> dict[str, str]:
    return {value: str(getattr(label, "short", label)) for value, label in DIMENSIONS[code].choices().items()}


def _label(code: str, value: str) -> str:
    return labels_of(code).get(value, "" if value == NONE else value)
