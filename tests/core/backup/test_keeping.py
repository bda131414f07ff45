"""Which backups stay: days, then weeks, then months; the newest always."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from alliance.core.backup import keeping

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
RULE = {"days": 14, "weeks": 8, "months": 12}
NIGHTLY = [NOW - timedelta(days=n) for n in range(800)]


def test_a_backup_each_night_for_two_years():
    kept = sorted(set(NIGHTLY) - keeping.to_remove(NIGHTLY, NOW, **RULE), reverse=True)

    assert kept[:14] == NIGHTLY[:14]
    assert 14 + 5 <= len(kept) <= 14 + 8 + 12
    assert NOW - timedelta(days=31 * 12) < kept[-1] < NOW - timedelta(days=31 * 11)


def test_the_last_one_stays_however_old_it_is():
    old = NOW - timedelta(days=4000)

    assert keeping.to_remove([old], NOW, days=0, weeks=0, months=0) == set()


@given(st.lists(st.integers(0, 2000), unique=True, min_size=1, max_size=60))
def test_the_newest_and_the_last_days_always_stay_and_twice_is_once(days):
    moments = {NOW - timedelta(days=n) for n in days}

    gone = keeping.to_remove(moments, NOW, **RULE)

    assert max(moments) not in gone
    assert all(NOW - moment >= timedelta(days=14) for moment in gone)
    assert keeping.to_remove(moments - gone, NOW, **RULE) == set()


def test_only_backups_are_removed(tmp_path):
    old = tmp_path / "portal-20200101T020000Z.ccipra-backup"
    new = tmp_path / "portal-20261121T020000Z.ccipra-backup"
    other = [tmp_path / "notes.txt", tmp_path / "portal-x.ccipra-backup", tmp_path / "portal-20200101T020000Z.part"]
    for file in (old, new, *other):
        file.touch()

    assert keeping.tidy(tmp_path, NOW, **RULE) == [old.name]
    assert sorted(tmp_path.iterdir()) == sorted([new, *other])
