"""Organisations that operate parks: names, credit codes, provinces."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from alliance.core import imports
from alliance.core.errors import RuleBroken
from alliance.core.imports import Column, Draft, Judged, Made, Option, both
from alliance.core.imports.matching import Index, Known, Match, chosen_target
from alliance.core.models import Division, ImportRow

from .. import policies
from ..forms.organisations import OrganisationForm
from ..models import Organisation
from ..permissions import Permission
from ..services import organisations as services

Verdict = ImportRow.Verdict
FIELDS = ("name_zh", "name_en", "credit_code", "province")
NAMES = ("name_zh", "name_en", "province")

# A later package may own the names of some organisations: it gives those of these keys.
_holders: list[Callable[[Iterable[int]], set[int]]] = []


def hold_names(holder: Callable[[Iterable[int]], set[int]]) -> None:
    """Say which organisations carry the name of something else, so that their names do not change here."""
    if holder not in _holders:
        _holders.append(holder)


def province_options() -> list[Option]:
    """Provinces under their names as people write them; the value is the code."""
    return [
        Option(
            division.pk,
            {"zh-hans": division.name_zh, "en": division.short_en},
            (division.short_zh, division.name_en, division.pk[:2]),
        )
        for division in Division.objects.provinces()
    ]


def columns_of(form: Any, *names: str) -> dict[str, dict[str, Any]]:
    """Label, help and whether it is required, as the form of the page says."""
    fields = form.base_fields
    return {
        name: {"label": fields[name].label, "help": fields[name].help_text, "is_required": fields[name].required}
        for name in names
    }


class OrganisationChecker(imports.Checker):
    """Reads all organisations once, then judges without asking again."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        rows = list(Organisation.objects.select_related("province"))
        self.rows = {row.pk: row for row in rows}
        self.index = Index(known(row) for row in rows)
        held = set().union(*(holder(self.rows) for holder in _holders)) if _holders else set()
        self.held = held
        self.reader = imports.FormReader(OrganisationForm())

    def judge(self, drafts: Sequence[Draft]) -> list[Judged]:
        return [self._judge(draft) for draft in drafts]

    def _judge(self, draft: Draft) -> Judged:
        cleaned, errors = self.reader.read(draft.values)
        # What a cell says wrongly is said once: the form only sees that nothing is there.
        known_wrong = {note["column"] for note in draft.notes}
        for name, found in errors.items():
            for error in found if name not in known_wrong else ():
                draft.refuse(name if name in FIELDS else "", error)
        values = {name: value for name, value in cleaned.items() if value}
        values |= {name: draft.values[name] for name in ("province", "slug") if draft.values.get(name)}
        draft.values = values
        if draft.notes:
            return Judged(Verdict.ERROR)
        match = self.index.find(
            credit_code=values.get("credit_code", ""),
            slug=values.get("slug", ""),
            names=(values["name_zh"], values.get("name_en", "")),
            province=values.get("province", ""),
        )
        facts = {"credit_code": values.get("credit_code", ""), "name": f"{values['name_zh']}{values.get('province')}"}
        if self.index.repeated(draft, match, **facts):
            return Judged(Verdict.ERROR)
        return self._verdict(draft, match)

    def _verdict(self, draft: Draft, match: Match) -> Judged:
        if match.reason and not match.offers:
            draft.note("slug", match.reason)
            return Judged(Verdict.ERROR)
        if match.target is None:
            return Judged(Verdict.NEW)
        row = self.rows[match.target.pk]
        before = values_of(row)
        changes = imports.changes_between(before, draft.values, FIELDS)
        seen = imports.fingerprint(before, sorted(entry.pk for entry in match.others))
        found = {"target": str(row.pk), "target_name": match.target.label, "changes": changes, "seen": seen}
        if match.reason:
            draft.note("", match.reason)
            return Judged(Verdict.CONFLICT, offers=match.offers, **found)
        if not changes:
            return Judged(Verdict.SAME, **found)
        if row.kind != Organisation.Kind.PARK_OPERATOR:
            draft.note("", _("The secretariat and the council are not changed by an import."))
            return Judged(Verdict.ERROR)
        if row.pk in self.held and set(changes) & set(NAMES):
            draft.note("", _("Its name and place follow its park. Change them with the table of parks."))
            return Judged(Verdict.ERROR)
        return Judged(Verdict.UPDATE, **found)

    def lock(self, targets: Sequence[str]) -> None:
        keys = [int(key) for key in targets]
        locked = Organisation.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
        self.rows |= {row.pk: row for row in locked.select_related("province")}

    def apply(self, row: ImportRow, judged: Judged) -> Made:
        values = {name: row.values[name] for name in FIELDS if row.values.get(name)}
        province = values.pop("province", None)
        more = {"province": Division.objects.get(pk=province)} if province else {}
        target = chosen_target(row.choice) or (int(judged.target) if judged.verdict == Verdict.UPDATE else None)
        if target is None:
            made = services.create_organisation(by=self.by, **values, **more)
            self.rows[made.pk] = made
            return Made(str(made.pk), True)
        organisation = Organisation.objects.get(pk=target)
        if organisation.pk in self.held and set(imports.changes_between(values_of(organisation), row.values, NAMES)):
            raise RuleBroken(_("Its name and place follow its park. Change them with the table of parks."))
        before = values_of(organisation)
        changed = services.correct_organisation(organisation, {**values, **more}, by=self.by)
        return Made(str(target), False, {"before": {name: before[name] for name in changed}, "after": row.values})

    def undo(self, row: ImportRow) -> None:
        organisation = Organisation.objects.select_for_update().filter(pk=row.target).first()
        if organisation is None:
            raise RuleBroken(_("It no longer exists."))
        if row.outcome == ImportRow.Outcome.CREATED:
            if imports.changes_between(values_of(organisation), row.values, FIELDS):
                raise RuleBroken(_("It has been changed since."))
            services.remove_unused(organisation, by=self.by)
            return
        before = row.made["before"]
        now = values_of(organisation)
        if any(now[name] != row.made["after"].get(name) for name in before):
            raise RuleBroken(_("It has been changed since."))
        values = dict(before)
        if "province" in values:
            values["province"] = Division.objects.filter(pk=values["province"]).first()
        services.correct_organisation(organisation, values, by=self.by)


