"""Quiet hours and mornings: when a mail may leave, and when a summary is due. Pure arithmetic of the clock."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from alliance.core import alliance_settings
from alliance.core.alliance_settings import MESSAGES, Setting
from alliance.core.calendar import is_working_day

DAILY, WEEKLY = "daily", "weekly"
# No holiday is longer, not even with the weeks around it.
LOOK_BACK_DAYS = 40

ZONES = [
    ("Asia/Shanghai", _("Beijing")),
    ("Asia/Tokyo", _("Tokyo")),
    ("Asia/Singapore", _("Singapore")),
    ("Asia/Kolkata", _("Delhi")),
    ("Asia/Dubai", _("Dubai")),
    ("Europe/Moscow", _("Moscow")),
    ("Europe/Berlin", _("Berlin, Paris")),
    ("Europe/London", _("London")),
    ("America/Sao_Paulo", _("São Paulo")),
    ("America/New_York", _("New York")),
    ("America/Los_Angeles", _("Los Angeles")),
    ("Australia/Sydney", _("Sydney")),
]

_quiet_from, _quiet_until = map(int, settings.QUIET_HOURS.split("-"))
QUIET_FROM = alliance_settings.register(
    Setting(
        "quiet_from",
        _("Quiet hours begin"),
        _("From this hour no mails go to people who chose no quiet hours of their own. Equal hours: no quiet hours."),
        default=_quiet_from,
        minimum=0,
        maximum=23,
        group=MESSAGES,
        unit=_("o'clock"),
    )
)
QUIET_UNTIL = alliance_settings.register(
    Setting(
        "quiet_until",
        _("Quiet hours end"),
        _("What was kept back goes out at this hour, in the time zone of each person."),
        default=_quiet_until,
        minimum=0,
        maximum=23,
        group=MESSAGES,
        unit=_("o'clock"),
    )
)
DIGEST_HOUR = alliance_settings.register(
    Setting(
        "digest_hour",
        _("Hour of summaries"),
        _("When daily and weekly summaries go to people who chose no hour of their own."),
        default=8,
        minimum=0,
        maximum=23,
        group=MESSAGES,
        unit=_("o'clock"),
    )
)


@dataclass(frozen=True)
class Hours:
    """One person's clock."""

    zone: ZoneInfo
    digest_at: time
    quiet: tuple[time, time] | None

    def quiet_until(self, now: datetime) -> datetime | None:
        """The end of the quiet hours that run now; None when none do."""
        if self.quiet is None:
            return None
        begins, ends = self.quiet
        here = now.astimezone(self.zone)
        clock = here.time()
        if begins < ends:
            is_quiet, day = begins <= clock < ends, here.date()
        else:
            # Over midnight.
            is_quiet = clock >= begins or clock < ends
            day = here.date() + timedelta(days=clock >= begins)
        until = datetime.combine(day, ends, self.zone)
        return until if is_quiet and begins != ends and until > now else None

    def digest_moment(self, cadence: str, now: datetime) -> datetime | None:
        """The latest moment, up to now, at which this person's daily or weekly summary was due."""
        today = now.astimezone(self.zone).date()
        for back in range(LOOK_BACK_DAYS):
            day = today - timedelta(days=back)
            moment = datetime.combine(day, self.digest_at, self.zone)
            if moment <= now and is_digest_day(cadence, day):
                return moment
        return None


def is_digest_day(cadence: str, day: date) -> bool:
    """Daily summaries come on working days, weekly ones on the first working day of the week."""
    if not is_working_day(day):
        return False
    return cadence == DAILY or not any(is_working_day(day - timedelta(days=n + 1)) for n in range(day.weekday()))


def default_quiet() -> tuple[time, time] | None:
    """The quiet hours of everybody who chose none of their own."""
    begins, ends = QUIET_FROM.value(), QUIET_UNTIL.value()
    return (time(begins), time(ends)) if begins != ends else None


def default_digest_at() -> time:
    return time(DIGEST_HOUR.value())
