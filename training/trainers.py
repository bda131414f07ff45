"""Who may teach a cohort: people whose duty at the lead or a teaching partner allows it."""

from django.db.models import QuerySet

from alliance.accounts.models import Duty, Organisation, User
from alliance.accounts.permissions import Permission
from alliance.accounts.roles import with_permission

from .models import Cohort, ProgrammePartner, Room

Role = ProgrammePartner.Role


def teaching_organisations(cohort: Cohort) -> QuerySet[Organisation]:
    partners = ProgrammePartner.objects.accepted().filter(
        programme=cohort.version.curriculum.programme_id, role__in=(Role.LEAD, Role.TEACHING)
    )
    return Organisation.objects.filter(pk__in=partners.values("organisation"))


def trainers_of(cohort: Cohort) -> QuerySet[User]:
    """Those who can be named as the trainer of a session, by name."""
    roles = {*with_permission(Permission.TEACH), *with_permission(Permission.RUN_TRAINING)}
    duties = Duty.objects.active().filter(organisation__in=teaching_organisations(cohort), role_code__in=roles)
    return User.objects.filter(pk__in=duties.values("person"), is_active=True).order_by("name", "pk")


def rooms_for(cohort: Cohort) -> QuerySet[Room]:
    """Rooms of the host and of the partners that teach."""
    return Room.objects.filter(organisation__in=teaching_organisations(cohort)) | Room.objects.filter(
        organisation=cohort.host_id
    )
