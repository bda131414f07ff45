"""Look for look-alikes: over all entries at night, for one name while somebody types it. Every query is bounded."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from alliance.accounts.models import Organisation
from alliance.core.models import Division

from ..models import LookAlike, LookAlikeKey, Park
from .scoring import LEAST, Facts, Reasons, compare, facts_of

BATCH = 500
# A key that so many share tells nothing; a pair is looked at when it shares one whole key or two cut-outs of names.
TOO_COMMON = 40
CUTOUTS = 2
# Of those that share a key with a name somebody types.
CANDIDATES = 120
SHOWN = 8
MOST_PAIRS = 5000


@dataclass(frozen=True)
class Match:
    organisation: Organisation
    park: Park | None
    score: int
    reasons: Reasons


def _rows(organisations: QuerySet[Organisation]) -> Iterator[tuple[Organisation, Park | None]]:
    """Operators with their parks, a batch at a time."""
    operators = organisations.filter(kind=Organisation.Kind.PARK_OPERATOR).select_related("province").order_by("pk")
    batch: list[Organisation] = []
    for organisation in operators.iterator(chunk_size=BATCH):
        batch.append(organisation)
        if len(batch) == BATCH:
            yield from _with_parks(batch)
            batch = []
    yield from _with_parks(batch)


def _with_parks(batch: list[Organisation]) -> Iterator[tuple[Organisation, Park | None]]:
    parks = Park.objects.filter(organisation__in=batch).select_related("province", "city")
    mine = {park.organisation_id: park for park in parks.defer("story_zh", "story_en")}
    for organisation in batch:
        yield organisation, mine.get(organisation.pk)


def remember(*organisations: Organisation) -> None:
    """Bring the keys of these up to date."""
    rows = Organisation.objects.filter(pk__in=[organisation.pk for organisation in organisations])
    _keep([(found, facts_of(found, park)) for found, park in _rows(rows)])


def _keep(made: Iterable[tuple[Organisation, Facts]]) -> None:
    now = timezone.now()
    LookAlikeKey.objects.bulk_create(
        [LookAlikeKey(organisation=row, keys=sorted(facts.lookup()), made_at=now) for row, facts in made],
        update_conflicts=True,
        unique_fields=["organisation"],
        update_fields=["keys", "made_at"],
        batch_size=BATCH,
    )


def refresh(now: datetime | None = None, progress: Callable[[int, int], None] = lambda done, total: None) -> int:
    """All pairs that look alike now; gives how many. What somebody judged stays judged, with today's score."""
    now = now or timezone.now()
    facts: dict[int, Facts] = {}
    made: list[tuple[Organisation, Facts]] = []
    total = Organisation.objects.filter(kind=Organisation.Kind.PARK_OPERATOR).count()
    for organisation, park in _rows(Organisation.objects.all()):
        progress(len(facts), total)
        facts[organisation.pk] = facts_of(organisation, park)
        made.append((organisation, facts[organisation.pk]))
        if len(made) == BATCH:
            _keep(made)
            made = []
    _keep(made)
    LookAlikeKey.objects.exclude(organisation__in=Organisation.objects.all()).delete()
    found = _pairs(facts)
    with transaction.atomic():
        LookAlike.objects.bulk_create(
            [
                LookAlike(first_id=first, second_id=second, score=score, reasons=[list(one) for one in reasons])
                for (first, second), (score, reasons) in found.items()
            ],
            update_conflicts=True,
            unique_fields=["first", "second"],
            update_fields=["score", "reasons"],
            batch_size=BATCH,
        )
        gone = LookAlike.objects.filter(state=LookAlike.State.OPEN).exclude(found_at__gt=now)
        keep = [row.pk for row in gone.only("pk", "first_id", "second_id") if (row.first_id, row.second_id) in found]
        gone.exclude(pk__in=keep).delete()
    return len(found)


def _pairs(facts: dict[int, Facts]) -> dict[tuple[int, int], tuple[int, Reasons]]:
    """The best pairs among those that share enough keys."""
    holders: dict[str, list[int]] = defaultdict(list)
    for pk, one in facts.items():
        for key in one.lookup():
            holders[key].append(pk)
    whole: set[tuple[int, int]] = set()
    cutouts: Counter[tuple[int, int]] = Counter()
    for key, sharing in holders.items():
        if 2 <= len(sharing) <= TOO_COMMON:
            pairs = combinations(sorted(sharing), 2)
            if key.startswith("2:"):
                cutouts.update(pairs)
            else:
                whole.update(pairs)
    # A core of two characters is one cut-out only; its whole key or a longer core finds it.
    likely = whole | {pair for pair, shared in cutouts.items() if shared >= CUTOUTS or _is_short(facts, pair)}
    scored = {pair: compare(facts[pair[0]], facts[pair[1]]) for pair in likely}
    best = sorted((item for item in scored.items() if item[1][0] >= LEAST), key=lambda item: -item[1][0])
    return dict(best[:MOST_PAIRS])


def _is_short(facts: dict[int, Facts], pair: tuple[int, int]) -> bool:
    return any(len(core) <= 3 for pk in pair for core in facts[pk].cores)


def find_like(
    name_zh: str,
    name_en: str = "",
    province: Division | None = None,
    credit_code: str = "",
    besides: Organisation | None = None,
) -> list[Match]:
    """Entries like the one somebody is about to add, the most alike first. In five queries, always."""
    organisation = Organisation(name_zh=name_zh, name_en=name_en, province=province, credit_code=credit_code)
    park = Park(name_zh=name_zh, name_en=name_en, province=province) if province else None
    mine = facts_of(organisation, park)
    shared = sorted(mine.lookup())
    rows = LookAlikeKey.objects.filter(keys__overlap=shared, organisation__merged_into__isnull=True)
    strong = Q(keys__overlap=[key for key in shared if not key.startswith("2:")])
    candidates = rows.order_by(F("pk")).values_list("pk", flat=True)
    pks = list(candidates.filter(strong)[:CANDIDATES]) + list(candidates[:CANDIDATES])
    # What was added since the last night and is not remembered yet.
    fresh = Organisation.objects.filter(~Exists(LookAlikeKey.objects.filter(organisation=OuterRef("pk"))))
    pks += fresh.order_by("-pk").values_list("pk", flat=True)[:CANDIDATES]
    if besides is not None:
        pks = [pk for pk in pks if pk != besides.pk]
    found = []
    for other, its_park in _rows(Organisation.objects.filter(pk__in=pks)):
        score, reasons = compare(mine, facts_of(other, its_park))
        # Nobody has typed city or address yet: half the proof is enough to ask.
        if score >= LEAST - 15:
            found.append(Match(other, its_park, score, reasons))
    return sorted(found, key=lambda match: -match.score)[:SHOWN]
