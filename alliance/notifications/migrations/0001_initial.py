import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("core", "0002_audit_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("name", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="InvariantRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("broken", models.JSONField(default=list)),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="OutboxMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("to", models.CharField(max_length=300, verbose_name="to")),
                ("sender", models.CharField(max_length=300, verbose_name="from")),
                ("subject", models.CharField(max_length=500, verbose_name="subject")),
                ("text", models.TextField(blank=True)),
                ("html", models.TextField(blank=True)),
                ("headers", models.JSONField(default=dict)),
                ("message_id", models.CharField(db_index=True, max_length=250)),
                ("kept_at", models.DateTimeField(auto_now_add=True, verbose_name="sent")),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="OutboxEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=80, verbose_name="kind")),
                ("dedupe_key", models.CharField(max_length=200, unique=True)),
                ("about_type", models.CharField(max_length=80)),
                ("about_id", models.CharField(max_length=60)),
                ("payload", models.JSONField(blank=True, default=dict)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="happened"),
                ),
                ("fanned_out_at", models.DateTimeField(blank=True, null=True)),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["about_type", "about_id"], name="notifications_event_about")]},
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="read")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="told"),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notices", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="notifications.outboxevent",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("event", "recipient"), name="notifications_notice_once")
                ],
                "indexes": [
                    models.Index(fields=["recipient", "-id"], name="notifications_notice_inbox"),
                    models.Index(
                        condition=models.Q(("read_at__isnull", True)),
                        fields=["recipient"],
                        name="notifications_notice_unread",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("channel", models.CharField(choices=[("mail", "E-mail")], max_length=8, verbose_name="channel")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Waiting"),
                            ("queued", "Queued"),
                            ("sending", "Being sent"),
                            ("sent", "Sent"),
                            ("dead", "Failed"),
                            ("suppressed", "Not sent, on purpose"),
                            ("unknown", "Unclear whether it was sent"),
                        ],
                        default="pending",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                (
                    "next_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="next attempt"
                    ),
                ),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("lease_token", models.UUIDField(blank=True, null=True)),
                ("priority", models.PositiveSmallIntegerField(default=5)),
                ("message_id", models.CharField(blank=True, max_length=200)),
                ("last_error", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="planned"),
                ),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent")),
                (
                    "recipient",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="notifications.outboxevent",
                    ),
                ),
            ],
            options={
                "verbose_name": "delivery",
                "verbose_name_plural": "deliveries",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("event", "recipient", "channel"),
                        name="notifications_delivery_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["pending", "queued", "sending", "sent", "dead", "suppressed", "unknown"])
                        ),
                        name="notifications_delivery_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["mail"])), name="notifications_delivery_channel"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("attempts__lte", 8)), name="notifications_delivery_attempts"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("attempts__gte", 1), ("sent_at__isnull", False), ("state", "sent")),
                            models.Q(models.Q(("state", "sent"), _negated=True), ("sent_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="notifications_delivery_sent_with_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lease_until__isnull", False), ("state__in", ["queued", "sending"])),
                            models.Q(
                                models.Q(("state__in", ["queued", "sending"]), _negated=True),
                                ("lease_until__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="notifications_delivery_lease_in_flight",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lease_token__isnull", False), ("state", "sending")),
                            models.Q(models.Q(("state", "sending"), _negated=True), ("lease_token__isnull", True)),
                            _connector="OR",
                        ),
                        name="notifications_delivery_token_while_sending",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["dead", "suppressed", "unknown"]), _negated=True),
                            models.Q(("last_error", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="notifications_delivery_says_why_not",
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "pending")),
                        fields=["priority", "next_at", "id"],
                        name="notifications_delivery_due",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["queued", "sending"])),
                        fields=["lease_until"],
                        name="notifications_delivery_lease",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["dead", "unknown"])),
                        fields=["-created_at"],
                        name="notifications_delivery_dead",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Preference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=80)),
                ("channel", models.CharField(choices=[("mail", "E-mail")], max_length=8)),
                (
                    "choice",
                    models.CharField(choices=[("immediately", "At once"), ("off", "Not at all")], max_length=12),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notice_preferences",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("person", "kind", "channel"), name="notifications_preference_once")
                ]
            },
        ),
        migrations.CreateModel(
            name="ScheduleSlot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("slot_time", models.DateTimeField()),
                ("taken_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "indexes": [models.Index(fields=["slot_time"], name="notifications_slot_time")],
                "constraints": [models.UniqueConstraint(fields=("name", "slot_time"), name="notifications_slot_once")],
            },
        ),
        migrations.CreateModel(
            name="Task",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=80, verbose_name="kind")),
                ("about_type", models.CharField(max_length=80)),
                ("about_id", models.CharField(max_length=60)),
                ("payload", models.JSONField(blank=True, default=dict)),
                (
                    "permission",
                    models.CharField(
                        choices=[
                            ("see_team", "SEE_TEAM"),
                            ("edit_profile", "EDIT_PROFILE"),
                            ("submit_profile", "SUBMIT_PROFILE"),
                            ("invite", "INVITE"),
                            ("decide_join", "DECIDE_JOIN"),
                            ("check_profiles", "CHECK_PROFILES"),
                            ("list_parks", "LIST_PARKS"),
                            ("correct_data", "CORRECT_DATA"),
                            ("see_office", "SEE_OFFICE"),
                            ("see_deliveries", "SEE_DELIVERIES"),
                            ("see_audit", "SEE_AUDIT"),
                            ("see_dashboard", "SEE_DASHBOARD"),
                        ],
                        max_length=24,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("done", "Done")], default="open", max_length=4, verbose_name="state"
                    ),
                ),
                ("owned_at", models.DateTimeField(blank=True, null=True)),
                ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="due")),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="since")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="done")),
                ("outcome", models.CharField(blank=True, max_length=60, verbose_name="outcome")),
                (
                    "done_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="accounts.organisation",
                        verbose_name="waits for",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks_owned",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="taken by",
                    ),
                ),
                (
                    "province",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.division",
                    ),
                ),
            ],
            options={
                "verbose_name": "task",
                "verbose_name_plural": "tasks",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("kind", "about_type", "about_id", "organisation"),
                        name="notifications_task_open_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at__isnull", True), ("state", "open")),
                            models.Q(("done_at__isnull", False), ("state", "done")),
                            _connector="OR",
                        ),
                        name="notifications_task_done_with_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("owned_at__isnull", True), ("owner__isnull", True)),
                            models.Q(("owned_at__isnull", False), ("owner__isnull", False)),
                            _connector="OR",
                        ),
                        name="notifications_task_owner_with_time",
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "open")),
                        fields=["organisation", "due_at"],
                        name="notifications_task_waiting",
                    ),
                    models.Index(
                        condition=models.Q(("state", "done")),
                        fields=["organisation", "-done_at"],
                        name="notifications_task_done",
                    ),
                    models.Index(fields=["about_type", "about_id"], name="notifications_task_about"),
                ],
            },
        ),
    ]
