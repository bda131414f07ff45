"""Tell a group through its robot: look once more whether it may be told, write it, call, judge the answer."""

import logging
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils import timezone, translation

from . import hours, kinds
from .models import MAX_ATTEMPTS, Robot
from .robots import calls
from .robots.platforms import Outcome
from .services import robots
from .services.deliveries import Lease

logger = logging.getLogger(__name__)

# A platform that had enough of us shuts us out for up to ten minutes.
PAUSE = timedelta(minutes=2)
UNCLEAR = "unreachable"

# The settle function of services/deliveries.py, and what it is told.
Settled = tuple[Any, ...]


def speak(lease: Lease, kind: kinds.NoticeKind) -> Settled:
    """One attempt; gives how the delivery is to be settled."""
    robot = lease.delivery.robot
    assert robot is not None
    try:
        words = _words(lease, kind, robot)
    except kinds.Gone as gone:
        return "settle_suppressed", gone.reason
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        logger.exception("delivery %s of kind %s cannot be written", lease.delivery.pk, kind.code)
        return "settle_later", f"not_written: {error.__class__.__name__}"
    match words:
        case str():
            return "settle_suppressed", words
        case datetime():
            return "settle_put_off", words
    wait = calls.take_turn(robot.pk)
    return ("settle_put_off", wait) if wait else _call(lease, kind, robot, words)


def _call(lease: Lease, kind: kinds.NoticeKind, robot: Robot, words: calls.Words) -> Settled:
    with translation.override(robot.language):
        verdict = calls.say(robot.platform, robot.sealed_url, robot.sealed_secret, words)
    match verdict.outcome:
        case Outcome.TAKEN:
            robots.succeeded(robot)
            return ("settle_sent",)
        case Outcome.REFUSED:
            robots.failed(robot, verdict.said)
            return "settle_dead", verdict.said
    if verdict.said.startswith(UNCLEAR) and kind.once == "at_most":
        return "settle_unknown", verdict.said
    if lease.delivery.attempts >= MAX_ATTEMPTS:
        robots.failed(robot, verdict.said)
    return "settle_later", verdict.said, PAUSE


def _words(lease: Lease, kind: kinds.NoticeKind, robot: Robot) -> calls.Words | str | datetime:
    """What the group reads, or why it is told nothing, or when it may be told."""
    if robot.state != Robot.State.ON:
        return "robot_off"
    if kind.for_groups is None or kind.code not in robot.kinds:
        return "switched_off"
    event = lease.delivery.event
    facts = kind.facts(event.about_type, event.about_id, event.payload)
    if robot.organisation_id not in {organisation.pk for organisation in kind.for_groups.organisations(facts)}:
        return "no_access"
    if not kind.urgent:
        quiet = hours.Hours(ZoneInfo("Asia/Shanghai"), hours.default_digest_at(), hours.default_quiet())
        until = quiet.quiet_until(timezone.now())
        if until:
            return until
    with translation.override(robot.language):
        message = kind.for_groups.render(facts, robot.language)
        return calls.Words(str(message.subject), settings.PUBLIC_BASE_URL + message.url if message.url else "")
