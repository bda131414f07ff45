"""A cohort as a plan and as a whole: made, changed before it enrols, moved through its life."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from alliance.accounts.models import Organisation, User
from alliance.core import audit, workflow
from alliance.core.errors import RuleBroken
from alliance.core.pagecache import public_data_changed
from parks.models import Park

from .. import acting, policies
from ..models import Cohort, CurriculumVersion, ParkQuota
from ..seats import seat_lock
from ..workflows.cohorts import COHORT, require_open_version

# What can be said of a cohort until it enrols, and what stays open after that.
PLANNED = (
    "code",
    "title_zh",
    "title_en",
    "host",
    "allocation",
    "min_size",
    "starts_at",
    "ends_at",
    "enrol_from",
    "enrol_until",
    "release_at",
    "seat_freeze_at",
    "offer_hours",
)
LATER = ("title_zh", "title_en", "starts_at", "ends_at", "enrol_until", "release_at", "seat_freeze_at", "offer_hours")


@transaction.atomic
def create(
    version: CurriculumVersion, *, by: User, shared: int = 0, quotas: Mapping[Park, int] | None = None, **fields: Any
) -> Cohort:
    """Plan a cohort of this version, with its seats (C-1): the capacity is their sum."""
    if not policies.can_plan_cohorts(by, version.curriculum.programme):
        raise PermissionDenied
    require_open_version(version)
    _check_host(fields.get("host"), version)
    seats = {park: count for park, count in (quotas or {}).items() if count}
    if shared < 0 or any(count < 0 for count in seats.values()):
        raise RuleBroken(_("Seats are counted from 0."))
    cohort = Cohort(
        version=version, shared=shared, capacity=shared + sum(seats.values()), created_by=by, **_known(fields, PLANNED)
    )
    _validate(cohort)
    cohort.save()
    ParkQuota.objects.bulk_create(ParkQuota(cohort=cohort, park=park, seats=count) for park, count in seats.items())
    audit.record(
        "cohort.planned",
        cohort,
        by=by,
        on_behalf_of=acting.acting_for(by, version.curriculum.programme),
        version=version.pk,
        capacity=cohort.capacity,
        quotas={str(park.pk): count for park, count in seats.items()},
    )
    return cohort


def plan(cohort: Cohort, *, by: User, **fields: Any) -> Cohort:
    """Change words, dates and rules: all of them while it is planned, later those that take nothing from anybody.

    Seats have their own service (`training.seats.set_seats`).
    """
    with seat_lock(cohort) as book:
        found = book.cohort
        if not policies.can_plan_cohorts(by, book.programme):
            raise PermissionDenied
        if found.state not in Cohort.BEFORE_RUNNING:
            raise RuleBroken(_("This cohort has begun; its plan stands."))
        allowed = PLANNED if found.state == Cohort.State.PLANNED else LATER
        changed = sorted(name for name, value in fields.items() if getattr(found, name) != value)
        if fixed := [name for name in changed if name not in allowed]:
            names = [str(Cohort._meta.get_field(name).verbose_name) for name in fixed]  # type: ignore[union-attr]
            raise RuleBroken(
                _("Since enrolment opened this cannot be changed: %(names)s.") % {"names": _(", ").join(names)}
            )
        if found.released_at is not None and "release_at" in changed:
            raise RuleBroken(_("Unused quotas have been released already."))
        _check_host(fields.get("host"), found.version)
        for name in changed:
            setattr(found, name, fields[name])
        if changed:
            _validate(found)
            found.save(update_fields=changed)
            public_data_changed()
            behalf = acting.acting_for(by, book.programme)
            audit.record("cohort.changed", found, by=by, on_behalf_of=behalf, fields=changed)
    return found


def move(cohort: Cohort, verb: str, *, by: User | None, reason: str = "", now: datetime | None = None) -> Cohort:
    """Make one move of the lifecycle, with what it means for everybody's place, in one transaction.

    Confirming a cohort of batch allocation gives the seats first (C-3).
    """
    with seat_lock(cohort, now=now) as book:
        behalf = acting.acting_for(by, book.programme)
        if verb == "confirm" and book.cohort.state == Cohort.State.ENROLLING:
            book.give_batch(by=by, on_behalf_of=behalf)
        book.settle()
        public_data_changed()
        return workflow.apply(COHORT, cohort, verb, by=by, reason=reason, on_behalf_of=behalf, book=book)


def stop_cohort(cohort: Cohort, *, by: User, reason: str) -> Cohort:
    """Cancel what has not begun, break off what runs: its version was withdrawn (V-6)."""
    verb = "abort" if cohort.state == Cohort.State.RUNNING else "cancel"
    return move(cohort, verb, by=by, reason=reason)


def _known(fields: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    if unknown := set(fields) - set(names):
        raise TypeError(f"A cohort's plan says nothing of {', '.join(sorted(unknown))}.")
    return dict(fields)


def _check_host(host: Organisation | None, version: CurriculumVersion) -> None:
    """A cohort is held by a partner that leads or teaches."""
    if host is None:
        return
    partners = version.curriculum.programme.partners.accepted().in_role("lead", "teaching")
    if not partners.filter(organisation=host).exists():
        raise RuleBroken(_("The host is an accepted partner that leads or teaches."))


def _validate(cohort: Cohort) -> None:
    """The rules that the table holds, in words for people; as errors of the fields where they belong to one."""
    try:
        cohort.full_clean(exclude=["version", "created_by"])
    except ValidationError as error:
        raise RuleBroken(" ".join(error.messages)) from error
