"""Who may do what in joint training. Pure questions over the duties a person acts in and the parts of organisations."""

from alliance.accounts.models import Organisation
from alliance.accounts.permissions import Permission
from alliance.accounts.policies import Person, has_desk_permission, organisations_with
from parks.models import Park

from .models import Cohort, CurriculumVersion, Enrolment, Programme, ProgrammePartner

Role = ProgrammePartner.Role
# Where a person object keeps whether it learns, once asked.
LEARNS = "_learns"


def oversees(person: Person) -> bool:
    """The training desk of the secretariat sees and helps everywhere."""
    return has_desk_permission(person, Permission.OVERSEE_TRAINING)


def _mine(person: Person, permission: Permission) -> set[int]:
    """Organisations the person itself acts for with this permission; a desk does not act for partners."""
    return {
        organisation.pk
        for organisation in organisations_with(person, permission)
        if organisation.kind != Organisation.Kind.SECRETARIAT
    }


def runs_any(person: Person) -> bool:
    """Whether the person has a programme desk at all; for menus, without asking the database again."""
    return bool(_mine(person, Permission.RUN_TRAINING))


def nominates_any(person: Person) -> bool:
    return any(
        organisation.kind == Organisation.Kind.PARK_OPERATOR
        for organisation in organisations_with(person, Permission.NOMINATE)
    )


def teaches_any(person: Person) -> bool:
    return bool(_mine(person, Permission.TEACH))


def awards_any(person: Person) -> bool:
    return bool(_mine(person, Permission.AWARD))


def takes_part(person: Person, programme: Programme, permission: Permission, *roles: str) -> bool:
    """Whether an organisation of this person is an accepted partner (in one of `roles`, if named) and allows this.

    Asked of `programme.partners`, which a page fetches once (`prefetch_related("partners")`).
    """
    mine = _mine(person, permission)
    return any(
        partner.organisation_id in mine
        and partner.accepted_at is not None
        and partner.declined_at is None
        and partner.until_on is None
        and (not roles or partner.role in roles)
        for partner in programme.partners.all()
    )


def programmes_of(person: Person, permission: Permission, *roles: str):
    """The programmes for which `takes_part` holds, as rows to filter by."""
    parts = ProgrammePartner.objects.filter(
        organisation__in=_mine(person, permission),
        accepted_at__isnull=False,
        declined_at__isnull=True,
        until_on__isnull=True,
    )
    return Programme.objects.filter(pk__in=(parts.filter(role__in=roles) if roles else parts).values("programme"))


def can_start_programme(person: Person, organisation: Organisation) -> bool:
    return organisation.pk in _mine(person, Permission.RUN_TRAINING)


def can_answer_as_partner(person: Person, partner: ProgrammePartner) -> bool:
    """Each partner accepts for itself (P-1)."""
    return partner.organisation_id in _mine(person, Permission.RUN_TRAINING)


def leads(person: Person, programme: Programme) -> bool:
    return takes_part(person, programme, Permission.RUN_TRAINING, Role.LEAD)


def can_see_desk(person: Person, programme: Programme) -> bool:
    """The programme's own pages: its partners' training people, asked ones included, and the training desk."""
    if oversees(person):
        return True
    mine = _mine(person, Permission.RUN_TRAINING) | _mine(person, Permission.TEACH) | _mine(person, Permission.AWARD)
    return any(
        partner.organisation_id in mine and partner.declined_at is None and partner.until_on is None
        for partner in programme.partners.all()
    )


def can_write_curriculum(person: Person, programme: Programme) -> bool:
    return takes_part(person, programme, Permission.RUN_TRAINING, Role.LEAD, Role.TEACHING)


def can_approve_version(person: Person, programme: Programme) -> bool:
    """Lead and awarding partner freeze what two parks have reviewed (V-7)."""
    return takes_part(person, programme, Permission.RUN_TRAINING, Role.LEAD, Role.AWARDING)


def reviewing_organisations(person: Person, version: CurriculumVersion) -> set[int]:
    """For which asked parks this person can review; authors review nothing of their own (V-7)."""
    if person is None or not person.is_authenticated:
        return set()
    if any(author.pk == person.pk for author in version.authors.all()):
        return set()
    asked = {ask.organisation_id for ask in version.asks.all()} - {version.curriculum.author_id}
    return asked & _mine(person, Permission.RUN_TRAINING)


