"""What is left of names and addresses when width, script, place and the words that all share are gone. Pure."""

import re
from collections.abc import Iterable
from functools import lru_cache

from pypinyin import lazy_pinyin

from alliance.core.search.normalise import normalise

# What most names share says nothing about which park it is. Longer words before their parts.
SHARED_ZH = re.compile(
    "有限责任公司|股份有限公司|有限公司|运营管理|投资管理|园区管理|管理委员会|管委会|运营|管理|投资|发展|实业|集团|公司|"
    "文化创意|文化产业|创意产业|数字文化|文化旅游|文化科技|文化艺术|文化|创意|创新|创业|产业|示范|试验|集聚|集聚区|"
    "国家级|国家|省级|市级|国际|中国|园区|园|基地|孵化器|街区|广场|中心|大厦|小镇|艺术区|艺术|区"
)
SHARED_EN = {
    "the", "of", "and", "for", "at", "in", "cultural", "culture", "creative", "creativity", "industry", "industries",
    "industrial", "park", "parks", "zone", "area", "base", "district", "center", "centre", "plaza", "square", "art",
    "arts", "international", "national", "china", "co", "ltd", "company", "group", "cluster", "block", "village",
    "town", "city", "demonstration", "pilot", "innovation", "development", "digital",
}  # fmt: skip
ENDS = "省市区县州旗镇乡"
DIGITS = re.compile(r"\d+|[一二三四五六七八九十]+(?=[期号区])")
CHINESE_NUMBERS = {c: str(n) for n, c in enumerate("一二三四五六七八九十", 1)}
ADDRESS = re.compile(r"([㐀-鿿]{1,12}?(?:大道|路|街|巷|弄|道|里))[^\d㐀-鿿]*(\d+)")


def plain(name: str) -> str:
    """One spelling: simplified, narrow, lower case, without anything between the words."""
    return re.sub(r"[\W_]+", "", normalise(name))


@lru_cache(maxsize=4096)
def _places(words: tuple[str, ...]) -> re.Pattern[str] | None:
    bare = {plain(word).rstrip(ENDS) for word in words} | {plain(word) for word in words}
    known = sorted((word for word in bare if len(word) >= 2), key=len, reverse=True)
    return re.compile("|".join(f"{re.escape(word)}[{ENDS}]?" for word in known)) if known else None


def core_zh(name: str, places: Iterable[str] = ()) -> str:
    """What tells this name from others: 和丰 of 宁波市和丰创意广场. A name of shared words alone is kept whole."""
    whole = plain(name)
    pattern = _places(tuple(places))
    for bare in ([pattern.sub("", whole)] if pattern else []) + [whole]:
        if len(core := SHARED_ZH.sub("", bare)) >= 2:
            return core
    return whole


def core_en(name: str, places: Iterable[str] = ()) -> str:
    """The words of an English name that tell it from others, in order."""
    known = {word for place in places for word in re.findall(r"[a-z]+", normalise(place))}
    words = [word for word in re.findall(r"[a-z0-9]+", normalise(name)) if word not in SHARED_EN]
    return " ".join([word for word in words if word not in known] or words)


def spelt(core: str) -> str:
    """A Chinese core as it sounds: 和丰 and 合丰 are one."""
    return "".join(lazy_pinyin(core))


def numbers(name: str) -> frozenset[str]:
    """Numbers in a name tell phases, blocks and years apart: E9 and E10, 一期 and 二期."""
    return frozenset(CHINESE_NUMBERS.get(found, found.lstrip("0")) for found in DIGITS.findall(normalise(name)))


def street(address: str) -> str:
    """Street and number of a Chinese address, the first one."""
    found = ADDRESS.search(re.sub(r"\s+", "", normalise(address)))
    if not found:
        return ""
    # What stands before the street is province, city and district.
    name = re.split("[省市区县镇乡州旗]", found.group(1))[-1]
    return f"{name}{found.group(2)}" if len(name) >= 2 else ""


def pairs_of(core: str) -> set[str]:
    return {core[index : index + 2] for index in range(len(core) - 1)}


def credit_code(code: str) -> str:
    return re.sub(r"[\W_]+", "", normalise(code)).upper()
