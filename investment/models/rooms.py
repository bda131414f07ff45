import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.accounts.models import User
from alliance.core.bilingual import Bilingual
from alliance.core.models import StoredFile

from .investors import Investor
from .projects import Project


class Room(models.Model):
    """The data room of one project (spec 3.11; D-1 to D-12)."""

    project = models.OneToOneField(Project, models.PROTECT, related_name="room")
    # D-7: nobody takes many files at once before the promoters say so.
    allows_bulk = models.BooleanField(_("several files may be downloaded at once"), default=False)
    # Investors read here only with a second factor (platform spec, 6.5).
    needs_factor = models.BooleanField(_("readers need a second factor"), default=False, db_default=False)
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)

    class Meta:
        verbose_name = _("data room")
        verbose_name_plural = _("data rooms")

    def __str__(self) -> str:
        return str(self.project)


class RoomNodeQuerySet(models.QuerySet["RoomNode"]):
    def there(self):
        """What was not taken out."""
        return self.filter(removed_at__isnull=True)


class RoomNode(models.Model):
    """A folder or a document of a data room. What is taken out stays as a row: the log speaks of it."""

    class Kind(models.TextChoices):
        FOLDER = "folder", pgettext_lazy("room", "Folder")
        FILE = "file", pgettext_lazy("room", "Document")

    room = models.ForeignKey(Room, models.PROTECT, related_name="nodes")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind)
    name_zh = models.CharField(_("Chinese name"), max_length=120, blank=True)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(_("taken out"), null=True, blank=True)

    objects = RoomNodeQuerySet.as_manager()

    name = Bilingual("name")

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("entry of a data room")
        verbose_name_plural = _("entries of data rooms")
        constraints = [
            models.CheckConstraint(
                name="investment_node_has_name",
                condition=~Q(name_zh="") | ~Q(name_en=""),
                violation_error_message=_("Give it a name."),
            ),
            models.UniqueConstraint(
                fields=["room", "parent", "name_zh", "name_en"],
                condition=Q(removed_at__isnull=True),
                nulls_distinct=False,
                name="investment_node_name_once",
                violation_error_message=_("This name is there already in this folder."),
            ),
            models.CheckConstraint(name="investment_node_not_in_itself", condition=~Q(parent=models.F("id"))),
        ]
        indexes = [models.Index(fields=["room", "parent"], name="investment_node_tree")]

    def __str__(self) -> str:
        return str(self.name)

    @property
    def is_folder(self) -> bool:
        return self.kind == self.Kind.FOLDER


class RoomVersion(models.Model):
    """One version of a document. A newer one takes its place; this one stays. Only added to."""

    node = models.ForeignKey(RoomNode, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="room_version")
    # Of a PDF, as counted when it was taken in.
    pages = models.PositiveIntegerField(_("pages"), null=True, blank=True)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("uploaded"), default=timezone.now)

    class Meta:
        ordering = ["node", "-number"]
        verbose_name = _("version of a document")
        verbose_name_plural = _("versions of documents")
        constraints = [models.UniqueConstraint(fields=["node", "number"], name="investment_roomversion_once")]

    def __str__(self) -> str:
        return f"{self.node} · {self.number}"


