from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliance.accounts.models import User

from .parks import Park


class BlockDraft(models.Model):
    """What the park's people have written in one block and the public does not see yet.

    `data` holds the fields that differ from the published profile; `version` counts saves. How two editors of one block
    meet is told in docs/decisions/0009-two-editors.md.
    """

    park = models.ForeignKey(Park, models.CASCADE, related_name="drafts")
    block = models.CharField(max_length=20)
    data = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    edited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    edited_at = models.DateTimeField(default=timezone.now)
    # {pair: hash of the Chinese text}: somebody read both and says that the English still fits this Chinese.
    still_right = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["park", "block"], name="parks_blockdraft_once")]

    def __str__(self) -> str:
        return f"{self.park} · {self.block} v{self.version}"


class BlockEdit(models.Model):
    """One change of a block: what each field said before and after, who changed it and how.

    Rows are never removed. What one person saves from one open page in one sitting is one row, however often it was
    saved on
    the way.
    """

    class Way(models.TextChoices):
        EDIT = "edit", _("Edited")
        UNDO = "undo", _("Undone")
        CORRECTION = "correction", _("Corrected by the secretariat")
        PUBLISH = "publish", _("Published")

    park = models.ForeignKey(Park, models.CASCADE, related_name="edits")
    block = models.CharField(max_length=20)
    way = models.CharField(max_length=10, choices=Way, default=Way.EDIT)
    # {field: [before, after]}
    changes = models.JSONField(default=dict)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    undoes = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="undone_by")
    # The open page it came from, so that the saves of one sitting stay together.
    page = models.CharField(max_length=16, blank=True)
    # Why the secretariat corrected it, for the park to read.
    note = models.TextField(_("note"), blank=True, max_length=1000)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["park", "-at"], name="parks_blockedit_recent")]

    def __str__(self) -> str:
        return f"{self.park} · {self.block} · {self.get_way_display()}"


class BlockConfirmation(models.Model):
    """The park says that a block is still true: the date its freshness is counted from."""

    park = models.ForeignKey(Park, models.CASCADE, related_name="confirmations")
    block = models.CharField(max_length=20)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at"]
        constraints = [models.UniqueConstraint(fields=["park", "block"], name="parks_blockconfirmation_latest")]

    def __str__(self) -> str:
        return f"{self.park} · {self.block} · {self.at:%Y-%m-%d}"
