"""Keeps the facts: who notices that a park changed, and what is written down then.

Triggers mark what changed in the transaction of the change (migration 0002). `refresh` takes the marks, closes the row
that no longer holds and opens the one that does. The first refresh also writes down what the history of profiles and
the audit chain still know of the time before.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from alliance.core.models import AuditEvent
from parks.models import ClusterMember, Park, Submission

from .models import FactState, ParkChange, ParkFact

LOCK = 2_026_011
BATCH = 1000

# What is copied from the park as it is.
COPIED = (
    "standing",
    "organisation_id",
    "province_id",
    "name_zh",
    "name_en",
    "formation",
    "structure",
    "site_form",
    "year_opened",
    "confirmed_at",
    "completeness_zh",
    "completeness_en",
    "clusters",
)
# What the history of profiles does not keep.
UNTOLD = ("completeness_zh", "completeness_en", "clusters")
TOLD = tuple(name for name in COPIED if name not in UNTOLD)
ALL = (*COPIED, "is_one_language", "pending_since", "due_at")

ZH_ALONE = ~Q(name_zh="") & Q(name_en="") | ~Q(summary_zh="") & Q(summary_en="")
EN_ALONE = Q(name_zh="") & ~Q(name_en="") | Q(summary_zh="") & ~Q(summary_en="")
ONE_LANGUAGE = ZH_ALONE | EN_ALONE


def is_one_language(park: Any) -> bool:
    """`ONE_LANGUAGE` for a row at hand."""
    return bool(park.name_zh) != bool(park.name_en) or bool(park.summary_zh) != bool(park.summary_en)


# Now ----------------------------------------------------------------------------------------------------------------


def state() -> FactState:
    """How far the facts are kept, after writing down what is still open."""
    known = FactState.objects.filter(pk=1).annotate(is_dirty=Exists(ParkChange.objects.all())).first()
    return known if known is not None and not known.is_dirty else refresh()


@transaction.atomic
def refresh() -> FactState:
    """Write down what changed. Several at once wait for one another and do it once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    known = FactState.objects.filter(pk=1).first()
    if known is None:
        return _begin()
    changes = list(ParkChange.objects.values_list("pk", "park_id", "at"))
    if not changes:
        return known
    ParkChange.objects.filter(pk__in=[pk for pk, *_ in changes]).delete()
    latest: dict[int, datetime] = {}
    for _pk, park, at in changes:
        if park is not None:
            latest[park] = max(at, latest.get(park, at))
    parks = sorted(latest)
    for start in range(0, len(parks), BATCH):
        _write({park: latest[park] for park in parks[start : start + BATCH]})
    known.version += 1
    known.save(update_fields=["version"])
    return known


def _write(moments: dict[int, datetime]) -> None:
    """Bring the facts of these parks to what is true now, from the moment each of them changed."""
    present = {values.pop("pk"): values for values in _present(moments)}
    open_rows = {row.park_id: row for row in ParkFact.objects.filter(park__in=list(moments), valid_to__isnull=True)}
    closed, opened = [], []
    for park, at in moments.items():
        before, now = open_rows.get(park), present.get(park)
        if before is not None:
            if now is not None and all(getattr(before, name) == now[name] for name in ALL):
                continue
            # Two changes of one park are never written down for the same moment.
            at = max(at, before.valid_from + timedelta(microseconds=1))
            before.valid_to = at
            closed.append(before)
        if now is not None:
            opened.append(ParkFact(park_id=park, valid_from=at, **now))
    ParkFact.objects.bulk_update(closed, ["valid_to"], batch_size=BATCH)
    ParkFact.objects.bulk_create(opened, batch_size=BATCH)


def _present(parks: Iterable[int] | None = None) -> Iterator[dict[str, Any]]:
    waiting = Submission.objects.filter(park=OuterRef("pk"), state=Submission.State.SUBMITTED)
    found = Park.objects.annotate(
        is_one_language=Exists(Park.objects.filter(ONE_LANGUAGE, pk=OuterRef("pk"))),
        pending_since=waiting.values("submitted_at")[:1],
        due_at=waiting.values("due_at")[:1],
    )
    if parks is not None:
        found = found.filter(pk__in=list(parks))
    yield from found.order_by("pk").values("pk", *ALL).iterator(chunk_size=BATCH)


