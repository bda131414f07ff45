"""Who may do what in joint investment. Pure questions over the duties a person acts in."""

from alliance.accounts.models import Organisation
from alliance.accounts.permissions import Permission
from alliance.accounts.policies import Person, has_desk_permission, has_permission, organisations_with
from parks.models import Park

from .models import Investor, Project, ProjectDocument, ProjectParty

# Where a person object keeps its investors, once asked.
KNOWN = "_investors"


def oversees(person: Person) -> bool:
    """The investment desk of the secretariat sees and helps everywhere."""
    return has_desk_permission(person, Permission.OVERSEE_INVESTMENT)


def _mine(person: Person, permission: Permission) -> set[int]:
    """Organisations the person itself acts for with this permission; a desk acts for nobody else."""
    return {
        organisation.pk
        for organisation in organisations_with(person, permission)
        if organisation.kind != Organisation.Kind.SECRETARIAT
    }


# Parks that promote -------------------------------------------------------------------------------------------------


def promotes_any(person: Person) -> bool:
    """Whether the person has a desk of projects at all; for menus, without asking the database again."""
    return bool(_mine(person, Permission.PROMOTE))


def promoting_parks(person: Person):
    """The parks for which the person works on projects."""
    return Park.objects.filter(organisation__in=_mine(person, Permission.PROMOTE))


def _part(person: Person, project: Project, permission: Permission) -> list[ProjectParty]:
    """The person's parks in this project; fetch `parties__park`."""
    mine = _mine(person, permission)
    return [party for party in project.parties.all() if party.until_at is None and party.park.organisation_id in mine]


def promotes(person: Person, project: Project) -> bool:
    """Whether a park of this person promotes the project: it writes, answers, sees who is interested."""
    return bool(_part(person, project, Permission.PROMOTE))


def leads(person: Person, project: Project) -> bool:
    return any(party.is_lead for party in _part(person, project, Permission.PROMOTE))


def signing_parks(person: Person, project: Project) -> list[Park]:
    """The parks for which this person can sign a version (J-2): park managers alone."""
    return [party.park for party in _part(person, project, Permission.SIGN_PROJECTS)]


def can_start_project(person: Person, park: Park) -> bool:
    return park.organisation_id in _mine(person, Permission.PROMOTE)


def can_decide_project(person: Person, project: Project) -> bool:
    """Admission is the investment desk's; nobody decides about a project of a park they work for (J-1)."""
    return oversees(person) and not promotes(person, project)


def can_see_desk(person: Person, project: Project) -> bool:
    """The project's own pages: its promoters and the investment desk."""
    return oversees(person) or promotes(person, project)


# Investors ----------------------------------------------------------------------------------------------------------


def invests_any(person: Person) -> bool:
    return bool(_mine(person, Permission.INVEST))


def investors_of(person: Person) -> list[Investor]:
    """The investors the person acts for. Asked once for each person object, that is once a request."""
    if not invests_any(person):
        return []
    if not hasattr(person, KNOWN):
        found = Investor.objects.filter(organisation__in=_mine(person, Permission.INVEST)).select_related(
            "organisation"
        )
        setattr(person, KNOWN, list(found))
    return getattr(person, KNOWN)


def is_signatory(person: Person, investor: Investor) -> bool:
    return investor.organisation_id in _mine(person, Permission.SIGN_AS_INVESTOR)


def is_verified_investor(person: Person) -> bool:
    """Whether the person acts for an investor whose organisation was verified and holds: what is offered, and terms,
    are shown to nobody else but promoters and the desk (J-5)."""
    return any(investor.is_verified for investor in investors_of(person))


def can_read_offer(person: Person, project: Project) -> bool:
    return is_verified_investor(person) or can_see_desk(person, project)


def is_registered_investor(person: Person) -> bool:
    """Whether the person acts for an investor that registered and that the desk did not turn away."""
    return any(investor.state not in Investor.TURNED_AWAY for investor in investors_of(person))


def document_classes(person: Person, project: Project) -> list[str]:
    """Which classes of a project's documents are open to this person (J-5)."""
    disclosure = ProjectDocument.Disclosure
    if can_read_offer(person, project):
        return list(disclosure.values)
    if is_registered_investor(person):
        return [disclosure.PUBLIC.value, disclosure.REGISTERED.value]
    return [disclosure.PUBLIC.value]


def can_keep_documents(person: Person, project: Project) -> bool:
    """Every promoting park puts documents in and withdraws them, as long as the project lives."""
    return promotes(person, project) and project.state not in (Project.State.REJECTED, Project.State.WITHDRAWN)


def can_see_pipeline(person: Person) -> bool:
    """The council and the desks read how long projects stay where."""
    return has_permission(person, Permission.SEE_DASHBOARD)
