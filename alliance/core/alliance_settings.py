"""What the secretariat decides and not the operators: clocks, limits, addresses of the law. Each with its history.

    ANSWER_DAYS = alliance_settings.register(
        Setting("answer_days", _("Days to answer"), _("…"), kind="int", default=5, minimum=1, maximum=30, group=CLOCKS)
    )
    ANSWER_DAYS.value()              # in force today
    ANSWER_DAYS.value(on=some_day)   # in force that day

A package declares a setting beside the rule that reads it. All versions are read in one query and remembered by the
process for a few seconds, so asking costs nothing and needs no cache server; who decides forgets at once, the other
processes within `SECONDS`.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import audit
from .bilingual import BilingualText, pick
from .errors import RuleBroken
from .models import AllianceSettingVersion

Words = str | Promise
Kind = Literal["int", "bool", "choice", "text", "bilingual"]

# How long a process believes that nobody decided anything.
SECONDS = 4.0
LONGEST_REASON = 300
# How far ahead a change can be planned.
FARTHEST = timedelta(days=5 * 365)


@dataclass(frozen=True)
class Group:
    """Settings that stand together on the page."""

    code: str
    title: Words
    order: int


CLOCKS = Group("clocks", gettext_lazy("Clocks and reminders"), 10)
PROFILES = Group("profiles", gettext_lazy("Park profiles"), 20)
PEOPLE = Group("people", gettext_lazy("People and invitations"), 30)
MESSAGES = Group("messages", gettext_lazy("Messages"), 40)
LEGAL = Group("legal", gettext_lazy("Legal entity and privacy"), 50)


@dataclass(frozen=True)
class Setting:
    """One thing the secretariat decides.

    `default` holds until somebody decides. `value()` gives an int, a bool, a code of `choices`, a text; for bilingual
    text the text in the reader's language (`both()` gives the pair). `then` is told after a decision took effect in
    the database, for instance to show public pages anew.
    """

    code: str
    label: Words
    help: Words = ""
    kind: Kind = "int"
    default: Any = 0
    minimum: int | None = None
    maximum: int | None = None
    choices: Mapping[str, Words] = field(default_factory=dict)
    group: Group = CLOCKS
    unit: Words = ""
    longest: int = 300
    is_long: bool = False
    then: Callable[[], None] | None = None

    def value(self, on: date | None = None) -> Any:
        raw = self.raw(on)
        return pick(raw.get("zh", ""), raw.get("en", "")) if self.kind == "bilingual" else raw

    def both(self, on: date | None = None) -> dict[str, str]:
        """A bilingual text in its two languages: {"zh": …, "en": …}."""
        raw = self.raw(on)
        return {"zh": raw.get("zh", ""), "en": raw.get("en", "")}

    def raw(self, on: date | None = None) -> Any:
        """The value as it is kept."""
        on = on or timezone.localdate()
        in_force = self.default if self.kind != "bilingual" else (self.default or {})
        for since, value in _versions().get(self.code, ()):
            if since > on:
                break
            in_force = value
        return in_force

    def check(self, value: Any) -> Any:
        """The value as it will be kept; RuleBroken when it is none for this setting."""
        match self.kind:
            case "int":
                if not isinstance(value, int) or isinstance(value, bool):
                    raise RuleBroken(_("Please give a whole number."))
                if self.minimum is not None and value < self.minimum:
                    raise RuleBroken(_("The minimum is %(n)d.") % {"n": self.minimum})
                if self.maximum is not None and value > self.maximum:
                    raise RuleBroken(_("The maximum is %(n)d.") % {"n": self.maximum})
                return value
            case "bool":
                return bool(value)
            case "choice":
                if value not in self.choices:
                    raise RuleBroken(_("This is not one of the choices."))
                return str(value)
            case "text":
                return self._text(value)
            case "bilingual":
                return {"zh": self._text(value.get("zh", "")), "en": self._text(value.get("en", ""))}
        raise AssertionError(self.kind)

    def _text(self, value: str) -> str:
        text = str(value).replace("\0", "").replace("\r\n", "\n").strip()
        if len(text) > self.longest:
            raise RuleBroken(_("This is too long: %(n)d characters at most.") % {"n": self.longest})
        return text

    def shown(self, value: Any) -> Any:
        """A value in words, in the reader's language."""
        match self.kind:
            case "bool":
                return _("Yes") if value else _("No")
            case "choice":
                return self.choices.get(value, value)
            case "bilingual":
                return pick(value.get("zh", ""), value.get("en", "")) if value else BilingualText("", "zh-hans")
        return value


