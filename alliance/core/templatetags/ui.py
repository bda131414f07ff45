"""The components of the portal, loaded for all templates. A misspelt argument is an error, as in Python.

What wraps content is a block tag, what does not is an inclusion tag; the markup is in templates/_components/.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BaseForm
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .. import bilingual, charts, frame, navigation, picture, tiles
from ..calendar import working_days_left
from ..context_processors import LANGUAGE_TAGS
from ..icons import ICONS

register = template.Library()

# The menus in the side navigation of a desk.
SIDE = ("desk", "office", "council")
# A clock this near its end is shown as urgent.
SOON = 2


# Blocks that wrap content ---------------------------------------------------------------------------------------------


@register.simple_block_tag
def card(
    content: str,
    title: Any = "",
    tone: str = "",
    level: int = 2,
    text: Any = "",
    href: str = "",
    action: Any = "",
    id: str = "",
) -> str:
    """A panel. `text` is a line under the title, `href` and `action` a link beside it."""
    context = locals()
    return render_to_string("_components/card.html", context)


@register.simple_block_tag
def note(content: str, tone: str = "", title: Any = "", role: str = "") -> str:
    """A notice in the flow of the page; tones: none (information), ok, wait, bad."""
    context = locals()
    return render_to_string("_components/note.html", context)


# Small parts ----------------------------------------------------------------------------------------------------------


@register.inclusion_tag("_components/button.html")
def button(
    label: Any,
    href: str = "",
    kind: str = "",
    name: str = "",
    value: str = "",
    type: str = "submit",
    icon: str = "",
    form: str = "",
    disabled: bool = False,
) -> dict:
    """A link when it has an address, else a button. Kinds: primary, quiet, danger, small, or several."""
    if not kind and not href:
        kind = "primary"
    return locals()


@register.inclusion_tag("_components/tag.html")
def tag(label: Any, tone: str = "", lang: str = "") -> dict:
    """A short word on an object. Tones: ok, wait, bad, info, title (an honour), sample."""
    return {"label": label, "tone": tone, "lang": LANGUAGE_TAGS.get(lang, lang)}


@register.inclusion_tag("_components/empty.html")
def empty(
    title: Any, text: Any = "", href: str = "", action: Any = "", tone: str = "", level: int = 2, kind: str = "primary"
) -> dict:
    """Nothing here, or not for you, or it failed: what it is and what to do next."""
    return locals()


@register.simple_tag
def icon(name: str, label: Any = "") -> SafeString:
    """A line icon, hidden from screen readers unless it carries the label alone."""
    if label:
        return format_html(
            '<svg class="icon" viewBox="0 0 20 20" role="img" aria-label="{}"><path d="{}"/></svg>', label, ICONS[name]
        )
    return format_html('<svg class="icon" viewBox="0 0 20 20" aria-hidden="true"><path d="{}"/></svg>', ICONS[name])


@register.inclusion_tag("_components/clock.html")
def clock(due: datetime | None, inline: bool = False, done: bool = False) -> dict:
    """Working days left until `due`, in words; late and soon are said, not only coloured."""
    if due is None:
        return {"tone": "", "figure": "—", "words": _("no deadline"), "due": None, "inline": inline}
    if done:
        return {"tone": "", "figure": _("done"), "words": "", "due": due, "inline": inline}
    left = working_days_left(due)
    if due < timezone.now():
        days = max(-left, 0)
        words = ngettext("%(n)d working day", "%(n)d working days", days) % {"n": days} if days else _("since today")
        return {"tone": "late", "figure": _("Overdue"), "words": words, "due": due, "inline": inline}
    if left <= 0:
        return {"tone": "soon", "figure": _("Today"), "words": _("last day"), "due": due, "inline": inline}
    words = ngettext("working day left", "working days left", left)
    return {
        "tone": "soon" if left <= SOON else "",
        "figure": left,
        "words": words,
        "due": due,
        "inline": inline,
        "counted": True,
    }


# Navigation and lists -------------------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def nav(context: template.Context, area: str) -> SafeString:
    """The entries of one menu, as a list; the one the reader is on is marked."""
    return _drawn(tuple(_entries(context, area)))


@lru_cache(maxsize=500)
def _drawn(entries: tuple[navigation.Shown, ...]) -> SafeString:
    """Every page shows the same few menus six times over, so what one looks like is worked out once."""
    return mark_safe(render_to_string("_components/nav.html", {"entries": entries}))


def _entries(context: template.Context, area: str) -> Sequence[navigation.Shown]:
    request = context.get("request")
    if request is None:
        return []
    entries = navigation.of(request, area)
    if area in SIDE:
        # The menus beside a desk are one to the reader: only the closest address of them all is where they are.
        closest = max(
            (entry.url for group in SIDE for entry in navigation.of(request, group) if entry.is_current),
            key=len,
            default="",
        )
        return [replace(entry, is_current=entry.is_current and entry.url == closest) for entry in entries]
    return entries


@register.inclusion_tag("_components/navgroup.html", takes_context=True)
def nav_group(context: template.Context, area: str) -> dict:
    """A menu under its heading, for side navigation; nothing where the reader has no entry in it."""
    titles = {"office": _("Secretariat"), "council": _("Council"), "account": _("Account"), "public": _("Public pages")}
    return {"menu": nav(context, area) if _entries(context, area) else "", "title": titles[area]}


@register.simple_tag(takes_context=True)
def around(context: template.Context, part: str) -> SafeString:
    """Masthead, footer or palette: what stands around every page."""
    return frame.draw(context, part)


@register.inclusion_tag("_components/crumbs.html")
def crumbs(trail: list[tuple[Any, str | None]]) -> dict:
    """Where the reader is: (label, address) pairs, the last without an address."""
    return {"trail": trail}


@register.inclusion_tag("_components/pager.html", takes_context=True)
def pager(context: template.Context, page: Any, param: str = "page", target: str = "") -> dict:
    """Pages of a list; the other query parameters stay. `target` lets htmx swap that element and keep the address."""
    request = context.get("request")
    query = request.GET.copy() if request is not None else None

    def link(number: int) -> str:
        if query is None:
            return f"?{param}={number}"
        query[param] = str(number)
        return f"?{query.urlencode()}"

    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    gap = page.paginator.ELLIPSIS
    return {
        "page": page,
        "target": target,
        "previous": link(page.previous_page_number()) if page.has_previous() else "",
        "next": link(page.next_page_number()) if page.has_next() else "",
        "numbers": [(number, "" if number == gap else link(int(number)), number == page.number) for number in numbers],
    }


@register.inclusion_tag("_components/errors.html")
def error_summary(form: BaseForm, title: Any = "") -> dict:
    """All that is wrong with a form, each line a link to its field. It stands above the form and takes the focus."""
    lines = [(field.id_for_label or field.auto_id, field.label, error) for field in form for error in field.errors]
    general = form.non_field_errors()
    return {"form": form, "lines": lines, "general": general, "number": len(lines) + len(general), "title": title}


# Charts, tiles, pictures ----------------------------------------------------------------------------------------------


@register.inclusion_tag("_components/bars.html")
def bars(chart: charts.BarChart, table: bool = False) -> dict:
    """Horizontal bars. Label and number stand in words beside each mark, so the list is its own table."""
    return {"chart": chart, "table": table}


@register.inclusion_tag("_components/line.html")
def line(chart: charts.LineChart, table: bool = True) -> dict:
    """A line over time, with its numbers in a table below."""
    return {"chart": chart, "table": table}


@register.inclusion_tag("_components/donut.html")
def donut(chart: charts.DonutChart) -> dict:
    """Shares of a whole with their key."""
    return {"chart": chart}


@register.inclusion_tag("_components/flowchart.html")
def flowchart(chart: charts.FlowChart) -> dict:
    """States and the moves between them. The page says the same in words beside it."""
    return {"chart": chart}


@register.inclusion_tag("_components/sparkline.html")
def sparkline(values: list[float | None], label: Any = "") -> dict:
    """A word-sized line; `label` says in words what it shows."""
    return {"spark": charts.sparkline(values), "label": label}


@register.inclusion_tag("_components/tilemap.html")
def tilemap(tiles: tiles.TileMap, label: Any = "", unit: Any = "", legend: bool = True) -> dict:
    """The province tile map with legend and the caption that says what it is not."""
    return {
        "tiles": tiles,
        "panes": _panes(tiles, str(unit)),
        "label": label or _("By province"),
        "legend": legend,
    }


def _panes(tiles: tiles.TileMap, unit: str) -> SafeString:
    """The 34 and the blank panes between them. Written here, not in the template: a page may have two hundred parts
    like these, and the template takes longer for them than for all the rest."""
    chinese = bilingual.active_language() == bilingual.ZH
    missing = f'<span class="vh">{conditional_escape(_("No data"))}</span><span aria-hidden="true">–</span>'
    after = f'<span class="vh"> {conditional_escape(unit)}</span>' if unit else ""
    drawn = []
    for tile in tiles.tiles:
        here = ' aria-current="true"' if tile.is_current else ""
        end, url = ("a", f' href="{conditional_escape(tile.url)}"') if tile.url else ("span", "")
        abbr = conditional_escape(tile.abbr_zh if chinese else tile.abbr_en)
        number = missing if tile.value is None else f"{tile.value}{after}"
        drawn.append(
            f'<li class="c{tile.column} r{tile.row}"><{end} class="tile {tile.step}"{url}{here}>'
            f'<span class="full">{conditional_escape(tile.name)}</span>'
            f'<span class="abbr" aria-hidden="true">{abbr}</span><b>{number}</b></{end}></li>'
        )
    drawn += [f'<li class="pane c{column} r{row}" aria-hidden="true"></li>' for column, row in tiles.panes]
    return mark_safe("".join(drawn))


@register.simple_tag
def options(name: str, options: Sequence[Any]) -> SafeString:
    """Values of a facet as boxes to tick, each with its number. Written here for the reason given at the tile map."""
    drawn = []
    for option in options:
        start, end = _option(name, option.value, bi(option.label, mark=False))
        drawn.append(f"{start}{' checked' if option.is_chosen else ''}{end}{option.count}</span></label></li>")
    return mark_safe("".join(drawn))


@lru_cache(maxsize=5000)
def _option(name: str, value: str, label: SafeString) -> tuple[str, str]:
    code = conditional_escape(value)
    return (
        f'<li><label><input type="checkbox" name="{name}" value="{code}" id="f-{name}-{code}"',
        f'><span>{label}</span><span class="num">',
    )


@register.simple_tag
def place(park: Any, size: str = "card", caption: bool = False) -> SafeString:
    """The picture of place: a drawing made from what is known of a park. Sizes: card, wide, small."""
    return picture.render(picture.place_of(park), size=size, caption=caption)


# Text in two languages, figures ---------------------------------------------------------------------------------------


@register.simple_tag
def bi(value: Any, mark: bool = True) -> SafeString | str:
    """A bilingual text. Where the reader's language is missing: the other one, its `lang`, a small word saying so."""
    if not value or not getattr(value, "is_fallback", False):
        return conditional_escape(value or "")
    lang = LANGUAGE_TAGS[value.lang]
    text = format_html('<span lang="{}">{}</span>', lang, value)
    if not mark:
        return text
    word = _("Chinese original") if value.lang == bilingual.ZH else _("English original")
    return format_html('{}<small class="origin">{}</small>', text, word)


