"""Roles: what a person may do for an organisation, in words people can read and permissions the policies ask for."""

from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .permissions import Permission as P


@dataclass(frozen=True)
class Role:
    """A role on an organisation of certain kinds.

    `grants` lists the roles its holder may give to others there. Where a role `must_be_held` and its last holder goes,
    the secretariat hears of it. A `privileged` role asks for a longer password and has shorter sessions; its
    `second_factor` is required before anything opens, asked for on the desk, or left to the person.
    """

    code: str
    title: str | Promise
    sentence: str | Promise
    organisation_kinds: tuple[str, ...]
    permissions: frozenset[P]
    grants: tuple[str, ...] = ()
    must_be_held: bool = False
    privileged: bool = False
    second_factor: Literal["required", "asked", "none"] = "none"


PARK_EDITOR = Role(
    code="park_editor",
    title=_("Profile editor"),
    sentence=_("Edits the park's profile and pictures, and confirms that facts are still true."),
    organisation_kinds=("park_operator",),
    permissions=frozenset({P.SEE_TEAM, P.EDIT_PROFILE}),
)
PARK_MANAGER = Role(
    code="park_manager",
    title=_("Park manager"),
    sentence=_("Answers for the park: edits and submits its profile, invites colleagues, decides who may join."),
    organisation_kinds=("park_operator",),
    permissions=PARK_EDITOR.permissions
    | {P.SUBMIT_PROFILE, P.INVITE, P.DECIDE_JOIN, P.JOIN_CLUSTERS, P.RUN_TRAINING, P.NOMINATE, P.AWARD}
    | {P.PROMOTE, P.SIGN_PROJECTS},
    grants=("park_manager", "park_editor", "training_manager", "trainer", "awarding_officer", "project_manager"),
    must_be_held=True,
)
TRAINING_PARTNERS = ("park_operator", "school", "company")
TRAINING_MANAGER = Role(
    code="training_manager",
    title=_("Training manager"),
    sentence=_(
        "Runs the organisation's part in joint programmes: curricula, cohorts, placements, and its own trainees."
    ),
    organisation_kinds=TRAINING_PARTNERS,
    permissions=frozenset({P.SEE_TEAM, P.INVITE, P.DECIDE_JOIN, P.RUN_TRAINING, P.NOMINATE}),
    grants=("training_manager", "trainer", "awarding_officer"),
    second_factor="asked",
)
TRAINER = Role(
    code="trainer",
    title=_("Trainer"),
    sentence=_("Teaches sessions, keeps attendance, marks and tutors placements."),
    organisation_kinds=TRAINING_PARTNERS,
    permissions=frozenset({P.SEE_TEAM, P.TEACH}),
)
AWARDING_OFFICER = Role(
    code="awarding_officer",
    title=_("Awarding officer"),
    sentence=_("Approves and revokes certificates for the awarding organisation, always as the second person."),
    organisation_kinds=TRAINING_PARTNERS,
    permissions=frozenset({P.SEE_TEAM, P.AWARD}),
    second_factor="asked",
)
PROJECT_MANAGER = Role(
    code="project_manager",
    title=_("Project manager"),
    sentence=_("Writes the park's joint projects, answers investors and runs data rooms. The park manager signs."),
    organisation_kinds=("park_operator",),
    permissions=frozenset({P.SEE_TEAM, P.PROMOTE}),
    second_factor="asked",
)
INVESTOR_SIGNATORY = Role(
    code="investor_signatory",
    title=_("Investor signatory"),
    sentence=_("Signs for the investor: interest in projects, confidentiality agreements, its qualification."),
    organisation_kinds=("investor",),
    permissions=frozenset({P.SEE_TEAM, P.INVITE, P.DECIDE_JOIN, P.INVEST, P.SIGN_AS_INVESTOR}),
    grants=("investor_signatory", "investor_analyst"),
    second_factor="asked",
)
INVESTOR_ANALYST = Role(
    code="investor_analyst",
    title=_("Investor analyst"),
    sentence=_("Reads and asks for the investor; signs nothing."),
    organisation_kinds=("investor",),
    permissions=frozenset({P.SEE_TEAM, P.INVEST}),
    second_factor="asked",
)
MEMBERSHIP_DESK = Role(
    code="membership_desk",
    title=_("Membership desk"),
    sentence=_("Checks what parks submit, lists, returns and suspends parks, and invites their first managers."),
    organisation_kinds=("secretariat",),
    permissions=frozenset(
        {
            P.SEE_OFFICE,
            P.SEE_TEAM,
            P.CHECK_PROFILES,
            P.LIST_PARKS,
            P.EDIT_PROFILE,
            P.INVITE,
            P.DECIDE_JOIN,
            P.SEE_AUDIT,
            P.SEE_DASHBOARD,
            P.MERGE_RECORDS,
            P.NUDGE_PARKS,
            P.MANAGE_CLUSTERS,
        }
    ),
    grants=("park_manager", "park_editor"),
    must_be_held=True,
    privileged=True,
    second_factor="required",
)
DATA_DESK = Role(
    code="data_desk",
    title=_("Data desk"),
    sentence=_(
        "Looks after data and running: corrects entries, watches deliveries and the audit chain, staffs the desks."
    ),
    organisation_kinds=("secretariat",),
    permissions=frozenset(
        {
            P.SEE_OFFICE,
            P.SEE_TEAM,
            P.EDIT_PROFILE,
            P.CORRECT_DATA,
            P.SEE_DELIVERIES,
            P.SEE_AUDIT,
            P.SEE_DASHBOARD,
            P.INVITE,
            P.SET_ALLIANCE,
            P.MERGE_RECORDS,
            P.NUDGE_PARKS,
        }
    ),
    grants=(
        "membership_desk",
        "training_desk",
        "investment_desk",
        "data_desk",
        "secretariat_head",
        "council_park",
        "council_government",
        "council_expert",
    ),
    must_be_held=True,
    privileged=True,
    second_factor="required",
)

