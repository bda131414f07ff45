from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from alliance.accounts.models import Organisation
from alliance.core.bilingual import Bilingual
from alliance.core.models import Division

from .. import choices


def codes(enumeration: type[models.TextChoices], label: str) -> ArrayField:
    """A set of codes of one enumeration, kept in the row so that facets count them in one query."""
    return ArrayField(
        models.CharField(max_length=30, choices=enumeration), verbose_name=label, default=list, blank=True
    )


def known(enumeration: type[models.TextChoices], field: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"parks_park_{field}_known", condition=Q(**{f"{field}__contained_by": enumeration.values})
    )


class ParkQuerySet(models.QuerySet):
    def public(self):
        """What every visitor may see: entries compiled from public sources, and parks that confirmed theirs."""
        return self.filter(standing__in=Park.PUBLIC_STANDINGS)

    def listed(self):
        return self.filter(standing=Park.Standing.LISTED)

    def managed_by(self, organisation_ids):
        return self.filter(organisation__in=organisation_ids)


_AllParks = models.Manager.from_queryset(ParkQuerySet)


class Parks(_AllParks):  # type: ignore[valid-type, misc]
    """All but those that were merged into another one; these stay as pointers, for old addresses and records."""

    def get_queryset(self) -> models.QuerySet:
        return super().get_queryset().filter(merged_into__isnull=True)