_settings: dict[str, Setting] = {}


def register(setting: Setting) -> Setting:
    """Make a setting known under its code, which stands in the rows: never rename one."""
    if _settings.setdefault(setting.code, setting) is not setting:
        raise ValueError(f"The setting {setting.code} is registered twice.")
    return setting


def get(code: str) -> Setting | None:
    return _settings.get(code)


def label_of(code: str) -> str:
    """What a setting is called; its code when the portal no longer knows it."""
    setting = _settings.get(code)
    return str(setting.label) if setting else code


def all_settings() -> list[Setting]:
    return sorted(_settings.values(), key=lambda setting: setting.group.order)


# What is in force -----------------------------------------------------------------------------------------------------

Versions = Mapping[str, list[tuple[date, Any]]]
_known: tuple[float, Versions] = (0.0, {})


def _versions() -> Versions:
    """Every setting's versions in the order in which they take force."""
    global _known
    until, versions = _known
    if time.monotonic() < until:
        return versions
    found: dict[str, list[tuple[date, Any]]] = defaultdict(list)
    rows = AllianceSettingVersion.objects.order_by("code", "valid_from", "pk")
    for code, since, value in rows.values_list("code", "valid_from", "value"):
        found[code].append((since, value))
    remember(found)
    return found


def remember(versions: Versions, seconds: float = SECONDS) -> None:
    global _known
    _known = (time.monotonic() + seconds, versions)


def forget() -> None:
    """What this process knew no longer holds."""
    global _known
    _known = (0.0, {})


# Deciding -------------------------------------------------------------------------------------------------------------


def version_on(setting: Setting, on: date) -> AllianceSettingVersion | None:
    """The decision in force on that day; None while the default holds."""
    return (
        AllianceSettingVersion.objects.filter(code=setting.code, valid_from__lte=on)
        .order_by("-valid_from", "-pk")
        .first()
    )


def latest_pk(setting: Setting) -> int:
    """The last decision about this setting; 0 when there is none."""
    last = AllianceSettingVersion.objects.filter(code=setting.code).aggregate(last=models.Max("pk"))["last"]
    return last or 0


@transaction.atomic
def decide(
    setting: Setting, value: Any, *, by: Any, reason: str, valid_from: date | None = None, seen: int | None = None
) -> AllianceSettingVersion:
    """Set this from a day on, today or later. What held before keeps holding for the days before.

    `seen` is the last decision the person knew of (`latest_pk`): another one since then is named, not overwritten.
    Whether `by` may decide is asked by the caller.
    """
    with connection.cursor() as cursor:
        # Decisions about one setting queue, so that each knows the one before it.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"alliance_setting:{setting.code}"])
    today = timezone.localdate()
    valid_from = valid_from or today
    value = setting.check(value)
    reason = " ".join(reason.split())[:LONGEST_REASON]
    if not reason:
        raise RuleBroken(_("Please say why."))
    if valid_from < today:
        raise RuleBroken(_("Past days cannot be changed. Choose today or a later day."))
    if valid_from > today + FARTHEST:
        raise RuleBroken(_("This day is too far ahead."))
    if seen is not None and seen != latest_pk(setting):
        raise RuleBroken(_("Somebody decided about this setting a moment ago. Please look at it again."))
    before = version_on(setting, valid_from)
    held = before.value if before else setting.default
    if value == held or (setting.kind == "bilingual" and not held and not any(value.values())):
        raise RuleBroken(_("It already has this value on that day."))
    version = AllianceSettingVersion.objects.create(
        code=setting.code, value=value, valid_from=valid_from, set_by=str(by.pk) if by else "", reason=reason
    )
    is_text = setting.kind in {"text", "bilingual"}
    audit.record(
        "setting.decided",
        version,
        by=by,
        code=setting.code,
        valid_from=valid_from,
        value=audit.text_digest(str(value)) if is_text else value,
        reason=audit.text_digest(reason),
    )
    forget()
    transaction.on_commit(forget)
    if setting.then is not None:
        transaction.on_commit(setting.then)
    return version
