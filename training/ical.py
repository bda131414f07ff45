"""Sessions as an iCalendar file (RFC 5545, 7986) that calendar programs subscribe to."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone

from alliance.core.bilingual import active_language

from .models import CalendarFeed, Enrolment, Session

ZONE = ZoneInfo("Asia/Shanghai")
REFRESH = timedelta(hours=1)
# Calendar programs keep what they have read; what is long past need not be sent each hour.
BACK = timedelta(days=200)
PRODID = "-//CCIPRA//Portal of the Cultural Industry Park Alliance//EN"


def sessions_of(feed: CalendarFeed, now: datetime | None = None) -> QuerySet[Session]:
    """What this address shows, cancelled sessions included, so that programs take them out."""
    shown = Session.objects.filter(ends_at__gte=(now or timezone.now()) - BACK).select_related(
        "cohort", "unit", "room__organisation"
    )
    if feed.cohort_id:
        return shown.filter(cohort=feed.cohort_id)
    if feed.person_id:
        return of_person(shown, feed.person_id)
    return of_park(shown, feed.park_id)


def of_person(sessions: QuerySet[Session], person: int) -> QuerySet[Session]:
    """Where the person has a seat, or teaches."""
    seat = Enrolment.objects.holding().filter(person=person, cohort=OuterRef("cohort"))
    return sessions.filter(Q(Exists(seat)) | Q(trainer=person))


def of_park(sessions: QuerySet[Session], park: int | None) -> QuerySet[Session]:
    """Where people of this park have a seat."""
    seat = Enrolment.objects.holding().filter(park=park, cohort=OuterRef("cohort"))
    return sessions.filter(Exists(seat))


def etag_of(feed: CalendarFeed, sessions: Sequence[Session]) -> str:
    """Changes when anything that the file shows does: an answer of 304 needs no file."""
    parts = [str(feed.pk), str(get_language()), settings.PUBLIC_BASE_URL]
    for session in sessions:
        room = session.room
        place = (room.name_zh, room.name_en, room.address_zh, room.address_en) if room else ()
        names = (session.cohort.title_zh, session.cohort.title_en)
        parts.append(
            f"{session.pk}:{session.sequence}:{session.state}:{session.changed_at.isoformat()}:{place}:{names}"
        )
    return f'"{hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]}"'


def _title(feed: CalendarFeed) -> str:
    if feed.cohort:
        return str(feed.cohort.title)
    if feed.park:
        return _("Training: %(park)s") % {"park": feed.park.name}
    return _("My training sessions")


def _place(session: Session, *, is_own: bool) -> str:
    """Where it is. The link of a session on line stands in a person's own calendar only."""
    if session.room is None:
        return session.link if is_own else _("Online")
    room = session.room
    address = str(room.address or room.organisation.name)
    return f"{room.name}, {address}" if active_language() == "en" else f"{room.name}({address})"


def _page(session: Session) -> str:
    return settings.PUBLIC_BASE_URL + reverse("training:session", args=[session.pk])


def _event(session: Session, *, is_own: bool) -> Event:
    event = Event()
    changed = session.changed_at.astimezone(UTC).replace(microsecond=0)
    # The same for as long as the session exists, wherever the portal moves to.
    event.add("uid", f"{session.uid}@ccipra-training")
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("sequence", session.sequence)
    event.add("dtstart", session.starts_at.astimezone(ZONE))
    event.add("dtend", session.ends_at.astimezone(ZONE))
    cancelled = session.state == Session.State.CANCELLED
    summary = f"{session} · {session.cohort.title}"
    # Not every program shows the status.
    event.add("summary", _("Cancelled: %(summary)s") % {"summary": summary} if cancelled else summary)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if cancelled else "OPAQUE")
    event.add("location", _place(session, is_own=is_own))
    event.add("url", _page(session))
    lines = [str(session.unit), *([session.state_reason] if cancelled and session.state_reason else [])]
    if not session.is_required:
        lines.append(_("Attendance is not required."))
    event.add("description", "\n".join(lines))
    event.add("categories", [session.cohort.code])
    return event


def write(feed: CalendarFeed, sessions: Sequence[Session]) -> bytes:
    """The whole file, in the active language: CRLF, lines of at most 75 octets."""
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", _title(feed))
    calendar.add("x-wr-calname", _title(feed))
    calendar.add("x-wr-timezone", ZONE.key)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    calendar.add_component(Timezone.from_tzid(ZONE.key))
    for session in sessions:
        calendar.add_component(_event(session, is_own=feed.person_id is not None))
    return calendar.to_ical()
