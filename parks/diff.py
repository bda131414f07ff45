"""What changed, for people to read: words and characters that went and came, codes as words in the reader's
language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.core.models import Division

from . import blocks, choices
from .models import FieldOfWork, IndustryCategory, Park

# Above this a passage is shown as replaced whole: comparing every pair of characters would take seconds.
MOST_PAIRS = 1_500_000
# Han characters one by one, Latin words and numbers whole, the rest sign by sign.
_TOKEN = re.compile(r"[A-Za-zÀ-ɏ]+|\d+|\s+|.", re.DOTALL)
_SENTENCE = re.compile(r"[^。！？.!?\n]*[。！？.!?\n]+|[^。！？.!?\n]+")

Segment = tuple[str, str]  # ("same" | "del" | "ins", text)


def segments(before: str, after: str) -> list[Segment]:
    """The two texts as one run: what stayed, what went, what came."""
    found: list[Segment] = []
    old, new = _SENTENCE.findall(before), _SENTENCE.findall(after)
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        left, right = "".join(old[i:j]), "".join(new[k:m])
        found += [("same", left)] if tag == "equal" else _fine(left, right)
    return _joined(found)


def _fine(before: str, after: str) -> list[Segment]:
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    if not old or not new or len(old) * len(new) > MOST_PAIRS:
        return [("del", before), ("ins", after)]
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < 0.5:
        # Two different sentences: side by side reads better than confetti.
        return [("del", before), ("ins", after)]
    found: list[Segment] = []
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            found.append(("same", "".join(old[i:j])))
        else:
            found += [("del", "".join(old[i:j])), ("ins", "".join(new[k:m]))]
    return found


def _joined(parts: list[Segment]) -> list[Segment]:
    found: list[Segment] = []
    for kind, text in parts:
        if not text:
            continue
        if found and found[-1][0] == kind:
            found[-1] = (kind, found[-1][1] + text)
        else:
            found.append((kind, text))
    return found


def items(before: list[str], after: list[str]) -> list[Segment]:
    """Two lists: each entry stayed, went or came."""
    found: list[Segment] = []
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [("same", text) for text in before[i:j]]
        else:
            found += [("del", text) for text in before[i:j]]
            found += [("ins", text) for text in after[k:m]]
    return found


# As many unchanged entries of a list are shown beside the changed ones.
SHOWN_SAME = 2


def _short(parts: list[Segment]) -> list[Segment]:
    """The entries that changed, and how many did not."""
    same = sum(kind == "same" for kind, _text in parts)
    if same <= SHOWN_SAME or same == len(parts):
        return parts
    changed = [part for part in parts if part[0] != "same"]
    return [*changed, ("same", ngettext("%(n)d entry unchanged", "%(n)d entries unchanged", same) % {"n": same})]


@dataclass
class Words:
    """Codes as words, each table asked once for a page."""

    _codes: dict[str, Mapping[Any, Any]] = field(default_factory=dict)

    @cached_property
    def divisions(self) -> dict[str, str]:
        return {division.pk: str(division.name) for division in Division.objects.all()}

    @cached_property
    def fields(self) -> dict[str, str]:
        return {row.code: str(row.name) for row in FieldOfWork.objects.all()}

    @cached_property
    def industries(self) -> dict[str, str]:
        return {row.code: str(row) for row in IndustryCategory.objects.all()}

    def text(self, name: str, value: Any) -> str:
        """One value in words; nothing for what is not given."""
        if value is None or value == "":
            return ""
        if name in blocks.FOREIGN_KEYS:
            return self.divisions.get(value, str(value))
        if name in blocks.ON_ORGANISATION:
            return str(value)
        options = dict(Park._meta.get_field(name).flatchoices)  # type: ignore[union-attr]
        return str(options.get(value, value))

    def list(self, name: str, value: Any) -> "list[str]":
        """Its entries, as HTML where one holds both languages."""
        if name == "institutions":
            return [self.institution(row) for row in value or ()]
        if name == "figures":
            return [self.figure(row) for row in value or ()]
        table: Mapping[str, Any] = (
            self.fields
            if name == "fields"
            else self.industries
            if name == "industries"
            else dict(blocks.CODE_LISTS[name].choices)
        )
        return [str(table.get(code, code)) for code in value or ()]

    def institution(self, row: Mapping[str, Any]) -> SafeString:
        kind = dict(choices.InstitutionKind.choices).get(row.get("kind") or "", "")
        role = dict(choices.InstitutionRole.choices).get(row.get("role") or "", "")
        profit = {True: _("for profit"), False: _("not for profit")}.get(row.get("is_profit"), "")  # type: ignore[arg-type]
        return _line(_in("zh-Hans", row["name_zh"]), _in("en", row.get("name_en")), kind, role, profit)

    def figure(self, row: Mapping[str, Any]) -> SafeString:
        indicator = choices.Indicator(row["indicator"])
        amount = f"{row['value']:,} {choices.UNITS[indicator]}".strip()
        source = dict(choices.FigureSource.choices).get(row.get("source") or "", "")
        return _line(
            f"{indicator.label} {row['year'] or _('year unknown')}",
            amount,
            _("planned") if row["is_planned"] else "",
            source,
            _in("zh-Hans", row.get("source_note_zh")),
            _in("en", row.get("source_note_en")),
        )


def _in(language: str, text: str | None) -> str:
    """A text that says its language: both stand in one line, whatever the page's is."""
    return format_html('<span lang="{}">{}</span>', language, text) if text else ""


def _line(*parts: Any) -> SafeString:
    return format_html_join(" · ", "{}", ((part,) for part in parts if part))


LISTS = ("fields", "industries", *blocks.CODE_LISTS, "institutions", "figures")


@dataclass(frozen=True)
class Change:
    """One field that changed: its label, the language of its text, and the change in words."""

    field: str
    label: Any
    lang: str
    is_list: bool
    was_empty: bool
    is_empty: bool
    segments: list[Segment]


def change(name: str, before: Any, after: Any, words: Words) -> Change:
    lang = "zh-Hans" if name.endswith("_zh") else "en" if name.endswith("_en") else ""
    if name in LISTS:
        old, new = words.list(name, before), words.list(name, after)
        return Change(name, blocks.label_of(name), "", True, not old, not new, _short(items(old, new)))
    left, right = words.text(name, before), words.text(name, after)
    # Codes and numbers are replaced whole: half a year struck out helps nobody.
    as_text = bool(lang) or not (left and right)
    parts = segments(left, right) if as_text else _joined([("del", left), ("ins", right)])
    return Change(name, blocks.label_of(name), lang, False, not left, not right, parts)


def changes(pairs: Mapping[str, Any], words: Words, order: tuple[str, ...] = ()) -> list[Change]:
    """Changes of several fields, in the order of the form where they are known."""
    names = [name for name in order if name in pairs] or sorted(pairs)
    return [change(name, pairs[name][0], pairs[name][1], words) for name in names]
