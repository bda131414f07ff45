"""Who proposes, signs, tutors and sees placements, and who keeps the rules for them."""

from django.db.models import Q

from alliance.accounts.models import Organisation
from alliance.accounts.permissions import Permission
from alliance.accounts.policies import Person, organisations_with

from . import policies
from .models import Enrolment, HostPlace, Placement, PlacementDay, Programme, ProgrammePartner

Role = ProgrammePartner.Role
TEACHING = (Role.LEAD, Role.TEACHING)
HOSTING = (Role.LEAD, Role.TEACHING, Role.PLACEMENT_HOST)


def runs_for(person: Person) -> set[int]:
    """Organisations for whose part in programmes this person speaks; a desk speaks for none."""
    return {
        organisation.pk
        for organisation in organisations_with(person, Permission.RUN_TRAINING)
        if organisation.kind != Organisation.Kind.SECRETARIAT
    }


def programme_of(placement: Placement) -> Programme:
    return placement.place.programme


def can_place(person: Person, programme: Programme) -> bool:
    return policies.takes_part(person, programme, Permission.RUN_TRAINING, *TEACHING)


def can_offer_places(person: Person, programme: Programme) -> bool:
    return policies.takes_part(person, programme, Permission.RUN_TRAINING, *HOSTING)


def can_host(person: Person, place: HostPlace) -> bool:
    """Speaks for the placement partner that offers the place."""
    return place.organisation_id in runs_for(person)


def can_edit_place(person: Person, place: HostPlace) -> bool:
    return can_host(person, place) or can_place(person, place.programme)


def can_clear_place(person: Person, place: HostPlace) -> bool:
    """Only the lead says that a host is safe again (W-7)."""
    return policies.leads(person, place.programme)


def can_suspend_place(person: Person, place: HostPlace) -> bool:
    return can_edit_place(person, place) or policies.oversees(person)


def is_trainee(person: Person, placement: Placement) -> bool:
    return person is not None and placement.enrolment.person_id == person.pk


def runs(person: Person, placement: Placement) -> bool:
    """The school's side: whoever runs training at a teaching partner."""
    return can_place(person, programme_of(placement))


def tutors(person: Person, placement: Placement) -> bool:
    return person is not None and (placement.tutor_id == person.pk or runs(person, placement))


def hosts(person: Person, placement: Placement) -> bool:
    return can_host(person, placement.place)


def can_sign_for_school(person: Person, placement: Placement) -> bool:
    return placement.school_id in runs_for(person)


def can_end(person: Person, placement: Placement) -> bool:
    return runs(person, placement) or hosts(person, placement)


def can_cancel(person: Person, placement: Placement) -> bool:
    return can_end(person, placement) or is_trainee(person, placement)


def can_report(person: Person, placement: Placement) -> bool:
    """Whoever has to do with a placement reports what went wrong there."""
    return tutors(person, placement) or hosts(person, placement) or is_trainee(person, placement)


def can_write_log(person: Person, placement: Placement) -> bool:
    return is_trainee(person, placement)


def can_correct_day(person: Person, day: PlacementDay) -> bool:
    return is_trainee(person, day.placement)


def placements_seen(person: Person):
    """From the desk: the school's, the host's, the tutor's own, the home park's people; all for the training desk."""
    rows = Placement.objects.all()
    if policies.oversees(person):
        return rows
    return rows.filter(
        Q(place__programme__in=policies.programmes_of(person, Permission.RUN_TRAINING, *TEACHING))
        | Q(place__organisation__in=runs_for(person))
        | Q(tutor=person)
        | Q(enrolment__park__in=policies.nominating_parks(person))
    )


def places_seen(person: Person):
    rows = HostPlace.objects.all()
    if policies.oversees(person):
        return rows
    return rows.filter(
        Q(programme__in=policies.programmes_of(person, Permission.RUN_TRAINING, *TEACHING))
        | Q(organisation__in=runs_for(person))
    )


def programmes_with_places(person: Person):
    """Where this person may offer a host place."""
    return policies.programmes_of(person, Permission.RUN_TRAINING, *HOSTING)


def enrolments_placed(person: Person):
    """Trainees with a seat for whom this person may propose a placement."""
    programmes = policies.programmes_of(person, Permission.RUN_TRAINING, *TEACHING)
    return Enrolment.objects.filter(
        cohort__version__curriculum__programme__in=programmes, state__in=("enrolled", "active")
    )


def places_any(person: Person) -> bool:
    return policies.runs_any(person) or policies.teaches_any(person) or policies.oversees(person)


def can_keep_rules(person: Person) -> bool:
    return policies.oversees(person)
