import django.core.serializers.json
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0007_backup_runs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Merge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label", models.CharField(max_length=80)),
                ("gone_id", models.BigIntegerField()),
                ("kept_id", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("done", "Merged"),
                            ("undone", "Undone"),
                            ("dropped", "Not carried out"),
                        ],
                        default="proposed",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("choices", models.JSONField(default=dict)),
                ("reason", models.CharField(max_length=300, verbose_name="reason")),
                ("digest", models.CharField(max_length=64)),
                ("moved", models.JSONField(default=list, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ("values", models.JSONField(default=list, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ("proposed_by", models.CharField(max_length=40)),
                ("proposed_at", models.DateTimeField(auto_now_add=True, verbose_name="proposed")),
                ("done_by", models.CharField(blank=True, max_length=40)),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="merged")),
                ("undone_by", models.CharField(blank=True, max_length=40)),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="undone")),
            ],
            options={
                "verbose_name": "merge",
                "verbose_name_plural": "merges",
                "ordering": ["-pk"],
                "indexes": [models.Index(fields=["state", "-id"], name="core_merge_recent")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("gone_id", models.F("kept_id")), _negated=True), name="core_merge_of_two"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="core_merge_says_why"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["proposed", "dropped"]),
                            models.Q(("done_at__isnull", False), models.Q(("done_by", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="core_merge_done_by_someone",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "done")), fields=("label", "gone_id"), name="core_merge_gone_once"
                    ),
                ],
            },
        ),
    ]
