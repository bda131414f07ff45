"""The picture of place."""

from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe


@dataclass(frozen=True)
class Place:
    slug: str
    kind: str = "park"
    formation: str = ""
    site_form: str = ""
    former_use_zh: str = ""
    province_code: str = ""
    abbr_zh: str = ""
    fields: tuple[str, ...] = ()


def place_of(park: Any) -> Place:
    if isinstance(park, Place):
        return park
    province = park.province
    return Place(
        slug=park.slug,
        kind=park.kind,
        formation=park.formation_type,
        site_form=park.site_form,
        former_use_zh=park.former_use_zh,
        province_code=province.code if province else "",
        abbr_zh=province.abbr_zh if province else "",
        fields=tuple(park.fields or ()),
    )


def render(place: Place, *, size: str = "card", caption: bool = False) -> SafeString:
    return mark_safe(f'<svg class="place {size}" viewBox="0 0 320 200" aria-hidden="true"></svg>')
