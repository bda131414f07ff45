import uuid

from django.db import models
from django.db.models import Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.accounts.models import User
from alliance.core.bilingual import Bilingual
from alliance.core.models import StoredFile

from .projects import Project


class DocumentQuerySet(models.QuerySet["ProjectDocument"]):
    def standing(self):
        """Those that nobody withdrew."""
        return self.filter(withdrawn_at__isnull=True)

    def readable(self, classes):
        """What a reader to whom these classes are open finds: public projects, and a version that was checked."""
        checked = DocumentVersion.objects.filter(file__state=StoredFile.State.READY)
        return self.standing().filter(
            disclosure__in=classes,
            project__state__in=Project.PUBLIC_STATES,
            pk__in=checked.values("document"),
        )

    def with_versions(self):
        versions = DocumentVersion.objects.select_related("file", "uploaded_by").order_by("-number")
        return self.prefetch_related(Prefetch("versions", versions))


class ProjectDocument(models.Model):
    """A document of a joint project outside its data room: of a stage, for a class of readers (J-5).

    What is confidential has its place in the data room (D-1 to D-12) and never here. A document is withdrawn with a
    reason, never deleted; its versions stay.
    """

    class Kind(models.TextChoices):
        BRIEF = "brief", pgettext_lazy("project document", "Project brief")
        FEASIBILITY = "feasibility", pgettext_lazy("project document", "Feasibility study")
        MARKET = "market", pgettext_lazy("project document", "Market study")
        DESIGN = "design", pgettext_lazy("project document", "Plans and design")
        ENVIRONMENT = "environment", pgettext_lazy("project document", "Environmental impact")
        APPROVAL = "approval", pgettext_lazy("project document", "Decision of an agency")
        FINANCING = "financing", pgettext_lazy("project document", "Financing plan")
        PROGRESS = "progress", pgettext_lazy("project document", "Progress report")
        COMPLETION = "completion", pgettext_lazy("project document", "Completion report")
        OTHER = "other", pgettext_lazy("project document", "Other document")

    class Stage(models.TextChoices):
        """The public stages of a project; a committee has none (J-3)."""

        PUBLISHED = "published", pgettext_lazy("project", "Published")
        IN_DIALOGUE = "in_dialogue", pgettext_lazy("project", "In dialogue")
        DUE_DILIGENCE = "due_diligence", pgettext_lazy("project", "Due diligence")
        FINANCING_AGREED = "financing_agreed", pgettext_lazy("project", "Financing agreed")
        IMPLEMENTATION = "implementation", pgettext_lazy("project", "Being carried out")
        OPERATION = "operation", pgettext_lazy("project", "In operation")
        COMPLETED = "completed", pgettext_lazy("project", "Completed")

    class Disclosure(models.TextChoices):
        """Who reads it. Each class reads what the one before it reads."""

        PUBLIC = "public", pgettext_lazy("disclosure", "Everybody")
        REGISTERED = "registered", pgettext_lazy("disclosure", "Registered investors")
        VERIFIED = "verified", pgettext_lazy("disclosure", "Verified investors only")

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    project = models.ForeignKey(Project, models.PROTECT, related_name="documents")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    stage = models.CharField(_("stage"), max_length=16, choices=Stage)
    disclosure = models.CharField(_("who reads it"), max_length=10, choices=Disclosure)
    title_zh = models.CharField(_("Chinese title"), max_length=120)
    title_en = models.CharField(_("English title"), max_length=160, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdraw_reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = DocumentQuerySet.as_manager()

    title = Bilingual("title")

    class Meta:
        ordering = ["project", "pk"]
        verbose_name = _("document of a project")
        verbose_name_plural = _("documents of projects")
        constraints = [
            models.CheckConstraint(
                name="investment_document_withdrawn_with_reason",
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdraw_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdraw_reason="")),
            ),
            # No class of the data room has a place here, whoever writes the row.
            models.CheckConstraint(
                name="investment_document_class_outside_the_room",
                condition=Q(disclosure__in=["public", "registered", "verified"]),
            ),
        ]
        indexes = [models.Index(fields=["project", "stage"], name="investment_document_stage")]

    def __str__(self) -> str:
        return str(self.title)

    @property
    def current(self) -> "DocumentVersion | None":
        """The newest version that was checked: what readers get. Fetch `with_versions`."""
        return next((one for one in self.versions.all() if one.is_ready), None)


class DocumentVersion(models.Model):
    """One version of a document. A newer one takes its place; this one stays. Only added to."""

    document = models.ForeignKey(ProjectDocument, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="project_document_version")
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("uploaded"), default=timezone.now)

    class Meta:
        ordering = ["document", "-number"]
        verbose_name = _("version of a project document")
        verbose_name_plural = _("versions of project documents")
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="investment_docversion_once")]

    def __str__(self) -> str:
        return f"{self.document} · {self.number}"

    @property
    def is_ready(self) -> bool:
        return self.file.state == StoredFile.State.READY

    @property
    def is_refused(self) -> bool:
        return self.file.state == StoredFile.State.REFUSED
