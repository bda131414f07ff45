"""What a version of a project says, in plain values with one hash: what every park signs (J-2)."""

from collections.abc import Iterator, Mapping
from typing import Any

# In one order everywhere: the editor, the page to sign, the difference.
TEXTS = (
    "title_zh",
    "title_en",
    "summary_zh",
    "summary_en",
    "description_zh",
    "description_en",
    "risks_zh",
    "risks_en",
    "offer_zh",
    "offer_en",
)
CODES = ("field", "kind", "province", "city")
NUMBERS = ("need", "cost", "least", "months")
SHARES = ("cost", "risk", "benefit")
USE = ("text_zh", "text_en", "amount")

Content = dict[str, Any]


def empty() -> Content:
    return {
        **dict.fromkeys(TEXTS, ""),
        **dict.fromkeys(CODES, ""),
        **dict.fromkeys(NUMBERS, None),
        "starts_on": "",
        "uses": [],
        "shares": [],
    }


def share_of(park: int, name_zh: str, name_en: str) -> Content:
    """The line of a park that has no share yet."""
    return {
        "park": park,
        "name_zh": name_zh,
        "name_en": name_en,
        "contribution_zh": "",
        "contribution_en": "",
        **dict.fromkeys(SHARES, 0),
    }


def parks_of(content: Mapping[str, Any]) -> list[int]:
    """The parks whose signatures the content needs, by number."""
    return [share["park"] for share in content.get("shares", ())]


def sums(content: Mapping[str, Any]) -> dict[str, int]:
    """What the shares of cost, risk and benefit make, in basis points."""
    return {name: sum(share[name] for share in content.get("shares", ())) for name in SHARES}


def parts(content: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every value with the path that leads to it, for comparing two versions: `shares.12.cost`, `uses.1.amount`."""
    for key, value in content.items():
        if not isinstance(value, list):
            yield key, value
            continue
        for number, row in enumerate(value, 1):
            name = row.get("park", number)
            yield from ((f"{key}.{name}.{inner}", part) for inner, part in row.items() if inner != "park")
