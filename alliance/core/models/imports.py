"""Tables that the secretariat takes in: the file, and each of its rows with what is to become of it."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .files import StoredFile


class ImportBatch(models.Model):
    """One file on its way into the portal.

    reading → columns (a person says what an unknown header means) → checked → applying → applied → undoing → undone.
    A file that cannot be read is refused; what nobody applies is discarded. Nothing is written before `applied`, and
    everything is in one transaction.
    """

    class State(models.TextChoices):
        READING = "reading", pgettext_lazy("import", "Being read")
        COLUMNS = "columns", pgettext_lazy("import", "Columns to assign")
        REFUSED = "refused", pgettext_lazy("import", "Not readable")
        CHECKED = "checked", pgettext_lazy("import", "Waiting for your decision")
        APPLYING = "applying", pgettext_lazy("import", "Being taken over")
        APPLIED = "applied", pgettext_lazy("import", "Taken over")
        UNDOING = "undoing", pgettext_lazy("import", "Being taken back")
        UNDONE = "undone", pgettext_lazy("import", "Taken back")
        DISCARDED = "discarded", pgettext_lazy("import", "Discarded")

    BUSY = (State.READING, State.APPLYING, State.UNDOING)

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=30)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.READING)
    file = models.OneToOneField(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    # As the person named it; shown, and never a path.
    file_name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField(max_length=64)
    # What kind-specific boxes were ticked: {"publish": true}
    options = models.JSONField(default=dict, blank=True)
    # How it was read: encoding, delimiter, sheet, header row and its texts, unread sheets.
    read_as = models.JSONField(default=dict, blank=True)
    # {place of a column in the file: code of our column, or "" to leave it out}
    columns = models.JSONField(default=dict, blank=True)
    # Why the file was refused: what `spreadsheets.Refused.as_kept` gives.
    problem = models.JSONField(default=dict, blank=True)
    # {verdict or outcome: number of rows}
    counts = models.JSONField(default=dict, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    job = models.ForeignKey("core.Job", models.SET_NULL, null=True, blank=True, related_name="+")
    applied_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    applied_at = models.DateTimeField(_("taken over"), null=True, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    # The uploaded file and the cells of its rows are gone.
    forgotten_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [
            models.CheckConstraint(
                name="core_importbatch_applied_by_someone",
                condition=Q(applied_by__isnull=True, applied_at__isnull=True)
                | Q(applied_by__isnull=False, applied_at__isnull=False),
            ),
            models.CheckConstraint(
                name="core_importbatch_undone_was_applied",
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False, applied_at__isnull=False),
            ),
            models.CheckConstraint(
                name="core_importbatch_refused_with_reason", condition=~Q(state="refused") | ~Q(problem={})
            ),
        ]
        indexes = [models.Index(fields=["kind", "-created_at"], name="core_importbatch_recent")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_busy(self) -> bool:
        return self.state in self.BUSY

    @property
    def headers(self) -> list[str]:
        return self.read_as.get("headers", [])


class ImportRowQuerySet(models.QuerySet["ImportRow"]):
    def chosen(self):
        """What will be done when the file is taken over."""
        return self.filter(verdict__in=ImportRow.TAKEN).exclude(choice__in=["", ImportRow.SKIP])


class ImportRow(models.Model):
    """One row of a file: what it says, what the check found, what was decided, what became of it."""

    class Verdict(models.TextChoices):
        NEW = "new", pgettext_lazy("import", "New")
        UPDATE = "update", pgettext_lazy("import", "Change")
        SAME = "same", pgettext_lazy("import", "As it is already")
        CONFLICT = "conflict", pgettext_lazy("import", "To be decided")
        ERROR = "error", pgettext_lazy("import", "Not possible")

    class Outcome(models.TextChoices):
        CREATED = "created", pgettext_lazy("import", "Added")
        UPDATED = "updated", pgettext_lazy("import", "Changed")
        PUT_ASIDE = "put_aside", pgettext_lazy("import", "Put aside")
        UNDONE = "undone", pgettext_lazy("import", "Taken back")
        KEPT = "kept", pgettext_lazy("import", "Could not be taken back")

    TAKEN = (Verdict.NEW, Verdict.UPDATE, Verdict.CONFLICT)
    TAKE, SKIP = "take", "skip"

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows")
    # As the spreadsheet counts it.
    number = models.PositiveIntegerField(_("row"))
    cells = models.JSONField(default=list)
    # {column of ours: value}, well formed ones only.
    values = models.JSONField(default=dict)
    verdict = models.CharField(_("verdict"), max_length=8, choices=Verdict)
    # [{"column": code or "", "zh-hans": …, "en": …}]: what is wrong, or what is to be decided.
    notes = models.JSONField(default=list)
    # What it is about, if it is there already: its key, its name.
    target = models.CharField(max_length=40, blank=True)
    target_name = models.CharField(max_length=200, blank=True)
    # {column: [before, after]}
    changes = models.JSONField(default=dict)
    # A fingerprint of what the verdict rests on; another one later puts the row aside.
    seen = models.CharField(max_length=16, blank=True)
    # What a person may decide about a conflict: [{"code": "update:12", "zh-hans": …, "en": …}]
    offers = models.JSONField(default=list)
    choice = models.CharField(_("decision"), max_length=60, blank=True)
    outcome = models.CharField(_("outcome"), max_length=9, choices=Outcome, blank=True)
    outcome_note = models.JSONField(default=dict)
    # What was made and what was there before, for taking it back.
    made = models.JSONField(default=dict)

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        ordering = ["batch", "number"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="core_importrow_once"),
            models.CheckConstraint(
                name="core_importrow_nothing_of_an_error",
                condition=~Q(verdict__in=["error", "same"]) | Q(choice="", outcome=""),
            ),
        ]
        indexes = [models.Index(fields=["batch", "verdict", "number"], name="core_importrow_verdict")]

    def __str__(self) -> str:
        return f"{self.batch} · {self.number}"

    @property
    def is_open(self) -> bool:
        """Whether somebody has yet to decide."""
        return self.verdict == self.Verdict.CONFLICT and not self.choice

    def notes_on(self, code: str) -> list[dict[str, Any]]:
        return [note for note in self.notes if note.get("column") == code]
