"""Log lines name nobody and open nothing, whatever is written into them (platform spec, 6.57)."""

import json
import logging
import sys

import pytest

from alliance.core import logs

FORMATTERS = [logs.JsonLines, logs.LineFormatter]


def written(formatter, message, *args, **extra):
    record = logging.LogRecord("portal", logging.INFO, __file__, 1, message, args, extra.pop("exc_info", None))
    record.__dict__.update(extra)
    logs.RequestIdFilter().filter(record)
    return formatter().format(record)


@pytest.mark.parametrize("formatter", FORMATTERS)
@pytest.mark.parametrize(
    ("message", "marked"),
    [
        ("password=tall-grass-9 was wrong", "tall-grass-9"),
        ("{'password1': 'tall grass 9'}", "tall grass 9"),
        ("Authorization: Bearer abc.def.ghi", "abc.def.ghi"),
        ("code=481516 refused", "481516"),
        ("mail to li.wei@example.org failed", "li.wei"),
        ("holder 11010519491231002X", "11010519491231002X"),
        ("card 6222021234567890123", "6222021234567890123"),
        ("call 13800138000 or +86 13800138000", "13800138000"),
        ("postgresql://portal:tall-grass@db:5432/portal", "tall-grass"),
        ("/en/invitations/Zq3vXw8LkPb2TnR7yUcE5sHdGa1M/", "Zq3vXw8LkPb2TnR7yUcE5sHdGa1M"),
        ("/account/password/reset/key/5-cqw3ab-0123456789abcdef0123456789abcdef/", "0123456789abcdef"),
        ("DETAIL:  Key (email, name)=(li wei, Marked) already exists.", "Marked"),
        ("DETAIL:  Failing row contains (7, Marked, 2026).", "Marked"),
    ],
)
def test_what_names_a_person_or_opens_a_door_is_taken_out(formatter, message, marked):
    assert marked not in written(formatter, message)
    assert marked not in written(formatter, "%s", message)
    assert marked not in written(logs.JsonLines, "request", path=message)


@pytest.mark.parametrize("formatter", FORMATTERS)
def test_ordinary_words_and_ids_stay(formatter):
    said = "delivery 0192f3a4-5b6c-7d8e-9f00-112233445566 in 12.5 ms: exit code 3, 20000 rows of parks_park"

    assert said in written(formatter, said)


@pytest.mark.parametrize("formatter", FORMATTERS)
def test_one_event_is_one_line(formatter):
    line = written(formatter, "first\nINFO forged\r\u2028second\x1b[31m")

    assert len(line.splitlines()) == 1
    assert "\x1b" not in line


@pytest.mark.parametrize("formatter", FORMATTERS)
def test_a_traceback_tells_no_values(formatter):
    try:
        raise ValueError("Key (email)=(li.wei@example.org) already exists")
    except ValueError:
        line = written(formatter, "failed", exc_info=sys.exc_info())

    assert "ValueError" in line
    assert "li.wei" not in line


def test_what_else_hangs_on_a_record_is_not_written():
    """Celery, for one, hangs the arguments of a task on its records."""
    line = json.loads(written(logs.JsonLines, "failed", data={"args": ["marked"]}, args_of_task="marked", status=200))

    assert set(line) == {"at", "level", "logger", "request_id", "message", "status"}


def test_a_pseudonym_is_lasting_and_depends_on_the_salt(settings):
    settings.AUDIT_SALT = "one"
    first, again, other = logs.pseudonym(7), logs.pseudonym(7), logs.pseudonym(8)
    settings.AUDIT_SALT = "another"

    assert first == again != other
    assert logs.pseudonym(7) != first
