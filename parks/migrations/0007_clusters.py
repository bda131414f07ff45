import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("parks", "0006_alike"),
    ]

    operations = [
        migrations.AddField(
            model_name="park",
            name="clusters",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=60),
                blank=True,
                db_default=models.Value(
                    [],
                    output_field=django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), size=None
                    ),
                ),
                default=list,
                editable=False,
                size=None,
            ),
        ),
        migrations.CreateModel(
            name="Cluster",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=60, unique=True, verbose_name="address")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("proposed", "Proposed to the council"),
                            ("approved", "Approved"),
                            ("under_review", "Under review"),
                            ("dissolved", "Dissolved"),
                        ],
                        default="draft",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                ("state_reason", models.TextField(blank=True, max_length=2000, verbose_name="reason")),
                ("name_zh", models.CharField(max_length=80, verbose_name="Chinese name")),
                ("name_en", models.CharField(blank=True, max_length=160, verbose_name="English name")),
                (
                    "fields",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="fields of work",
                    ),
                ),
                ("focus_zh", models.CharField(blank=True, max_length=300, verbose_name="focus, in Chinese")),
                ("focus_en", models.CharField(blank=True, max_length=600, verbose_name="focus, in English")),
                ("charter_zh", models.TextField(blank=True, max_length=12000, verbose_name="charter, in Chinese")),
                ("charter_en", models.TextField(blank=True, max_length=24000, verbose_name="charter, in English")),
                ("goals_zh", models.TextField(blank=True, max_length=3000, verbose_name="goals, in Chinese")),
                ("goals_en", models.TextField(blank=True, max_length=6000, verbose_name="goals, in English")),
                ("resolution", models.CharField(blank=True, max_length=80, verbose_name="reference of the resolution")),
                ("resolved_on", models.DateField(blank=True, null=True, verbose_name="day of the resolution")),
                ("approved_at", models.DateTimeField(blank=True, null=True, verbose_name="approved")),
                ("review_due_on", models.DateField(blank=True, null=True, verbose_name="next review")),
                ("dissolved_at", models.DateTimeField(blank=True, null=True, verbose_name="dissolved")),
                ("is_sample", models.BooleanField(default=False, editable=False, verbose_name="sample")),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "lead_park",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="led_clusters",
                        to="parks.park",
                        verbose_name="lead park",
                    ),
                ),
            ],
            options={
                "verbose_name": "specialised cluster",
                "verbose_name_plural": "specialised clusters",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["approved", "under_review"]), _negated=True),
                            models.Q(
                                ("approved_at__isnull", False),
                                ("resolved_on__isnull", False),
                                ("review_due_on__isnull", False),
                                models.Q(("resolution", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="parks_cluster_in_force_is_resolved",
                        violation_error_message="An approved cluster needs the council's resolution and a day of review.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("dissolved_at__isnull", False), ("state", "dissolved")),
                            models.Q(models.Q(("state", "dissolved"), _negated=True), ("dissolved_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="parks_cluster_dissolved_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name_zh", ""), _negated=True), name="parks_cluster_has_name"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClusterMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("research", "R&D"),
                            ("supplier", "Supplier"),
                            ("lead", "Chain leader"),
                            ("channel", "Channel"),
                            ("training", "Training"),
                        ],
                        max_length=8,
                        verbose_name="role",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("invited", "Invited"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("withdrawn", "Invitation withdrawn"),
                            ("left", "Left"),
                        ],
                        default="invited",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("since", models.DateField(blank=True, null=True, verbose_name="since")),
                ("until", models.DateField(blank=True, null=True, verbose_name="until")),
                ("reason", models.TextField(blank=True, max_length=2000, verbose_name="reason")),
                (
                    "invited_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="invited"),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                (
                    "cluster",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="places",
                        to="parks.cluster",
                        verbose_name="cluster",
                    ),
                ),
                (
                    "park",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cluster_places",
                        to="parks.park",
                        verbose_name="park",
                    ),
                ),
            ],
            options={
                "verbose_name": "place in a cluster",
                "verbose_name_plural": "places in clusters",
                "ordering": ["cluster", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["invited", "accepted"])),
                        fields=("cluster", "park", "role"),
                        name="parks_clustermember_place_once",
                        violation_error_message="This park has this place already, or is invited to it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "accepted"), _negated=True),
                            models.Q(("answered_at__isnull", False), ("since__isnull", False), ("until__isnull", True)),
                            _connector="OR",
                        ),
                        name="parks_clustermember_held_since",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "left"), _negated=True), ("until__isnull", False), _connector="OR"
                        ),
                        name="parks_clustermember_left_has_end",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("since__isnull", True),
                            ("until__isnull", True),
                            ("until__gte", models.F("since")),
                            _connector="OR",
                        ),
                        name="parks_clustermember_in_order",
                    ),
                ],
                "indexes": [models.Index(fields=["park", "state"], name="parks_clustermember_park")],
            },
        ),
    ]
