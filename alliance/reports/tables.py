"""The figures as tables for files: one line for each number, with what it means and of when it is."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from alliance.core.sheets import Column

from .board import Board, Group
from .figures import DIMENSIONS


def columns() -> list[Column]:
    return [
        Column(_("Figure"), meaning=_("What is counted.")),
        Column(_("Broken down by"), meaning=_("How parks are broken down; empty for all parks together.")),
        Column(_("Group"), meaning=_("Which of them.")),
        Column(_("Value"), kind="number", unit=pgettext("unit", "parks"), meaning=_("How many parks count.")),
        Column(_("As of"), kind="moment", meaning=_("The moment counted, Beijing time.")),
        Column(_("Remark"), meaning=_("Why there is no value, or how it changed.")),
        Column(_("Definition"), meaning=_("Which parks count.")),
    ]


def rows(board: Board) -> Iterator[tuple[Any, ...]]:
    as_of = timezone.localtime(board.counted.as_of).replace(microsecond=0)
    for number in (*board.headlines, *board.health):
        remark = number.missing or "; ".join(change.words for change in number.changes)
        yield (str(number.figure.title), "", "", number.value, as_of, remark, str(number.figure.definition))
    split: list[tuple[str, list[Group]]] = [("province", board.by_province)]
    split += [(code, breakdown.groups) for code, breakdown in board.bars.items()]
    split += [(breakdown.dimension.code, breakdown.groups) for breakdown in board.types]
    split.append(("cluster", board.clusters.groups))
    for code, groups in split:
        title = str(DIMENSIONS[code].title)
        for group in groups:
            for number in group.numbers:
                figure = number.figure
                yield (
                    str(figure.title),
                    title,
                    str(group.label),
                    number.value,
                    as_of,
                    number.missing,
                    str(figure.definition),
                )
