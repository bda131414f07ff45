"""Who did what: the audit chain for those who watch over the alliance."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from alliance.accounts.models import Organisation, User
from alliance.core import audit
from alliance.core.models import AuditEvent, ChainHead

from .. import audit_sentences as sentences
from .. import policies
from ..forms import AuditFilter

ROWS = 50


@dataclass(frozen=True)
class Line:
    """One event as people read it."""

    event: AuditEvent
    sentence: SafeString
    organisation: Any
    change: str
    url: str
    details: str


@require_GET
def audit_log(request: HttpRequest) -> HttpResponse:
    if not policies.can_see_audit(request.user):
        raise PermissionDenied
    form = AuditFilter(request.GET)
    form.is_valid()
    found = _matching(form)
    before = _number(request.GET.get("before"))
    events = list((found.filter(seq__lt=before) if before else found).order_by("-seq")[: ROWS + 1])
    kept = {key: value for key, value in request.GET.items() if value and key != "before"}
    context = {
        "form": form,
        "lines": _lines(events[:ROWS], request),
        "newest_url": f"?{urlencode(kept)}" if before else "",
        "older_url": f"?{urlencode({**kept, 'before': events[ROWS - 1].seq})}" if len(events) > ROWS else "",
        "is_filtered": bool(kept),
        "subject": _subject_of(form),
        "head": ChainHead.objects.get(pk=1),
        "crumbs": [(_("My desk"), reverse("notifications:desk")), (_("Who did what"), None)],
    }
    return render(request, "reports/audit_log.html", context)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else None


def _matching(form: AuditFilter) -> QuerySet[AuditEvent]:
    """Events within the filters that were understood; a wrong one is named beside its field and left out."""
    asked = form.cleaned_data
    found = AuditEvent.objects.all()
    if asked.get("person"):
        people = User.objects.filter(Q(name__icontains=asked["person"]) | Q(email__icontains=asked["person"]))
        found = found.filter(actor__in=[str(pk) for pk in people.values_list("pk", flat=True)[:500]])
    if asked.get("organisation"):
        words = asked["organisation"]
        bodies = Organisation.objects.filter(Q(name_zh__icontains=words) | Q(name_en__icontains=words))
        found = found.filter(on_behalf_of__in=[str(pk) for pk in bodies.values_list("pk", flat=True)[:500]])
    if asked.get("verb"):
        found = found.filter(verb=asked["verb"])
    if asked.get("kind"):
        found = found.filter(object_type=asked["kind"])
    if asked.get("object"):
        object_type, _colon, object_id = asked["object"].partition(":")
        found = found.filter(object_type=object_type, object_id=object_id)
    if asked.get("since"):
        found = found.filter(at__date__gte=asked["since"])
    if asked.get("until"):
        found = found.filter(at__date__lte=asked["until"])
    return found


def _lines(events: list[AuditEvent], request: HttpRequest) -> list[Line]:
    people = User.objects.in_bulk({int(event.actor) for event in events if event.actor.isdigit()})
    bodies = Organisation.objects.in_bulk({int(e.on_behalf_of) for e in events if e.on_behalf_of.isdigit()})
    subjects = sentences.fetch(events)
    log = reverse("reports:audit_log")
    lines = []
    for event in events:
        obj = subjects.get((event.object_type, event.object_id))
        person = people.get(int(event.actor)) if event.actor.isdigit() else None
        about = f"{log}?{urlencode({'object': f'{event.object_type}:{event.object_id}'})}"
        what = format_html('<a href="{}">{}</a>', about, sentences.name_of(event, obj))
        url = sentences.SUBJECTS[event.object_type].url(obj, request.user) if obj is not None else ""  # type: ignore[arg-type]
        body = bodies.get(int(event.on_behalf_of)) if event.on_behalf_of.isdigit() else None
        lines.append(
            Line(
                event,
                sentences.sentence(event, _who(event, person), what),
                body.name if body else None,
                sentences.change_of_state(event),
                url,
                json.dumps(event.payload, ensure_ascii=False, sort_keys=True) if event.payload else "",
            )
        )
    return lines


def _who(event: AuditEvent, person: User | None) -> SafeString:
    if not event.actor:
        return format_html("<b>{}</b>", _("The portal"))
    if person is None:
        return format_html("<b>{}</b>", _("Person no. %(id)s") % {"id": event.actor})
    return format_html("<b>{}</b>", person.name or person.email)


def _subject_of(form: AuditFilter) -> str:
    """The object the log is narrowed to, by its kind."""
    chosen = form.cleaned_data.get("object", "")
    return sentences.kind_title(chosen.partition(":")[0]) if chosen else ""


@require_GET
def audit_export(request: HttpRequest) -> StreamingHttpResponse:
    """The whole chain as the checker reads it."""
    if not policies.can_see_audit(request.user):
        raise PermissionDenied
    response = StreamingHttpResponse(audit.exported_lines(), content_type="application/x-ndjson; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="chain.jsonl"'
    return response