class Park(models.Model):
    """A cultural industry park, cluster or artists' village. Its columns are the published profile.

    Managers work on drafts (`BlockDraft`); what the secretariat accepts is written here.
    """

    class Standing(models.TextChoices):
        DRAFT = "draft", _("Not yet public")
        CATALOGUED = "catalogued", _("Compiled from public sources")
        LISTED = "listed", _("Confirmed by the park")
        SUSPENDED = "suspended", _("Suspended")

    PUBLIC_STANDINGS = (Standing.CATALOGUED, Standing.LISTED)

    slug = models.SlugField(_("address"), max_length=60, unique=True)
    organisation = models.OneToOneField(
        Organisation, models.PROTECT, related_name="park", verbose_name=_("operating organisation")
    )
    standing = models.CharField(_("standing"), max_length=10, choices=Standing, default=Standing.DRAFT)
    listed_at = models.DateTimeField(_("listed"), null=True, blank=True)
    suspended_at = models.DateTimeField(_("suspended"), null=True, blank=True)
    # Why it was suspended or taken out of the catalogue; the park and the secretariat read it.
    standing_reason = models.TextField(_("reason"), blank=True, max_length=2000)

    # Name and place
    kind = models.CharField(_("kind"), max_length=8, choices=choices.Kind, default=choices.Kind.PARK)
    name_zh = models.CharField(_("Chinese name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    province = models.ForeignKey(
        Division,
        models.PROTECT,
        related_name="parks",
        verbose_name=_("province"),
        limit_choices_to={"level": "province"},
    )
    city = models.ForeignKey(
        Division,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("city"),
        limit_choices_to={"level": "prefecture"},
    )
    city_zh = models.CharField(_("city, in Chinese"), max_length=40, blank=True)
    city_en = models.CharField(_("city, in English"), max_length=80, blank=True)
    district_zh = models.CharField(_("district, in Chinese"), max_length=40, blank=True)
    district_en = models.CharField(_("district, in English"), max_length=80, blank=True)
    address_zh = models.CharField(_("street address, in Chinese"), max_length=200, blank=True)
    address_en = models.CharField(_("street address, in English"), max_length=300, blank=True)
    year_opened = models.PositiveSmallIntegerField(_("year opened"), null=True, blank=True)

    # Story
    summary_zh = models.CharField(_("summary, in Chinese"), max_length=300, blank=True)
    summary_en = models.CharField(_("summary, in English"), max_length=600, blank=True)
    story_zh = models.TextField(_("story, in Chinese"), max_length=6000, blank=True)
    story_en = models.TextField(_("story, in English"), max_length=12000, blank=True)
    former_use_zh = models.CharField(_("former use, in Chinese"), max_length=120, blank=True)
    former_use_en = models.CharField(_("former use, in English"), max_length=200, blank=True)

    # Type
    formation = models.CharField(_("formation"), max_length=12, choices=choices.Formation, blank=True)
    second_formation = models.CharField(_("second formation"), max_length=12, choices=choices.Formation, blank=True)
    formation_evidence_zh = models.TextField(_("evidence, in Chinese"), max_length=600, blank=True)
    formation_evidence_en = models.TextField(_("evidence, in English"), max_length=1200, blank=True)
    structure = models.CharField(_("structure"), max_length=16, choices=choices.Structure, blank=True)
    site_form = models.CharField(_("site form"), max_length=14, choices=choices.SiteForm, blank=True)
    digital_forms = codes(choices.DigitalForm, _("digital form"))
    # Whether the types are the researchers' coding or the park's own statement.
    is_coded_by_researchers = models.BooleanField(default=False)

    # Work
    fields = ArrayField(models.CharField(max_length=30), verbose_name=_("fields of work"), default=list, blank=True)
    industries = ArrayField(
        models.CharField(max_length=4), verbose_name=_("NBS classes of 2018"), default=list, blank=True
    )
    national_status = models.CharField(_("title"), max_length=28, choices=choices.NationalStatus, blank=True)
    national_status_year = models.PositiveSmallIntegerField(_("year of the title"), null=True, blank=True)
    status_note_zh = models.CharField(_("note on the title, in Chinese"), max_length=200, blank=True)
    status_note_en = models.CharField(_("note on the title, in English"), max_length=300, blank=True)

    # Space and services
    facilities = codes(choices.Facility, _("facilities"))
    services = codes(choices.Service, _("services"))
    opening_hours_zh = models.CharField(_("opening hours, in Chinese"), max_length=200, blank=True)
    opening_hours_en = models.CharField(_("opening hours, in English"), max_length=300, blank=True)

    # Contact
    website = models.URLField(_("website"), blank=True)
    contact_phone = models.CharField(_("telephone"), max_length=40, blank=True)
    contact_email = models.EmailField(_("e-mail"), blank=True)
    contact_visibility = models.CharField(
        _("who sees the contact"), max_length=7, choices=choices.Visibility, default=choices.Visibility.PUBLIC
    )

    # Where a compiled entry comes from
    source = models.CharField(_("source"), max_length=300, blank=True)
    source_urls = ArrayField(models.URLField(max_length=300), default=list, blank=True)
    confidence = models.CharField(_("confidence"), max_length=6, choices=choices.Confidence, blank=True)
    compiled_on = models.DateField(_("compiled"), null=True, blank=True)

    # Kept by the services, so that lists and dashboards count without recomputing (completeness.py, freshness.py).
    completeness_zh = models.PositiveSmallIntegerField(_("completeness, Chinese"), default=0)
    completeness_en = models.PositiveSmallIntegerField(_("completeness, English"), default=0)
    # Addresses of the clusters in force in which the park holds a place (services/clusters.py).
    clusters = ArrayField(
        models.CharField(max_length=60),
        db_default=Value([], output_field=ArrayField(models.CharField(max_length=60))),
        default=list,
        blank=True,
        editable=False,
    )
    confirmed_at = models.DateTimeField(_("last confirmed"), null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(auto_now=True)
    # It turned out to be the same as another one, which stands for it now.
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="merged"
    )

    objects = Parks()
    everything = ParkQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["clusters", "completeness_zh", "completeness_en", "updated_at"])

    name = Bilingual("name")
    city_name = Bilingual("city")
    district = Bilingual("district")
    address = Bilingual("address")
    summary = Bilingual("summary")
    story = Bilingual("story")
    former_use = Bilingual("former_use")
    formation_evidence = Bilingual("formation_evidence")
    status_note = Bilingual("status_note")
    opening_hours = Bilingual("opening_hours")

    BILINGUAL = (
        "name",
        "address",
        "summary",
        "story",
        "former_use",
        "formation_evidence",
        "opening_hours",
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = _("park")
        verbose_name_plural = _("parks")
        constraints = [
            known(choices.DigitalForm, "digital_forms"),
            known(choices.Facility, "facilities"),
            known(choices.Service, "services"),
            models.CheckConstraint(
                name="parks_park_listed_has_time",
                condition=~Q(standing="listed") | Q(listed_at__isnull=False),
                violation_error_message=_("A listed park needs the time it was listed."),
            ),
            models.CheckConstraint(
                name="parks_park_suspended_has_time",
                condition=~Q(standing="suspended") | Q(suspended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="parks_park_second_formation_differs",
                condition=Q(second_formation="") | ~Q(second_formation=F("formation")),
                violation_error_message=_("The second formation repeats the first."),
            ),
            models.CheckConstraint(
                name="parks_park_year_opened_plausible",
                condition=Q(year_opened__isnull=True) | Q(year_opened__range=(1800, 2100)),
            ),
            models.CheckConstraint(
                name="parks_park_catalogued_has_source",
                condition=~Q(standing="catalogued") | ~Q(source=""),
                violation_error_message=_("An entry compiled from public sources names its source."),
            ),
        ]
        indexes = [
            models.Index(fields=["standing", "province"], name="parks_park_standing_province"),
            # Similar parks: the few of one rank in their order (presentation.neighbours).
            models.Index("formation", "fields__0", "site_form", "id", name="parks_park_alike"),
        ]

    def __str__(self) -> str:
        return str(self.name)

    def get_absolute_url(self) -> str:
        return reverse("parks:park_detail", args=[self.slug])

    @property
    def is_public(self) -> bool:
        return self.standing in self.PUBLIC_STANDINGS
