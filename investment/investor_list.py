"""Every investor, as the investment desk sees them."""

from typing import Any

from django.db.models import Case, CharField, Count, Q, QuerySet, Value, When
from django.http import QueryDict
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from alliance.core.bilingual import order_by_name
from alliance.core.lists import Column, Facet, ListDefinition, ListFilter, SearchBox, Sort, register

from . import countries, policies
from .models import Interest, Investor

_waiting = Case(
    When(state=Investor.State.CONTACT_VERIFIED, handed_in_at__isnull=False, then=Value("yes")),
    default=Value("no"),
    output_field=CharField(),
)


def _words(text: str) -> Q:
    return (
        Q(organisation__name_zh__icontains=text)
        | Q(organisation__name_en__icontains=text)
        | Q(organisation__credit_code__iexact=text)
        | Q(foreign_id__iexact=text)
    )


def _countries(data: QueryDict) -> dict[str, Any]:
    return {code: countries.name_of(code) for code in countries.NAMES}


class InvestorFilter(ListFilter):
    q = SearchBox(_words, label=_("Name or number"))
    waiting = Facet(
        _waiting, label=_("Verification"), choices={"yes": _("waits for the desk"), "no": _("waits for nothing")},
        is_open=True,
    )  # fmt: skip
    state = Facet("state", label=_("State"), choices=Investor.State, is_open=True)
    kind = Facet("kind", label=_("Kind"), choices=Investor.Kind)
    country = Facet("country", label=_("Country or region"), choices=_countries, by_count=True)

    class Meta:
        model = Investor
        fields: list[str] = []


def _rows(user: Any) -> QuerySet[Investor]:
    return Investor.objects.all() if policies.oversees(user) else Investor.objects.none()


def _fetch(rows: QuerySet[Investor]) -> QuerySet[Investor]:
    open_ones = Count("interests", filter=~Q(interests__state__in=[*Interest.CLOSED_STATES, Interest.State.DRAFT]))
    return rows.select_related("organisation").annotate(open_interests=open_ones)


def _url(investor: Investor) -> str:
    return reverse("investment:office_investor", args=[investor.organisation.slug])


OFFICE_INVESTORS = register(
    ListDefinition(
        code="office_investors",
        url_name="investment:office_investors",
        title=_("Investors, as the investment desk sees them"),
        may=policies.oversees,
        who_sees=_("the desks of the secretariat; please do not pass it on"),
        filterset=InvestorFilter,
        rows=_rows,
        fetch=_fetch,
        per_page=50,
        sorts=[
            Sort(
                "waiting",
                _("Waiting longest first"),
                lambda listing: [_waiting.desc(), "handed_in_at", "-registered_at", "pk"],
            ),
            Sort("ends", _("Ending soonest first"), lambda listing: ["verified_until", "pk"]),
            Sort("name", _("By name"), lambda listing: order_by_name("organisation__name")),
            Sort("newest", _("Latest first"), lambda listing: ["-registered_at", "pk"]),
        ],
        columns=[
            Column("name", _("Investor"), lambda row: row.organisation.name, url=_url, in_both=True),
            Column("state", _("State"), lambda row: row.get_state_display(), is_short=True, in_both=True),
            Column(
                "handed_in",
                _("Handed in"),
                lambda row: localdate(row.handed_in_at) if row.handed_in_at else None,
                is_short=True,
                sort="waiting",
                missing=_("not yet"),
            ),
            Column(
                "until",
                _("Verified until"),
                lambda row: row.verified_until if row.is_verified else None,
                is_short=True,
                sort="ends",
                missing=_("not verified"),
            ),
            Column("kind", _("Kind"), lambda row: row.get_kind_display(), is_short=True, in_both=True),
            Column(
                "country",
                _("Country or region"),
                lambda row: countries.name_of(row.country),
                is_short=True,
                in_both=True,
            ),
            Column("number", _("Register number"), lambda row: row.number, is_plain=True, in_table=False),
            Column("interests", _("Open interests"), lambda row: row.open_interests, is_number=True),
        ],
    )
)
