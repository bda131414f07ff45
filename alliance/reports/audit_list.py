"""The audit chain as a list: who did what, for whom, when, in sentences."""

import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.accounts.models import Organisation, User
from alliance.core.lists import Column, Facet, ListDefinition, ListFilter, SearchBox, Sort, a_day, register
from alliance.core.models import AuditEvent

from . import audit_sentences as sentences
from . import policies

OBJECT = re.compile(r"[a-z]+\.[a-z]+:[\w-]{1,60}")
# Of people or organisations that some words fit.
MOST = 500


@dataclass(frozen=True)
class Line:
    """One event as people read it."""

    event: AuditEvent
    sentence: SafeString
    organisation: Any
    change: str
    url: str
    details: str


def _by_people(text: str) -> Q:
    people = User.objects.filter(Q(name__icontains=text) | Q(email__icontains=text))
    return Q(actor__in=[str(pk) for pk in people.values_list("pk", flat=True)[:MOST]])


def _by_organisations(text: str) -> Q:
    bodies = Organisation.objects.filter(Q(name_zh__icontains=text) | Q(name_en__icontains=text))
    return Q(on_behalf_of__in=[str(pk) for pk in bodies.values_list("pk", flat=True)[:MOST]])


def _about(text: str) -> Q:
    object_type, _colon, object_id = text.partition(":")
    return Q(object_type=object_type, object_id=object_id)


def _an_object(text: str) -> str | None:
    return text if OBJECT.fullmatch(text) else None


def object_in_words(text: str) -> str:
    object_type, _colon, object_id = text.partition(":")
    return _("%(kind)s no. %(id)s") % {"kind": sentences.kind_title(object_type), "id": object_id[:12]}


def _verbs(data: QueryDict) -> Mapping[str, Any]:
    """Every verb that people know, and those named in the address that happened."""
    return {verb: sentences.title(verb) for verb in [*sentences.SENTENCES, *_named(data, "verb")]}


def _kinds(data: QueryDict) -> Mapping[str, Any]:
    kinds = [*sentences.SUBJECTS, *sentences.KINDS, *_named(data, "kind")]
    return {kind: sentences.kind_title(kind) for kind in kinds}


def _named(data: QueryDict, name: str) -> list[str]:
    column = {"verb": "verb", "kind": "object_type"}[name]
    asked = [text for text in data.getlist(name) if text.isprintable() and len(text) < 80][:20]
    if not asked:
        return []
    return list(
        AuditEvent.objects.filter(**{f"{column}__in": asked}).order_by().values_list(column, flat=True).distinct()
    )


class AuditFilter(ListFilter):
    person = SearchBox(
        _by_people, label=gettext_lazy("Person"), said=lambda text: _("Person: %(text)s") % {"text": text}
    )
    organisation = SearchBox(
        _by_organisations,
        label=gettext_lazy("Acting for"),
        said=lambda text: _("Acting for: %(text)s") % {"text": text},
    )
    since = SearchBox(
        lambda day: Q(at__date__gte=day),
        label=gettext_lazy("From"),
        read=a_day,
        said=lambda day: _("from %(day)s") % {"day": day},
    )
    until = SearchBox(
        lambda day: Q(at__date__lte=day),
        label=gettext_lazy("To"),
        read=a_day,
        said=lambda day: _("until %(day)s") % {"day": day},
    )
    object = SearchBox(_about, label=gettext_lazy("Object"), read=_an_object, said=object_in_words)
    kind = Facet("object_type", label=gettext_lazy("Kind of object"), choices=_kinds, by_count=True, is_open=True)
    verb = Facet("verb", label=gettext_lazy("What"), choices=_verbs, by_count=True, is_open=True)

    class Meta:
        model = AuditEvent
        fields: list[str] = []


def _rows(user: Any) -> QuerySet[AuditEvent]:
    return AuditEvent.objects.all() if policies.can_see_audit(user) else AuditEvent.objects.none()


