"""Who is told: the people who may do something somewhere, substitutes included."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone

from alliance.accounts.models import Duty, Organisation, User
from alliance.accounts.permissions import Permission
from alliance.accounts.roles import with_permission


def people_with_each(
    permission: Permission | str, organisations: Collection[int], on: date | None = None
) -> dict[int, list[int]]:
    """The keys of those people for several organisations, by the key of each; one without anybody is left out."""
    on = on or timezone.localdate()
    duties = Duty.objects.active(on).filter(
        organisation__in=organisations, role_code__in=with_permission(Permission(permission))
    )
    standing_in = duties.away(on).filter(substitute__is_active=True)
    found: dict[int, set[int]] = defaultdict(set)
    for organisation, person in [
        *duties.values_list("organisation_id", "person_id"),
        *standing_in.values_list("organisation_id", "substitute_id"),
    ]:
        found[organisation].add(person)
    return {organisation: sorted(people) for organisation, people in found.items()}


def people_with(permission: Permission | str, organisation: Organisation, on: date | None = None) -> QuerySet[User]:
    """Those whose duty at this organisation carries the permission that day, and who stands in for one who is away."""
    on = on or timezone.localdate()
    duties = Duty.objects.active(on).filter(
        organisation=organisation, role_code__in=with_permission(Permission(permission))
    )
    holders = Q(pk__in=duties.values("person"))
    substitutes = Q(pk__in=duties.away(on).filter(substitute__isnull=False).values("substitute"))
    return User.objects.filter(holders | substitutes, is_active=True)
