"""How much alike two entries are, and why: points for what agrees, taken off for what speaks against. Pure."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import Organisation

from ..models import Park
from . import keys

# From here on a person should look.
LEAST = 55

REASONS = {
    "credit_code": _("the same credit code"),
    "same_name": _("the same Chinese name"),
    "same_core": _("the same Chinese name, but for common words"),
    "within": _("one Chinese name holds the other"),
    "alike": _("the Chinese names are nearly the same"),
    "sound": _("the Chinese names sound the same"),
    "english": _("the same English name"),
    "english_alike": _("the English names are nearly the same"),
    "street": _("the same street and number"),
    "site": _("the same website"),
    "phone": _("the same telephone"),
    "city": _("in the same city"),
    "province": _("in the same province"),
    "other_province": _("in different provinces"),
    "other_city": _("in different cities"),
    "numbers": _("different numbers in the names"),
    "other_code": _("different credit codes"),
    "years": _("opened in different years"),
}


@dataclass(frozen=True)
class Facts:
    """What is compared of one entry."""

    credit_code: str
    names_zh: frozenset[str]
    cores: frozenset[str]
    sounds: frozenset[str]
    english: frozenset[str]
    numbers: frozenset[str]
    street: str
    site: str
    phone: str
    province: str
    city: str
    year: int | None

    def lookup(self) -> set[str]:
        """The keys under which a look-alike is found: it shares one of them at least."""
        found = {f"c:{self.credit_code}"} if self.credit_code else set()
        for core in self.cores:
            found.add(f"n:{core}"[:120])
            found |= {f"2:{pair}" for pair in keys.pairs_of(core[:30])}
        found |= {f"p:{sound}"[:120] for sound in self.sounds if len(sound) >= 4}
        found |= {f"e:{name}"[:120] for name in self.english if len(name) >= 3}
        found |= {f"a:{self.street}"[:120]} if self.street else set()
        found |= {f"w:{self.site}"[:120]} if self.site else set()
        return found


def facts_of(organisation: Organisation, park: Park | None) -> Facts:
    """Of an organisation and its park, whose names may differ."""
    places = _places(organisation, park)
    rows = [organisation, *([park] if park else [])]
    names = [row.name_zh for row in rows if row.name_zh]
    cores = frozenset(keys.core_zh(name, places) for name in names)
    return Facts(
        credit_code=keys.credit_code(organisation.credit_code),
        names_zh=frozenset(keys.plain(name) for name in names),
        cores=cores,
        sounds=frozenset(keys.spelt(core) for core in cores),
        english=frozenset(core for row in rows if row.name_en and (core := keys.core_en(row.name_en, places))),
        numbers=keys.numbers(park.name_zh if park else organisation.name_zh),
        street=keys.street(park.address_zh) if park else "",
        site=_site(park.website) if park else "",
        phone="".join(filter(str.isdigit, park.contact_phone))[-8:] if park else "",
        province=(park.province_id if park else organisation.province_id) or "",
        city=_city(park) if park else "",
        year=park.year_opened if park else None,
    )


def _places(organisation: Organisation, park: Park | None) -> list[str]:
    words: list[str] = []
    for division in (organisation.province, park.province if park else None, park.city if park else None):
        if division is not None:
            words += [division.name_zh, division.short_zh, division.name_en, division.short_en]
    if park:
        words += [park.city_zh, park.city_en, park.district_zh, park.district_en]
    return [word for word in dict.fromkeys(words) if word]


def _city(park: Park) -> str:
    if park.city is not None:
        return keys.plain(park.city.name_zh).rstrip(keys.ENDS)
    return keys.plain(park.city_zh).rstrip(keys.ENDS)


def _site(url: str) -> str:
    """Host and path: many parks share the site of their city."""
    parts = urlsplit(url.lower())
    return (parts.netloc.removeprefix("www.") + parts.path).rstrip("/")


Reasons = list[tuple[str, int]]


def compare(one: Facts, other: Facts) -> tuple[int, Reasons]:
    """Points from 0 to 100 with the reasons, the weightiest first."""
    if one.credit_code and one.credit_code == other.credit_code:
        return 100, [("credit_code", 100)]
    reasons = [*_names(one, other), *_english(one, other)]
    named = bool(reasons)
    # Neighbours share a street and a city, but not a name.
    if one.street and one.street == other.street:
        reasons.append(("street", 35 if named else 20))
    if one.site and one.site == other.site:
        reasons.append(("site", 25))
    if len(one.phone) >= 7 and one.phone == other.phone:
        reasons.append(("phone", 20))
    if reasons:
        reasons += _against(one, other)
    score = max(0, min(99, sum(points for _code, points in reasons)))
    return score, sorted(reasons, key=lambda reason: -abs(reason[1]))


def speaks_for(reasons: Reasons) -> list[Any]:
    """In words, what speaks for the two being one."""
    return [REASONS[code] for code, points in reasons if points > 0 and code in REASONS]


def _names(one: Facts, other: Facts) -> Reasons:
    if one.names_zh & other.names_zh:
        return [("same_name", 70)]
    if same := one.cores & other.cores:
        return [("same_core", 55 if max(map(len, same)) >= 2 else 30)]
    best: Reasons = []
    for mine in one.cores:
        for theirs in other.cores:
            short, long = sorted((mine, theirs), key=len)
            if len(short) >= 2 and short in long:
                best.append(("within", 30 + 20 * len(short) // len(long)))
            elif (dice := _dice(mine, theirs)) >= 60:
                best.append(("alike", 40 * dice // 100))
    if one.sounds & other.sounds and max(map(len, one.sounds & other.sounds)) >= 4:
        best.append(("sound", 45))
    return sorted(best, key=lambda reason: -reason[1])[:1]


def _dice(mine: str, theirs: str) -> int:
    """Shared pairs of characters, in per cent."""
    left, right = keys.pairs_of(mine), keys.pairs_of(theirs)
    return 200 * len(left & right) // (len(left) + len(right)) if left and right else 0


def _english(one: Facts, other: Facts) -> Reasons:
    if same := one.english & other.english:
        return [("english", 42 if max(map(len, same)) >= 5 else 20)]
    for mine in one.english:
        for theirs in other.english:
            left, right = set(mine.split()), set(theirs.split())
            if len(left | right) > 1 and 100 * len(left & right) // len(left | right) >= 66:
                return [("english_alike", 15)]
    return []


def _against(one: Facts, other: Facts) -> Reasons:
    found: Reasons = []
    if one.city and other.city and one.province == other.province:
        found.append(("city", 15) if one.city == other.city else ("other_city", -25))
    elif one.province and other.province:
        found.append(("province", 5) if one.province == other.province else ("other_province", -45))
    if one.numbers != other.numbers and one.numbers and other.numbers:
        found.append(("numbers", -40))
    if one.credit_code and other.credit_code:
        found.append(("other_code", -25))
    if one.year and other.year and abs(one.year - other.year) > 3:
        found.append(("years", -8))
    return found
