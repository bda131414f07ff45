from django.db import models
from django.db.models.functions import Now

from alliance.accounts.models import User

from .deliveries import Delivery


class Unsubscription(models.Model):
    """Mails switched off by the link in one of them, with what was wished before, so that it can be taken back."""

    class Scope(models.TextChoices):
        KIND = "kind"
        ALL = "all"

    class Way(models.TextChoices):
        # The button of the mail program (RFC 8058), or the page behind the link.
        ONE_CLICK = "one_click"
        PAGE = "page"

    person = models.ForeignKey(User, models.CASCADE, related_name="unsubscriptions")
    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="unsubscriptions")
    scope = models.CharField(max_length=4, choices=Scope)
    way = models.CharField(max_length=9, choices=Way)
    before = models.JSONField(default=dict)
    at = models.DateTimeField(db_default=Now())
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.person} {self.scope} {self.at}"