# Before -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Event:
    """Something the past is pieced together from: a version of the profile, a submission that came or went, a place in
    a cluster that was taken (+1) or given up (-1)."""

    at: datetime
    version: Any = None
    pending: bool | None = None
    cluster: str = ""
    step: int = 0


def _begin() -> FactState:
    """The first time: the past as far as it is known, and everything as it is now."""
    now = timezone.now()
    ParkChange.objects.all().delete()
    rows: list[ParkFact] = []
    past = _past()
    for values in _present():
        park = values.pop("pk")
        earlier = _pieced_together(park, past.get(park, []))
        rows += _closed_in_turn([row for row in earlier if row.valid_from < now], now)
        rows.append(ParkFact(park_id=park, valid_from=now, **values))
    ParkFact.objects.bulk_create(rows, batch_size=BATCH)
    known_from = min((row.valid_from for row in rows), default=now)
    return FactState.objects.create(version=1, known_from=known_from, recorded_from=now)


def _past() -> dict[int, list[_Event]]:
    """What the history and the audit chain know of each park, in order."""
    found: dict[int, list[_Event]] = {}
    history = Park.history.order_by("id", "history_date", "history_id")
    for version in history.only("id", "history_date", "history_type", "summary_zh", "summary_en", *TOLD).iterator():
        found.setdefault(version.id, []).append(_Event(version.history_date, version=version))
    park_of = dict(Submission.objects.values_list("pk", "park_id"))
    moves = AuditEvent.objects.filter(object_type="parks.submission", verb__startswith="submission.").order_by("seq")
    for at, verb, subject in moves.values_list("at", "verb", "object_id"):
        park = park_of.get(int(subject))
        if park is not None:
            pending = verb in {"submission.submitted", "submission.submit"}
            found.setdefault(park, []).append(_Event(at, pending=pending))
    for park, event in _places():
        found.setdefault(park, []).append(event)
    for events in found.values():
        events.sort(key=lambda event: event.at)
    return found


def _places() -> Iterator[tuple[int, _Event]]:
    """When each park came into a cluster in force, and when it left: it counts from the later of the two on."""
    held = ClusterMember.objects.filter(since__isnull=False, cluster__approved_at__isnull=False)
    times = ("answered_at", "ended_at", "cluster__approved_at", "cluster__dissolved_at")
    for park, slug, answered, ended, approved, dissolved in held.values_list("park", "cluster__slug", *times):
        begins = max(answered, approved)
        ends = min((moment for moment in (ended, dissolved) if moment is not None), default=None)
        if ends is None or ends > begins:
            yield park, _Event(begins, cluster=slug, step=1)
            if ends is not None:
                yield park, _Event(ends, cluster=slug, step=-1)


def _pieced_together(park: int, events: list[_Event]) -> list[ParkFact]:
    """One row for each moment at which something changed; what no record tells stays empty."""
    rows: list[ParkFact] = []
    version, since = None, None
    places: Counter[str] = Counter()
    for at, together in groupby(events, key=lambda event: event.at):
        for event in together:
            if event.version is not None:
                version = event.version if event.version.history_type != "-" else None
            if event.pending is not None:
                since = (since or at) if event.pending else None
            if event.cluster:
                places[event.cluster] += event.step
        if version is None:
            continue
        values = {name: getattr(version, name) for name in TOLD}
        values["clusters"] = sorted(+places)
        # A confirmation was not always saved as a version, so the past cannot tell when the last one was.
        values |= {"confirmed_at": None, "is_one_language": is_one_language(version), "pending_since": since}
        if rows and all(getattr(rows[-1], name) == value for name, value in values.items()):
            continue
        rows.append(ParkFact(park_id=park, valid_from=at, **values))
    return rows


def _closed_in_turn(rows: list[ParkFact], end: datetime) -> list[ParkFact]:
    ends = [*(row.valid_from for row in rows[1:]), end]
    for row, following in zip(rows, ends, strict=False):  # without rows there is an end alone
        row.valid_to = following
    return rows
