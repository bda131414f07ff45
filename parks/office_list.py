"""The secretariat's list of parks: every standing, with what needs a hand."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, CharField, DateTimeField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Now
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import Duty
from alliance.core import bilingual, search
from alliance.core.lists import Column, Facet, ListDefinition, ListFilter, SearchBox, Sort, register

from . import completeness, freshness, policies
from .decided import ageing_months, fresh_months
from .filters import changed_since, provinces
from .models import ListedPark, Park, SavedList, Submission


def words(text: str) -> Q:
    """As in the directory; and for parks that are not public, any part of their names, address or credit code."""
    plain = Q()
    for word in text.split()[:6]:
        plain &= (
            Q(name_zh__icontains=word)
            | Q(name_en__icontains=word)
            | Q(slug__icontains=word)
            | Q(organisation__name_zh__icontains=word)
            | Q(organisation__credit_code__iexact=word)
        )
    return Q(pk__in=search.matching(Park, text)) | plain


class _Ago(Value):
    """A span before now that the secretariat may change: asked when the query runs."""

    def __init__(self, span: Callable[[], timedelta]) -> None:
        super().__init__(None, output_field=DateTimeField())
        self.span = span

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        moment = Value(timezone.now() - self.span(), output_field=DateTimeField())
        return moment.as_sql(compiler, connection)


def _older(than: Callable[[], timedelta]) -> Q:
    return Q(confirmed_at__lt=_Ago(than))


_age = Case(
    When(confirmed_at__isnull=True, then=Value("never")),
    When(_older(freshness.ageing_for), then=Value("stale")),
    When(_older(freshness.fresh_for), then=Value("ageing")),
    default=Value("fresh"),
    output_field=CharField(),
)
_language = Case(
    When(completeness_zh__gte=completeness.LEAST_ZH, completeness_en__gte=completeness.LEAST_EN, then=Value("both")),
    When(Q(summary_en="") | Q(name_en=""), then=Value("zh")),
    When(Q(summary_zh=""), then=Value("en")),
    default=Value("thin"),
    output_field=CharField(),
)
_open = Subquery(
    Submission.objects.filter(park=OuterRef("pk"), state__in=Submission.OPEN_STATES).values("state")[:1],
    output_field=CharField(),
)
_people = Case(
    When(
        Exists(
            Duty.objects.filter(
                Q(ends_on__isnull=True) | Q(ends_on__gte=Now()),
                organisation=OuterRef("organisation"),
                starts_on__lte=Now(),
            )
        ),
        then=Value("yes"),
    ),
    default=Value("no"),
    output_field=CharField(),
)


def lists_of(data: QueryDict, person: Any) -> dict[str, Any]:
    """The person's lists of parks and those that colleagues share."""
    return {str(saved.pk): saved.name for saved in SavedList.objects.visible_to(person)}


class OnList(Facet):
    """Parks that somebody picked by hand."""

    def value(self) -> Any:
        mine = ListedPark.objects.filter(park=OuterRef("pk")).annotate(code=Cast("saved_list", CharField()))
        return ArraySubquery(mine.values("code"))

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        return qs.filter(pk__in=ListedPark.objects.filter(saved_list__in=value).values("park")) if value else qs


class OfficeFilter(ListFilter):
    q = SearchBox(words, label=_("Words"))
    standing = Facet("standing", label=_("Standing"), choices=Park.Standing, is_open=True)
    submission = Facet(
        _open,
        label=_("Submission"),
        choices={
            "submitted": Submission.State.SUBMITTED.label,
            "returned": Submission.State.RETURNED.label,
            "none": _("Nothing under way"),
        },
        is_open=True,
    )
    age = Facet(
        _age,
        label=_("Last confirmed by the park"),
        choices={
            "fresh": format_lazy(_("within {months} months"), months=fresh_months),
            "ageing": format_lazy(_("within {months} months"), months=ageing_months),
            "stale": _("longer ago"),
            "never": _("never"),
        },
        is_open=True,
    )
    language = Facet(
        _language,
        label=_("Languages"),
        choices={
            "both": _("Both complete enough"),
            "thin": _("Both, but thin"),
            "zh": _("Chinese only"),
            "en": _("English only"),
        },
        is_open=True,
    )
    people = Facet(
        _people, label=_("People"), choices={"yes": _("Somebody acts for it"), "no": _("Nobody yet")}, is_open=True
    )
    province = Facet("province", label=_("Province"), choices=provinces, by_count=True)
    list = OnList("pk", label=_("On the list"), choices=lists_of, many=True, is_personal=True)

    class Meta:
        model = Park
        fields: list[str] = []