def can_review(person: Person, version: CurriculumVersion) -> bool:
    return version.state == version.State.IN_REVIEW and bool(reviewing_organisations(person, version))


def can_see_version_desk(person: Person, version: CurriculumVersion) -> bool:
    """Partners and the training desk; asked parks from the moment they are asked."""
    mine = _mine(person, Permission.RUN_TRAINING)
    return can_see_desk(person, version.curriculum.programme) or (
        version.state != version.State.DRAFT and any(ask.organisation_id in mine for ask in version.asks.all())
    )


def can_plan_cohorts(person: Person, programme: Programme) -> bool:
    return takes_part(person, programme, Permission.RUN_TRAINING, Role.LEAD, Role.TEACHING)


def can_nominate(person: Person, park: Park) -> bool:
    """Nominate, approve as the home park, give seats back."""
    return park.organisation_id in _mine(person, Permission.NOMINATE)


def nominating_parks(person: Person):
    """The parks for whose people this person speaks."""
    return Park.objects.filter(organisation__in=_mine(person, Permission.NOMINATE))


def can_approve_as_host(person: Person, programme: Programme) -> bool:
    """The lead's second approval, where the programme asks for it (E-3)."""
    return programme.asks_host_approval and leads(person, programme)


def learns(person: Person) -> bool:
    """Whether the person ever asked for a place. Asked once for each person object, that is once a request."""
    if person is None or not person.is_authenticated:
        return False
    if not hasattr(person, LEARNS):
        setattr(person, LEARNS, Enrolment.objects.filter(person=person).exists())
    return getattr(person, LEARNS)


def can_see_enrolment(person: Person, enrolment: Enrolment) -> bool:
    """The trainee, the home park, the programme's partners, the training desk."""
    if person is None or not person.is_authenticated:
        return False
    return (
        enrolment.person_id == person.pk
        or can_nominate(person, enrolment.park)
        or can_see_desk(person, enrolment.cohort.version.curriculum.programme)
    )


def can_teach(person: Person, cohort: Cohort) -> bool:
    """Keep attendance and mark: trainers of the teaching partners and of the lead, and whoever runs training there."""
    programme = cohort.version.curriculum.programme
    return takes_part(person, programme, Permission.TEACH, Role.LEAD, Role.TEACHING) or takes_part(
        person, programme, Permission.RUN_TRAINING, Role.LEAD, Role.TEACHING
    )


def can_award(person: Person, programme: Programme) -> bool:
    """Approve dossiers, issue, revoke: officers of the awarding partner (X-3)."""
    return takes_part(person, programme, Permission.AWARD, Role.AWARDING)


def can_prepare_dossiers(person: Person, programme: Programme) -> bool:
    """The teaching side prepares what the awarding side approves (X-3)."""
    return takes_part(person, programme, Permission.RUN_TRAINING, Role.LEAD, Role.TEACHING)


def can_keep_rooms(person: Person, organisation: Organisation) -> bool:
    return organisation.pk in _mine(person, Permission.RUN_TRAINING)


def organisations_run(person: Person):
    """The organisations whose part in training this person runs, by name."""
    return Organisation.objects.filter(pk__in=_mine(person, Permission.RUN_TRAINING)).order_by("name_zh")


def desk_programmes(person: Person):
    """The programmes whose own pages this person sees (`can_see_desk`, as a list)."""
    if oversees(person):
        return Programme.objects.all()
    mine = _mine(person, Permission.RUN_TRAINING) | _mine(person, Permission.TEACH) | _mine(person, Permission.AWARD)
    return Programme.objects.filter(
        pk__in=ProgrammePartner.objects.filter(
            organisation__in=mine, declined_at__isnull=True, until_on__isnull=True
        ).values("programme")
    )


def can_see_attendance(person: Person, cohort: Cohort) -> bool:
    """Who teaches there, and the training desk, which helps where partners are stuck."""
    return can_teach(person, cohort) or oversees(person)
