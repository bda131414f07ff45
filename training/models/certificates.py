"""Dossiers, certificates and what becomes of them (rules X-1 to X-15)."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.accounts.models import Organisation, User
from alliance.core.bilingual import Bilingual

from .curricula import Curriculum, CurriculumVersion
from .enrolments import Enrolment
from .issuing import IssuerKey, StatusPlace


class Dossier(models.Model):
    """What a certificate rests on, frozen for the second person to read (X-1 to X-3)."""

    class State(models.TextChoices):
        ELIGIBLE = "eligible", pgettext_lazy("dossier", "Can be prepared")
        DOSSIER = "dossier", pgettext_lazy("dossier", "Waiting for the second person")
        APPROVED = "approved", pgettext_lazy("dossier", "Approved")
        ISSUED = "issued", pgettext_lazy("dossier", "Issued")
        RETURNED = "returned", pgettext_lazy("dossier", "Returned")

    class Purpose(models.TextChoices):
        FIRST = "first", pgettext_lazy("dossier", "First certificate")
        CORRECTION = "correction", pgettext_lazy("dossier", "Correction")
        RENEWAL = "renewal", pgettext_lazy("dossier", "Renewal")

    OPEN = (State.ELIGIBLE, State.DOSSIER, State.APPROVED, State.RETURNED)

    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="dossiers")
    # The version certified: the pinned one, or for a renewal the current one.
    version = models.ForeignKey(CurriculumVersion, models.PROTECT, related_name="dossiers")
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose, default=Purpose.FIRST)
    # The certificate that is corrected or renewed.
    earlier = models.ForeignKey("Certificate", models.PROTECT, null=True, blank=True, related_name="later_dossiers")
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.ELIGIBLE)
    # Canonical JSON of requirements, values and evidence, and its SHA-256.
    content = models.TextField(blank=True)
    content_sha256 = models.CharField(max_length=64, blank=True)
    # The same requirements in words of both languages, as they were read; not part of the hash.
    shown = models.JSONField(default=list, blank=True)
    # The holder's name as the certificate is to show it.
    holder_name = models.CharField(_("name on the certificate"), max_length=120, blank=True)
    # For a renewal: refresher minutes that somebody confirmed, or the day of the re-assessment.
    refreshed_minutes = models.PositiveIntegerField(_("refresher minutes"), null=True, blank=True)
    reassessed_on = models.DateField(_("re-assessed on"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    prepared_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    prepared_at = models.DateTimeField(_("prepared"), null=True, blank=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    reasons = models.TextField(_("reasons"), max_length=2000, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("dossier")
        verbose_name_plural = _("dossiers")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=Q(state__in=["eligible", "dossier", "approved", "returned"]),
                name="training_dossier_one_open",
                violation_error_message=_("A dossier of this trainee is under way already."),
            ),
            models.CheckConstraint(
                name="training_dossier_frozen",
                condition=Q(state__in=["eligible", "returned"])
                | (~Q(content="") & ~Q(content_sha256="") & Q(prepared_by__isnull=False, prepared_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="training_dossier_two_persons",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=models.F("prepared_by")),
                violation_error_message=_("Whoever prepared a dossier does not approve it."),
            ),
            models.CheckConstraint(
                name="training_dossier_approved_by_someone",
                condition=~Q(state__in=["approved", "issued"])
                | Q(approved_by__isnull=False, approved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="training_dossier_earlier_by_purpose",
                condition=(Q(purpose="first") & Q(earlier__isnull=True))
                | (~Q(purpose="first") & Q(earlier__isnull=False)),
            ),
            models.CheckConstraint(
                name="training_dossier_returned_has_reasons", condition=~Q(state="returned") | ~Q(reasons="")
            ),
        ]
        indexes = [models.Index(fields=["state", "created_at"], name="training_dossier_state")]

    def __str__(self) -> str:
        return f"{self.enrolment} · {self.get_state_display()}"


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def live(self):
        """Neither revoked nor followed by a later one; its day may be over (X-4)."""
        return self.filter(revoked_at__isnull=True, superseded_at__isnull=True)

    def running_out(self, after: datetime, until: datetime):
        return self.live().filter(valid_until__gt=after, valid_until__lte=until)


class Certificate(models.Model):
    """One certificate: the signed text as it left, and what became of it since. The text never changes (X-7).

    The database itself refuses to change what was issued and to delete a row (migration `…_certificates_stay`).
    """

    class Kind(models.TextChoices):
        COMPLETION = "completion", pgettext_lazy("certificate", "Certificate of completion")

    class Category(models.TextChoices):
        ISSUED_IN_ERROR = "issued_in_error", pgettext_lazy("revocation", "Issued in error")
        IDENTITY = "identity", pgettext_lazy("revocation", "Identity")
        MISCONDUCT = "misconduct", pgettext_lazy("revocation", "Misconduct")
        REQUIREMENT_NOT_MET = "requirement_not_met", pgettext_lazy("revocation", "A requirement was not met")
        KEY_COMPROMISE = "key_compromise", pgettext_lazy("revocation", "The signing key was compromised")
        REPLACED = "replaced", pgettext_lazy("revocation", "Replaced by a corrected one")
        HOLDER_REQUEST = "holder_request", pgettext_lazy("revocation", "At the holder's request")

    person = models.ForeignKey(User, models.PROTECT, related_name="certificates", verbose_name=_("holder"))
    dossier = models.OneToOneField(Dossier, models.PROTECT, related_name="certificate")
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="certificates")
    curriculum = models.ForeignKey(Curriculum, models.PROTECT, related_name="certificates")
    version = models.ForeignKey(CurriculumVersion, models.PROTECT, related_name="certificates")
    major = models.PositiveSmallIntegerField()
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.COMPLETION)
    number = models.CharField(_("number"), max_length=40, unique=True)
    token = models.CharField(max_length=32, unique=True, editable=False)
    place = models.OneToOneField(StatusPlace, models.PROTECT, related_name="certificate")
    key = models.ForeignKey(IssuerKey, models.PROTECT, related_name="certificates")
    # The signed file, as text: a JSON column would change the order and the form of numbers (4.7-12).
    body = models.TextField(editable=False)
    body_sha256 = models.CharField(max_length=64, editable=False)
    holder_name = models.CharField(_("name on the certificate"), max_length=120, blank=True)
    awarded_at = models.DateTimeField(_("awarded"))
    valid_from = models.DateTimeField(_("valid from"))
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    issued_at = models.DateTimeField(_("issued"), default=timezone.now)
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    renews = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="renewals")
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_category = models.CharField(_("category"), max_length=20, choices=Category, blank=True)
    # A later one of the same kind exists.
    superseded_at = models.DateTimeField(null=True, blank=True)
    # What the holder agreed to.
    shows_name = models.BooleanField(_("name on the public page"), default=True)
    is_searchable = models.BooleanField(_("found by number and name"), default=False)
    shows_mark = models.BooleanField(_("mark on the public page"), default=False)
    in_directory = models.BooleanField(_("in the directory of graduates"), default=False)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at", "-pk"]
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "curriculum", "major", "kind"],
                condition=Q(revoked_at__isnull=True, superseded_at__isnull=True),
                name="training_certificate_one_live",
                violation_error_message=_("This person already has a certificate of this curriculum."),
            ),
            models.CheckConstraint(
                name="training_certificate_revoked_has_category",
                condition=Q(revoked_at__isnull=True, revoked_category="")
                | (Q(revoked_at__isnull=False) & ~Q(revoked_category="")),
            ),
            models.CheckConstraint(
                name="training_certificate_window",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=models.F("valid_from")),
            ),
        ]
        indexes = [
            models.Index(fields=["valid_until"], name="training_certificate_until"),
            models.Index(fields=["place"], condition=Q(revoked_at__isnull=False), name="training_certificate_revoked"),
            models.Index(fields=["person", "-issued_at"], name="training_certificate_person"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return f"/credentials/{self.token}"

    @property
    def address(self) -> str:
        """Its name in the world: an absolute address that never changes."""
        return f"{settings.CREDENTIAL_ORIGIN}/credentials/{self.token}"

    def is_expired(self, now: datetime) -> bool:
        return self.valid_until is not None and self.valid_until < now


class CertificateEvidence(models.Model):
    """What a certificate points at as evidence: a page of its own, without a name on it."""

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="evidence")
    token = models.CharField(max_length=32, unique=True, editable=False)
    genre = models.CharField(max_length=40)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    narrative_zh = models.CharField(max_length=600)
    narrative_en = models.CharField(max_length=600)

    name = Bilingual("name")
    narrative = Bilingual("narrative")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.certificate} · {self.name_zh}"


class CertificateEvent(models.Model):
    """What happened to a certificate, only added to."""

    class Kind(models.TextChoices):
        ISSUED = "issued", pgettext_lazy("certificate", "Issued")
        CASE_OPENED = "case_opened", pgettext_lazy("certificate", "Revocation proposed")
        CASE_DROPPED = "case_dropped", pgettext_lazy("certificate", "Revocation dropped")
        REVOKED = "revoked", pgettext_lazy("certificate", "Revoked")
        SUPERSEDED = "superseded", pgettext_lazy("certificate", "Followed by a later one")
        CONSENT = "consent", pgettext_lazy("certificate", "Consent changed")

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind)
    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    # A category, or which consent and how: codes, never words about a person.
    detail = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["certificate", "pk"]

    def __str__(self) -> str:
        return f"{self.certificate}: {self.kind}"


class RevocationCase(models.Model):
    """Whether to revoke a certificate: one person proposes, the holder is heard, another decides; it is final (X-9)."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("revocation", "Proposed")
        REVOKED = "revoked", pgettext_lazy("revocation", "Revoked")
        DROPPED = "dropped", pgettext_lazy("revocation", "Dropped")

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="cases")
    category = models.CharField(_("category"), max_length=20, choices=Certificate.Category)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.OPEN)
    # Read by the holder and the deciders; never public.
    reason = models.TextField(_("reason"), max_length=4000)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("proposed"), default=timezone.now)
    heard_until = models.DateTimeField(_("the holder may speak until"))
    statement = models.TextField(_("what the holder says"), max_length=4000, blank=True)
    stated_at = models.DateTimeField(null=True, blank=True)
    decision = models.TextField(_("decision with its reasons"), max_length=4000, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        verbose_name = _("revocation case")
        verbose_name_plural = _("revocation cases")
        constraints = [
            models.UniqueConstraint(
                fields=["certificate"],
                condition=Q(state="open"),
                name="training_case_one_open",
                violation_error_message=_("The revocation of this certificate is under way already."),
            ),
            models.CheckConstraint(
                name="training_case_two_persons",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("proposed_by")),
                violation_error_message=_("Whoever proposed the revocation does not decide it."),
            ),
            models.CheckConstraint(
                name="training_case_decided",
                condition=Q(state="open") | (Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(decision="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certificate} · {self.get_state_display()}"


class CertificateWishes(models.Model):
    """What a trainee wants in the signed file, asked before it is made: it cannot be taken out later (4.3)."""

    enrolment = models.OneToOneField(Enrolment, models.PROTECT, related_name="certificate_wishes")
    name_in_file = models.BooleanField(_("my name in the signed file"), default=False)
    mark_in_file = models.BooleanField(_("my final mark in the signed file"), default=False)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("wishes for a certificate")
        verbose_name_plural = _("wishes for certificates")

    def __str__(self) -> str:
        return str(self.enrolment)
