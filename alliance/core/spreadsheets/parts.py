"""The small parts of a workbook, and how any part is parsed: event by event, nothing built up.

openpyxl would hold styles, relations and every shared string as objects; here a part costs what its handler keeps.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from xml.parsers import expat

from . import limits
from .archive import Archive
from .refusals import Refused
from .values import BUILT_IN_DATES, BUILT_IN_SHARES, is_date_format, is_share_format

Attributes = dict[str, str]
# Bytes the parser may hold back before it says what it saw: a tag of this length is no tag.
LONGEST_TAG = 1024 * 1024
HYPERLINK = "/hyperlink"
SAFE_LINKS = ("http://", "https://", "mailto:", "ftp://", "#", "tel:")


class Handler:
    """What a part's events do. Names come without their prefixes."""

    def start(self, name: str, attributes: Attributes) -> None: ...

    def end(self, name: str) -> None: ...

    def text(self, text: str) -> None: ...


def local(name: str) -> str:
    return name.rpartition(":")[2]


def parse(chunks: Iterable[bytes], handler: Handler, *, until: Callable[[], bool] = lambda: False) -> Iterable[None]:
    """Feed a part to its handler; a step after each chunk, so that rows can be handed on as they come.

    No document type, no entities, no depth beyond reason, no tag of a megabyte.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    depth = 0

    def refuse(*_arguments: object) -> int:
        raise Refused("unsafe")

    def start(name: str, attributes: Attributes) -> None:
        nonlocal depth
        depth += 1
        if depth > limits.MAX_DEPTH:
            raise Refused("unsafe")
        handler.start(local(name), attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        handler.end(local(name))

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = parser.ExternalEntityRefHandler = refuse
    fed = 0
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
            fed += len(chunk)
            if fed - parser.CurrentByteIndex > LONGEST_TAG:
                raise Refused("unsafe")
            yield
            if until():
                return
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise Refused("damaged") from None
    yield


def parse_all(archive: Archive, name: str, handler: Handler) -> None:
    for _step in parse(archive.chunks(name, limits.MAX_SMALL_PART), handler):
        pass


@dataclass
class Relations(Handler):
    """Which parts a part refers to, by id. What leads out of the file is refused; links of cells are never followed."""

    targets: dict[str, tuple[str, str]] = field(default_factory=dict)

    def start(self, name: str, attributes: Attributes) -> None:
        if name != "Relationship":
            return
        kind, target = attributes.get("Type", ""), attributes.get("Target", "")
        if attributes.get("TargetMode", "").lower() == "external":
            if not kind.endswith(HYPERLINK) or not target.lower().startswith(SAFE_LINKS):
                raise Refused("external")
            return
        if kind.endswith(("/vbaProject", "/attachedToolbars", "/xlMacrosheet")):
            raise Refused("macros")
        if len(self.targets) < limits.MAX_ENTRIES:
            self.targets[attributes.get("Id", "")] = (kind, target)


@dataclass
class ContentTypes(Handler):
    """What the workbook says its parts are: one that may carry macros says so here, whatever its name."""

    def start(self, name: str, attributes: Attributes) -> None:
        kind = attributes.get("ContentType", "").lower()
        if "macroenabled" in kind or "vbaproject" in kind or "ms-excel.sheet.binary" in kind:
            raise Refused("macros")
        if "activex" in kind or "oleobject" in kind:
            raise Refused("active")
        if "externallink" in kind:
            raise Refused("external")


@dataclass
class Sheets(Handler):
    """The sheets of the workbook that people see, in their order: (name, id of the relation)."""

    found: list[tuple[str, str]] = field(default_factory=list)
    from_1904: bool = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "workbookPr":
            self.from_1904 = attributes.get("date1904", "").lower() in {"1", "true"}
        elif name == "sheet" and attributes.get("state", "visible") == "visible":
            relation = next((value for key, value in attributes.items() if local(key) == "id" and ":" in key), "")
            if len(self.found) < limits.MAX_ENTRIES:
                self.found.append((attributes.get("name", "")[:60], relation))


@dataclass
class Styles(Handler):
    """Which cell formats show a number as a day or as a share."""

    dates: set[int] = field(default_factory=set)
    shares: set[int] = field(default_factory=set)
    _own: dict[int, str] = field(default_factory=dict)
    _is_inside: bool = False
    _count: int = 0

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "cellXfs":
            self._is_inside = True
        elif name == "numFmt" and len(self._own) < limits.MAX_STYLES:
            self._own[_whole(attributes.get("numFmtId"))] = attributes.get("formatCode", "")[:255]
        elif name == "xf" and self._is_inside and self._count < limits.MAX_STYLES:
            code = _whole(attributes.get("numFmtId"))
            own = self._own.get(code, "")
            if is_date_format(own) if own else code in BUILT_IN_DATES:
                self.dates.add(self._count)
            elif is_share_format(own) if own else code in BUILT_IN_SHARES:
                self.shares.add(self._count)
            self._count += 1

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._is_inside = False


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 else 0
