import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("parks", "0004_saved_lists"),
    ]

    operations = [
        migrations.CreateModel(
            name="Nudge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("gap", models.CharField(max_length=20)),
                ("filters", models.JSONField(default=dict)),
                ("sent_by", models.CharField(max_length=40)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="sent")),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="QualityDay",
            fields=[
                ("on", models.DateField(primary_key=True, serialize=False, verbose_name="day")),
                ("counts", models.JSONField(default=dict)),
            ],
            options={
                "ordering": ["on"],
            },
        ),
        migrations.CreateModel(
            name="NudgedPark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("waiting", "Not yet written to"),
                            ("told", "Written to its people"),
                            ("task", "Nobody in charge: a task for the membership desk"),
                            ("too_soon", "Left out: written to a short while ago"),
                            ("settled", "Left out: the gap is filled"),
                        ],
                        default="waiting",
                        max_length=8,
                        verbose_name="outcome",
                    ),
                ),
                ("people", models.PositiveSmallIntegerField(default=0)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "nudge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parks", to="parks.nudge"
                    ),
                ),
                (
                    "park",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="nudges", to="parks.park"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("outcome__in", ["told", "task"])),
                        fields=["park", "-settled_at"],
                        name="parks_nudgedpark_last",
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("nudge", "park"), name="parks_nudgedpark_once")],
            },
        ),
    ]
