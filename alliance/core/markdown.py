"""What people may format: a small, safe part of Markdown. Paragraphs, two levels of headings, lists, quotes,
emphasis, links.

HTML that somebody typed is shown as text. What the parser makes passes an allow-list again, so that a fault in one of
the two is not enough (platform spec, 6.38).
"""

import re
from html import unescape

import nh3
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

TAGS = {"p", "h3", "h4", "ul", "ol", "li", "blockquote", "strong", "em", "a", "br", "hr"}
SCHEMES = {"http", "https", "mailto"}

_parser = (
    MarkdownIt("zero", {"html": False, "breaks": True})
    .enable(["heading", "list", "blockquote", "emphasis", "link", "autolink", "hr", "newline", "escape", "entity"])
)  # fmt: skip


def render(text: str) -> SafeString:
    """Safe HTML. Headings begin at h3: the page has its h1, the section its h2."""
    tokens = _parser.parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = "h3" if token.tag in {"h1", "h2"} else "h4"
    html = _parser.renderer.render(tokens, _parser.options, {})
    return mark_safe(
        nh3.clean(
            html,
            tags=TAGS,
            attributes={"a": {"href"}, "*": set()},
            url_schemes=SCHEMES,
            link_rel="nofollow ugc noopener",
        )
    )


def plain(text: str, length: int = 0) -> str:
    """The words alone, for descriptions and search; cut with an ellipsis when longer than `length`."""
    words = re.sub(r"\s+", " ", unescape(strip_tags(render(text)))).strip()
    return words if not length or len(words) <= length else words[: length - 1].rstrip() + "…"
