"""Something came to fit a search that a person saved."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import SimpleLazyObject, lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from alliance.accounts.models import User

from ..kinds import Facts, Gone, Message, NoticeKind, register
from ..models import SavedSearch, SearchMatch

SHOWN = 20
SALT = "notifications.search"


@dataclass(frozen=True)
class Additions:
    """What was told, as far as this person may see it now: names with their addresses, and how many more."""

    shown: list[tuple[Any, str]]
    more: int

    @property
    def in_one_line(self) -> str:
        return _("; ").join(str(name) for name, _url in self.shown)


def stop_url(search: SavedSearch) -> str:
    """A page on which the messages of this search end, without signing in.

    The same each time: a mail that is tried again is the same mail to the byte (platform spec, invariant 4).
    """
    return reverse("notifications:search_stop", args=[signing.Signer(salt=SALT).sign(search.pk)])


def search_of(token: str) -> SavedSearch | None:
    """The search behind such an address; they do not expire, as mails do not."""
    try:
        pk = signing.Signer(salt=SALT).unsign(token)
    except signing.BadSignature:
        return None
    return SavedSearch.objects.kept().filter(pk=pk).select_related("person").first()


def additions(facts: Facts, person: User | None) -> Additions:
    from ..services.searches import listing_of

    listing = listing_of(facts.about, person=person)
    if listing is None:
        raise Gone("list")
    told = SearchMatch.objects.filter(telling=facts["telling"]).values("object_id")
    definition = listing.definition
    rows = list(definition.fetch(listing.filter.queryset.filter(pk__in=told)).order_by("pk")[: SHOWN + 1])
    if not rows:
        raise Gone("rows")
    column = next(column for column in definition.columns if column.url)
    base = settings.PUBLIC_BASE_URL
    shown = [(listing.value(column, row), base + column.url(row) if column.url else "") for row in rows[:SHOWN]]
    total = len(rows) if len(rows) <= SHOWN else listing.filter.queryset.filter(pk__in=told).count()
    return Additions(shown, total - len(shown))


def _matched(facts: Facts, language: str, recipient: User | None) -> Message:
    """Of what a message in the portal shows nothing has to be looked up; a mail names what was found."""
    from ..services.searches import listing_of

    search: SavedSearch = facts.about
    listing = listing_of(search, person=recipient)
    if listing is None:
        raise Gone("list")
    found: Any = SimpleLazyObject(lambda: additions(facts, recipient))
    since = date_format(date.fromisoformat(facts["since"]), "DATE_FORMAT")
    names = {"n": facts["n"], "search": search.name}
    subject = ngettext("%(n)d addition to “%(search)s”", "%(n)d additions to “%(search)s”", facts["n"]) % names
    conditions = listing.in_words or _("every row of the list")
    why = _("New in the list since %(day)s: %(conditions)s.") % {"day": since, "conditions": conditions}
    base = settings.PUBLIC_BASE_URL
    return Message(
        subject=subject,
        lines=(why, lazy(lambda: found.in_one_line, str)()),
        url=listing.link(),
        action=_("See the whole list"),
        template="search_matched",
        context={
            "why": why,
            "found": found,
            "stop_url": base + stop_url(search),
            "searches_url": base + reverse("notifications:searches"),
        },
    )


def _may_see(person: User, facts: Facts) -> bool:
    search: SavedSearch = facts.about
    if search.person_id != person.pk or search.removed_at is not None:
        return False
    from ..services.searches import listing_of

    listing = listing_of(search, person=person)
    told = SearchMatch.objects.filter(telling=facts["telling"]).values("object_id")
    return listing is not None and listing.filter.queryset.filter(pk__in=told).exists()


SEARCH_MATCHED = register(
    NoticeKind(
        code="notifications.search_matched",
        title=gettext_lazy("Additions to my saved searches"),
        sentence=gettext_lazy("Something new fits a search that you keep; each search says how often you hear of it."),
        group=gettext_lazy("Saved searches"),
        render=_matched,
        may_see=_may_see,
        refs={"about": ("notifications.SavedSearch", "person")},
    )
)
