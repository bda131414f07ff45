"""Who worked on parks (alliance/accounts/personal_data.py). What parks publish about themselves is the parks' own."""

from django.utils.translation import gettext_lazy as _

from alliance.accounts.personal_data import Source, not_personal, register

WORK = _(
    "So that a park can undo mistakes and sees who wrote what. The profile is the park's, your number stays with it."
)

register(
    Source("drafts", "parks.BlockDraft", _("Drafts of profiles"), WORK, traces=("edited_by",), is_listed=False),
    Source(
        "edits",
        "parks.BlockEdit",
        _("Your edits of profiles"),
        WORK,
        person=("by",),
        fields=("id", "park__name_zh", "block", "changes", "note", "at"),
    ),
    Source(
        "confirmations",
        "parks.BlockConfirmation",
        _("What you confirmed to be still true"),
        WORK,
        person=("by",),
        fields=("id", "park__name_zh", "block", "at"),
    ),
    Source("figures", "parks.Figure", _("Figures you checked"), WORK, traces=("verified_by",), is_listed=False),
    Source(
        "lists",
        "parks.SavedList",
        _("Lists of parks you began"),
        _("For the work of the desks; what you shared stays with your colleagues."),
        person=("owner",),
        fields=("id", "name", "note", "is_shared", "created_at"),
    ),
    Source("listed", "parks.ListedPark", _("Parks you put on lists"), WORK, traces=("added_by",), is_listed=False),
    Source("pictures", "parks.Picture", _("Pictures you added"), WORK, traces=("uploaded_by",), is_listed=False),
    Source(
        "submissions",
        "parks.Submission",
        _("Profiles you submitted"),
        WORK,
        person=("submitted_by",),
        traces=("decided_by",),
        fields=("id", "park__name_zh", "state", "message", "submitted_at"),
    ),
    Source(
        "versions", "parks.HistoricalPark", _("Versions of profiles"), WORK, traces=("history_user",), is_listed=False
    ),
)
PUBLISHED = "the published contact of the park, which the park changes"
not_personal("parks.Park", "contact_phone", "contact_email", "address_zh", "address_en", why=PUBLISHED)
not_personal("parks.HistoricalPark", "contact_phone", "contact_email", "address_zh", "address_en", why=PUBLISHED)
not_personal("parks.Park", "standing_reason", why="about the park")
not_personal("parks.HistoricalPark", "standing_reason", "history_change_reason", why="about the park")
not_personal("parks.LookAlike", "reasons", why="codes of what looks alike")
not_personal("parks.Picture", "credit", why="named by the park with the picture, as its author asked")
not_personal("parks.Park", "status_note_zh", "status_note_en", why="about the park")
not_personal("parks.HistoricalPark", "status_note_zh", "status_note_en", why="about the park")
not_personal("parks.Figure", "source_note_zh", "source_note_en", why="about the source")
not_personal("parks.Submission", "message", "reasons", "block_reasons", why="about the profile")
not_personal("parks.BlockEdit", "note", why="about the profile")
not_personal("parks.ListedPark", "note", why="about the park")
not_personal("parks.Cluster", "state_reason", why="about the cluster")
not_personal("parks.ClusterMember", "reason", why="of the park, about its place")
not_personal("parks.SavedList", "name", "note", why="what the list is for")
