"""The card of a park in other people's pages: its sizes, and the lines to copy."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.core.bilingual import pick

from .directory import where
from .models import FieldOfWork, Park
from .presentation import shown_pictures, with_pictures

THEMES = ("light", "dark")
FIELDS_SHOWN = 3


@dataclass(frozen=True)
class Size:
    code: str
    label: Any
    width: int
    height: int


SIZES = (
    Size("card", gettext_lazy("Card"), 340, 440),
    Size("wide", gettext_lazy("Wide"), 640, 270),
    Size("small", gettext_lazy("Small, without a picture"), 320, 120),
)
SIZE_OF = {size.code: size for size in SIZES}


@dataclass(frozen=True)
class Snippet:
    """One size with the HTML that brings the card into a page, for those who look after it."""

    size: Size
    code: str


def rows() -> QuerySet[Park]:
    """What the card shows; only public parks have one."""
    return Park.objects.public().select_related("province", "city").prefetch_related(with_pictures())


def card_of(park: Park) -> dict[str, Any]:
    """What the card says: no more than the directory does."""
    named = FieldOfWork.objects.in_bulk(park.fields[:FIELDS_SHOWN]) if park.fields else {}
    return {
        "park": park,
        "where": where(park),
        "picture": next(iter(shown_pictures(park)), None),
        "fields": [named[code].name for code in park.fields[:FIELDS_SHOWN] if code in named],
        "is_confirmed": park.standing == Park.Standing.LISTED,
        "page_url": settings.PUBLIC_BASE_URL + park.get_absolute_url(),
    }


def snippets(park: Park, theme: str = "") -> list[Snippet]:
    """The frame in each size. Where frames are not shown, the link in it is."""
    name = str(pick(park.name_zh, park.name_en))
    address = settings.PUBLIC_BASE_URL + reverse("parks:park_embed", args=[park.slug])
    page = settings.PUBLIC_BASE_URL + park.get_absolute_url()
    found = []
    for size in SIZES:
        query = "&".join([f"size={size.code}", *([f"theme={theme}"] if theme else [])])
        code = (
            f'<iframe src="{escape(f"{address}?{query}")}" title="{escape(name)}" width="{size.width}" '
            f'height="{size.height}" style="border:0;max-width:100%" loading="lazy" '
            f'referrerpolicy="no-referrer"><a href="{escape(page)}">{escape(name)}</a></iframe>'
        )
        found.append(Snippet(size, code))
    return found


def link(park: Park) -> str:
    """For pages that take no frames."""
    page = escape(settings.PUBLIC_BASE_URL + park.get_absolute_url())
    text = _("%(park)s in the directory of the Cultural Industry Park Alliance") % {
        "park": pick(park.name_zh, park.name_en)
    }
    return f'<a href="{page}">{escape(text)}</a>'
