"""What the secretariat decides about the clocks of tasks."""

from django.utils.translation import gettext_lazy as _

from alliance.core.alliance_settings import Setting, register

WORKING_DAYS = _("working days")

JOIN_DAYS = register(
    Setting(
        "join_answer_days",
        _("Answer a request to join within"),
        _("The person who asks sees the same clock."),
        default=5,
        minimum=1,
        maximum=30,
        unit=WORKING_DAYS,
    )
)
RENEW_DAYS = register(
    Setting(
        "renew_invitation_days",
        _("Send an expired invitation again within"),
        default=5,
        minimum=1,
        maximum=30,
        unit=WORKING_DAYS,
    )
)
NEW_HOLDER_DAYS = register(
    Setting(
        "new_holder_days",
        _("Find somebody in charge within"),
        _("From the day on which a required role is vacant."),
        default=10,
        minimum=1,
        maximum=60,
        unit=WORKING_DAYS,
    )
)
CLIMB_AFTER = register(
    Setting(
        "climb_after_days",
        _("Tell the head of the secretariat about overdue tasks after"),
        _("Counted from the day the deadline passed and its desk was told."),
        default=3,
        minimum=1,
        maximum=30,
        unit=WORKING_DAYS,
    )
)
REMIND_BEFORE = register(
    Setting(
        "remind_before_days",
        _("Remind people before a deadline"),
        _("Once. When the deadline has passed, the desk in charge is told too."),
        default=1,
        minimum=0,
        maximum=5,
        unit=WORKING_DAYS,
    )
)
