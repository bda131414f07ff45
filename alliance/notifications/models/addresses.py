from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from alliance.accounts.models import User


class AddressTrouble(models.Model):
    """An address that mails come back from for good. Nothing goes there until it is corrected or works again."""

    person = models.ForeignKey(User, models.CASCADE, related_name="address_troubles")
    address = models.EmailField(max_length=254)
    status = models.CharField(max_length=12)
    said = models.CharField(max_length=200, blank=True)
    since = models.DateTimeField(db_default=Now())
    cleared_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(cleared_at__isnull=True), name="notifications_trouble_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.status}"
