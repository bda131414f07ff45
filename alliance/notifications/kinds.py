"""The kinds of notices and tasks: what can be told, and what can wait for somebody.

Each app declares its own in `notices.py`. A kind turns ids into words when somebody reads or a mail leaves, in the
reader's language and from the rows as they are then.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

from django.apps import apps
from django.db.models import Model
from django.utils.functional import Promise

from alliance.accounts.models import Organisation, User
from alliance.accounts.permissions import Permission
from alliance.accounts.purposes import Purpose
from alliance.core.alliance_settings import Setting

if TYPE_CHECKING:
    from .models import Task

Words = str | Promise
Channel = Literal["inapp", "mail"]

# A row that an id names: "parks.Park", or ("parks.Submission", "park") with what to fetch along.
Ref = str | tuple[str, ...]


class Gone(Exception):
    """What a notice or task tells of has been removed."""

    reason = "gone"


class Facts(dict[str, Any]):
    """The ids of an event, as written. The rows they name are attributes: `facts["park"]` is 12, `facts.park` the park.

    `about` is what the event is about. Rows of a whole page are loaded together (`load`), others when first asked for.
    """

    def __init__(self, ids: Mapping[str, Any], refs: Mapping[str, Ref]) -> None:
        super().__init__(ids)
        self._refs = refs
        self._rows: dict[str, Model | None] = {}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._refs:
            raise AttributeError(name)
        if name not in self._rows:
            load([self])
        row = self._rows[name]
        if row is None:
            raise Gone(name)
        return row


def facts(about_type: str, about_id: str, ids: Mapping[str, Any], refs: Mapping[str, Ref]) -> Facts:
    """The facts of one event or task; a kind may say in `refs` what to fetch along with `about`."""
    return Facts({**ids, "about": about_id}, {"about": about_type, **refs})


def load(many: Iterable[Facts]) -> None:
    """Fetch the rows that these facts name: one query for each model, however many facts there are."""
    wanted: dict[str, list[tuple[Facts, str]]] = defaultdict(list)
    along: dict[str, set[str]] = defaultdict(set)
    for facts in many:
        for name, ref in facts._refs.items():
            if name in facts._rows:
                continue
            if facts.get(name) in (None, ""):
                facts._rows[name] = None
            else:
                label, *more = (ref,) if isinstance(ref, str) else ref
                wanted[label].append((facts, name))
                along[label].update(more)
    for label, asked in wanted.items():
        model = apps.get_model(label)
        fetched = sorted(along[label])
        rows = model._base_manager.select_related(*fetched) if fetched else model._base_manager.all()
        to_python = model._meta.pk.to_python
        found = rows.in_bulk({to_python(facts[name]) for facts, name in asked})
        for facts, name in asked:
            facts._rows[name] = found.get(to_python(facts[name]))


@dataclass(frozen=True)
class Message:
    """What a reader gets: in the inbox the subject and first line, in a mail all of it.

    `url` is a path of the portal, `action` the words on the button to it. A kind whose mail needs more than lines names
    a `template`: `emails/<template>.html` and `.txt` then write the body with `context`.
    """

    subject: Words
    lines: tuple[Words, ...] = ()
    url: str = ""
    action: Words = ""
    template: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)


class Render(Protocol):
    def __call__(self, facts: Facts, language: str, recipient: User | None) -> Message: ...


@dataclass(frozen=True)
class Letter:
    """Where a letter goes that has no person in the portal yet."""

    email: str
    language: str
    name: str = ""


@dataclass(frozen=True)
class ForGroups:
    """What the group of an organisation may be told through its robot, whoever reads along there.

    `organisations`: whose groups it concerns; `organisation_kinds`: to which sort of them it is offered. `render`
    writes it without a reader: no names of people, no addresses and nothing that people wrote, for the group's members
    were never asked who they are.
    """

    organisations: Callable[[Facts], Iterable[Organisation]]
    organisation_kinds: tuple[str, ...]
    render: Callable[[Facts, str], Message]


def subject_only(render: Render) -> Callable[[Facts, str], Message]:
    """For kinds whose subject names no person: the subject and the link, nothing of the text."""

    def shown(facts: Facts, language: str) -> Message:
        message = render(facts, language, None)
        return Message(subject=message.subject, url=message.url)

    return shown


@dataclass(frozen=True)
class NoticeKind:
    """One kind of notice.

    `must_know`: cannot be switched off. `urgent`: does not wait for the end of quiet hours. `once="at_most"`: rather
    lost than sent twice (links and codes that expire); else at least once. `may_see` is asked again just before a mail
    leaves. `letter_to` makes it a letter to an address instead of a notice to people; the address stays with the object
    it comes from. `concerns`: to whom the preferences offer the choice; that alone keeps nobody from being told.
    `for_groups`: group robots may tell it too. `consent`: to what the person must have agreed for it to leave.
    """

    code: str
    title: Words
    sentence: Words
    render: Render
    must_know: bool = False
    urgent: bool = False
    once: Literal["at_least", "at_most"] = "at_least"
    channels: tuple[Channel, ...] = ("inapp", "mail")
    may_see: Callable[[User, Facts], bool] | None = None
    letter_to: Callable[[Facts], Letter | None] | None = None
    refs: Mapping[str, Ref] = field(default_factory=dict)
    group: Words = ""
    priority: int = 5
    concerns: Callable[[User], bool] = lambda person: True
    for_groups: ForGroups | None = None
    consent: Purpose | None = None

    def facts(self, about_type: str, about_id: str, ids: Mapping[str, Any]) -> Facts:
        return facts(about_type, about_id, ids, self.refs)


@dataclass(frozen=True)
class TaskKind:
    """One kind of work that waits for somebody.

    `permission`: who can do it, at the organisation the task waits for. `url` leads to where it is done. `clock_days`:
    working days until it is due, a number or a setting of the alliance, when the task itself names no time. `describe`
    says what it is about, in the active language; without it the object's own name stands there. `outcomes` are the
    words for what `close_tasks` was told.
    """

    code: str
    title: Words
    permission: Permission
    url: Callable[["Task"], str]
    clock_days: int | Setting | None = None
    describe: Callable[[Facts], Words] | None = None
    refs: Mapping[str, Ref] = field(default_factory=dict)
    sentence: Words = ""
    outcomes: Mapping[str, Words] = field(default_factory=dict)

    def days(self) -> int | None:
        """Working days of the clock today."""
        return self.clock_days.value() if isinstance(self.clock_days, Setting) else self.clock_days


Kind = TypeVar("Kind", NoticeKind, TaskKind)

_notice_kinds: dict[str, NoticeKind] = {}
_task_kinds: dict[str, TaskKind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind known under its code, which stands in the rows: never rename one."""
    known: dict = _notice_kinds if isinstance(kind, NoticeKind) else _task_kinds
    if known.setdefault(kind.code, kind) is not kind:
        raise ValueError(f"The kind {kind.code} is registered twice.")
    return kind


def notice_kind(code: str) -> NoticeKind | None:
    return _notice_kinds.get(code)


def task_kind(code: str) -> TaskKind | None:
    return _task_kinds.get(code)


def notice_kinds() -> list[NoticeKind]:
    return list(_notice_kinds.values())


def task_kinds() -> list[TaskKind]:
    return list(_task_kinds.values())


def at_most_once_codes() -> list[str]:
    return [kind.code for kind in _notice_kinds.values() if kind.once == "at_most"]
