"""Messages that did not go out, as a list: a person decides about each, alone or together."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from alliance.core.lists import Column, Facet, ListDefinition, ListFilter, SearchBox, Sort, a_day, register

from . import kinds, policies
from .models import Delivery
from .reasons import in_words


def kind_of(row: Delivery) -> kinds.NoticeKind | None:
    return kinds.notice_kind(row.event.kind)


def _title(row: Delivery) -> str:
    kind = kind_of(row)
    return str(kind.title) if kind else row.event.kind


def _to(row: Delivery) -> str:
    """A letter to an address outside has nobody here."""
    return str(row.recipient or row.robot or "")


def _kinds(data: QueryDict) -> Mapping[str, Any]:
    """Of the messages that failed; what the portal no longer knows keeps its code."""
    codes = Delivery.objects.for_a_person().order_by().values_list("event__kind", flat=True).distinct()
    known = {code: kinds.notice_kind(code) for code in sorted(codes)}
    return {code: kind.title if kind else code for code, kind in known.items()}


def _words(text: str) -> Q:
    """A part of who should have got it, or of why it did not go."""
    return (
        Q(recipient__name__icontains=text)
        | Q(recipient__email__icontains=text)
        | Q(robot__name__icontains=text)
        | Q(last_error__icontains=text)
    )


class FailedFilter(ListFilter):
    q = SearchBox(_words, label=_("Words"))
    channel = Facet("channel", label=_("Channel"), choices=Delivery.Channel, is_open=True)
    state = Facet(
        "state",
        label=_("State"),
        choices={one.value: one.label for one in (Delivery.State.DEAD, Delivery.State.UNKNOWN)},
        is_open=True,
    )
    kind = Facet("event__kind", label=_("Message"), choices=_kinds, by_count=True, is_open=True)
    since = SearchBox(
        lambda day: Q(created_at__date__gte=day),
        label=_("From"),
        read=a_day,
        said=lambda day: gettext("from %(day)s") % {"day": day},
    )
    until = SearchBox(
        lambda day: Q(created_at__date__lte=day),
        label=_("To"),
        read=a_day,
        said=lambda day: gettext("until %(day)s") % {"day": day},
    )

    class Meta:
        model = Delivery
        fields: list[str] = []


def _rows(user: Any) -> QuerySet[Delivery]:
    return Delivery.objects.for_a_person() if policies.can_see_deliveries(user) else Delivery.objects.none()


FAILED = register(
    ListDefinition(
        code="failed_deliveries",
        url_name="notifications:deliveries",
        title=_("Failed messages"),
        filterset=FailedFilter,
        rows=_rows,
        fetch=lambda rows: rows.select_related("event", "recipient", "robot"),
        may=policies.can_see_deliveries,
        per_page=25,
        who_sees=_("the data desk; please do not pass it on"),
        sorts=[
            Sort("planned", _("Latest first"), lambda listing: ["-created_at", "pk"]),
            Sort("-planned", _("Oldest first"), lambda listing: ["created_at", "pk"]),
            Sort("attempts", _("Most attempts first"), lambda listing: ["-attempts", "-created_at", "pk"]),
            Sort("-attempts", _("Fewest attempts first"), lambda listing: ["attempts", "-created_at", "pk"]),
            Sort("kind", _("By message"), lambda listing: ["event__kind", "-created_at", "pk"]),
            Sort("reason", _("By reason"), lambda listing: ["last_error", "-created_at", "pk"]),
        ],
        columns=[
            Column(
                "planned",
                _("Planned"),
                lambda row: timezone.localtime(row.created_at).strftime("%Y-%m-%d %H:%M"),
                sort="-planned",
                back="planned",
            ),
            Column("kind", _("Message"), _title, sort="kind", in_both=True),
            Column(
                "to",
                pgettext_lazy("mail", "To"),
                _to,
                in_table=False,  # below the message
                meaning=_("Empty for a letter to an address outside the portal."),
            ),
            Column("channel", _("Channel"), lambda row: row.get_channel_display(), in_table=False),
            Column("state", _("State"), lambda row: row.get_state_display(), in_table=False),  # above the reason
            Column("reason", _("Reason"), lambda row: in_words(row.last_error), sort="reason"),
            Column(
                "attempts", _("Attempts"), lambda row: row.attempts, is_number=True, sort="-attempts", back="attempts"
            ),
        ],
    )
)