def rows(user: Any) -> QuerySet[Park]:
    return Park.objects.all() if policies.can_see_all(user) else Park.objects.none()


def fetch(parks: QuerySet[Park]) -> QuerySet[Park]:
    return parks.select_related("province").annotate(open_state=_open)


def _submission_label(park: Any) -> Any:
    return dict(Submission.State.choices).get(park.open_state)


def _by_name(listing: Any) -> list[Any]:
    return bilingual.order_by_name()


OFFICE_PARKS = register(
    ListDefinition(
        code="office_parks",
        url_name="parks:office_parks",
        title=_("Parks, as the secretariat sees them"),
        may=policies.can_see_all,
        changed=changed_since,
        who_sees=_("the desks of the secretariat; please do not pass it on"),
        filterset=OfficeFilter,
        rows=rows,
        fetch=fetch,
        per_page=50,
        place="province",
        sorts=[
            Sort("changed", _("Last changed first"), lambda listing: [F("updated_at").desc(), "pk"]),
            Sort("name", _("By name"), _by_name),
            Sort(
                "thin", _("Least complete first"), lambda listing: [F("completeness_zh") + F("completeness_en"), "pk"]
            ),
            Sort(
                "stale", _("Longest unconfirmed first"), lambda listing: [F("confirmed_at").asc(nulls_first=True), "pk"]
            ),
        ],
        columns=[
            Column("name", _("Park"), lambda p: p.name, url=lambda p: _url(p), sort="name", in_file=False),
            Column("name_zh", _("Chinese name"), lambda p: p.name_zh, in_table=False),
            Column("name_en", _("English name"), lambda p: p.name_en, in_table=False),
            Column(
                "place", _("Place"), lambda p: p.province.short, is_short=True, in_both=True, meaning=_("Province.")
            ),
            Column(
                "standing",
                _("Standing"),
                lambda p: p.get_standing_display(),
                is_short=True,
                in_both=True,
                meaning=_("Whether the entry is public, and who stands behind it."),
            ),
            Column(
                "submission",
                _("Submission"),
                lambda p: _submission_label(p) or gettext("none"),
                is_short=True,
                in_both=True,
                meaning=_("Where the last submission of the park's changes stands."),
            ),
            Column(
                "zh",
                _("Chinese, %"),
                lambda p: p.completeness_zh,
                is_number=True,
                sort="thin",
                unit="%",
                meaning=_("How complete the Chinese profile is."),
            ),
            Column(
                "en",
                _("English, %"),
                lambda p: p.completeness_en,
                is_number=True,
                unit="%",
                meaning=_("How complete the English profile is."),
            ),
            Column(
                "confirmed",
                _("Confirmed"),
                lambda p: localdate(p.confirmed_at) if p.confirmed_at else None,
                is_short=True,
                sort="stale",
                missing=_("never"),
                meaning=_("The day on which the park last confirmed it; empty where it never did."),
            ),
            Column(
                "changed",
                _("Changed"),
                lambda p: localdate(p.updated_at),
                is_short=True,
                sort="changed",
                meaning=_("The day on which the entry last changed."),
            ),
            Column(
                "page",
                _("Page"),
                lambda p: settings.PUBLIC_BASE_URL + _url(p),
                in_table=False,
                meaning=_("In the office."),
            ),
        ],
    )
)


def _url(park: Park) -> str:
    from django.urls import reverse

    return reverse("parks:office_park", args=[park.slug])
