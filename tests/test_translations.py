"""Chinese first, and complete: no message missing, doubtful or broken."""

import re
from pathlib import Path
from string import Formatter

import polib
import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
CATALOGUE = ROOT / "alliance/locale/zh_Hans/LC_MESSAGES/django.po"
# Rendered when nothing else works, in both languages at once.
PLAIN = {"500.html"}
TEMPLATES = sorted((ROOT / "templates").rglob("*.html")) + sorted((ROOT / "templates").rglob("*.txt"))

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]")
HAN = re.compile(r"[\u3400-\u9fff]")
# Words that read the same in Chinese texts of this field.
SAME_IN_BOTH = re.compile(
    r"^[\W\d_]*$|^(CCIPRA|CSV|JSON|PDF|XLSX|M50|ICP|URL|SHA-256|SMTP|RSS|ID|OK|Cookies)\b", re.IGNORECASE
)


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


def said(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def words_of(entry: polib.POEntry) -> list[str]:
    """What is said in Chinese, where something is."""
    return [text for text in said(entry) if text]


def test_no_message_is_missing(catalogue):
    assert [entry.msgid for entry in catalogue if not entry.obsolete and not all(said(entry))] == []


def test_no_message_is_doubtful(catalogue):
    assert [entry.msgid for entry in catalogue if entry.fuzzy] == []


def test_no_message_is_left_over(catalogue):
    assert [entry.msgid for entry in catalogue.obsolete_entries()] == []


def test_the_compiled_catalogue_is_that_of_the_source(catalogue):
    compiled = {(e.msgctxt, e.msgid): said(e) for e in polib.mofile(str(CATALOGUE.with_suffix(".mo")))}

    assert compiled == {(e.msgctxt, e.msgid): said(e) for e in catalogue if not e.obsolete and all(said(e))}


def placeholders(text: str) -> list[str]:
    return sorted(match.group(0) for match in PLACEHOLDER.finditer(text.replace("%%", "")))


def test_placeholders_agree(catalogue):
    wrong = []
    for entry in catalogue:
        allowed = {tuple(sorted(set(placeholders(text)))) for text in (entry.msgid, entry.msgid_plural or entry.msgid)}
        wrong += [entry.msgid for text in words_of(entry) if tuple(sorted(set(placeholders(text)))) not in allowed]
    assert wrong == []


def test_braces_agree(catalogue):
    def names(text: str) -> set[str]:
        try:
            return {name for _text, name, _spec, _conversion in Formatter().parse(text) if name}
        except ValueError:
            return set()

    wrong = [
        entry.msgid
        for entry in catalogue
        if "python-brace-format" in entry.flags and any(names(text) != names(entry.msgid) for text in words_of(entry))
    ]
    assert wrong == []


def test_markup_agrees(catalogue):
    def tags(text: str) -> list[str]:
        return sorted(re.findall(r"</?\w+", text))

    wrong = [
        entry.msgid
        for entry in catalogue
        if "<" in entry.msgid
        and any(tags(text) not in (tags(entry.msgid), tags(entry.msgid_plural)) for text in words_of(entry))
    ]
    assert wrong == []


def test_chinese_is_chinese(catalogue):
    english = [
        entry.msgid
        for entry in catalogue
        if words_of(entry)
        and not any(HAN.search(text) for text in words_of(entry))
        and not SAME_IN_BOTH.match(PLACEHOLDER.sub("", entry.msgid).strip())
        and not all(re.fullmatch(r"[\W\d_]*", PLACEHOLDER.sub("", text)) for text in words_of(entry))
    ]
    assert english == []


def test_chinese_has_chinese_punctuation(catalogue):
    """A comma, full stop, question mark or colon after a Chinese character is a Chinese one."""
    wrong = [
        text
        for entry in catalogue
        for text in words_of(entry)
        if re.search(r"[\u3400-\u9fff][,;?!](?!\w)|[\u3400-\u9fff]\.(\s|$)", text)
    ]
    assert wrong == []


def test_messages_are_in_english(catalogue):
    """Chinese may stand in them as an example."""
    without_letters = [e.msgid for e in catalogue if HAN.search(e.msgid) and not re.search("[A-Za-z]{3}", e.msgid)]

    assert without_letters == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_blocks_are_trimmed(template: Path):
    """Without `trimmed` the line breaks of the template become part of the message."""
    source = template.read_text(encoding="utf-8")
    blocks = re.findall(r"{%\s*blocktrans(?:late)?\b([^%]*)%}(.*?){%\s*endblocktrans", source, re.DOTALL)

    assert [text for options, text in blocks if "trimmed" not in options.split() and "\n" in text] == []


# Words a reader would see that no tag translates: text between tags of markup, outside template tags.
VISIBLE_ATTRIBUTE = re.compile(r'\b(?:aria-label|title|placeholder|alt)="([^"{%]*[A-Za-z]{3,}[^"{%]*)"')


def visible_text(source: str) -> str:
    source = re.sub(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}", " ", source, flags=re.DOTALL)
    source = re.sub(r"{%\s*blocktrans.*?endblocktrans(?:late)?\s*%}", " ", source, flags=re.DOTALL)
    source = re.sub(r"{%\s*block body_class\s*%}.*?{%", "{%", source)
    source = re.sub(r"<(script|style|svg|code|pre|kbd|samp|q)\b.*?</\1>", " ", source, flags=re.DOTALL)
    source = re.sub(r'<(\w+)\b[^>]*\b(?:lang="[\w-]+"|translate="no")[^>]*>.*?</\1>', " ", source, flags=re.DOTALL)
    source = re.sub(r"{%.*?%}|{{.*?}}", " ", source, flags=re.DOTALL)
    return re.sub(r"<!--.*?-->|<[^>]*>", " ", source, flags=re.DOTALL)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_no_word_escapes_translation(template: Path):
    if template.name in PLAIN:
        pytest.skip("It speaks both languages at once.")
    source = template.read_text(encoding="utf-8")
    words = re.findall(r"[A-Za-z]{3,}(?:[ ,]+[A-Za-z]{2,})+|[A-Za-z]{4,}|[\u3400-\u9fff]+", visible_text(source))
    without_tags = re.sub(r"{%.*?%}", "", source, flags=re.DOTALL)
    words += VISIBLE_ATTRIBUTE.findall(re.sub(r'<[^>]*lang="en"[^>]*>', "", without_tags))

    assert [word for word in words if word not in {"CCIPRA", "中文", "English"}] == []
