import uuid

import django.contrib.postgres.constraints
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import training.models.cohorts


class Migration(migrations.Migration):
    """Questions with their rounds and clocks (D-11); meetings in which nobody sits twice at once."""

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("investment", "0011_interest_tokens"),
        # It makes the extension that the exclusion needs.
        ("training", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Meeting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("offered", "Offered"),
                            ("requested", "Requested"),
                            ("confirmed", "Confirmed"),
                            ("held", "Held"),
                            ("no_show", "Somebody did not come"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="offered",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("state_reason", models.CharField(blank=True, max_length=600, verbose_name="reason in words")),
                ("starts_at", models.DateTimeField(verbose_name="begins")),
                ("ends_at", models.DateTimeField(verbose_name="ends")),
                ("place", models.CharField(blank=True, max_length=200, verbose_name="place")),
                ("link", models.URLField(blank=True, verbose_name="link")),
                (
                    "language",
                    models.CharField(
                        choices=[("zh", "Chinese"), ("en", "English"), ("both", "Chinese and English")],
                        default="zh",
                        max_length=4,
                        verbose_name="language",
                    ),
                ),
                ("topic", models.CharField(blank=True, max_length=300, verbose_name="what it is about")),
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
                ("outcome_due_at", models.DateTimeField(blank=True, null=True, verbose_name="outcome due")),
                ("outcome_at", models.DateTimeField(blank=True, null=True, verbose_name="outcome recorded")),
                ("escalated_at", models.DateTimeField(blank=True, null=True, verbose_name="escalated")),
                ("requested_at", models.DateTimeField(blank=True, null=True, verbose_name="requested")),
                ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="confirmed")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("sequence", models.PositiveIntegerField(default=0, editable=False)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("token", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "guest",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="meetings_visited",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="for the investor",
                    ),
                ),
                (
                    "host",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="meetings_hosted",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="for the parks",
                    ),
                ),
                (
                    "interest",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="meetings",
                        to="investment.interest",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="meetings", to="investment.project"
                    ),
                ),
            ],
            options={
                "verbose_name": "meeting with an investor",
                "verbose_name_plural": "meetings with investors",
                "ordering": ["starts_at", "pk"],
                "indexes": [
                    models.Index(fields=["project", "starts_at"], name="investment_meeting_when"),
                    models.Index(fields=["state", "outcome_due_at"], name="investment_meeting_outcome"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="investment_meeting_times_in_order",
                        violation_error_message="A meeting ends after it begins.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("place", ""), _negated=True),
                            models.Q(("link", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="investment_meeting_has_a_place",
                        violation_error_message="A meeting needs a place or a link.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["requested", "confirmed", "held", "no_show"]), _negated=True),
                            models.Q(
                                ("guest__isnull", False), ("interest__isnull", False), ("requested_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="investment_meeting_asked_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "offered"), _negated=True),
                            models.Q(("guest__isnull", True), ("interest__isnull", True)),
                            _connector="OR",
                        ),
                        name="investment_meeting_offered_is_nobodys",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["confirmed", "held", "no_show"]), _negated=True),
                            models.Q(("confirmed_at__isnull", False), ("outcome_due_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="investment_meeting_confirmed_with_clock",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "held"), _negated=True),
                            models.Q(
                                models.Q(("outcome", ""), _negated=True),
                                models.Q(("outcome_code", ""), _negated=True),
                                ("outcome_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="investment_meeting_held_with_outcome",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MeetingSeat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "side",
                    models.CharField(choices=[("host", "For the parks"), ("guest", "For the investor")], max_length=5),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("is_booked", models.BooleanField(default=True)),
                (
                    "meeting",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="seats",
                        to="investment.meeting",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="meeting_seats",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "time in a meeting",
                "verbose_name_plural": "times in meetings",
                "ordering": ["starts_at", "side", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("meeting", "side"), name="investment_meeting_seat_once"),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("is_booked", True)),
                        expressions=[
                            ("person", "="),
                            (training.models.cohorts.TimeSpan("starts_at", "ends_at", models.Value("[)")), "&&"),
                        ],
                        name="investment_meeting_person_in_one",
                        violation_error_message="This person has another meeting at this time.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuestionRound",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="round")),
                ("ask_until", models.DateTimeField(verbose_name="questions until")),
                ("answer_until", models.DateTimeField(verbose_name="answers until")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="question_rounds",
                        to="investment.project",
                    ),
                ),
            ],
            options={
                "verbose_name": "round of questions",
                "verbose_name_plural": "rounds of questions",
                "ordering": ["project", "-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("project", "number"), name="investment_question_round_once"),
                    models.CheckConstraint(
                        condition=models.Q(("answer_until__gt", models.F("ask_until"))),
                        name="investment_question_round_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Waits for the parks"),
                            ("answered", "Answered in the dialogue"),
                            ("in_moderation", "Before publication"),
                            ("published", "Published"),
                            ("refused", "Not answered, with a reason"),
                            ("unanswered", "Not answered in time"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="asked",
                        max_length=13,
                        verbose_name="state",
                    ),
                ),
                ("state_reason", models.CharField(blank=True, max_length=600, verbose_name="reason in words")),
                ("text", models.TextField(max_length=3000, verbose_name="question")),
                ("is_for_all", models.BooleanField(default=False, verbose_name="asked for publication")),
                ("is_material", models.BooleanField(default=False, verbose_name="material")),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="asked")),
                ("due_at", models.DateTimeField(verbose_name="answer due")),
                ("escalated_at", models.DateTimeField(blank=True, null=True, verbose_name="escalated")),
                ("answer", models.TextField(blank=True, max_length=6000, verbose_name="answer")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered")),
                ("publish_due_at", models.DateTimeField(blank=True, null=True, verbose_name="publication due")),
                (
                    "audience",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("dialogue", "Everybody in dialogue on this project"),
                            ("verified", "All verified investors"),
                            ("public", "Everybody"),
                        ],
                        max_length=8,
                        verbose_name="who reads it",
                    ),
                ),
                (
                    "published_question_zh",
                    models.TextField(blank=True, max_length=3000, verbose_name="Question in Chinese"),
                ),
                (
                    "published_question_en",
                    models.TextField(blank=True, max_length=3000, verbose_name="Question in English"),
                ),
                (
                    "published_answer_zh",
                    models.TextField(blank=True, max_length=6000, verbose_name="Answer in Chinese"),
                ),
                (
                    "published_answer_en",
                    models.TextField(blank=True, max_length=6000, verbose_name="Answer in English"),
                ),
                ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="published")),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "interest",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="questions", to="investment.interest"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="questions", to="investment.project"
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="investment.questionround",
                    ),
                ),
            ],
            options={
                "verbose_name": "question of an investor",
                "verbose_name_plural": "questions of investors",
                "ordering": ["-asked_at", "-pk"],
                "indexes": [models.Index(fields=["state", "due_at"], name="investment_question_due")],
                "constraints": [
                    models.UniqueConstraint(fields=("interest", "number"), name="investment_question_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["answered", "in_moderation", "published"]), _negated=True),
                            models.Q(
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                                models.Q(("answer", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="investment_question_answered_with_answer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("is_material", True), ("state", "answered"), _negated=True),
                        name="investment_question_material_is_published",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["in_moderation", "published"]), _negated=True),
                            ("publish_due_at__isnull", False),
                            _connector="OR",
                        ),
                        name="investment_question_moderated_with_clock",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "published"), _negated=True),
                            models.Q(
                                ("published_at__isnull", False),
                                ("published_by__isnull", False),
                                models.Q(("audience", ""), _negated=True),
                                models.Q(("published_question_zh", ""), _negated=True),
                                models.Q(("published_question_en", ""), _negated=True),
                                models.Q(("published_answer_zh", ""), _negated=True),
                                models.Q(("published_answer_en", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="investment_question_published_in_both_languages",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "refused"), _negated=True),
                            models.Q(("state_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="investment_question_refused_with_reason",
                    ),
                ],
            },
        ),
    ]
