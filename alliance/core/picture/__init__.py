"""The picture of place: a drawing made from what is known of a park, for as long as it has no photograph.

Former use and fields of work give the building and what is in the sky, the province gives land, trees and the character
on the seal, the slug gives everything that is left to chance: so one park always has the same picture, and no two look
alike.

It is inline SVG without ids or style attributes. Its inks are tokens of the style sheet (place.css): by day a vermilion
sun, by night a moon and lit windows. A served image file could not follow the reader's theme.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from . import buildings, land
from .canvas import Canvas, Dice
from .choose import building_for, motif_for, palette_for

# Width and height of the drawing, and the ground line on which things stand.
SIZES = {"card": (320, 200, 158), "wide": (560, 240, 190), "small": (160, 100, 84)}
# How wide the building is.
SPANS = {"card": 216, "wide": 280, "small": 124}


@dataclass(frozen=True)
class Place:
    """What the drawing needs to know. Empty values are what is not known."""

    slug: str
    kind: str = "park"
    formation: str = ""
    site_form: str = ""
    former_use_zh: str = ""
    province_code: str = ""
    abbr_zh: str = ""
    fields: tuple[str, ...] = ()


def place_of(park: Any) -> Place:
    """The facts of a park row. Its province should be loaded with it."""
    if isinstance(park, Place):
        return park
    province = park.province
    return Place(
        slug=park.slug,
        kind=park.kind,
        formation=park.formation,
        site_form=park.site_form,
        former_use_zh=park.former_use_zh,
        province_code=province.code if province else "",
        abbr_zh=province.abbr_zh if province else "",
        fields=tuple(park.fields or ()),
    )


def render(place: Place, *, size: str = "card", caption: bool = False) -> SafeString:
    """The drawing as SVG, hidden from screen readers; with `caption`, a figure that says what it is made from."""
    svg = draw(place, size)
    if not caption:
        return svg
    return format_html("<figure>{}<figcaption>{}</figcaption></figure>", svg, caption_of(place))


def caption_of(place: Place) -> str:
    if place.former_use_zh:
        return _("A drawing made from the former use, the fields of work and the province; not a photograph.")
    return _("A drawing made from the kind of park, the fields of work and the province; not a photograph.")


@lru_cache(maxsize=1024)
def draw(place: Place, size: str = "card") -> SafeString:
    """The SVG. The same place always gives the same drawing, so that a list page draws each of its parks once."""
    width, height, ground = SIZES[size]
    dice = Dice(place.slug)
    canvas = Canvas(width, height, ground, plain=size == "small")
    building = building_for(place)
    sun_left = dice.chance(55)
    land.sky(canvas, dice, motif_for(place), sun_left=sun_left)
    land.horizon(canvas, dice, place.province_code[:2])
    span = SPANS[size]
    start = (width - span) // 2 + dice.roll(-width // 20, width // 20)
    if size == "wide":
        buildings.company(canvas, dice, start, span)
    getattr(buildings, building)(canvas, dice, start, span)
    canvas.flush()
    land.foreground(canvas, dice, place.province_code[:2], building, start, span)
    if not canvas.plain:
        land.seal(canvas, place.abbr_zh)
    return (
        mark_safe(  # every part of it is a number or stands in this package, but for the seal's one character, escaped
            f'<svg class="place {size} in-{palette_for(place)}" viewBox="0 0 {width} {height}" '
            f'preserveAspectRatio="xMidYMax slice" aria-hidden="true" focusable="false">{canvas.svg()}</svg>'
        )
    )
