"""A column of marks from a spreadsheet, matched to trainees. No database: people come as plain rows."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from alliance.core.errors import RuleBroken

from . import marks

CELLS = re.compile(r"\t+|[,，;；|]\s*|\s{2,}")


@dataclass(frozen=True)
class Known:
    pk: int
    name: str
    email: str


@dataclass(frozen=True)
class Problem:
    line: int
    text: str
    why: str


def read(text: str, known: Sequence[Known]) -> tuple[list[tuple[int, int]], list[Problem]]:
    """(trainee, mark) of each line, and the lines that could not be read. Lines without a mark are left out."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if all(_is_mark(line) for _number, line in lines):
        return _in_order(lines, known)
    by_word: dict[str, set[int]] = defaultdict(set)
    for person in known:
        by_word[_key(person.name)].add(person.pk)
        by_word[_key(person.email)].add(person.pk)
    found: dict[int, int] = {}
    problems = []
    for number, line in lines:
        try:
            who, mark = _split(line)
            people = by_word.get(_key(who), set())
            if not people:
                raise RuleBroken(_("Nobody of this name is in the list."))
            if len(people) > 1:
                raise RuleBroken(_("Several people have this name: please use the mail address."))
            (pk,) = people
            if pk in found:
                raise RuleBroken(_("This trainee stands in the column twice."))
            found[pk] = marks.read(mark)
        except RuleBroken as broken:
            problems.append(Problem(number, line[:60], str(broken)))
    return list(found.items()), problems


def _in_order(lines: Sequence[tuple[int, str]], known: Sequence[Known]) -> tuple[list[tuple[int, int]], list[Problem]]:
    if len(lines) != len(known):
        why = _("There are %(lines)d marks and %(people)d trainees: please paste the names too.")
        number, line = lines[-1] if lines else (1, "")
        return [], [Problem(number, line[:60], why % {"lines": len(lines), "people": len(known)})]
    found, problems = [], []
    for (number, line), person in zip(lines, known, strict=True):
        try:
            found.append((person.pk, marks.read(line)))
        except RuleBroken as broken:
            problems.append(Problem(number, line[:60], str(broken)))
    return found, problems


def _split(line: str) -> tuple[str, str]:
    cells = [cell.strip() for cell in CELLS.split(line) if cell.strip()]
    if len(cells) < 2:
        cells = line.rsplit(None, 1)
    if len(cells) < 2:
        raise RuleBroken(_("A line needs a name and a mark."))
    return cells[0], cells[-1]


def _is_mark(line: str) -> bool:
    return re.fullmatch(r"[\d０-９.,．。]+\s*(?:分|%)?", line) is not None


def _key(word: str) -> str:
    return "".join(word.split()).casefold()
