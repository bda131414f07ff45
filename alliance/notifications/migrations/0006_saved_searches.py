import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0005_unsubscription"),
    ]

    operations = [
        migrations.CreateModel(
            name="ListWatch",
            fields=[
                ("list_code", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("looked_until", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="SavedSearch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("list_code", models.CharField(max_length=40)),
                ("query", models.TextField(blank=True, max_length=2000)),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "alerts",
                    models.CharField(
                        choices=[
                            ("at_once", "At once"),
                            ("daily", "Once a day"),
                            ("weekly", "Once a week"),
                            ("off", "Not at all"),
                        ],
                        default="daily",
                        max_length=8,
                        verbose_name="messages about additions",
                    ),
                ),
                (
                    "known",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="saved"),
                ),
                ("tell_at", models.DateTimeField(blank=True, null=True)),
                ("told_at", models.DateTimeField(blank=True, null=True, verbose_name="last message")),
                ("paused_at", models.DateTimeField(blank=True, null=True)),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_searches",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "saved search",
                "verbose_name_plural": "saved searches",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at__isnull", True)),
                        fields=("person", "list_code", "query"),
                        name="notifications_savedsearch_once",
                    )
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("paused_at__isnull", True),
                            ("removed_at__isnull", True),
                            models.Q(("alerts", "off"), _negated=True),
                        ),
                        fields=["list_code"],
                        name="notifications_search_watching",
                    ),
                    models.Index(
                        condition=models.Q(("tell_at__isnull", False)),
                        fields=["tell_at"],
                        name="notifications_search_due",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchMatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("list_code", models.CharField(max_length=40)),
                ("object_id", models.BigIntegerField()),
                ("found_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("telling", models.UUIDField(blank=True, null=True)),
                ("told_at", models.DateTimeField(blank=True, null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "search",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="matches",
                        to="notifications.savedsearch",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "list_code", "object_id"), name="notifications_searchmatch_once_a_person"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("telling__isnull", True), ("told_at__isnull", True)),
                            models.Q(("telling__isnull", False), ("told_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="notifications_searchmatch_told_with_message",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["search", "-found_at"], name="notifications_match_of_search"),
                    models.Index(fields=["telling"], name="notifications_match_telling"),
                ],
            },
        ),
    ]
