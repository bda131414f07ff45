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
QUESTION_DAYS = register(
    Setting(
        "question_answer_days",
        _("Answer an investor's question within"),
        _("Both sides see this clock. In a round of questions its own deadline counts instead."),
        default=5,
        minimum=1,
        maximum=15,
        unit=WORKING_DAYS,
    )
)
PUBLISH_DAYS = register(
    Setting(
        "question_publish_days",
        _("Publish the answer to a material question within"),
        _("Counted from the answer, or from when it was found material. The rules allow three at most (D-11)."),
        default=3,
        minimum=1,
        maximum=3,
        unit=WORKING_DAYS,
    )
)
OUTCOME_DAYS = register(
    Setting(
        "meeting_outcome_days",
        _("Record what came of a meeting within"),
        _("Counted from the end of the meeting. When it has run out, the investment desk steps in."),
        default=5,
        minimum=1,
        maximum=5,
        unit=WORKING_DAYS,
    )
)
