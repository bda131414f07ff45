"""What happened in a team, read from the audit chain and told in sentences."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from alliance.core.models import AuditEvent

from .models import Duty, Invitation, JoinRequest, Organisation, User
from .roles import ROLES

SHOWN = 50
# Of each kind of object, the latest of which events are looked up.
LOOKED_AT = 200


@dataclass(frozen=True)
class Line:
    at: datetime
    text: str
    by_secretariat: bool


def team_history(organisation: Organisation) -> list[Line]:
    """The last events of this team, the latest first."""
    subjects: dict[tuple[str, str], Any] = {}
    for model in (Duty, Invitation, JoinRequest):
        rows = model.objects.filter(organisation=organisation).order_by("-pk")
        if model is not Invitation:
            rows = rows.select_related("person")
        subjects |= {(model._meta.label_lower, str(row.pk)): row for row in rows[:LOOKED_AT]}
    events = [
        event
        for event in AuditEvent.objects.filter(
            object_type__in={kind for kind, _pk in subjects}, object_id__in={pk for _kind, pk in subjects}
        ).order_by("-seq")[: SHOWN * 4]
        if (event.object_type, event.object_id) in subjects
    ][:SHOWN]
    people = User.objects.in_bulk([int(pk) for event in events for pk in (event.actor, _substitute(event)) if pk])
    lines = []
    for event in events:
        text = _sentence(event, subjects[event.object_type, event.object_id], people)
        if text:
            lines.append(Line(event.at, text, event.on_behalf_of not in {"", str(organisation.pk)}))
    return lines


def _substitute(event: AuditEvent) -> str:
    return str(event.payload.get("substitute") or "")


def _sentence(event: AuditEvent, subject: Any, people: dict[int, User]) -> str:
    actor = people.get(int(event.actor)) if event.actor else None
    words = {
        "actor": actor or _("The portal"),
        "who": subject.name or subject.email if isinstance(subject, Invitation) else subject.person,
        "role": ROLES[event.payload.get("role") or subject.role_code].title,
    }
    match event.verb:
        case "invitation.sent":
            return _("%(actor)s invited %(who)s as “%(role)s”.") % words
        case "invitation.resent":
            return _("%(actor)s sent the invitation to %(who)s again.") % words
        case "invitation.revoked":
            return _("%(actor)s took back the invitation to %(who)s.") % words
        case "invitation.accepted":
            return _("%(who)s accepted the invitation.") % words
        case "invitation.asked_again":
            return _("%(who)s held an expired link and asked for a new one.") % words
        case "duty.appointed":
            return _("%(who)s received the duty “%(role)s”.") % words
        case "duty.term_changed" if event.payload.get("ends_on"):
            words["day"] = _day(event.payload["ends_on"])
            return _("%(actor)s changed the term of %(who)s (%(role)s): until %(day)s.") % words
        case "duty.term_changed":
            return _("%(actor)s changed the term of %(who)s (%(role)s): open-ended.") % words
        case "duty.absence_set":
            return _absence(event, words, people)
        case "duty.ended" if isinstance(subject, Duty):
            words["reason"] = subject.end_reason
            return _("%(actor)s ended the duty of %(who)s (%(role)s): %(reason)s") % words
        case "duty.ran_out":
            return _("The term of %(who)s (%(role)s) ran out.") % words
        case "join_request.asked":
            return _("%(who)s asked to join as “%(role)s”.") % words
        case "join_request.approve":
            return _("%(actor)s let %(who)s join as “%(role)s”.") % words
        case "join_request.refuse" if isinstance(subject, JoinRequest):
            words["reason"] = subject.decision_note
            return _("%(actor)s refused the request of %(who)s: %(reason)s") % words
        case "join_request.withdraw":
            return _("%(who)s withdrew the request to join.") % words
    return ""


def _absence(event: AuditEvent, words: dict[str, Any], people: dict[int, User]) -> str:
    substitute = _substitute(event)
    words["substitute"] = people.get(int(substitute)) if substitute else _("nobody")
    if event.payload.get("away_from"):
        words |= {"first": _day(event.payload["away_from"]), "last": _day(event.payload["away_until"])}
        return _("%(who)s (%(role)s) is away from %(first)s to %(last)s; substitute: %(substitute)s.") % words
    return _("%(actor)s set the substitute of %(who)s (%(role)s): %(substitute)s.") % words


def _day(iso: str) -> str:
    return date_format(date.fromisoformat(iso), "DATE_FORMAT")
