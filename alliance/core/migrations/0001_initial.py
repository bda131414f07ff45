import uuid

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.utils.timezone
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models

import alliance.core.models.files


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        TrigramExtension(),
        migrations.CreateModel(
            name="DailyHead",
            fields=[
                ("on", models.DateField(primary_key=True, serialize=False, verbose_name="day")),
                ("seq", models.BigIntegerField(verbose_name="number of events")),
                ("hash", models.CharField(max_length=64, verbose_name="head")),
                ("published_at", models.DateTimeField(verbose_name="published")),
            ],
            options={
                "ordering": ["-on"],
            },
        ),
        migrations.CreateModel(
            name="Synonym",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.CharField(max_length=200, verbose_name="words, separated by spaces")),
            ],
            options={
                "ordering": ["words"],
            },
        ),
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="number")),
                ("at", models.DateTimeField(verbose_name="time")),
                ("actor", models.CharField(blank=True, max_length=40, verbose_name="person")),
                ("on_behalf_of", models.CharField(blank=True, max_length=40, verbose_name="acting for")),
                ("verb", models.CharField(max_length=80, verbose_name="event")),
                ("object_type", models.CharField(max_length=80, verbose_name="kind of object")),
                ("object_id", models.CharField(max_length=60, verbose_name="object")),
                ("payload", models.JSONField(default=dict, verbose_name="details")),
                ("prev_hash", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64, unique=True)),
            ],
            options={
                "verbose_name": "audit event",
                "verbose_name_plural": "audit events",
                "ordering": ["seq"],
                "indexes": [
                    models.Index(fields=["object_type", "object_id", "-seq"], name="core_audit_object"),
                    models.Index(fields=["actor", "-seq"], name="core_audit_actor"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChainHead",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("seq", models.BigIntegerField(default=0)),
                ("hash", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="core_chainhead_single")],
            },
        ),
        migrations.CreateModel(
            name="StoredFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "content",
                    models.FileField(
                        max_length=120,
                        storage=alliance.core.models.files.private_storage,
                        upload_to=alliance.core.models.files.random_name,
                    ),
                ),
                ("original_name", models.CharField(max_length=255, verbose_name="name")),
                ("media_type", models.CharField(max_length=80)),
                ("size", models.PositiveBigIntegerField(verbose_name="size in bytes")),
                ("sha256", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Being checked"), ("ready", "Ready"), ("refused", "Refused")],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("refusal", models.CharField(blank=True, max_length=200, verbose_name="why it was refused")),
                ("width", models.PositiveIntegerField(blank=True, null=True)),
                ("height", models.PositiveIntegerField(blank=True, null=True)),
                ("is_public", models.BooleanField(default=False)),
                ("uploaded_by", models.CharField(blank=True, max_length=40)),
                ("uploaded_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["-uploaded_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "refused"), _negated=True),
                            models.Q(("refusal", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="core_storedfile_refused_with_reason",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Division",
            fields=[
                ("code", models.CharField(max_length=6, primary_key=True, serialize=False, verbose_name="code")),
                ("iso_code", models.CharField(blank=True, max_length=6, verbose_name="ISO 3166-2 code")),
                (
                    "level",
                    models.CharField(
                        choices=[("province", "Province"), ("prefecture", "Prefecture")],
                        max_length=10,
                        verbose_name="level",
                    ),
                ),
                ("name_zh", models.CharField(max_length=60)),
                ("name_en", models.CharField(max_length=80)),
                ("short_zh", models.CharField(max_length=30)),
                ("short_en", models.CharField(max_length=60)),
                ("abbr_zh", models.CharField(blank=True, max_length=1, verbose_name="one-character name")),
                ("region_zh", models.CharField(blank=True, max_length=20)),
                ("region_en", models.CharField(blank=True, max_length=40)),
                (
                    "band",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("east", "East"),
                            ("central", "Central"),
                            ("west", "West"),
                            ("northeast", "Northeast"),
                            ("hmt", "Hong Kong, Macao and Taiwan"),
                        ],
                        max_length=10,
                        verbose_name="development band",
                    ),
                ),
                ("tile_column", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("tile_row", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="core.division",
                    ),
                ),
            ],
            options={
                "ordering": ["code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("level", "province"), ("parent__isnull", True)),
                            models.Q(("level", "prefecture"), ("parent__isnull", False)),
                            _connector="OR",
                        ),
                        name="core_division_prefecture_has_parent",
                    ),
                    models.UniqueConstraint(fields=("tile_column", "tile_row"), name="core_division_one_tile"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchDocument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=30)),
                ("object_id", models.BigIntegerField()),
                (
                    "visibility",
                    models.CharField(
                        choices=[
                            ("public", "Everyone"),
                            ("members", "People of the alliance"),
                            ("office", "Secretariat"),
                        ],
                        max_length=8,
                    ),
                ),
                ("province_code", models.CharField(blank=True, max_length=6)),
                ("title_zh", models.CharField(blank=True, max_length=300)),
                ("title_en", models.CharField(blank=True, max_length=300)),
                ("keywords", models.TextField(blank=True)),
                ("body_zh", models.TextField(blank=True)),
                ("body_en", models.TextField(blank=True)),
                ("url_path", models.CharField(max_length=300)),
                ("head", django.contrib.postgres.search.SearchVectorField(null=True)),
                ("vector", django.contrib.postgres.search.SearchVectorField(null=True)),
                ("pinyin", models.CharField(blank=True, max_length=400)),
                ("updated_at", models.DateTimeField()),
                (
                    "object_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="contenttypes.contenttype"
                    ),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["head"], name="core_searchdocument_head"
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["vector"], name="core_searchdocument_vector"
                    ),
                    django.contrib.postgres.indexes.GistIndex(
                        fields=["pinyin"], name="core_searchdocument_pinyin", opclasses=["gist_trgm_ops"]
                    ),
                    models.Index(fields=["kind", "visibility"], name="core_searchdocument_kind"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("object_type", "object_id"), name="core_searchdocument_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Rendition",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                ("extension", models.CharField(default="webp", max_length=4)),
                ("content", models.FileField(max_length=120, upload_to=alliance.core.models.files.rendition_name)),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="renditions", to="core.storedfile"
                    ),
                ),
            ],
            options={
                "ordering": ["file", "width"],
                "constraints": [models.UniqueConstraint(fields=("file", "width"), name="core_rendition_once")],
            },
        ),
        migrations.CreateModel(
            name="Translation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject_id", models.BigIntegerField()),
                ("field", models.CharField(max_length=60)),
                ("language", models.CharField(max_length=7)),
                (
                    "state",
                    models.CharField(
                        choices=[("current", "Up to date"), ("outdated", "Out of date"), ("missing", "Missing")],
                        max_length=8,
                    ),
                ),
                ("source_hash", models.CharField(blank=True, max_length=64)),
                ("weight", models.PositiveIntegerField(default=0)),
                ("since", models.DateTimeField(verbose_name="since")),
                (
                    "subject_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="contenttypes.contenttype"
                    ),
                ),
            ],
            options={
                "ordering": ["-weight", "since", "pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "current"), _negated=True),
                        fields=["-weight", "since"],
                        name="core_translation_to_do",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subject_type", "subject_id", "field", "language"), name="core_translation_once"
                    )
                ],
            },
        ),
    ]
