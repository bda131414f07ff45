"""Which backups are kept: every one of the last days, then the last of each week, then of each month."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from .making import MOMENT, PREFIX, SUFFIX


def moment_of(name: str) -> datetime | None:
    """When a backup was made, by its name; None for any other file."""
    if not name.startswith(PREFIX) or not name.endswith(SUFFIX):
        return None
    try:
        return datetime.strptime(name.removeprefix(PREFIX).removesuffix(SUFFIX), MOMENT).replace(tzinfo=UTC)
    except ValueError:
        return None


def to_remove(moments: Iterable[datetime], now: datetime, *, days: int, weeks: int, months: int) -> set[datetime]:
    """Those that neither a day, nor a week, nor a month keeps. The newest of all always stays."""
    newest_first = sorted(moments, reverse=True)
    kept = {moment for moment in newest_first if now - moment < timedelta(days=days)}
    kept |= _last_of(newest_first, lambda moment: moment.isocalendar()[:2], now - timedelta(weeks=weeks))
    kept |= _last_of(newest_first, lambda moment: (moment.year, moment.month), now - timedelta(days=31 * months))
    kept |= set(newest_first[:1])
    return set(newest_first) - kept


def _last_of(newest_first: list[datetime], period: Callable[[datetime], object], since: datetime) -> set[datetime]:
    found: dict[object, datetime] = {}
    for moment in newest_first:
        found.setdefault(period(moment), moment)
    return {moment for moment in found.values() if moment > since}


def tidy(folder: Path, now: datetime, *, days: int, weeks: int, months: int) -> list[str]:
    """Remove what is not to be kept any longer; gives the names."""
    found = {moment: file for file in folder.iterdir() if (moment := moment_of(file.name))}
    gone = to_remove(found, now, days=days, weeks=weeks, months=months)
    for moment in gone:
        found[moment].unlink()
    return sorted(found[moment].name for moment in gone)
