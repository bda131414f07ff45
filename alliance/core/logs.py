"""Log lines: one event, one line, with the id of the request it belongs to, and nothing that names a person.

In production each line is a JSON object with a fixed set of fields (setting `LOG_FORMAT`); while somebody works on the
portal, a line for the eye. Both pass through `clean`: the last net for what should not have been written at all.
"""

import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac
from pythonjsonlogger.json import JsonFormatter

request_id: ContextVar[str] = ContextVar("request_id", default="-")
# Who acts, under a name that only this deployment can trace back to a person.
person: ContextVar[str] = ContextVar("person", default="")

LINE = "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"
# What a line may carry beside its message. Anything else that code hangs on a record stays out.
FIELDS = ("method", "path", "view", "status", "milliseconds", "bytes", "task", "task_id")

# A value beside a word that says it is secret; an address; a long token; numbers of people and of their cards.
SECRETS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(
            r"(?i)\b(password\w*|passwd|secret\w*|token|code|key|otp|authorization|cookie|sessionid|csrf\w*)"
            r"(['\"]?\s*[=:]\s*(?:bearer\s+)?)(?:'[^']*'|\"[^\"]*\"|\([^)]*\)|[^\s,;&)}\]]+)"
        ),
        r"\1\2…",
    ),
    # What PostgreSQL quotes from a row: Key (email)=(…), Failing row contains (…).
    (re.compile(r"(Key \([^)]*\)=|Failing row contains )\(.*?\)(?=[ .]|$)"), r"\1(…)"),
    (re.compile(r"(//[^/\s:@]*:)[^@\s/]+@"), r"\1…@"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "…@…"),
    (re.compile(r"(?<![\w])\d{17}[\dXx](?![\w])"), "…"),
    (re.compile(r"(?<![\w.])\d{16,19}(?![\w.])"), "…"),
    (re.compile(r"(?<![\w.])(?:\+86[ -]?)?1[3-9]\d{9}(?![\w.])"), "…"),
    # Links in letters carry such a piece; a name with blanks, a path or an id of ours never does.
    (re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[\w-]{20,}(?::[\w-]+)*"), "…"),
    (re.compile(r"(?<![\w-])\w{1,12}-[0-9a-z]{6}-[0-9a-f]{20,}(?![\w])"), "…"),
)
LINE_ENDS = str.maketrans(
    {"\n": "\\n", "\r": "\\r", "\x0b": "\\v", "\x0c": "\\f", "\x1b": "\\e", "\x85": "\\x85", "\u2028": "\\u2028"}
)


def clean(text: str) -> str:
    """The text without what names a person or opens a door."""
    return _clean_short(text) if len(text) <= SHORT else _clean(text)


def _clean(text: str) -> str:
    for pattern, instead in SECRETS:
        text = pattern.sub(instead, text)
    return text


# Nine patterns cost more than serving a kept page, and most lines say one of a few short things.
SHORT = 120
_clean_short = lru_cache(maxsize=2000)(_clean)


def pseudonym(user_id: object) -> str:
    """The name of a person in logs: always the same for them, and nobody's to those without our salt."""
    made = salted_hmac("alliance.logs", str(user_id), secret=settings.AUDIT_SALT, algorithm="sha256")
    return f"p-{made.hexdigest()[:12]}"


class RequestIdFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        record.person = person.get()
        return True


class LineFormatter(logging.Formatter):
    """For the eye: a message stays on its line, a traceback follows on lines of its own."""

    def __init__(self) -> None:
        super().__init__(LINE)

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = clean(record.message).translate(LINE_ENDS)
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:
        return clean(super().formatException(ei))


class JsonLines(JsonFormatter):
    """For machines: one JSON object on one line, with the fields listed here and no others."""

    def __init__(self) -> None:
        super().__init__("%(message)s")

    def add_fields(self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]) -> None:
        log_data["at"] = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        log_data["level"] = record.levelname
        log_data["logger"] = record.name
        log_data["request_id"] = getattr(record, "request_id", "-")
        if name := getattr(record, "person", ""):
            log_data["person"] = name
        log_data["message"] = clean(record.getMessage())
        for field in FIELDS:
            if field in record.__dict__:
                value = record.__dict__[field]
                log_data[field] = clean(value) if isinstance(value, str) else value
        if record.exc_info:
            log_data["error"] = clean(str(self.formatException(record.exc_info)))


def config(level: str, form: str) -> dict[str, Any]:
    """What `LOGGING` says; gunicorn and Celery write through the same."""
    formatter = {"json": "alliance.core.logs.JsonLines", "lines": "alliance.core.logs.LineFormatter"}[form]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request_id": {"()": "alliance.core.logs.RequestIdFilter"}},
        "formatters": {"ours": {"()": formatter}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "ours", "filters": ["request_id"]}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django.request": {"level": "ERROR"},
            "gunicorn.error": {"level": level, "handlers": [], "propagate": True},
            # Two lines for each of some forty short tasks a minute say nothing; failures are warnings and errors.
            "celery.app.trace": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            # They tell at length how each request to a store of files was signed.
            "botocore": {"level": "WARNING"},
            "boto3": {"level": "WARNING"},
            "s3transfer": {"level": "WARNING"},
        },
    }