TRAINING_DESK = Role(
    code="training_desk",
    title=_("Training desk"),
    sentence=_("Approves joint programmes, watches over cohorts and certificates, and helps where partners are stuck."),
    organisation_kinds=("secretariat",),
    permissions=frozenset(
        {P.SEE_OFFICE, P.SEE_TEAM, P.SEE_AUDIT, P.SEE_DASHBOARD, P.INVITE, P.DECIDE_JOIN, P.OVERSEE_TRAINING}
    ),
    grants=("training_manager", "trainer", "awarding_officer"),
    privileged=True,
    second_factor="required",
)
INVESTMENT_DESK = Role(
    code="investment_desk",
    title=_("Investment desk"),
    sentence=_("Admits joint projects, verifies investors, moderates questions and watches the clocks of both sides."),
    organisation_kinds=("secretariat",),
    permissions=frozenset(
        {P.SEE_OFFICE, P.SEE_TEAM, P.SEE_AUDIT, P.SEE_DASHBOARD, P.INVITE, P.DECIDE_JOIN, P.OVERSEE_INVESTMENT}
    ),
    grants=("project_manager", "investor_signatory", "investor_analyst"),
    privileged=True,
    second_factor="required",
)
SECRETARIAT_HEAD = Role(
    code="secretariat_head",
    title=_("Head of the secretariat"),
    sentence=_("Reads what the desks see and hears of what stays undone there."),
    organisation_kinds=("secretariat",),
    permissions=frozenset({P.SEE_OFFICE, P.SEE_TEAM, P.SEE_AUDIT, P.SEE_DASHBOARD, P.LEAD_SECRETARIAT}),
    privileged=True,
    second_factor="required",
)


def _council_seat(code: str, title: str | Promise, sentence: str | Promise) -> Role:
    return Role(
        code,
        title,
        sentence,
        ("council",),
        frozenset({P.SEE_DASHBOARD, P.SEE_AUDIT, P.SEE_TEAM}),
        privileged=True,
        second_factor="required",
    )


COUNCIL_PARK = _council_seat(
    "council_park",
    _("Council member, park seat"),
    _("Sits on the council for the member parks and reads its dashboards."),
)
COUNCIL_GOVERNMENT = _council_seat(
    "council_government",
    _("Council member, government seat"),
    _("Sits on the council for government bodies and reads its dashboards."),
)
COUNCIL_EXPERT = _council_seat(
    "council_expert", _("Council member, expert seat"), _("Sits on the council as an expert and reads its dashboards.")
)

ROLES: dict[str, Role] = {
    role.code: role
    for role in (
        PARK_MANAGER,
        PARK_EDITOR,
        TRAINING_MANAGER,
        TRAINER,
        AWARDING_OFFICER,
        PROJECT_MANAGER,
        INVESTOR_SIGNATORY,
        INVESTOR_ANALYST,
        MEMBERSHIP_DESK,
        TRAINING_DESK,
        INVESTMENT_DESK,
        DATA_DESK,
        SECRETARIAT_HEAD,
        COUNCIL_PARK,
        COUNCIL_GOVERNMENT,
        COUNCIL_EXPERT,
    )
}
CHOICES = [(role.code, role.title) for role in ROLES.values()]


def for_kind(kind: str) -> list[Role]:
    """The roles that exist on organisations of this kind."""
    return [role for role in ROLES.values() if kind in role.organisation_kinds]


def with_permission(permission: P) -> list[str]:
    return [role.code for role in ROLES.values() if permission in role.permissions]
