"""Meetings as iCalendar files (RFC 5545, 5546): invitation, change, cancellation; and a list of one's own."""

from collections.abc import Iterable
from datetime import UTC
from email.utils import parseaddr

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, vCalAddress, vText

from alliance.accounts.models import User
from training.ical import PRODID, ZONE

from .models import Meeting

REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"


def method_of(meeting: Meeting) -> str:
    """What calendars are told: this meeting is, or it is no more."""
    return CANCEL if meeting.state == Meeting.State.CANCELLED else REQUEST


def _event(meeting: Meeting) -> Event:
    event = Event()
    changed = meeting.changed_at.astimezone(UTC).replace(microsecond=0)
    # The same for as long as the meeting exists; the newest SEQUENCE counts.
    event.add("uid", f"{meeting.token.hex}@ccipra-meeting")
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("dtstart", meeting.starts_at.astimezone(ZONE))
    event.add("dtend", meeting.ends_at.astimezone(ZONE))
    cancelled = meeting.state == Meeting.State.CANCELLED
    summary = _("Meeting: %(project)s") % {"project": meeting.project.title}
    event.add("summary", _("Cancelled: %(summary)s") % {"summary": summary} if cancelled else summary)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if cancelled else "OPAQUE")
    event.add("location", meeting.place or meeting.link)
    if meeting.link:
        event.add("conference", meeting.link, parameters={"VALUE": "URI"})
    event.add("url", settings.PUBLIC_BASE_URL + reverse("investment:meeting", args=[meeting.token]))
    lines = [meeting.topic, str(meeting.get_language_display()), meeting.state_reason if cancelled else ""]
    event.add("description", "\n".join(line for line in lines if line))
    return event


def _address(email: str, name: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    address.params["cn"] = vText(name)
    return address


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(Timezone.from_tzid(ZONE.key))
    return calendar


def invitation(meeting: Meeting, reader: User) -> bytes:
    """For one reader's calendar. The portal invites; the other side's address is in nobody's file."""
    calendar = _calendar(method_of(meeting))
    event = _event(meeting)
    name, email = parseaddr(settings.DEFAULT_FROM_EMAIL)
    event.add("organizer", _address(email, name or "CCIPRA"))
    attendee = _address(reader.email, reader.name)
    attendee.params["role"] = vText("REQ-PARTICIPANT")
    attendee.params["partstat"] = vText("ACCEPTED")
    event.add("attendee", attendee)
    calendar.add_component(event)
    return calendar.to_ical()


def listing(meetings: Iterable[Meeting]) -> bytes:
    """All confirmed meetings of a reader in one file, cancelled ones too so that programs take them out."""
    calendar = _calendar(PUBLISH)
    calendar.add("x-wr-calname", _("Meetings of parks and investors"))
    for meeting in meetings:
        calendar.add_component(_event(meeting))
    return calendar.to_ical()
