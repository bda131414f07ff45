"""Saved searches: keep, change, pause and remove them, and tell people what came to fit.

However many searches there are, a look asks the lists about the rows that changed since the last one, fifty different
searches in a statement; searches with the same conditions count as one.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import IntegrityError, connection, transaction
from django.db.models import Case, QuerySet, Value, When
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from alliance.accounts.models import User
from alliance.core import audit
from alliance.core.errors import RuleBroken
from alliance.core.lists import ListDefinition, Listing, find, remembered_options
from alliance.core.lists.definition import all_lists

from ..models import ListWatch, SavedSearch, SearchMatch
from ..notices import SEARCH_MATCHED
from .notices import notify

Alerts = SavedSearch.Alerts

MOST = 50  # searches of one person
LONGEST = 2000  # characters of conditions
# A change is seen when it is committed, with the time at which it began.
OVERLAP = timedelta(minutes=5)
IN_ONE_STATEMENT = 50
MOST_CHANGED = 20_000  # rows of one look; an import of more is looked at over several
# In the morning, and on Mondays.
TOLD_AT = time(8, 0)
# So long a removed search can be brought back.
UNDO = timedelta(minutes=30)
URGENCY = Case(When(alerts=Alerts.AT_ONCE, then=Value(0)), When(alerts=Alerts.DAILY, then=Value(1)), default=Value(2))


# What people do -------------------------------------------------------------------------------------------------------


@transaction.atomic
def save_search(listing: Listing, *, name: str, alerts: str, by: User) -> SavedSearch:
    """Keep these conditions. What fits them now is known; only what comes later is news."""
    if SavedSearch.objects.kept().of(by).count() >= MOST:
        raise RuleBroken(_("You keep %(n)d searches already. Please remove one that you no longer need.") % {"n": MOST})
    if len(listing.query) > LONGEST:
        raise RuleBroken(_("A search cannot keep this many conditions. Please remove some."))
    search = SavedSearch(
        person=by,
        list_code=listing.definition.code,
        query=listing.query,
        name=name.strip()[:80],
        alerts=Alerts(alerts),
        known=_ids(listing.filter.narrowed()),
    )
    try:
        with transaction.atomic():
            search.save(force_insert=True)
    except IntegrityError:
        raise RuleBroken(_("You already have a saved search with exactly these conditions.")) from None
    _begin_watch(listing.definition)
    audit.record("search.saved", search, by=by, list=search.list_code, alerts=search.alerts)
    return search


@transaction.atomic
def change_search(search: SavedSearch, *, name: str, alerts: str, by: User) -> SavedSearch:
    search = _locked(search)
    search.name, search.alerts = name.strip()[:80], Alerts(alerts)
    search.tell_at = _tell_at(search.alerts, timezone.now()) if search.tell_at else None
    search.save(update_fields=["name", "alerts", "tell_at"])
    audit.record("search.changed", search, by=by, alerts=search.alerts)
    return search


@transaction.atomic
def pause_search(search: SavedSearch, *, by: User | None) -> SavedSearch:
    """No messages for now. What comes meanwhile is not told later."""
    search = _locked(search)
    if search.paused_at is None:
        search.paused_at, search.tell_at = timezone.now(), None
        search.save(update_fields=["paused_at", "tell_at"])
        audit.record("search.paused", search, by=by)
    return search


@transaction.atomic
def resume_search(search: SavedSearch, *, by: User) -> SavedSearch:
    """Messages again, about what comes from now on."""
    search = _locked(search)
    if search.paused_at is not None or search.alerts == Alerts.OFF:
        listing = listing_of(search, person=by)
        now_there = _ids(listing.filter.narrowed()) if listing else []
        search.known = sorted({*search.known, *now_there})
        search.paused_at = None
        search.alerts = Alerts.DAILY if search.alerts == Alerts.OFF else search.alerts
        search.save(update_fields=["known", "paused_at", "alerts"])
        audit.record("search.resumed", search, by=by)
    return search


@transaction.atomic
def remove_search(search: SavedSearch, *, by: User) -> SavedSearch:
    """Away; it can be brought back for half an hour."""
    search = _locked(search)
    if search.removed_at is None:
        search.removed_at, search.tell_at = timezone.now(), None
        search.save(update_fields=["removed_at", "tell_at"])
        audit.record("search.removed", search, by=by)
    return search


@transaction.atomic
def restore_search(search: SavedSearch, *, by: User) -> SavedSearch:
    search = _locked(search)
    if search.removed_at is None:
        return search
    if search.removed_at < timezone.now() - UNDO:
        raise RuleBroken(_("It was removed too long ago. Please save the search anew."))
    search.removed_at = None
    try:
        with transaction.atomic():
            search.save(update_fields=["removed_at"])
    except IntegrityError:
        raise RuleBroken(_("You already have a saved search with exactly these conditions.")) from None
    audit.record("search.restored", search, by=by)
    return search


def _locked(search: SavedSearch) -> SavedSearch:
    return SavedSearch.objects.select_for_update().get(pk=search.pk)


def recently_removed(person: User) -> QuerySet[SavedSearch]:
    return SavedSearch.objects.of(person).filter(removed_at__gt=timezone.now() - UNDO).by_name()


# Reading --------------------------------------------------------------------------------------------------------------


def listing_of(search: SavedSearch, *, person: Any) -> Listing | None:
    """The list as the search asks for it, of the rows that this person may see; None where they may not open it."""
    definition = find(search.list_code)
    if definition is None or not (definition.is_public or definition.may(person)):
        return None
    return definition.read(QueryDict(search.query), user=person)


def counts(listings: Sequence[Listing]) -> list[int]:
    """How many rows fit each of these lists now, in one statement."""
    found = dict.fromkeys(range(len(listings)), 0)
    parts = [(number, listing.filter.narrowed().order_by().values("pk")) for number, listing in enumerate(listings)]
    for number, total in _union(parts, "count(*)"):
        found[number] = total
    return [found[number] for number in range(len(listings))]


def _union(parts: Iterable[tuple[int, QuerySet]], what: str) -> Iterator[tuple[int, int]]:
    """(number, value) for each of these queries, several in one statement."""
    compiled: list[tuple[str, tuple]] = []
    for number, rows in parts:
        try:
            sql, params = rows.query.sql_with_params()
        except EmptyResultSet:
            continue
        compiled.append((f"SELECT {int(number)}, {what} FROM ({sql}) AS part(id)", params))
    for start in range(0, len(compiled), IN_ONE_STATEMENT):
        some = compiled[start : start + IN_ONE_STATEMENT]
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(sql for sql, _params in some), [one for _sql, ps in some for one in ps])
            yield from cursor.fetchall()


def _ids(rows: QuerySet) -> list[int]:
    return sorted(rows.order_by().values_list("pk", flat=True))


# Looking --------------------------------------------------------------------------------------------------------------


def look() -> int:
    """Find what came to fit any search since the last look, and tell whose time has come; gives how many were told."""
    for definition in all_lists():
        if definition.changed is not None:
            _look_at(definition)
    return tell_due()


def _begin_watch(definition: ListDefinition) -> None:
    ListWatch.objects.get_or_create(list_code=definition.code, defaults={"looked_until": timezone.now()})


@transaction.atomic
def _look_at(definition: ListDefinition) -> None:
    # Another process that looks at the same moment leaves it to this one.
    watch = ListWatch.objects.select_for_update(skip_locked=True).filter(list_code=definition.code).first()
    if watch is None or definition.changed is None:
        return
    begun = timezone.now()
    changed = list(definition.changed(watch.looked_until - OVERLAP)[: MOST_CHANGED + 1])
    if changed:
        _match(definition, changed)
    watch.looked_until = begun
    watch.save(update_fields=["looked_until"])


def _match(definition: ListDefinition, changed: Sequence[int]) -> None:
    """Note for each search which of the changed rows are new to it."""
    groups: dict[tuple[str, int], list[int]] = defaultdict(list)
    watching = SavedSearch.objects.watching().filter(list_code=definition.code)
    for pk, query, person in watching.values_list("pk", "query", "person"):
        groups[query, 0 if definition.is_public else person].append(pk)
    if not groups:
        return
    people = User.objects.in_bulk({person for _query, person in groups if person})
    keys = list(groups)
    found: dict[int, list[int]] = defaultdict(list)
    with remembered_options(), override("en"):
        parts = (
            (number, rows.filter(pk__in=changed).order_by().values("pk"))
            for number, (query, person) in enumerate(keys)
            if (rows := _rows(definition, query, people.get(person), person)) is not None
        )
        for number, pk in _union(parts, "id"):
            found[number].append(pk)
    hits = {search: ids for number, ids in found.items() for search in groups[keys[number]]}
    if hits:
        _note(definition, hits)


def _rows(definition: ListDefinition, query: str, person: User | None, pk: int) -> QuerySet | None:
    if pk and (person is None or not definition.may(person)):
        return None
    return definition.read(QueryDict(query), user=person).filter.narrowed()


def _note(definition: ListDefinition, hits: dict[int, list[int]]) -> None:
    now = timezone.now()
    fresh: list[SearchMatch] = []
    changed: list[SavedSearch] = []
    searches = SavedSearch.objects.select_for_update().filter(pk__in=hits).order_by(URGENCY, "pk")
    for search in searches:
        known = set(search.known)
        new = sorted(set(hits[search.pk]) - known)
        if not new:
            continue
        search.known = sorted(known | set(new))
        search.tell_at = search.tell_at or _tell_at(search.alerts, now)
        changed.append(search)
        fresh += [
            SearchMatch(search=search, person_id=search.person_id, list_code=definition.code, object_id=pk)
            for pk in new
        ]
    SavedSearch.objects.bulk_update(changed, ["known", "tell_at"], batch_size=500)
    # Who was told of an object by another search of theirs is not told again.
    SearchMatch.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=2000)


def _tell_at(alerts: str, now: datetime) -> datetime | None:
    """The next moment at which such messages are sent."""
    if alerts == Alerts.OFF:
        return None
    if alerts == Alerts.AT_ONCE:
        return now
    local = timezone.localtime(now)
    morning = local.replace(hour=TOLD_AT.hour, minute=TOLD_AT.minute, second=0, microsecond=0)
    if morning <= local:
        morning += timedelta(days=1)
    if alerts == Alerts.WEEKLY:
        morning += timedelta(days=-morning.weekday() % 7)
    return morning


# Telling --------------------------------------------------------------------------------------------------------------


def tell_due(now: datetime | None = None) -> int:
    """One message for each search that has something to tell and whose time has come."""
    due = SavedSearch.objects.watching().filter(tell_at__lte=now or timezone.now()).order_by("tell_at", "pk")
    told = 0
    with remembered_options():
        for search in due.select_related("person")[:2000]:
            told += _tell(search)
    return told


@transaction.atomic
def _tell(search: SavedSearch) -> int:
    """Tell of what still fits and may be seen; what does not is forgotten, and news again if it comes back."""
    locked = SavedSearch.objects.select_for_update(skip_locked=True).filter(pk=search.pk, tell_at__isnull=False).first()
    if locked is None:
        return 0
    waiting = SearchMatch.objects.filter(search=locked, told_at__isnull=True)
    ids = set(waiting.values_list("object_id", flat=True))
    listing = listing_of(locked, person=search.person)
    there = set(_ids(listing.filter.narrowed().filter(pk__in=ids))) if listing and ids else set()
    gone = ids - there
    if gone:
        waiting.filter(object_id__in=gone).delete()
        locked.known = sorted(set(locked.known) - gone)
    now = timezone.now()
    locked.tell_at = None
    if there:
        telling = uuid.uuid4()
        waiting.filter(object_id__in=there).update(telling=telling, told_at=now)
        since = locked.told_at or locked.created_at
        notify(
            SEARCH_MATCHED,
            to=[search.person],
            about=locked,
            key=str(telling),
            telling=telling,
            n=len(there),
            since=timezone.localdate(since).isoformat(),
        )
        locked.told_at = now
    locked.save(update_fields=["known", "tell_at", "told_at"])
    return 1 if there else 0
