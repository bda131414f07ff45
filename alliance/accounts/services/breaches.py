"""The register of data incidents: recorded, assessed, told, closed; each step audited (6.66)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.core import audit
from alliance.core.errors import RuleBroken

from .. import events
from ..decided_privacy import BREACH_HOURS
from ..models import Breach, User

EUROPEAN_HOURS = 72
# Of these the audit chain keeps that and when they changed, of the texts only a digest.
TEXTS = ("what", "kinds_of_data", "risk", "measures", "authority", "why_not_told", "lessons")
FACTS = (
    "became_known_at",
    "happened_at",
    "people_affected",
    "level",
    "is_european",
    "authority_told_at",
    "european_told_at",
    "people_told_at",
)


@dataclass(frozen=True)
class Clock:
    """One duty to tell somebody: until when, and whether it was done."""

    label: str | Promise
    due_at: datetime
    told_at: datetime | None

    @property
    def is_late(self) -> bool:
        return (self.told_at or timezone.now()) > self.due_at


def clocks_of(breach: Breach) -> list[Clock]:
    """What has to be told, by the level known so far; before it is assessed the shortest clock runs."""
    hours = {level: setting.value() for level, setting in BREACH_HOURS.items()}
    chinese = hours.get(breach.level) or min(hours.values())
    clocks = [
        Clock(
            gettext_lazy("Chinese authority"),
            breach.became_known_at + timedelta(hours=chinese),
            breach.authority_told_at,
        )
    ]
    if breach.is_european:
        due = breach.became_known_at + timedelta(hours=EUROPEAN_HOURS)
        clocks.append(Clock(gettext_lazy("European authority (72 hours)"), due, breach.european_told_at))
    return clocks


@transaction.atomic
def record_breach(values: dict[str, Any], *, by: User) -> Breach:
    breach = Breach(recorded_by=by, **{name: values[name] for name in (*TEXTS, *FACTS) if name in values})
    _check(breach)
    breach.save(force_insert=True)
    _audit("breach.recorded", breach, by, [*TEXTS, *FACTS])
    events.breach_recorded.tell(breach=breach)
    return breach


@transaction.atomic
def change_breach(breach: Breach, values: dict[str, Any], *, by: User) -> Breach:
    """What is known meanwhile. A closed one is reopened by nobody: a new finding is a new entry."""
    breach = _locked(breach)
    changed = [name for name in (*TEXTS, *FACTS) if name in values and getattr(breach, name) != values[name]]
    for name in changed:
        setattr(breach, name, values[name])
    _check(breach)
    if changed:
        breach.save(update_fields=changed)
        _audit("breach.changed", breach, by, changed)
    return breach


@transaction.atomic
def close_breach(breach: Breach, *, by: User) -> Breach:
    """Closed when it is assessed, everybody was told or it is said why not, and something was learnt."""
    breach = _locked(breach)
    if breach.level == Breach.Level.UNASSESSED:
        raise RuleBroken(_("Please assess its level first."))
    if not breach.lessons:
        raise RuleBroken(_("Please say what is done so that it does not happen again."))
    untold = not breach.authority_told_at or not breach.people_told_at
    untold = untold or (breach.is_european and not breach.european_told_at)
    if untold and not breach.why_not_told:
        raise RuleBroken(_("Please say when the authorities and the people were told, or why they were not."))
    breach.closed_at, breach.closed_by = timezone.now(), by
    breach.save(update_fields=["closed_at", "closed_by"])
    _audit("breach.closed", breach, by, [])
    return breach


def _check(breach: Breach) -> None:
    now = timezone.now()
    if breach.became_known_at > now:
        raise RuleBroken(_("What is not known yet cannot be recorded."))
    for told in (breach.authority_told_at, breach.european_told_at, breach.people_told_at):
        if told is not None and not breach.became_known_at <= told <= now:
            raise RuleBroken(_("Somebody is told after it became known, and not in the future."))


def _locked(breach: Breach) -> Breach:
    breach = Breach.objects.select_for_update().get(pk=breach.pk)
    if not breach.is_open:
        raise RuleBroken(_("This entry is closed. Please record what was found since as a new one."))
    return breach


def _audit(verb: str, breach: Breach, by: User, names: list[str]) -> None:
    facts = {name: getattr(breach, name) for name in names if name in FACTS}
    texts = {
        name: audit.text_digest(getattr(breach, name)) for name in names if name in TEXTS and getattr(breach, name)
    }
    audit.record(verb, breach, by=by, **facts, **texts)