def _prepare(events: Sequence[AuditEvent], user: Any) -> None:
    """What the sentences name, the same few questions for all: the events then know their `line`."""
    people = User.objects.in_bulk({int(event.actor) for event in events if event.actor.isdigit()})
    bodies = Organisation.objects.in_bulk({int(e.on_behalf_of) for e in events if e.on_behalf_of.isdigit()})
    subjects = sentences.fetch(list(events))
    for event in events:
        event.reader = user  # type: ignore[attr-defined]
        event.person = people.get(int(event.actor)) if event.actor.isdigit() else None  # type: ignore[attr-defined]
        event.body = bodies.get(int(event.on_behalf_of)) if event.on_behalf_of.isdigit() else None  # type: ignore[attr-defined]
        event.subject = subjects.get((event.object_type, event.object_id))  # type: ignore[attr-defined]


def line_of(event: Any) -> Line:
    """A prepared event in the reader's language."""
    about = f"{reverse('reports:audit_log')}?{urlencode({'object': f'{event.object_type}:{event.object_id}'})}"
    what = format_html('<a href="{}">{}</a>', about, sentences.name_of(event, event.subject))
    return Line(
        event,
        sentences.sentence(event, format_html("<b>{}</b>", _who(event)), what),
        event.body.name if event.body else None,
        sentences.change_of_state(event),
        _url(event),
        _details(event),
    )


def _who(event: Any) -> str:
    if not event.actor:
        return _("The portal")
    if event.person is None:
        return _("Person no. %(id)s") % {"id": event.actor}
    return event.person.name or event.person.email


def _url(event: Any) -> str:
    subject = sentences.SUBJECTS.get(event.object_type)
    return subject.url(event.subject, event.reader) if subject and event.subject is not None else ""


def _details(event: AuditEvent) -> str:
    return json.dumps(event.payload, ensure_ascii=False, sort_keys=True) if event.payload else ""


def _said(event: Any) -> str:
    """The sentence as plain text."""
    return html.unescape(strip_tags(line_of(event).sentence))


AUDIT_LOG = register(
    ListDefinition(
        code="audit_log",
        url_name="reports:audit_log",
        title=gettext_lazy("Who did what"),
        filterset=AuditFilter,
        rows=_rows,
        prepare=_prepare,
        may=policies.can_see_audit,
        per_page=50,
        who_sees=gettext_lazy("those who watch over the alliance; please do not pass it on"),
        sorts=[
            Sort("latest", gettext_lazy("Latest first"), lambda listing: ["-seq"]),
            Sort("oldest", gettext_lazy("Oldest first"), lambda listing: ["seq"]),
        ],
        columns=[
            Column(
                "seq",
                gettext_lazy("No."),
                lambda event: event.seq,
                is_number=True,
                is_plain=True,
                meaning=gettext_lazy("The place of the event in the chain."),
            ),
            Column(
                "at",
                gettext_lazy("Time"),
                lambda event: timezone.localtime(event.at).strftime("%Y-%m-%d %H:%M:%S"),
                sort="oldest",
                back="latest",
            ),
            Column("what", gettext_lazy("What happened"), _said, in_both=True),
            Column(
                "for", gettext_lazy("Acting for"), lambda event: event.body.name if event.body else None, in_both=True
            ),
            Column("change", gettext_lazy("Change"), sentences.change_of_state, in_table=False, in_both=True),
            Column("verb", gettext_lazy("Verb"), lambda event: event.verb, in_table=False),
            Column(
                "kind",
                gettext_lazy("Kind of object"),
                lambda event: sentences.kind_title(event.object_type),
                in_table=False,
                in_both=True,
            ),
            Column("object", gettext_lazy("Object"), lambda event: event.object_id, in_table=False),
            Column("actor", gettext_lazy("Person"), _who, in_table=False),
            Column(
                "details",
                gettext_lazy("Details"),
                _details,
                in_table=False,
                meaning=gettext_lazy("What the event holds beside this, as it was sealed."),
            ),
            Column(
                "hash",
                gettext_lazy("Seal"),
                lambda event: event.hash,
                in_table=False,
                meaning=gettext_lazy("The hash that holds the event to the one before it. The chain itself proves it."),
            ),
            Column(
                "page",
                gettext_lazy("Page"),
                lambda event: settings.PUBLIC_BASE_URL + _url(event) if _url(event) else "",
                in_table=False,
            ),
        ],
    )
)
