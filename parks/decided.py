"""What the secretariat decides about park profiles and clusters."""

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from alliance.core.alliance_settings import CLOCKS, PROFILES, Group, Setting, register

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

CLUSTERS = Group("clusters", _("Specialised clusters"), 25)
CLUSTER_PARKS = register(
    Setting(
        "cluster_parks",
        _("A cluster needs at least"),
        _("So many parks have to hold a place before a cluster is proposed and approved."),
        default=3,
        minimum=2,
        maximum=20,
        group=CLUSTERS,
        unit=_("parks"),
    )
)
CLUSTER_CITIES = register(
    Setting(
        "cluster_cities",
        _("Its parks lie in at least"),
        _("A cluster joins regions: its parks may not all be in one city."),
        default=2,
        minimum=1,
        maximum=20,
        group=CLUSTERS,
        unit=_("cities"),
    )
)
CLUSTER_REVIEW_MONTHS = register(
    Setting(
        "cluster_review_months",
        _("Review a cluster every"),
        _("Counted from the council's resolution. Reviews that have a day already keep it."),
        default=24,
        minimum=6,
        maximum=60,
        group=CLUSTERS,
        unit=_("months"),
    )
)
CLUSTER_REVIEW_DAYS = register(
    Setting(
        "cluster_review_days",
        _("A review begins before its day by"),
        _("From then on it waits at the membership desk, and the cluster's page says that it is under review."),
        default=60,
        minimum=7,
        maximum=180,
        group=CLUSTERS,
        unit=_("days"),
    )
)
CLUSTER_ANSWER_DAYS = register(
    Setting(
        "cluster_answer_days",
        _("A park answers an invitation to a cluster within"),
        _("Both sides see the clock. An invitation stays open when it has passed."),
        default=15,
        minimum=1,
        maximum=60,
        group=CLUSTERS,
        unit=_("working days"),
    )
)

# For labels that are made when the portal starts and read later.
cluster_parks = lazy(lambda: str(CLUSTER_PARKS.value()), str)()
cluster_cities = lazy(lambda: str(CLUSTER_CITIES.value()), str)()
cluster_review_months = lazy(lambda: str(CLUSTER_REVIEW_MONTHS.value()), str)()
answer_days = lazy(lambda: str(ANSWER_DAYS.value()), str)()
fresh_months = lazy(lambda: str(FRESH_MONTHS.value()), str)()
ageing_months = lazy(lambda: str(AGEING_MONTHS.value()), str)()
