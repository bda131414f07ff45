"""Two entries that are one park, two organisations that are one: what becomes of their part in training."""

from django.utils.translation import gettext_lazy as _

from alliance.core.merging import How, Reference, register

TWICE = _("The surviving one is there already.")
PAST = _("History stays where it happened.")

register(
    "accounts.Organisation",
    Reference(
        "training.ProgrammePartner",
        "organisation",
        How.MOVE,
        _("Parts in joint programmes"),
        same=("programme", "role"),
        why=TWICE,
    ),
    Reference("training.Curriculum", "author", How.MOVE, _("Curricula it wrote")),
    Reference("training.Cohort", "host", How.MOVE, _("Cohorts it hosts")),
    Reference("training.Room", "organisation", How.MOVE, _("Rooms"), same=("name_zh",), why=TWICE),
    Reference(
        "training.ReviewAsk",
        "organisation",
        How.MOVE,
        _("Curricula it was asked to review"),
        same=("version",),
        why=TWICE,
    ),
    Reference("training.VersionReview", "organisation", How.STAY, _("Reviews of curricula"), why=PAST),
    Reference("training.CertificateEvent", "organisation", How.STAY, _("Events of certificates"), why=PAST),
    Reference("training.EnrolmentLog", "organisation", How.STAY, _("Steps of enrolments"), why=PAST),
    Reference(
        "training.University",
        "organisation",
        How.STAY,
        _("Its entry among the universities"),
        why=_("One entry names one organisation; put it right by hand."),
    ),
)
register(
    "parks.Park",
    Reference(
        "training.ParkQuota",
        "park",
        How.MOVE,
        _("Quotas of seats"),
        same=("cohort",),
        why=_("Both have seats in this cohort. Add the numbers by hand, so that nobody loses a seat."),
    ),
    Reference("training.Enrolment", "park", How.MOVE, _("Trainees")),
    Reference("training.Nomination", "park", How.MOVE, _("Letters to nominees")),
    Reference(
        "training.CalendarFeed",
        "park",
        How.STAY,
        _("Addresses of calendars"),
        why=_("An address shows the park it was given for; the surviving one gives its own."),
    ),
)
