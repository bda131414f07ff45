"""Which of our rows a table speaks of: by credit code, then by address, then by name and province."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .columns import Words, key_of
from .kinds import Draft, offer

# So many candidates are offered; more would be a sign that the name says nothing.
MOST_OFFERED = 5
CODE_AND_ADDRESS = gettext_lazy("The credit code and the address belong to two different entries.")
CODE_AND_NAME = gettext_lazy("The credit code and the name belong to two different entries.")


@dataclass(frozen=True)
class Known:
    """One row of ours, as far as it tells it from others."""

    pk: int
    name_zh: str
    name_en: str
    province: str
    credit_code: str
    slug: str

    @property
    def label(self) -> str:
        return self.name_zh or self.name_en


@dataclass
class Match:
    """What was found. With `reason` a person has to decide among `offers`; `target` is then the likeliest."""

    target: Known | None = None
    reason: Words | Callable[[], str] = ""
    offers: list[dict[str, str]] = field(default_factory=list)
    others: list[Known] = field(default_factory=list)


class Index:
    """All rows of one kind, asked once for a file."""

    def __init__(self, known: Iterable[Known]) -> None:
        self.by_pk: dict[int, Known] = {}
        self._by_code: dict[str, Known] = {}
        self._by_slug: dict[str, Known] = {}
        self._by_name: dict[str, list[Known]] = {}
        # What earlier rows of the file were about, by whatever tells them apart: {fact: number of the row}.
        self._rows: dict[tuple[str, ...], int] = {}
        for entry in known:
            self.add(entry)

    def add(self, entry: Known) -> None:
        self.by_pk[entry.pk] = entry
        if entry.credit_code:
            self._by_code[entry.credit_code] = entry
        self._by_slug[entry.slug] = entry
        for name in {key_of(entry.name_zh), key_of(entry.name_en)} - {""}:
            self._by_name.setdefault(name, []).append(entry)

    def find(self, *, credit_code: str = "", slug: str = "", names: Iterable[str] = (), province: str = "") -> Match:
        by_code = self._by_code.get(credit_code) if credit_code else None
        by_slug = self._by_slug.get(slug) if slug else None
        by_name = self._named(names, province)
        if slug and by_slug is None:
            return Match(reason=gettext_lazy("There is nothing under this address."), offers=[])
        if by_code is not None:
            if by_slug is not None and by_slug != by_code:
                return self._several(
                    gettext_lazy("The credit code and the address belong to two different entries."), by_code
                )
            if by_name and by_code not in by_name:
                return self._several(
                    gettext_lazy("The credit code and the name belong to two different entries."), by_code
                )
            return Match(by_code)
        if by_slug is not None:
            return self._code_differs(by_slug, credit_code) or Match(by_slug)
        if len(by_name) > 1:
            return self._several(gettext_lazy("Several entries have this name."), *by_name)
        if by_name:
            return self._code_differs(by_name[0], credit_code, may_be_new=True) or Match(by_name[0])
        return Match()

    def repeated(self, draft: Draft, match: Match, **facts: str) -> bool:
        """Whether an earlier row of the file is about the same; then this one is wrong, and says which."""
        keys = [(name, value) for name, value in facts.items() if value]
        if match.target is not None and not match.reason:
            # It is known which one is meant; two of ours may well have one name.
            keys = [("target", str(match.target.pk))]
        for key in keys:
            if (first := self._rows.setdefault(key, draft.number)) != draft.number:
                draft.note("", lambda: _("The same as row %(row)s of this file.") % {"row": first})
                return True
        return False

    def _named(self, names: Iterable[str], province: str) -> list[Known]:
        found: dict[int, Known] = {}
        for name in names:
            for entry in self._by_name.get(key_of(name), []) if name else []:
                if not province or not entry.province or entry.province == province:
                    found[entry.pk] = entry
        return list(found.values())

    @staticmethod
    def _several(reason: Words, *entries: Known) -> Match:
        shown = list(entries)[:MOST_OFFERED]
        return Match(shown[0], reason, [offer_update(entry) for entry in shown], shown)

    @staticmethod
    def _code_differs(entry: Known, credit_code: str, *, may_be_new: bool = False) -> Match | None:
        if not credit_code or not entry.credit_code or entry.credit_code == credit_code:
            return None
        offers = [offer_create()] if may_be_new else []

        def reason() -> str:
            return _("An entry of this name has another credit code: %(code)s.") % {"code": entry.credit_code}

        return Match(entry, reason, [*offers, offer_update(entry)], [entry])


def offer_update(entry: Known) -> dict[str, str]:
    return offer(f"update:{entry.pk}", lambda: _("Change “%(name)s”") % {"name": entry.label})


def offer_create() -> dict[str, str]:
    return offer("create", gettext_lazy("Add it as another one"))


def chosen_target(choice: str) -> int | None:
    """The key that a decision names, if it names one."""
    code, _colon, key = choice.partition(":")
    return int(key) if code == "update" and key.isdigit() else None
