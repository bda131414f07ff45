from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.accounts.models import User
from parks.models import Park

from .cohorts import Cohort
from .enrolments import Enrolment


class NominationQuerySet(models.QuerySet["Nomination"]):
    def open(self):
        """Letters whose address nobody has confirmed yet."""
        return self.filter(closed_at__isnull=True)


class Nomination(models.Model):
    """A park named an address that has no account yet: an invitation to sign up, no place in the queue.

    It becomes an enrolment, approved by the home park, when somebody confirms that address
    (docs/decisions/0016-nominating-an-address.md). It goes with its address once the window has closed.
    """

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="nominations")
    park = models.ForeignKey(Park, models.PROTECT, related_name="training_nominations")
    email = models.EmailField(_("e-mail"))
    name = models.CharField(pgettext_lazy("person", "name"), max_length=80)
    learner = models.CharField(_("status of the learner"), max_length=10, choices=Enrolment.Learner)
    language = models.CharField(_("language of the letter"), max_length=7, choices=User.Language)
    nominated_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("sent"), default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    # Empty where it was taken back or came to nothing.
    enrolment = models.OneToOneField(Enrolment, models.PROTECT, null=True, blank=True, related_name="nomination")

    objects = NominationQuerySet.as_manager()

    class Meta:
        ordering = ["cohort", "pk"]
        verbose_name = _("nomination of an address")
        verbose_name_plural = _("nominations of addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "email"],
                condition=Q(closed_at__isnull=True),
                name="training_nomination_address_once",
                violation_error_message=_("This address has been nominated for this cohort already."),
            ),
            models.CheckConstraint(
                name="training_nomination_email_is_lower",
                condition=Q(email=Lower("email")),
                violation_error_message=_("E-mail addresses are kept in lower case."),
            ),
            models.CheckConstraint(
                name="training_nomination_taken_is_closed",
                condition=Q(enrolment__isnull=True) | Q(closed_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["email"], condition=Q(closed_at__isnull=True), name="training_nomination_open"),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.cohort.code}"
