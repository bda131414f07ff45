import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Promotion events: who takes part, who asks for whom, the timetable and what came of it."""

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("investment", "0012_questions_and_meetings"),
    ]

    operations = [
        migrations.CreateModel(
            name="PromotionEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("title_zh", models.CharField(max_length=80, verbose_name="Chinese title")),
                ("title_en", models.CharField(max_length=120, verbose_name="English title")),
                ("place", models.CharField(max_length=200, verbose_name="place")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("open", "Takes requests"),
                            ("planned", "Timetable is out"),
                            ("closed", "Results collected"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("state_reason", models.CharField(blank=True, max_length=600, verbose_name="reason in words")),
                ("starts_at", models.DateTimeField(verbose_name="begins")),
                ("minutes", models.PositiveSmallIntegerField(verbose_name="minutes of each meeting")),
                ("times", models.PositiveSmallIntegerField(verbose_name="times one after another")),
                ("tables", models.PositiveSmallIntegerField(verbose_name="tables")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "promotion event",
                "verbose_name_plural": "promotion events",
                "ordering": ["-starts_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("minutes__gte", 10),
                            ("minutes__lte", 120),
                            ("tables__gte", 1),
                            ("times__gte", 1),
                            ("times__lte", 40),
                        ),
                        name="investment_event_has_times",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="EventInvestor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "away",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                ("joined_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "investor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="event_parts",
                        to="investment.investor",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="investors",
                        to="investment.promotionevent",
                    ),
                ),
            ],
            options={
                "verbose_name": "investor at a promotion event",
                "verbose_name_plural": "investors at promotion events",
                "ordering": ["event", "joined_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("event", "investor"), name="investment_event_investor_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="EventProject",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "away",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                ("joined_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="event_parts", to="investment.project"
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="projects",
                        to="investment.promotionevent",
                    ),
                ),
            ],
            options={
                "verbose_name": "project at a promotion event",
                "verbose_name_plural": "projects at promotion events",
                "ordering": ["event", "joined_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("event", "project"), name="investment_event_project_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="EventMeeting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("time", models.PositiveSmallIntegerField()),
                ("table", models.PositiveSmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("planned", "Planned"), ("held", "Held"), ("no_show", "Somebody did not come")],
                        default="planned",
                        max_length=7,
                        verbose_name="state",
                    ),
                ),
                (
                    "outcome_code",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("goes_on", "Talks go on"),
                            ("documents", "Documents follow"),
                            ("again", "To meet again"),
                            ("nothing", "Nothing comes of it"),
                        ],
                        max_length=9,
                        verbose_name="what came of it",
                    ),
                ),
                ("outcome", models.TextField(blank=True, max_length=3000, verbose_name="outcome in words")),
                ("outcome_at", models.DateTimeField(blank=True, null=True, verbose_name="outcome recorded")),
                (
                    "guest",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "host",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "investor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="meetings",
                        to="investment.eventinvestor",
                    ),
                ),
                (
                    "outcome_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="meetings",
                        to="investment.eventproject",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="meetings",
                        to="investment.promotionevent",
                    ),
                ),
            ],
            options={
                "verbose_name": "meeting at a promotion event",
                "verbose_name_plural": "meetings at promotion events",
                "ordering": ["event", "time", "table"],
                "constraints": [
                    models.UniqueConstraint(fields=("event", "time", "table"), name="investment_event_table_once"),
                    models.UniqueConstraint(fields=("event", "time", "host"), name="investment_event_host_once"),
                    models.UniqueConstraint(fields=("event", "time", "guest"), name="investment_event_guest_once"),
                    models.UniqueConstraint(fields=("project", "investor"), name="investment_event_pair_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "planned"),
                            models.Q(
                                ("outcome_at__isnull", False),
                                ("outcome_by__isnull", False),
                                models.Q(("outcome", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="investment_event_result_is_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EventWish",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("by_project", models.BooleanField(default=False)),
                ("by_investor", models.BooleanField(default=False)),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "investor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="wishes",
                        to="investment.eventinvestor",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="wishes", to="investment.eventproject"
                    ),
                ),
            ],
            options={
                "verbose_name": "request for a meeting at an event",
                "verbose_name_plural": "requests for meetings at events",
                "ordering": ["asked_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("project", "investor"), name="investment_event_wish_once"),
                    models.CheckConstraint(
                        condition=models.Q(("by_project", True), ("by_investor", True), _connector="OR"),
                        name="investment_event_wish_of_somebody",
                    ),
                ],
            },
        ),
        # The time of a meeting at an event is kept like that of any other.
        migrations.AddField(
            model_name="meetingseat",
            name="event_meeting",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="seats",
                to="investment.eventmeeting",
            ),
        ),
        migrations.AddConstraint(
            model_name="meetingseat",
            constraint=models.UniqueConstraint(
                fields=("event_meeting", "side"), name="investment_event_meeting_seat_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="meetingseat",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("event_meeting__isnull", True), ("meeting__isnull", False)),
                    models.Q(("event_meeting__isnull", False), ("meeting__isnull", True)),
                    _connector="OR",
                ),
                name="investment_meeting_seat_of_one_meeting",
            ),
        ),
    ]
