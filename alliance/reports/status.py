"""How the portal is, for the secretariat: each sign with what it is, whether that is well, and what to do if not."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from platform import python_version
from typing import TypeVar

import django
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from alliance.notifications.services import running

from . import vitals

Measured = TypeVar("Measured", int, timedelta)

OK, WATCH, BAD = "ok", "wait", "bad"

# From when on a sign is to be watched, and from when on somebody has to act.
MAIL_LATE, MAIL_STUCK = timedelta(minutes=5), timedelta(minutes=30)
BACKUP_LATE, BACKUP_MISSING = timedelta(hours=26), timedelta(days=3)
CHECK_LATE = timedelta(hours=26)
DISK_FILLING, DISK_FULL = 80, 92
QUEUE_LONG, QUEUE_STUCK = 1_000, 20_000

PROCESSES: dict[str, str | Promise] = {
    "beat": gettext_lazy("Scheduler"),
    "dispatcher": gettext_lazy("Dispatcher of mails"),
    "worker:control": gettext_lazy("Worker: control"),
    "worker:default": gettext_lazy("Worker: general work"),
    "worker:mail": gettext_lazy("Worker: mail"),
    "worker:media": gettext_lazy("Worker: pictures"),
    "worker:reports": gettext_lazy("Worker: reports and exports"),
}


@dataclass(frozen=True)
class Sign:
    """One line: a figure in words, its tone, the rule it is measured by, and where to go on."""

    title: str
    value: str
    tone: str = ""
    rule: str = ""
    url: str = ""
    action: str = ""


@dataclass(frozen=True)
class Group:
    code: str
    title: str
    signs: list[Sign]
    # Where all of its signs are judged by the same.
    rule: str = ""

    @property
    def has_rules(self) -> bool:
        return any(sign.rule for sign in self.signs)

    @property
    def tone(self) -> str:
        """That of its worst sign."""
        tones = {sign.tone for sign in self.signs}
        return next((tone for tone in (BAD, WATCH, OK) if tone in tones), "")


def groups(now: datetime | None = None) -> list[Group]:
    now = now or timezone.now()
    rule = _("Each reports every 10 seconds; after %(n)s seconds of silence it counts as stopped.") % {
        "n": running.FRESH.seconds
    }
    return [
        Group("processes", _("Processes"), list(_processes(now)), rule),
        Group("mail", _("Mail"), list(_mail(now))),
        Group("work", _("Queues and background jobs"), list(_work())),
        Group("safety", _("Safety of the data"), list(_safety(now))),
        Group("machine", _("Machine and versions"), list(_machine())),
    ]


def worst(found: list[Group]) -> str:
    tones = {group.tone for group in found}
    return next((tone for tone in (BAD, WATCH) if tone in tones), OK)


def _processes(now: datetime) -> Iterator[Sign]:
    for name, age in vitals.heartbeat_ages(now).items():
        title = str(PROCESSES.get(name, name))
        if age is None:
            yield Sign(title, _("never seen"), BAD)
        else:
            tone = OK if age < running.FRESH else BAD
            yield Sign(title, _("%(time)s ago") % {"time": in_words(age)}, tone)


def _mail(now: datetime) -> Iterator[Sign]:
    states = vitals.deliveries_by_state()
    oldest = vitals.oldest_unsent(now)
    url = reverse("notifications:deliveries")
    yield Sign(
        _("Oldest mail that could go"),
        _("nothing waits") if oldest is None else _("waits for %(time)s") % {"time": in_words(oldest)},
        _tone(oldest or timedelta(), MAIL_LATE, MAIL_STUCK),
        _("Usually seconds. From 5 minutes on watch it; from 30 minutes on the mail server or a worker is in trouble."),
    )
    waiting = sum(states[state] for state in vitals.WAITING)
    yield Sign(_("Waiting and under way"), formats.number_format(waiting))
    dead, unclear = states["dead"], states["unknown"]
    yield Sign(
        _("Failed, or not known whether sent"),
        formats.number_format(dead + unclear),
        BAD if dead else WATCH if unclear else OK,
        _("They are not tried again by themselves: the data desk decides."),
        url,
        _("Look and decide") if dead or unclear else "",
    )


def _work() -> Iterator[Sign]:
    lengths = vitals.queue_lengths()
    if lengths is None:
        yield Sign(
            _("Message broker"),
            _("does not answer"),
            BAD,
            _("Pages go on without it; mails, pictures, exports and reports wait until it is back. Nothing is lost."),
        )
    else:
        most = max(lengths.values())
        yield Sign(
            _("Messages in the queues"),
            _(", ").join(f"{queue} {formats.number_format(n)}" for queue, n in lengths.items()),
            _tone(most, QUEUE_LONG, QUEUE_STUCK),
            _("Usually near 0. From 1,000 in one queue on more workers help; from 20,000 on something stands still."),
        )
    jobs = vitals.jobs_by_state()
    yield Sign(
        _("Exports, imports and reports"),
        _("%(running)s under way, %(queued)s waiting, %(failed)s failed")
        % {name: formats.number_format(jobs[name]) for name in ("running", "queued", "failed")},
    )


def _safety(now: datetime) -> Iterator[Sign]:
    backup = vitals.last_backup()
    rule = _("One each night. Older than 26 hours: see why; older than 3 days: act today.")
    if backup is None:
        yield Sign(_("Last backup"), _("none yet"), BAD, rule)
    else:
        age = now - backup.made_at
        size = {"time": in_words(age), "rows": formats.number_format(backup.rows), "size": filesizeformat(backup.size)}
        yield Sign(
            _("Last backup"),
            _("%(time)s ago: %(rows)s rows, %(size)s") % size,
            _tone(age, BACKUP_LATE, BACKUP_MISSING),
            rule,
        )
    run = vitals.last_invariants()
    rule = _("Checked every night: what must always hold of mails, notices and seats in cohorts.")
    if run is None:
        yield Sign(_("Nightly check"), _("not run yet"), WATCH, rule)
    else:
        tone = BAD if run.broken else _tone(now - run.at, CHECK_LATE, timedelta(days=3))
        count = len(run.broken)
        said = ngettext("%(n)s rule does not hold", "%(n)s rules do not hold", count) % {"n": count}
        value = said if run.broken else _("everything held %(time)s ago") % {"time": in_words(now - run.at)}
        url = reverse("notifications:deliveries")
        yield Sign(_("Nightly check"), value, tone, rule, url, _("What was found") if run.broken else "")
    events = vitals.audit_length()
    yield Sign(
        _("Audit chain"),
        ngettext("%(n)s event", "%(n)s events", events) % {"n": formats.number_format(events)},
        "",
        _("Checked in full every night; if the check fails, the data desk is told at once."),
        reverse("core:audit"),
        _("Published heads"),
    )


def _machine() -> Iterator[Sign]:
    disk = vitals.disk()
    if disk is None:
        yield Sign(_("Files"), _("in a separate file store"), OK)
    else:
        yield Sign(
            _("Disk of the files"),
            _("%(percent)s %% of %(total)s used") % {"percent": disk.percent, "total": filesizeformat(disk.total)},
            _tone(disk.percent, DISK_FILLING, DISK_FULL),
            _("At 80 per cent, plan for more; at 92 per cent, act today: uploads and backups fail when it is full."),
        )
    yield Sign(_("Database"), filesizeformat(vitals.database_size()))
    missing = vitals.missing_migrations()
    yield Sign(
        _("Structure of the database"),
        ngettext("%(n)s change is missing", "%(n)s changes are missing", missing) % {"n": missing}
        if missing
        else _("up to date"),
        BAD if missing else OK,
        _("Changes are made when a new version is installed."),
    )
    versions = [vitals.database_version(), vitals.broker_version(), f"Python {python_version()}"]
    yield Sign(_("Versions"), " · ".join([*filter(None, versions), f"Django {django.get_version()}"]))


def _tone(value: Measured, watch: Measured, act: Measured) -> str:
    return BAD if value >= act else WATCH if value >= watch else OK


def in_words(time: timedelta) -> str:
    """How long, in the largest unit that fits: seconds, minutes, hours, days."""
    n = max(0, int(time.total_seconds()))
    if n < 120:
        return ngettext("%(n)s second", "%(n)s seconds", n) % {"n": n}
    if n < 2 * 3600:
        return ngettext("%(n)s minute", "%(n)s minutes", n // 60) % {"n": n // 60}
    if n < 48 * 3600:
        return ngettext("%(n)s hour", "%(n)s hours", n // 3600) % {"n": n // 3600}
    return ngettext("%(n)s day", "%(n)s days", n // 86400) % {"n": n // 86400}