@register.simple_tag
def other(obj: Any, name: str) -> SafeString | str:
    """The same text in the language that is not the reader's, muted; nothing where there is none or it is equal.

    Where the reader's own language is missing, the other one stands there already.
    """
    text = bilingual.in_other_language(obj, name)
    if not text or not getattr(obj, f"{name}_{bilingual.SUFFIX[bilingual.active_language()]}"):
        return ""
    return format_html('<span class="alt" lang="{}">{}</span>', LANGUAGE_TAGS[text.lang], text)


@register.filter
def get(mapping: dict, key: str) -> Any:
    """A value by a key that a template cannot write after a dot."""
    return mapping.get(key, "")


@register.filter
def first_value(mapping: dict) -> Any:
    return next(iter(mapping.values()), "")


@register.filter
def langtag(code: str) -> str:
    """zh-hans -> zh-Hans, for lang and hreflang."""
    return LANGUAGE_TAGS.get(code, code)


@register.filter
def as_written(text: str) -> SafeString:
    """What somebody wrote, marked with its language."""
    return format_html('<bdi lang="{}">{}</bdi>', written_in(text), text) if text else SafeString()


@register.filter
def written_in(text: str) -> str:
    """The tag of the language in which somebody wrote, as far as the script shows it."""
    return LANGUAGE_TAGS["zh-hans" if any("\u3400" <= letter <= "\u9fff" for letter in str(text)) else "en"]


@register.filter
def quantity(value: float | None) -> str:
    """A number as readers of the language count: 34 万 and 1.2 亿, or 340,000 and 1.2 million."""
    if value is None or value == "":
        return ""
    number = float(value)
    if bilingual.active_language() == bilingual.ZH:
        steps = ((1e8, " 亿"), (1e4, " 万"))
    else:
        steps = ((1e9, " billion"), (1e6, " million"))
    for size, word in steps:
        if abs(number) >= size:
            return _trim(number / size) + word
    return _trim(number)


def _trim(number: float) -> str:
    return f"{number:,.2f}".rstrip("0").rstrip(".")


@register.inclusion_tag("_components/figure_value.html")
def figure_value(
    value: float | None,
    unit: Any = "",
    year: int | None = None,
    source: Any = "",
    url: str = "",
    missing: Any = "",
    planned: bool = False,
) -> dict:
    """A number with unit, year and source, or the honest word that it was not reported (`missing` says more)."""
    return locals()


@register.simple_tag
def missing(text: Any = "") -> SafeString:
    """Not reported: never a zero, never a dash alone."""
    return mark_safe(f'<span class="nil">{conditional_escape(text or _("Not reported"))}</span>')
