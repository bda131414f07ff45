"""What the secretariat decides about people and invitations."""

from django.utils.translation import gettext_lazy as _

from alliance.core.alliance_settings import PEOPLE, Setting, register

INVITATION_DAYS = register(
    Setting(
        "invitation_days",
        _("An invitation is valid for"),
        _("After that its link no longer works; one click asks the sender for a new one."),
        default=14,
        minimum=1,
        maximum=90,
        group=PEOPLE,
        unit=_("days"),
    )
)
JOIN_REQUESTS = register(
    Setting(
        "join_requests_at_once",
        _("Requests to join one person may have waiting"),
        _("So that nobody asks everywhere at once."),
        default=5,
        minimum=1,
        maximum=50,
        group=PEOPLE,
    )
)
TERM_WARNING_DAYS = register(
    Setting(
        "term_warning_days",
        _("Warn before the term of a duty ends"),
        _("How long before the end the holder, and those who may extend the term, are told."),
        default=14,
        minimum=1,
        maximum=120,
        group=PEOPLE,
        unit=_("days"),
    )
)