def known(row: Organisation) -> Known:
    return Known(row.pk, row.name_zh, row.name_en, row.province_id or "", row.credit_code, row.slug)


def values_of(row: Organisation) -> dict[str, Any]:
    return {
        "name_zh": row.name_zh,
        "name_en": row.name_en,
        "credit_code": row.credit_code,
        "province": row.province_id or "",
    }


class Organisations(imports.ImportKind):
    code = "organisations"
    title = _("Organisations")
    sentence = _("Companies and bodies that operate parks: new ones, and credit codes or names put right.")
    hints = (
        _("One row for each organisation. A row is matched by its credit code, else by its name in its province."),
        _("Empty cells change nothing."),
    )
    checker = OrganisationChecker

    def columns(self) -> list[Column]:
        said = columns_of(OrganisationForm, "name_zh", "name_en", "credit_code")
        return [
            Column("name_zh", **said["name_zh"], synonyms=("名称", "机构名称", "单位名称", "name", "organisation")),
            Column("name_en", **said["name_en"], synonyms=("英文名", "机构英文名称")),
            Column(
                "credit_code",
                **said["credit_code"],
                kind="code",
                example="9133****************",
                synonyms=("信用代码", "社会信用代码", "USCC", "credit code", "税号"),
            ),
            Column("province", _("Province"), kind="choice", options=province_options, synonyms=("省份", "所在省份")),
            Column(
                "slug",
                _("Address in the portal"),
                _("Only to say which organisation is meant, where two have the same name: the last part of its page."),
                kind="code",
                synonyms=("slug",),
            ),
        ]

    def may(self, person: Any) -> bool:
        return policies.has_desk_permission(person, Permission.LIST_PARKS) or policies.has_desk_permission(
            person, Permission.CORRECT_DATA
        )

    def url_of(self, row: ImportRow) -> str:
        from django.urls import reverse

        slug = Organisation.objects.filter(pk=row.target).values_list("slug", flat=True).first()
        return reverse("accounts:organisation_team", args=[slug]) if slug else ""


ORGANISATIONS = imports.register(Organisations())

__all__ = ["ORGANISATIONS", "both", "hold_names", "province_options"]
