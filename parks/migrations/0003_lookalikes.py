import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_personal_data"),
        ("parks", "0002_merged_into"),
    ]

    operations = [
        migrations.CreateModel(
            name="LookAlikeKey",
            fields=[
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="accounts.organisation",
                    ),
                ),
                (
                    "keys",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=120), default=list, size=None
                    ),
                ),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "indexes": [django.contrib.postgres.indexes.GinIndex(fields=["keys"], name="parks_lookalikekey_keys")],
            },
        ),
        migrations.CreateModel(
            name="LookAlike",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("score", models.PositiveSmallIntegerField(verbose_name="score")),
                ("reasons", models.JSONField(default=list)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "To look at"), ("different", "Not the same")],
                        default="open",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("found_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="found")),
                ("judged_by", models.CharField(blank=True, max_length=40)),
                ("judged_at", models.DateTimeField(blank=True, null=True, verbose_name="judged")),
                ("judgement", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                (
                    "first",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.organisation"
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.organisation"
                    ),
                ),
            ],
            options={
                "ordering": ["-score", "pk"],
                "indexes": [models.Index(fields=["state", "-score"], name="parks_lookalike_to_look_at")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("first_id__lt", models.F("second_id"))), name="parks_lookalike_in_order"
                    ),
                    models.UniqueConstraint(fields=("first", "second"), name="parks_lookalike_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "open"),
                            models.Q(("judged_at__isnull", False), models.Q(("judgement", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="parks_lookalike_judged_with_reason",
                    ),
                ],
            },
        ),
    ]
