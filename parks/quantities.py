"""Read a number as people type it: 340,000, 34万, 34 公顷, 1.2 million. Pure; refuses what is no such quantity."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .choices import Indicator

AREA = {
    "": 1, "m2": 1, "sqm": 1, "平方米": 1, "平米": 1, "平方": 1,
    "ha": 10_000, "hectare": 10_000, "hectares": 10_000, "公顷": 10_000,
    "km2": 1_000_000, "平方公里": 1_000_000, "亩": Decimal(10_000) / 15, "mu": Decimal(10_000) / 15,
}  # fmt: skip
MONEY = {"": 1, "元": 1, "yuan": 1, "rmb": 1, "cny": 1, "人民币": 1}
PEOPLE = {"": 1, "人": 1, "名": 1, "people": 1, "persons": 1}
VISITS = {"": 1, "次": 1, "人次": 1, "visits": 1, "visitors": 1}
SHARE = {"": 1, "%": 1, "percent": 1}
COUNT = {"": 1, "家": 1, "个": 1, "场": 1, "次": 1, "项": 1}

UNITS = {
    Indicator.FLOOR_AREA: AREA,
    Indicator.SITE_AREA: AREA,
    Indicator.TENANTS: COUNT,
    Indicator.JOBS: PEOPLE,
    Indicator.REVENUE: MONEY,
    Indicator.VISITS: VISITS,
    Indicator.OCCUPANCY: SHARE,
    Indicator.EVENTS: COUNT,
}
# Quantities that are measured, so that a converted fraction is rounded; the others are counted.
MEASURED = {Indicator.FLOOR_AREA, Indicator.SITE_AREA, Indicator.REVENUE, Indicator.OCCUPANCY}
SIZES = {
    "千万": 10_000_000, "百万": 1_000_000, "million": 1_000_000, "万": 10_000, "亿": 100_000_000,
    "billion": 1_000_000_000, "thousand": 1_000, "k": 1_000,
}  # fmt: skip
LIMIT = 10**15
_SHAPE = re.compile(r"(\d+(?:\.\d+)?|\.\d+)\s*(千万|百万|万|亿|thousand|million|billion|k(?!m))?\s*(.*)", re.IGNORECASE)


def parse(text: str, indicator: str) -> int:
    """The whole number in the indicator's own unit."""
    typed = unicodedata.normalize("NFKC", text).replace(",", "").replace("，", "").replace("'", "").strip()
    if typed.startswith(("-", "−")):
        raise ValidationError(_("This figure cannot be less than zero."), code="negative")
    match = _SHAPE.fullmatch(re.sub(r"(?<=\d)\s+(?=\d)", "", typed))
    if not match:
        raise ValidationError(_("Please give a number, such as 340,000 or 34万."), code="number")
    number, size, unit = match.groups()
    units = UNITS[Indicator(indicator)]
    word = unit.lower().replace(" ", "").rstrip(".")
    if word not in units:
        raise ValidationError(_("“%(unit)s” is not a unit of this figure."), code="unit", params={"unit": unit[:20]})
    try:
        value = Decimal(number) * SIZES.get((size or "").lower(), 1) * units[word]
    except InvalidOperation:
        raise ValidationError(_("Please give a number, such as 340,000 or 34万."), code="number") from None
    if value > LIMIT:
        raise ValidationError(_("This number is too large. Please check its zeros."), code="large")
    if indicator not in MEASURED and value != value.to_integral_value():
        raise ValidationError(_("This is counted, so it must be a whole number."), code="whole")
    whole = int(value.to_integral_value())
    if indicator == Indicator.OCCUPANCY and whole > 100:
        raise ValidationError(_("A share cannot be more than 100 %."), code="share")
    return whole


def jump(value: int, before: int) -> int | None:
    """How many times larger or smaller a figure became, when that is more than ten times; a likely slip of a unit."""
    if value == before or not value or not before:
        return None
    ratio = max(value, before) // max(min(value, before), 1)
    return ratio if max(value, before) > 10 * min(value, before) else None
