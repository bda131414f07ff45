"""Which rows of joint investment are a person's (alliance/accounts/personal_data.py)."""

from django.utils.translation import gettext_lazy as _

from alliance.accounts.personal_data import Close, Source, not_personal, register

WORK = _("So that it can be seen who did what in joint investment.")
SIGNED = _("What somebody signed for an organisation stays, as long as others rely on it.")

register(
    Source("projects", "investment.Project", _("Joint projects you began"), WORK, traces=("created_by",)),
    Source("project_parties", "investment.ProjectParty", _("Parks you asked"), WORK, traces=("asked_by",)),
    Source(
        "project_versions",
        "investment.ProjectVersion",
        _("Versions you wrote"),
        WORK,
        traces=("created_by", "written_by", "offered_by"),
    ),
    Source(
        "project_signatures",
        "investment.ProjectSignature",
        _("Your signatures on joint projects"),
        SIGNED,
        person=("signed_by",),
        fields=("id", "version__project__title_zh", "version__number", "park__name_zh", "sha256", "signed_at"),
    ),
    Source(
        "project_updates",
        "investment.ProjectUpdate",
        _("News of projects you wrote or took back"),
        WORK,
        traces=("written_by", "retracted_by"),
    ),
    Source(
        "project_documents",
        "investment.ProjectDocument",
        _("Documents of projects you added or withdrew"),
        WORK,
        traces=("created_by", "withdrawn_by"),
    ),
    Source(
        "project_document_versions",
        "investment.DocumentVersion",
        _("Versions of project documents you uploaded"),
        WORK,
        traces=("uploaded_by",),
    ),
    Source(
        "project_follows",
        "investment.ProjectFollow",
        _("Projects you follow"),
        _("So that you hear of them."),
        person=("person",),
        fields=("id", "project__title_zh", "since"),
        on_close=Close.DELETE,
    ),
    Source("project_outcomes", "investment.ProjectOutcome", _("Results you recorded"), WORK, traces=("recorded_by",)),
    Source("admission_checks", "investment.AdmissionCheck", _("Criteria you checked"), WORK, traces=("checked_by",)),
    Source("admission_letters", "investment.AdmissionLetter", _("Decisions you took"), WORK, traces=("decided_by",)),
    Source("project_approvals", "investment.ProjectApproval", _("Approvals you named"), WORK, traces=("created_by",)),
    Source(
        "approval_steps",
        "investment.ApprovalStep",
        _("Steps of approvals you recorded"),
        WORK,
        traces=("recorded_by",),
        is_listed=False,
    ),
    Source("investors", "investment.Investor", _("Investors you registered"), WORK, traces=("registered_by",)),
    Source(
        "investor_documents",
        "investment.InvestorDocument",
        _("Documents of an investor you uploaded"),
        WORK,
        traces=("uploaded_by",),
    ),
    Source("investor_steps", "investment.InvestorStep", _("Steps of investors you took"), WORK, traces=("by",)),
    Source("interest_steps", "investment.InterestStep", _("Steps of interests you took"), WORK, traces=("by",)),
    Source("interests", "investment.Interest", _("Interest you expressed"), WORK, traces=("created_by",)),
    Source("agreements", "investment.Agreement", _("Agreements you wrote"), WORK, traces=("created_by",)),
    Source(
        "agreement_acceptances",
        "investment.AgreementAcceptance",
        _("Agreements you accepted"),
        SIGNED,
        person=("accepted_by",),
        words=("signed_name",),
        fields=(
            "id",
            "agreement__project__title_zh",
            "agreement__number",
            "sha256",
            "signed_name",
            "accepted_at",
            "valid_until",
        ),
    ),
    Source("rooms", "investment.Room", _("Data rooms you opened"), WORK, traces=("opened_by",)),
    Source("room_entries", "investment.RoomNode", _("Entries of data rooms you made"), WORK, traces=("created_by",)),
    Source("room_versions", "investment.RoomVersion", _("Documents you uploaded"), WORK, traces=("uploaded_by",)),
    Source("room_groups", "investment.RoomGroup", _("Groups of data rooms you made"), WORK, traces=("created_by",)),
    Source("room_manifests", "investment.RoomManifest", _("Manifests you froze"), WORK, traces=("frozen_by",)),
    Source(
        "room_members",
        "investment.RoomMember",
        _("Data rooms you may read"),
        WORK,
        person=("person",),
        traces=("added_by",),
        fields=("id", "group__room__project__title_zh", "investor__organisation__name_zh", "added_at", "removed_at"),
    ),
    Source(
        "room_events",
        "investment.RoomEvent",
        _("What you asked for in data rooms"),
        _("The parks see which organisation read what; both sides may have to prove it."),
        person=("person",),
        words=("address",),
        fields=("id", "room__project__title_zh", "action", "is_allowed", "page", "address", "size", "copy", "at"),
    ),
)

ABOUT_IT = "about the project or what an agency said of it, not about a person"
not_personal("investment.Project", "state_reason", why=ABOUT_IT)
not_personal("investment.AdmissionLetter", "reason", why=ABOUT_IT)
not_personal("investment.ProjectApproval", "state_reason", why=ABOUT_IT)
not_personal("investment.RoomGroup", "name", why="the name of a group of a data room, not of a person")
not_personal("investment.ProjectUpdate", "retract_reason", why=ABOUT_IT)
not_personal("investment.ProjectDocument", "withdraw_reason", why=ABOUT_IT)
OF_ORGANISATIONS = "what one organisation writes to another, or the desk of it; not about a person"
not_personal("investment.Investor", "state_reason", why=OF_ORGANISATIONS)
not_personal("investment.InvestorStep", "reason", why=OF_ORGANISATIONS)
not_personal("investment.Interest", "state_reason", "message", "owner_declaration", why=OF_ORGANISATIONS)
