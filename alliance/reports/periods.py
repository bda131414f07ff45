"""Which moment the figures are of: now, the end of a month, quarter or year, or the end of any day.

Everything is a day of Beijing. A period that is not over yet is counted as it stands now.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

NOW, DAY, MONTH, QUARTER, YEAR = "now", "day", "month", "quarter", "year"
# How many points a line over time has.
POINTS = {NOW: 13, DAY: 13, MONTH: 13, QUARTER: 9, YEAR: 6}
_CODE = re.compile(r"(?P<year>\d{4})(?:-(?:Q(?P<quarter>[1-4])|(?P<month>\d\d)(?:-(?P<day>\d\d))?))?", re.ASCII)


@dataclass(frozen=True)
class Period:
    """A stretch of days, the figures being those of its end. `code` is how addresses name it; now has none."""

    kind: str
    starts: date
    ends: date

    @property
    def code(self) -> str:
        match self.kind:
            case "month":
                return f"{self.ends:%Y-%m}"
            case "quarter":
                return f"{self.ends.year}-Q{_quarter(self.ends)}"
            case "year":
                return f"{self.ends.year}"
            case "day":
                return self.ends.isoformat()
        return ""

    @property
    def at(self) -> datetime | None:
        """The moment it is over; None while it goes on."""
        return end_of(self.ends) if self.ends < timezone.localdate() else None

    @property
    def label(self) -> str:
        match self.kind:
            case "month":
                return month_label(self.ends)
            case "quarter":
                return _("%(year)d, quarter %(quarter)d") % {"year": self.ends.year, "quarter": _quarter(self.ends)}
            case "year":
                return _("Year %(year)d") % {"year": self.ends.year}
            case "day":
                return self.ends.isoformat()
        return _("Now")

    def before(self) -> "Period":
        """The period before this one; for a day and for now the end of the month before."""
        match self.kind:
            case "quarter":
                return quarter_of(self.starts - timedelta(days=1))
            case "year":
                return year_of(self.starts - timedelta(days=1))
        return month_of(self.ends.replace(day=1) - timedelta(days=1))

    def year_before(self) -> "Period":
        """The same a year earlier."""
        match self.kind:
            case "month":
                return month_of(_years_earlier(self.starts))
            case "quarter":
                return quarter_of(_years_earlier(self.starts))
            case "year":
                return self.before()
        return day(_years_earlier(self.ends))

    def line(self) -> list["Period"]:
        """This period and those before it, the earliest first; a day and now end a line of months."""
        found = [self]
        while len(found) < POINTS[self.kind]:
            found.append(found[-1].before())
        return found[::-1]


def now() -> Period:
    today = timezone.localdate()
    return Period(NOW, today, today)


def day(on: date) -> Period:
    return Period(DAY, on, on)


def month_of(on: date) -> Period:
    starts = on.replace(day=1)
    return Period(MONTH, starts, _day_before(_months_later(starts, 1)))


def quarter_of(on: date) -> Period:
    starts = date(on.year, 3 * (_quarter(on) - 1) + 1, 1)
    return Period(QUARTER, starts, _day_before(_months_later(starts, 3)))


def year_of(on: date) -> Period:
    return Period(YEAR, date(on.year, 1, 1), date(on.year, 12, 31))


def read(code: str) -> Period | None:
    """The period an address names; None for one that is no period or has not begun."""
    found = _CODE.fullmatch(code)
    if found is None:
        return now() if not code else None
    year = int(found["year"])
    try:
        if found["day"]:
            period = day(date(year, int(found["month"]), int(found["day"])))
        elif found["month"]:
            period = month_of(date(year, int(found["month"]), 1))
        elif found["quarter"]:
            period = quarter_of(date(year, 3 * int(found["quarter"]) - 2, 1))
        else:
            period = year_of(date(year, 1, 1))
    except ValueError:
        return None
    today = timezone.localdate()
    if period.starts > today or period.ends.year < 2000:
        return None
    return now() if period.kind == DAY and period.ends == today else period


def choices() -> dict[str, list[Period]]:
    """What the picker offers: the last months, quarters and years, the running one first."""
    today = timezone.localdate()
    return {
        MONTH: month_of(today).line()[::-1],
        QUARTER: quarter_of(today).line()[::-1],
        YEAR: year_of(today).line()[::-1],
    }


def end_of(on: date) -> datetime:
    """The last moment of a day: the first of the next one is no longer part of it."""
    midnight = timezone.make_aware(datetime.combine(on + timedelta(days=1), time.min))
    return midnight - timedelta(microseconds=1)


def month_label(on: date) -> str:
    return date_format(on, _("F Y"))


def _quarter(on: date) -> int:
    return (on.month + 2) // 3


def _months_later(first: date, months: int) -> date:
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def _day_before(on: date) -> date:
    return on - timedelta(days=1)


def _years_earlier(on: date) -> date:
    try:
        return on.replace(year=on.year - 1)
    except ValueError:  # 29 February
        return on.replace(year=on.year - 1, day=28)
