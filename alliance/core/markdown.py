"""What people may format: a small, safe part of Markdown. Paragraphs, two levels of headings, lists, quotes,
emphasis, links.

HTML that somebody typed is shown as text. What the parser makes passes an allow-list again, so that a fault in one of
the two is not enough (platform spec, 6.38).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

import nh3
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

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


@dataclass(frozen=True)
class Block:
    """One paragraph, heading, line of a list or quotation, as words; `depth` counts the lists around it."""

    kind: str  # "p", "h", "li" or "quote"
    text: str
    mark: str = ""
    depth: int = 0


def blocks(text: str) -> Iterator[Block]:
    """The same parts for documents that are no web pages: words alone, the address of a link in brackets behind it."""
    lists: list[int | None] = []
    mark, is_quoted, is_heading = "", False, False
    for token in _parser.parse(text):
        match token.type:
            case "bullet_list_open":
                lists.append(None)
            case "ordered_list_open":
                lists.append(int(token.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                lists.pop()
            case "list_item_open":
                number = lists[-1]
                mark = "•" if number is None else f"{number}."
                lists[-1] = None if number is None else number + 1
            case "heading_open" | "heading_close":
                is_heading = token.nesting > 0
            case "blockquote_open" | "blockquote_close":
                is_quoted = token.nesting > 0
            case "inline":
                kind = "h" if is_heading else "li" if lists else "quote" if is_quoted else "p"
                if words := _words(token.children or []):
                    yield Block(kind, words, mark, len(lists))
                # A second paragraph of the same line stands below it without a mark.
                mark = ""


def _words(tokens: list[Token]) -> str:
    said, href, since = [], "", 0
    for token in tokens:
        if token.type in {"softbreak", "hardbreak"}:
            said.append("\n")
        elif token.type == "link_open":
            href, since = str(token.attrGet("href") or ""), len(said)
        elif token.type == "link_close":
            if href.startswith("http") and href not in "".join(said[since:]):
                said.append(f" ({href})")
        else:
            said.append(token.content)
    return "".join(said).strip()


def plain(text: str, length: int = 0) -> str:
    """The words alone, for descriptions and search; cut with an ellipsis when longer than `length`."""
    words = re.sub(r"\s+", " ", unescape(strip_tags(render(text)))).strip()
    return words if not length or len(words) <= length else words[: length - 1].rstrip() + "…"
