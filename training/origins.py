"""Where a place goes on from (V-5): the rows before a transfer, and what units of an older version count as now."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .models import Enrolment, UnitMap


@dataclass(frozen=True)
class Origins:
    """For some enrolments: the rows before each, oldest first, and the maps between the versions they went through."""

    before: Mapping[int, Sequence[Enrolment]]
    # By version and unit of an older one: what it counts as there. Without a row it counts as none.
    maps: Mapping[tuple[int, int], UnitMap]

    @property
    def rows(self) -> list[Enrolment]:
        """Every row before a transfer."""
        return [row for rows in self.before.values() for row in rows]

    def path(self, enrolment: Enrolment) -> list[Enrolment]:
        """From the first row to the present one."""
        return [*self.before[enrolment.pk], enrolment]

    def counts_on(self, unit: int, path: Sequence[Enrolment]) -> bool:
        """Whether a unit of the first row's version counts in the last one's, over every map in between."""
        for old, new in itertools.pairwise(path):
            if old.cohort.version_id == new.cohort.version_id:
                continue
            mapped = self.maps.get((new.cohort.version_id, unit))
            if mapped is None or mapped.new_id is None:
                return False
            unit = mapped.new_id
        return True


def within_version(path: Sequence[Enrolment]) -> list[Enrolment]:
    """The last part of a path, in which the version stayed the same: only there attempts go on one by one (G-4)."""
    version = path[-1].cohort.version_id
    return list(itertools.takewhile(lambda row: row.cohort.version_id == version, reversed(path)))[::-1]


def of_many(enrolments: Iterable[Enrolment]) -> Origins:
    """Each comes with `cohort` loaded. At most two queries, and none where nobody was transferred."""
    rows = list(enrolments)
    before: dict[int, list[Enrolment]] = {row.pk: [] for row in rows}
    came = [row for row in rows if row.came_from_id]
    if not came:
        return Origins(before, {})
    # A transfer keeps the person: all rows of these people hold every chain, however long.
    theirs = Enrolment.objects.filter(person__in={row.person_id for row in came}).select_related("cohort__version")
    known = {row.pk: row for row in theirs}
    for row in came:
        earlier = row.came_from_id
        while earlier is not None:
            found = known[earlier]
            before[row.pk].insert(0, found)
            earlier = found.came_from_id
    changes = [
        (old.cohort.version_id, new.cohort.version_id)
        for row in came
        for old, new in zip(before[row.pk], [*before[row.pk][1:], row], strict=True)
        if old.cohort.version_id != new.cohort.version_id
    ]
    if not changes:
        return Origins(before, {})
    maps = UnitMap.objects.filter(
        old__version__in={old for old, _new in changes}, new_version__in={new for _old, new in changes}
    )
    return Origins(before, {(row.new_version_id, row.old_id): row for row in maps})


def of_one(enrolment: Enrolment) -> list[Enrolment]:
    """The rows before this one, oldest first."""
    return list(of_many([enrolment]).before[enrolment.pk])


def present(enrolment: Enrolment) -> Enrolment:
    """The row on which somebody goes on, from one that a transfer ended."""
    while enrolment.state == Enrolment.State.TRANSFERRED:
        enrolment = Enrolment.objects.get(came_from=enrolment)
    return enrolment
