"""Who may do what with a park's profile. Pure questions; views, lists and templates ask the same ones."""

from django.db.models import QuerySet

from alliance.accounts.models import Organisation
from alliance.accounts.permissions import Permission
from alliance.accounts.policies import Person, duties_of, has_desk_permission, has_permission, organisations_with

from .models import Cluster, ClusterMember, Park, SavedList, Submission


def _holds(person: Person, permission: Permission, park: Park) -> bool:
    """Through a duty at the park's own organisation. A desk of the secretariat corrects; it does not write the park's
    draft."""
    return any(
        duty.organisation_id == park.organisation_id and permission in duty.role.permissions
        for duty in duties_of(person)
    )


# The park's people ----------------------------------------------------------------------------------------------------


def edited_by(person: Person) -> QuerySet[Park]:
    """The parks whose desk this person sees; another's park does not exist for them."""
    mine = [
        organisation.pk
        for organisation in organisations_with(person, Permission.EDIT_PROFILE)
        if organisation.kind == Organisation.Kind.PARK_OPERATOR
    ]
    return Park.objects.managed_by(mine)


def edits_any(person: Person) -> bool:
    """Whether the person has a park's desk at all; for menus, without asking the database again."""
    return any(
        organisation.kind == Organisation.Kind.PARK_OPERATOR
        for organisation in organisations_with(person, Permission.EDIT_PROFILE)
    )


def edits_some(person: Person) -> bool:
    """Whether there can be a park whose profile this person edits."""
    return has_permission(person, Permission.EDIT_PROFILE)


def can_edit_profile(person: Person, park: Park) -> bool:
    return _holds(person, Permission.EDIT_PROFILE, park)


def can_submit(person: Person, park: Park) -> bool:
    """Submit, submit again, withdraw: whoever answers for the park."""
    return _holds(person, Permission.SUBMIT_PROFILE, park)


def can_see_contact(person: Person) -> bool:
    """Contact details kept for people of the alliance."""
    return bool(duties_of(person))


def can_preview(person: Person, park: Park) -> bool:
    return can_edit_profile(person, park) or can_see_all(person)


# Lists picked by hand -------------------------------------------------------------------------------------------------


def can_keep_lists(person: Person) -> bool:
    """The desks pick parks for their work."""
    return has_desk_permission(person, Permission.SEE_OFFICE)


def owns_list(person: Person, saved: SavedList) -> bool:
    return person is not None and saved.owner_id == person.pk and can_keep_lists(person)


def can_use_list(person: Person, saved: SavedList) -> bool:
    """Add, note and take out: its owner, and the desks where it is shared."""
    return saved.removed_at is None and can_keep_lists(person) and (saved.is_shared or owns_list(person, saved))


# Clusters -------------------------------------------------------------------------------------------------------------


def can_manage_clusters(person: Person, cluster: Cluster | None = None) -> bool:
    """Begin a cluster, write its charter, invite parks, enter what the council resolved."""
    return has_desk_permission(person, Permission.MANAGE_CLUSTERS)


def can_take_place(person: Person, place: ClusterMember) -> bool:
    """Accept, decline and give back a place: whoever answers for the park, and nobody in its stead."""
    return _holds(person, Permission.JOIN_CLUSTERS, place.park)


# The secretariat ------------------------------------------------------------------------------------------------------


def can_see_all(person: Person) -> bool:
    """Every park with its drafts and history: the office's list."""
    return has_desk_permission(person, Permission.SEE_OFFICE)


def can_check(person: Person, submission: Submission | None = None) -> bool:
    """Check and return. Nobody decides on what they submitted themselves."""
    own = submission is not None and person is not None and submission.submitted_by_id == person.pk
    return has_desk_permission(person, Permission.CHECK_PROFILES) and not own


def can_list(person: Person, park: Park | None = None) -> bool:
    """List, suspend, restore, catalogue, add."""
    return has_desk_permission(person, Permission.LIST_PARKS)


def can_accept(person: Person, submission: Submission) -> bool:
    return can_check(person, submission) and can_list(person)


def can_correct(person: Person, park: Park | None = None) -> bool:
    """Put a published fact right, with a note to the park."""
    return has_desk_permission(person, Permission.EDIT_PROFILE)


def can_see_audit(person: Person) -> bool:
    return has_desk_permission(person, Permission.SEE_AUDIT)


def can_merge(person: Person) -> bool:
    """Judge look-alikes and merge entries that are one."""
    return has_desk_permission(person, Permission.MERGE_RECORDS)


def can_nudge(person: Person) -> bool:
    """Write to the people of many parks about gaps in their profiles."""
    return has_desk_permission(person, Permission.NUDGE_PARKS)


def can_see_picture(person: Person, park: Park) -> bool:
    """The original of a picture: the park's people and the secretariat."""
    return can_edit_profile(person, park) or can_see_all(person)
