"""What every page must be, whoever looks at it, in each language, theme and width."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import axe_playwright_python
from playwright.sync_api import ConsoleMessage, Page, Request, Response

WIDE, PHONE = (1280, 900), (375, 812)
LANGUAGES = ("zh-hans", "en")

# Rules about structure depend on the width, rules about colour on the theme too: two full runs and two of the colours
# alone see all four looks of a page. They are the same in both languages, so each of these has one of either; what runs
# out of a page depends on its words, and is looked for at both widths in both.
LOOKS: dict[str, tuple[tuple[tuple[int, int], str, bool], ...]] = {
    "zh-hans": ((WIDE, "light", True), (PHONE, "light", False)),
    "en": ((PHONE, "dark", True), (WIDE, "dark", False)),
}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

LEFTOVERS = re.compile(r"\bNone\b|\bNaN\b|\bundefined\b|%\(\w+\)[sd]|\{\{|\}\}|\{%|\bTODO\b|[Ll]orem ipsum")

# Texts that stand in an element of the wrong language: Chinese on an English page, English sentences on a Chinese one.
STRANGE_TEXT = """(language) => {
  // A proper name of up to four characters needs no mark (WCAG 3.1.2).
  const han = /[\\u3400-\\u9fff]{5,}/, words = /[A-Za-z]{2,}(?:[ ’'-]+[A-Za-z]{2,}){3,}/;
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    const element = walker.currentNode.parentElement;
    if (!text || !element) continue;
    if (element.closest("script, style, template, [translate=no], textarea, code, pre, option")) continue;
    const lang = (element.closest("[lang]")?.lang || "").toLowerCase();
    if (language === "en" && han.test(text) && !lang.startsWith("zh")) found.push(text.slice(0, 60));
    if (language === "zh-hans" && words.test(text) && !lang.startsWith("en")) found.push(text.slice(0, 60));
  }
  return found;
}"""

SHAPE = """() => ({
  lang: document.documentElement.lang,
  title: document.title,
  h1: document.querySelectorAll("h1").length,
  main: document.querySelectorAll("main").length,
  description: document.querySelector('meta[name="description"]')?.content || "",
  styles: document.querySelectorAll("[style]").length,
  handlers: [...document.querySelectorAll("*")]
    .filter(e => [...e.attributes].some(a => a.name.startsWith("on"))).length,
  ids: [...document.querySelectorAll("[id]")].map(e => e.id).filter((id, n, all) => all.indexOf(id) !== n),
})"""


@cache
def axe_source() -> str:
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


@dataclass
class Watch:
    """What went wrong in the browser while somebody looked."""

    site: str
    expected_status: int = 200
    troubles: list[str] = field(default_factory=list)

    def console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not (self.expected_status >= 400 and "Failed to load resource" in message.text):
            self.troubles.append(f"console: {message.text[:300]}")

    def error(self, error: Exception) -> None:
        self.troubles.append(f"script: {error}")

    def request(self, request: Request) -> None:
        if urlsplit(request.url).netloc != urlsplit(self.site).netloc and not request.url.startswith(
            ("data:", "blob:")
        ):
            self.troubles.append(f"asks another host: {request.url}")

    def response(self, response: Response) -> None:
        if response.status >= 400 and response.status != self.expected_status:
            self.troubles.append(f"{response.status}: {response.url}")


@contextmanager
def watching(page: Page, site: str, expected_status: int = 200) -> Iterator[Watch]:
    watch = Watch(site, expected_status)
    listeners: dict[str, Any] = {
        "console": watch.console,
        "pageerror": watch.error,
        "request": watch.request,
        "response": watch.response,
    }
    for event, listener in listeners.items():
        page.on(event, listener)  # type: ignore[call-overload]
    try:
        yield watch
    finally:
        for event, listener in listeners.items():
            page.remove_listener(event, listener)


def accessibility_troubles(page: Page, *, full: bool) -> list[str]:
    """Violations of WCAG 2.2 AA that axe-core finds; the colours alone when not `full`."""
    if not page.evaluate("() => typeof axe !== 'undefined'"):
        # Through the debugger, past the page's content security policy, which stays as it is for everything else.
        page.evaluate(axe_source())
    only = {"type": "tag", "values": TAGS} if full else {"type": "rule", "values": ["color-contrast"]}
    violations = page.evaluate(
        """(only) => axe.run(document, {runOnly: only, preload: false, resultTypes: ["violations"]})
          .then(result => result.violations)""",
        only,
    )
    return [
        f"axe {violation['id']}: {violation['help']} ({node['html'][:160]})"
        for violation in violations
        for node in violation["nodes"][:3]
    ]


def shape_troubles(page: Page, language: str) -> list[str]:
    """What a whole page lacks or has too much of."""
    shape = page.evaluate(SHAPE)
    troubles = []
    if shape["lang"] != {"zh-hans": "zh-Hans", "en": "en"}[language]:
        troubles.append(f"html lang is {shape['lang']!r}")
    for what in ("h1", "main"):
        if shape[what] != 1:
            troubles.append(f"{shape[what]} × <{what}>")
    if not shape["title"].strip() or not shape["description"].strip():
        troubles.append("no title or description")
    if shape["styles"] or shape["handlers"]:
        troubles.append(f"{shape['styles']} style attributes, {shape['handlers']} inline handlers")
    if shape["ids"]:
        troubles.append(f"ids twice: {shape['ids'][:5]}")
    if found := LEFTOVERS.findall(page.inner_text("body") + shape["title"]):
        troubles.append(f"left over in the text: {found[:5]}")
    if strange := page.evaluate(STRANGE_TEXT, language):
        troubles.append(f"text in another language without lang: {strange[:5]}")
    return troubles


def overflow_trouble(page: Page) -> list[str]:
    """Sideways scroll, and which element makes it."""
    wide = page.evaluate(
        """() => document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] :
          [...document.querySelectorAll("body *")].filter(e => e.checkVisibility()
            && e.getBoundingClientRect().right > innerWidth + 1 && !e.parentElement.closest(".scroll"))
          .slice(0, 3).map(e => e.outerHTML.slice(0, 120))"""
    )
    return [f"scrolls sideways: {wide}"] if wide else []


def look(page: Page, language: str) -> list[str]:
    """All that is wrong with the page now open, at both widths and in the theme that falls to its language."""
    troubles = shape_troubles(page, language)
    # Signed-in people may have chosen a theme; the root attribute gives way to what is tried.
    page.evaluate("() => document.documentElement.removeAttribute('data-theme')")
    for (width, height), theme, full in LOOKS[language]:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
        found = accessibility_troubles(page, full=full) + overflow_trouble(page)
        troubles += [f"{width} {theme}: {trouble}" for trouble in found]
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    page.emulate_media(color_scheme="light")
    return troubles
