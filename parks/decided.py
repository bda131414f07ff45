"""What the secretariat decides about park profiles."""

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from alliance.core.alliance_settings import CLOCKS, PROFILES, Setting, register

ANSWER_DAYS = register(
    Setting(
        "profile_answer_days",
        _("Check a submitted profile within"),
        _("The park sees the same clock. Profiles that are with the secretariat already keep theirs."),
        default=5,
        minimum=1,
        maximum=30,
        group=CLOCKS,
        unit=_("working days"),
    )
)
FRESH_MONTHS = register(
    Setting(
        "fresh_months",
        _("A confirmation is fresh for"),
        _("Green so long. Then the park is asked whether all is still true, and the profile counts as stale."),
        default=12,
        minimum=3,
        maximum=36,
        group=PROFILES,
        unit=_("months"),
    )
)
AGEING_MONTHS = register(
    Setting(
        "ageing_months",
        _("A confirmation is ageing for"),
        _("Amber from fresh until then, red afterwards."),
        default=24,
        minimum=6,
        maximum=72,
        group=PROFILES,
        unit=_("months"),
    )
)
NUDGE_PAUSE_DAYS = register(
    Setting(
        "nudge_pause_days",
        _("Nudge a park at most once in"),
        _("A letter about gaps of the profile goes to the same park no more often, whoever sends it."),
        default=30,
        minimum=1,
        maximum=365,
        group=PROFILES,
        unit=_("days"),
    )
)

# For labels that are made when the portal starts and read later.
answer_days = lazy(lambda: str(ANSWER_DAYS.value()), str)()
fresh_months = lazy(lambda: str(FRESH_MONTHS.value()), str)()
ageing_months = lazy(lambda: str(AGEING_MONTHS.value()), str)()
