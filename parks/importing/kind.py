"""Parks from a table: which one each row is about, whether it may be changed, and what is done."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.accounts.importing import hold_names
from alliance.accounts.models import Organisation
from alliance.core import imports
from alliance.core.imports import Column, Draft, Judged, Made, offer
from alliance.core.imports.matching import Index, Known, Match, chosen_target, offer_create, offer_update
from alliance.core.models import ImportRow

from .. import blocks, policies
from ..blocks import BLOCKS, Plain
from ..lookalikes.keys import core_en, core_zh
from ..models import BlockDraft, BlockEdit, Park, Submission
from . import taking
from .columns import FIGURE_NAMES, INDICATORS, columns
from .reading import FIGURE_FIELDS, ProfileReader, figures_of

Verdict = ImportRow.Verdict
FIGURE_FIELD = {column: field for field, column in FIGURE_FIELDS.items()}
CONFIRMED = gettext_lazy(
    "The park has confirmed its profile itself. What you correct is public at once, and the park is told what and why."
)
WORKED_ON = gettext_lazy("The park's people are working on their profile. What you correct is public at once.")
SUSPENDED = gettext_lazy("The park is suspended. Restore it before its profile is changed.")
NOT_YOURS = gettext_lazy("Adding parks is for the membership desk.")
NO_SOURCE = gettext_lazy("An entry compiled from public sources names its source.")
NO_SUMMARY = gettext_lazy("An entry needs at least a Chinese name and a Chinese summary before visitors see it.")


class ParkChecker(imports.Checker):
    """Reads who all parks are once; what rows may change is asked once for each chunk."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.reader = ProfileReader({code for code in self.batch.columns.values() if code})
        rows = Park.objects.values_list(
            "pk", "name_zh", "name_en", "province_id", "organisation__credit_code", "slug", named=True
        )
        self.index = Index(
            Known(row.pk, row.name_zh, row.name_en, row.province_id, row.organisation__credit_code, row.slug)
            for row in rows
        )
        self.alike: dict[str, list[tuple[str, Known]]] = {}
        for entry in self.index.by_pk.values():
            for core in cores(entry.name_zh, entry.name_en):
                self.alike.setdefault(entry.province, []).append((core, entry))
        # Organisations that a table brought before their parks: {credit code: (key, kind)}.
        without = Organisation.objects.filter(park__isnull=True).exclude(credit_code="")
        self.bodies = {row.credit_code: row for row in without}
        self.may_add = policies.can_list(self.by)
        self.publishes = bool(self.batch.options.get("publish")) and self.may_add
        self.parks: dict[int, Park] = {}

    def judge(self, drafts: Sequence[Draft]) -> list[Judged]:
        matches: list[Match | None] = []
        for draft in drafts:
            self.reader.read(draft)
            matches.append(None if draft.notes else self._match(draft))
        targets = {entry.pk for match in matches if match for entry in [match.target, *match.others] if entry}
        self._load(targets)
        return [
            Judged(Verdict.ERROR) if match is None or draft.notes else self._judge(draft, match)
            for draft, match in zip(drafts, matches, strict=True)
        ]

    def _match(self, draft: Draft) -> Match:
        values = draft.values
        names = [name for name in (values.get("name_zh", ""), values.get("name_en", "")) if name]
        code, province = values.get("credit_code", ""), values.get("province", "")
        match = self.index.find(credit_code=code, slug=values.get("slug", ""), names=names[:1], province=province)
        if match.reason and not match.offers:
            draft.note("slug", match.reason)
        elif match.target is None:
            match = self._like((values.get("name_zh", ""), values.get("name_en", "")), province) or match
        self.index.repeated(draft, match, credit_code=code, name=f"{values.get('name_zh')}{province}")
        return match

    def _like(self, names: tuple[str, str], province: str) -> Match | None:
        """Parks of this province whose names hold this one or are held by it, the words that all share apart."""
        mine = [core for core in cores(*names) if len(core) > 1]
        found = {
            entry.pk: entry
            for core, entry in self.alike.get(province, ())
            if any(own in core or (core in own and len(core) > 1) for own in mine)
        }
        if not found:
            return None
        entries = list(found.values())[:3]
        offers = [offer_create(), *(offer_update(entry) for entry in entries)]

        def reason() -> str:
            return _("There are parks with similar names: %(names)s.") % {
                "names": _(", ").join(entry.label for entry in entries)
            }

        return Match(entries[0], reason, offers, entries)

    def _load(self, keys: set[int]) -> None:
        """What these parks say now, and whether anybody works on them: four questions, however many."""
        parks = Park.objects.filter(pk__in=keys).select_related("organisation").prefetch_related("figures")
        self.parks = {park.pk: park for park in parks}
        self.worked_on = set(
            BlockDraft.objects.filter(park__in=keys).exclude(data={}).values_list("park_id", flat=True)
        ) | set(Submission.objects.open().filter(park__in=keys).values_list("park_id", flat=True))
        ways = [BlockEdit.Way.EDIT, BlockEdit.Way.UNDO]
        self.worked_on |= set(
            BlockEdit.objects.filter(park__in=keys, way__in=ways).values_list("park_id", flat=True).distinct()
        )

    def _judge(self, draft: Draft, match: Match) -> Judged:
        if match.target is None:
            return self._new(draft)
        park = self.parks.get(match.target.pk)
        if park is None:
            # It went while the file was checked.
            return self._new(draft)
        before = values_of(park, draft.values)
        changes = {
            code: [before.get(code), value]
            for code, value in draft.values.items()
            if code != "slug" and value != before.get(code)
        }
        worked_on = park.pk in self.worked_on
        seen = imports.fingerprint(
            before, park.standing, worked_on, park.confirmed_at, sorted(entry.pk for entry in match.others)
        )
        found = {"target": str(park.pk), "target_name": match.target.label, "changes": changes, "seen": seen}
        if match.reason:
            draft.note("", match.reason)
            offers = [entry for entry in match.offers if entry["code"] != "create" or self.may_add]
            return Judged(Verdict.CONFLICT, offers=offers, **found)
        if not changes:
            return Judged(Verdict.SAME, **found)
        return self._change(draft, park, worked_on, found)

    def _change(self, draft: Draft, park: Park, worked_on: bool, found: dict[str, Any]) -> Judged:
        if park.standing == Park.Standing.SUSPENDED:
            draft.note("", SUSPENDED)
            return Judged(Verdict.ERROR)
        if not policies.can_correct(self.by, park):
            draft.note("", gettext_lazy("You may not do this."))
            return Judged(Verdict.ERROR)
        if park.standing != Park.Standing.LISTED and not worked_on:
            return Judged(Verdict.UPDATE, **found)
        draft.note("", CONFIRMED if park.standing == Park.Standing.LISTED else WORKED_ON)
        offers = [offer(f"update:{park.pk}", gettext_lazy("Correct it all the same"))]
        if any(before in (None, "", []) for before, _after in found["changes"].values()):
            offers.insert(0, offer(f"fill:{park.pk}", gettext_lazy("Only fill in what is empty there")))
        return Judged(Verdict.CONFLICT, offers=offers, **found)

    def _new(self, draft: Draft) -> Judged:
        if not self.may_add:
            draft.note("", NOT_YOURS)
        code = draft.values.get("credit_code", "")
        body = self.bodies.get(code)
        if body is not None and body.kind != Organisation.Kind.PARK_OPERATOR:
            draft.note("credit_code", lambda: _("%(name)s already has this credit code.") % {"name": body.name_zh})
        if self.publishes and not draft.values.get("source"):
            draft.note("source", NO_SOURCE)
        if self.publishes and not draft.values.get("summary_zh"):
            draft.note("summary_zh", NO_SUMMARY)
        if draft.notes:
            return Judged(Verdict.ERROR)
        return Judged(Verdict.NEW, seen=str(body.pk) if body else "")

    def lock(self, targets: Sequence[str]) -> None:
        keys = sorted(int(key) for key in targets)
        list(Park.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"))

    def apply_all(self, rows: Sequence[tuple[ImportRow, Judged]]) -> list[Made]:
        """New entries together and changes together; a second row about one park comes after the first is written."""
        found: dict[int, Made] = {}
        for part in once_each(rows, self._key):
            new = [taking.NewEntry(row, self._body(row)) for row, judged in part if self._key((row, judged)) is None]
            changes = [
                taking.Change(row, key, only_blanks=row.choice.startswith("fill:"))
                for row, judged in part
                if (key := self._key((row, judged))) is not None
            ]
            if new:
                made = taking.add(new, self.batch, self.reader.divisions, publish=self.publishes, by=self.by)
                found |= {entry.row.pk: one for entry, one in zip(new, made, strict=True)}
            if changes:
                made = taking.change(changes, self.batch, by=self.by)
                found |= {change.row.pk: one for change, one in zip(changes, made, strict=True)}
        return [found[row.pk] for row, _judged in rows]

    def _body(self, row: ImportRow) -> Organisation | None:
        return self.bodies.get(row.values.get("credit_code", ""))

    @staticmethod
    def _key(pair: tuple[ImportRow, Judged]) -> int | None:
        """The park that a row changes; None for one that is new."""
        row, judged = pair
        if row.choice.startswith("fill:"):
            return int(row.choice.partition(":")[2])
        key = chosen_target(row.choice)
        return int(judged.target) if key is None and judged.verdict == Verdict.UPDATE else key

    def undo_all(self, rows: Sequence[ImportRow]) -> None:
        for part in once_each(rows, lambda row: row.target):
            taking.take_back(part, self.batch, by=self.by)


def once_each(rows: Iterable[Any], key: Callable[[Any], Any]) -> Iterator[list[Any]]:
    """Rows in order, parted so that none is about the same thing as another one of its part."""
    part: list[Any] = []
    seen: set[Any] = set()
    for row in rows:
        if (found := key(row)) is not None and found in seen:
            yield part
            part, seen = [], set()
        part.append(row)
        seen.add(found)
    if part:
        yield part


def cores(name_zh: str, name_en: str) -> set[str]:
    """What tells the two names from others, when the words that all share are gone."""
    return {core for core in (core_zh(name_zh) if name_zh else "", core_en(name_en) if name_en else "") if core}


def values_of(park: Park, given: Mapping[str, Plain]) -> dict[str, Plain]:
    """What the profile says now in the columns of this row; figures of the row's year."""
    found: dict[str, Plain] = {}
    for block in BLOCKS.values():
        for name in block.fields:
            if name in given:
                found[name] = blocks.read(park, name)
    if "source" in given:
        found["source"] = park.source
    return found | _figures_of(park, given)


def _figures_of(park: Park, given: Mapping[str, Plain]) -> dict[str, Plain]:
    """The numbers of the row's year as they stand, and where they come from as far as they say the same."""
    wanted = {blocks.row_key("figures", row): row["indicator"] for row in figures_of(given)}
    present = [blocks.figure_row(figure) for figure in park.figures.all()] if wanted else []
    matched = [row for row in present if blocks.row_key("figures", row) in wanted]
    found: dict[str, Plain] = {row["indicator"]: row["value"] for row in matched}
    for name in FIGURE_NAMES:
        if name in given:
            said = {row[FIGURE_FIELD[name]] for row in matched}
            # Figures that are new bring their own source; that is no change of its own.
            found[name] = given[name] if not matched else said.pop() if len(said) == 1 else None
    return found


class PublishForm(forms.Form):
    publish = forms.BooleanField(
        label=gettext_lazy("Show new entries in the directory at once, marked as compiled from public sources"),
        help_text=gettext_lazy("Each then needs its source and a Chinese summary. Otherwise they begin as drafts."),
        required=False,
    )


class Parks(imports.ImportKind):
    code = "parks"
    title = gettext_lazy("Parks")
    sentence = gettext_lazy(
        "Profiles and yearly figures: new entries, and what public sources or yearbooks add to ours."
    )
    hints = (
        gettext_lazy(
            "One row for each park. It is matched by the credit code of its operator, else by its name in its province."
        ),
        gettext_lazy("Empty cells change nothing. A profile that its park has confirmed is never changed unasked."),
        gettext_lazy("Figures need their year and the kind of their source."),
    )
    checker = ParkChecker

    def columns(self) -> Sequence[Column]:
        return columns()

    def may(self, person: Any) -> bool:
        return policies.can_list(person) or policies.can_correct(person)

    def options_form(self, person: Any, data: Any = None) -> forms.Form | None:
        return PublishForm(data) if policies.can_list(person) else None

    def words(self) -> dict[tuple[str, Any], str]:
        from alliance.core.models import Division

        cities = {("city", city.pk): str(city.name) for city in Division.objects.cities()}
        return super().words() | cities

    def shown(self, code: str, value: Any, words: Any) -> str:
        return f"{value:,}" if code in INDICATORS and isinstance(value, int) else super().shown(code, value, words)

    def url_of(self, row: ImportRow) -> str:
        slug = Park.objects.filter(pk=row.target or None).values_list("slug", flat=True).first()
        return reverse("parks:office_park", args=[slug]) if slug else ""


def holders_of_names(keys: Iterable[int]) -> set[int]:
    """Organisations that carry the name of their park."""
    return set(Park.objects.filter(organisation__in=list(keys)).values_list("organisation_id", flat=True))


PARKS = imports.register(Parks())
hold_names(holders_of_names)

__all__ = ["PARKS"]