class RoomGroup(models.Model):
    """People of investors who read alike, and when (D-4, D-5). The name is the promoters' own word."""

    room = models.ForeignKey(Room, models.PROTECT, related_name="groups")
    name = models.CharField(_("name"), max_length=80)
    opens_at = models.DateTimeField(_("open from"))
    closes_at = models.DateTimeField(_("open until"))
    created_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["room", "pk"]
        verbose_name = _("group of a data room")
        verbose_name_plural = _("groups of data rooms")
        constraints = [
            models.UniqueConstraint(
                fields=["room", "name"],
                name="investment_roomgroup_name_once",
                violation_error_message=_("A group of this name is there already."),
            ),
            models.CheckConstraint(
                name="investment_roomgroup_window",
                condition=Q(closes_at__gt=models.F("opens_at")),
                violation_error_message=_("The end comes after the beginning."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RoomMember(models.Model):
    """A person of an investor in a group, from one moment to another (D-5)."""

    group = models.ForeignKey(RoomGroup, models.PROTECT, related_name="members")
    person = models.ForeignKey(User, models.PROTECT, related_name="room_memberships")
    investor = models.ForeignKey(Investor, models.PROTECT, related_name="room_members")
    added_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    added_at = models.DateTimeField(_("added"), default=timezone.now)
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True)

    class Meta:
        ordering = ["group", "pk"]
        verbose_name = _("member of a data room")
        verbose_name_plural = _("members of data rooms")
        constraints = [
            models.UniqueConstraint(
                fields=["group", "person", "investor"],
                condition=Q(removed_at__isnull=True),
                name="investment_roommember_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.group}"


class RoomAccess(models.Model):
    """What a group may with a folder or document and all below it that says nothing else (D-6, D-7)."""

    group = models.ForeignKey(RoomGroup, models.PROTECT, related_name="accesses")
    node = models.ForeignKey(RoomNode, models.PROTECT, related_name="accesses")
    can_view = models.BooleanField(_("view"), default=False)
    can_download = models.BooleanField(_("download with watermark"), default=False)
    can_download_original = models.BooleanField(_("download the original"), default=False)
    # Wins over what every other group allows.
    is_denied = models.BooleanField(_("denied"), default=False)

    class Meta:
        ordering = ["node", "group"]
        verbose_name = _("access to a data room")
        verbose_name_plural = _("accesses to data rooms")
        constraints = [
            models.UniqueConstraint(fields=["group", "node"], name="investment_roomaccess_once"),
            models.CheckConstraint(
                name="investment_roomaccess_steps",
                condition=Q(can_view=True) | Q(can_download=False, can_download_original=False),
            ),
            models.CheckConstraint(
                name="investment_roomaccess_denied_is_nothing", condition=Q(is_denied=False) | Q(can_view=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group} · {self.node}"


class RoomEvent(models.Model):
    """One decision at the door: who asked for what, and whether it was given (D-10). Only added to."""

    class Action(models.TextChoices):
        VIEW = "view", pgettext_lazy("room", "Viewed")
        DOWNLOAD = "download", pgettext_lazy("room", "Downloaded with watermark")
        ORIGINAL = "original", pgettext_lazy("room", "Downloaded the original")
        BULK = "bulk", pgettext_lazy("room", "Downloaded with others")

    room = models.ForeignKey(Room, models.PROTECT, related_name="events")
    node = models.ForeignKey(RoomNode, models.PROTECT, related_name="events")
    version = models.ForeignKey(RoomVersion, models.PROTECT, null=True, blank=True, related_name="+")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    # None for promoters, auditors and whoever has no part in it.
    investor = models.ForeignKey(Investor, models.PROTECT, null=True, blank=True, related_name="+")
    action = models.CharField(_("what was asked"), max_length=8, choices=Action)
    is_allowed = models.BooleanField(_("given"))
    # The rule that refused it: D-1 to D-7, 6.5 of the platform spec, or D-8 where nothing was there to give; empty
    # where it was given.
    rule = models.CharField(_("rule"), max_length=4, blank=True)
    page = models.PositiveIntegerField(_("page"), null=True, blank=True)
    # Where it was asked from; None where the portal made it in the background.
    address = models.GenericIPAddressField(_("network address"), null=True, blank=True)
    # Bytes of the document that left the portal; None where none did.
    size = models.PositiveBigIntegerField(_("bytes"), null=True, blank=True)
    # What stands in the mark of what was given (D-9): a copy that turns up elsewhere leads to this line.
    copy = models.CharField(_("copy number"), max_length=10, blank=True, default="", db_default="")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("event of a data room")
        verbose_name_plural = _("events of data rooms")
        constraints = [
            models.CheckConstraint(
                name="investment_roomevent_refused_by_rule",
                condition=Q(is_allowed=True, rule="") | (Q(is_allowed=False) & ~Q(rule="")),
            )
        ]
        indexes = [
            models.Index(fields=["room", "-at"], name="investment_roomevent_room"),
            models.Index(fields=["room", "investor", "-at"], name="investment_roomevent_of"),
            models.Index(fields=["copy"], condition=~Q(copy=""), name="investment_roomevent_copy"),
        ]

    def __str__(self) -> str:
        return f"{self.node} · {self.action} · {self.at:%Y-%m-%d %H:%M}"


class RoomManifest(models.Model):
    """What lay in the room at one moment (D-12): path, hash and version of each document. Never changes."""

    class Occasion(models.TextChoices):
        COMMITTEE = "ic_review", pgettext_lazy("room", "The project went before the investment committee")
        ASKED = "asked", pgettext_lazy("room", "The promoters asked for it")

    room = models.ForeignKey(Room, models.PROTECT, related_name="manifests")
    number = models.PositiveIntegerField(_("number"))
    occasion = models.CharField(_("occasion"), max_length=9, choices=Occasion)
    # [{"path": …, "sha256": …, "version": …, "size": …}] in the order of the paths.
    entries = models.JSONField()
    # Over the canonical form of the entries: what a decision refers to.
    sha256 = models.CharField(max_length=64)
    frozen_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    frozen_at = models.DateTimeField(_("frozen"), default=timezone.now)

    class Meta:
        ordering = ["room", "-number"]
        verbose_name = _("manifest of a data room")
        verbose_name_plural = _("manifests of data rooms")
        constraints = [models.UniqueConstraint(fields=["room", "number"], name="investment_manifest_once")]

    def __str__(self) -> str:
        return f"{self.room} · {self.number}"
