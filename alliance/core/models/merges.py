from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Merge(models.Model):
    """Two rows that were one and the same thing: one stays, the other becomes a pointer to it.

    `moved` lists every row that was repointed, `values` every value that changed, so that undoing is exact. Rows are
    named by label and number and people by their id: the record outlives what it tells of.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        DONE = "done", _("Merged")
        UNDONE = "undone", _("Undone")
        DROPPED = "dropped", _("Not carried out")

    label = models.CharField(max_length=80)
    gone_id = models.BigIntegerField()
    kept_id = models.BigIntegerField()
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.PROPOSED)
    # {label: {field: "gone" | "kept"}}: whose value survives.
    choices = models.JSONField(default=dict)
    reason = models.CharField(_("reason"), max_length=300)
    # What the person who proposed it was shown; something else would not be carried out.
    digest = models.CharField(max_length=64)
    # [{"model", "field", "old", "new", "pks"}]
    moved = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    # [{"model", "pk", "field", "old", "new"}]
    values = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    proposed_by = models.CharField(max_length=40)
    proposed_at = models.DateTimeField(_("proposed"), auto_now_add=True)
    done_by = models.CharField(max_length=40, blank=True)
    done_at = models.DateTimeField(_("merged"), null=True, blank=True)
    undone_by = models.CharField(max_length=40, blank=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        constraints = [
            models.CheckConstraint(name="core_merge_of_two", condition=~Q(gone_id=models.F("kept_id"))),
            models.CheckConstraint(name="core_merge_says_why", condition=~Q(reason="")),
            models.CheckConstraint(
                name="core_merge_done_by_someone",
                condition=Q(state__in=["proposed", "dropped"]) | Q(done_at__isnull=False) & ~Q(done_by=""),
            ),
            # A row is gone once; and while it is, nothing else is proposed for it.
            models.UniqueConstraint(
                fields=["label", "gone_id"], condition=Q(state="done"), name="core_merge_gone_once"
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="core_merge_recent")]

    def __str__(self) -> str:
        return f"{self.label} {self.gone_id} → {self.kept_id}"
