from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _


class SearchDocument(models.Model):
    """What can be found of one object: its words cut for search, and who may see it (platform spec, section 3)."""

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("Everyone")
        MEMBERS = "members", _("People of the alliance")
        OFFICE = "office", _("Secretariat")

    kind = models.CharField(max_length=30)
    object_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    object_id = models.BigIntegerField()
    subject = GenericForeignKey("object_type", "object_id")
    visibility = models.CharField(max_length=8, choices=Visibility)
    province_code = models.CharField(max_length=6, blank=True)
    title_zh = models.CharField(max_length=300, blank=True)
    title_en = models.CharField(max_length=300, blank=True)
    keywords = models.TextField(blank=True)
    body_zh = models.TextField(blank=True)
    body_en = models.TextField(blank=True)
    url_path = models.CharField(max_length=300)
    # Title and keywords alone, small enough to stand in the row: what a rank is made of.
    head = SearchVectorField(null=True)
    # All of it; fetched apart from the row.
    vector = SearchVectorField(null=True)
    # Both titles as they sound, for "did you mean": the Chinese one in pinyin without tones.
    pinyin = models.CharField(max_length=400, blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["object_type", "object_id"], name="core_searchdocument_once")]
        indexes = [
            # Without a pending list: what was just published is found as fast as the rest.
            GinIndex(fields=["head"], name="core_searchdocument_head", fastupdate=False),
            GinIndex(fields=["vector"], name="core_searchdocument_vector", fastupdate=False),
            GistIndex(fields=["pinyin"], name="core_searchdocument_pinyin", opclasses=["gist_trgm_ops"]),
            models.Index(fields=["kind", "visibility"], name="core_searchdocument_kind"),
        ]

    def __str__(self) -> str:
        return self.title_zh or self.title_en


class Synonym(models.Model):
    """Words that mean the same when people search, such as 文创 and 文化创意. The data desk edits the list."""

    words = models.CharField(_("words, separated by spaces"), max_length=200)

    class Meta:
        ordering = ["words"]

    def __str__(self) -> str:
        return self.words
