from django.db import models
from django.utils.translation import gettext_lazy as _


class OutboxMail(models.Model):
    """A mail kept to be read in the portal, where no mail server is named."""

    to = models.CharField(_("to"), max_length=300)
    sender = models.CharField(_("from"), max_length=300)
    subject = models.CharField(_("subject"), max_length=500)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    message_id = models.CharField(max_length=250, db_index=True)
    kept_at = models.DateTimeField(_("sent"), auto_now_add=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.to}: {self.subject}"

    @property
    def language(self) -> str:
        """The tag of the language it is written in, as far as it says so."""
        return self.headers.get("Content-Language", "")
