"""Regional specialised clusters 特色集群 (P7): parks of several cities with one focus, a charter and one chain."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.core.bilingual import Bilingual

from .parks import Park


class ClusterQuerySet(models.QuerySet["Cluster"]):
    def public(self):
        """Those the council approved, also when they were dissolved later: reports go on naming them."""
        return self.filter(approved_at__isnull=False)

    def in_force(self):
        return self.filter(state__in=Cluster.IN_FORCE)

    def to_review(self, day: date):
        """Approved ones whose review is due by this day."""
        return self.filter(state=Cluster.State.APPROVED, review_due_on__lte=day)


class Cluster(models.Model):
    """Parks that specialise together. It counts as one from the council's approval until it is dissolved."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PROPOSED = "proposed", _("Proposed to the council")
        APPROVED = "approved", _("Approved")
        UNDER_REVIEW = "under_review", _("Under review")
        DISSOLVED = "dissolved", _("Dissolved")

    IN_FORCE = (State.APPROVED, State.UNDER_REVIEW)
    OPEN = (State.DRAFT, State.PROPOSED, State.APPROVED, State.UNDER_REVIEW)

    slug = models.SlugField(_("address"), max_length=60, unique=True)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT)
    # Why it was sent back or dissolved; everybody who may see the cluster reads it.
    state_reason = models.TextField(_("reason"), blank=True, max_length=2000)
    name_zh = models.CharField(_("Chinese name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=160, blank=True)
    fields = ArrayField(models.CharField(max_length=30), verbose_name=_("fields of work"), default=list, blank=True)
    focus_zh = models.CharField(_("focus, in Chinese"), max_length=300, blank=True)
    focus_en = models.CharField(_("focus, in English"), max_length=600, blank=True)
    charter_zh = models.TextField(_("charter, in Chinese"), max_length=12000, blank=True)
    charter_en = models.TextField(_("charter, in English"), max_length=24000, blank=True)
    goals_zh = models.TextField(_("goals, in Chinese"), max_length=3000, blank=True)
    goals_en = models.TextField(_("goals, in English"), max_length=6000, blank=True)
    lead_park = models.ForeignKey(
        Park, models.PROTECT, null=True, blank=True, related_name="led_clusters", verbose_name=_("lead park")
    )
    # The council's latest decision about it, as the secretariat entered it.
    resolution = models.CharField(_("reference of the resolution"), max_length=80, blank=True)
    resolved_on = models.DateField(_("day of the resolution"), null=True, blank=True)
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    review_due_on = models.DateField(_("next review"), null=True, blank=True)
    dissolved_at = models.DateTimeField(_("dissolved"), null=True, blank=True)
    # Only in a demo run; its name and its page say so.
    is_sample = models.BooleanField(_("sample"), default=False, editable=False)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(auto_now=True)

    objects = ClusterQuerySet.as_manager()

    name = Bilingual("name")
    focus = Bilingual("focus")
    charter = Bilingual("charter")
    goals = Bilingual("goals")

    BILINGUAL = ("name", "focus", "charter", "goals")

    class Meta:
        ordering = ["pk"]
        verbose_name = _("specialised cluster")
        verbose_name_plural = _("specialised clusters")
        constraints = [
            models.CheckConstraint(
                name="parks_cluster_in_force_is_resolved",
                condition=~Q(state__in=["approved", "under_review"])
                | Q(approved_at__isnull=False, resolved_on__isnull=False, review_due_on__isnull=False)
                & ~Q(resolution=""),
                violation_error_message=_("An approved cluster needs the council's resolution and a day of review."),
            ),
            models.CheckConstraint(
                name="parks_cluster_dissolved_has_time",
                condition=Q(state="dissolved", dissolved_at__isnull=False)
                | ~Q(state="dissolved") & Q(dissolved_at__isnull=True),
            ),
            models.CheckConstraint(name="parks_cluster_has_name", condition=~Q(name_zh="")),
        ]

    def __str__(self) -> str:
        return str(self.name)

    def get_absolute_url(self) -> str:
        return reverse("parks:cluster_detail", args=[self.slug])

    @property
    def is_public(self) -> bool:
        return self.approved_at is not None

    @property
    def is_in_force(self) -> bool:
        return self.state in self.IN_FORCE


class ClusterMemberQuerySet(models.QuerySet["ClusterMember"]):
    def current(self):
        return self.filter(state=ClusterMember.State.ACCEPTED)

    def open(self):
        return self.filter(state__in=ClusterMember.OPEN)

    def on(self, day: date):
        """The places held at the end of that day."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=day), since__lte=day)

    def shown(self):
        """Places of parks that every visitor sees."""
        return self.filter(park__standing__in=Park.PUBLIC_STANDINGS, park__merged_into__isnull=True)


class ClusterMember(models.Model):
    """The place of one park in the chain of one cluster: offered by the secretariat, taken by the park itself.

    The park holds it from `since` on and no longer on `until`.
    """

    class Role(models.TextChoices):
        RESEARCH = "research", _("R&D")
        SUPPLIER = "supplier", _("Supplier")
        LEAD = "lead", _("Chain leader")
        CHANNEL = "channel", _("Channel")
        TRAINING = "training", _("Training")

    class State(models.TextChoices):
        INVITED = "invited", _("Invited")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Invitation withdrawn")
        LEFT = "left", pgettext_lazy("place in a cluster", "Left")

    OPEN = (State.INVITED, State.ACCEPTED)

    cluster = models.ForeignKey(Cluster, models.PROTECT, related_name="places", verbose_name=_("cluster"))
    park = models.ForeignKey(Park, models.PROTECT, related_name="cluster_places", verbose_name=_("park"))
    role = models.CharField(_("role"), max_length=8, choices=Role)
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.INVITED)
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)
    # Of why it was declined or ended; the park, the secretariat and nobody else read it.
    reason = models.TextField(_("reason"), blank=True, max_length=2000)
    invited_at = models.DateTimeField(_("invited"), db_default=Now())
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = ClusterMemberQuerySet.as_manager()

    class Meta:
        ordering = ["cluster", "pk"]
        verbose_name = _("place in a cluster")
        verbose_name_plural = _("places in clusters")
        constraints = [
            models.UniqueConstraint(
                fields=["cluster", "park", "role"],
                condition=Q(state__in=["invited", "accepted"]),
                name="parks_clustermember_place_once",
                violation_error_message=_("This park has this place already, or is invited to it."),
            ),
            models.CheckConstraint(
                name="parks_clustermember_held_since",
                condition=~Q(state="accepted") | Q(since__isnull=False, answered_at__isnull=False, until__isnull=True),
            ),
            models.CheckConstraint(
                name="parks_clustermember_left_has_end", condition=~Q(state="left") | Q(until__isnull=False)
            ),
            models.CheckConstraint(
                name="parks_clustermember_in_order",
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=F("since")),
            ),
        ]
        indexes = [models.Index(fields=["park", "state"], name="parks_clustermember_park")]

    def __str__(self) -> str:
        return f"{self.cluster}: {self.park} · {self.get_role_display()}"
