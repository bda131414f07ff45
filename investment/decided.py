"""What the secretariat decides about the clocks of joint investment."""

from django.utils.translation import gettext_lazy as _

from alliance.core.alliance_settings import Setting, register
from alliance.notifications.decided import WORKING_DAYS

ACKNOWLEDGE_DAYS = register(
    Setting(
        "interest_acknowledge_days",
        _("Acknowledge an investor's interest within"),
        _("Both sides see this clock. When it has run out, the investment desk steps in."),
        default=5,
        minimum=1,
        maximum=5,
        unit=WORKING_DAYS,
    )
)
ANSWER_DAYS = register(
    Setting(
        "interest_answer_days",
        _("Accept or decline an acknowledged interest within"),
        _("Both sides see this clock. When it has run out, the investment desk steps in."),
        default=15,
        minimum=5,
        maximum=40,
        unit=WORKING_DAYS,
    )
)
VERIFY_DAYS = register(
    Setting(
        "investor_verify_days",
        _("Verify an investor within"),
        _("Counted from the day its documents were handed in; the investor sees the same clock."),
        default=10,
        minimum=1,
        maximum=30,
        unit=WORKING_DAYS,
    )
)
