import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models

import training.models.cohorts


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0007_training_roles"),
        ("core", "0009_imports"),
        ("parks", "0005_quality"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # Spans of time and plain columns in one exclusion constraint (C-4).
        BtreeGistExtension(),
        migrations.CreateModel(
            name="Curriculum",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=12, unique=True, verbose_name="code")),
                ("title_zh", models.CharField(max_length=80, verbose_name="Chinese title")),
                ("title_en", models.CharField(blank=True, max_length=120, verbose_name="English title")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="curricula",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "curriculum",
                "verbose_name_plural": "curricula",
                "ordering": ["code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^[A-Z]{2,5}-[0-9]{3}$")),
                        name="training_curriculum_code_shape",
                        violation_error_message="A curriculum's code looks like ANI-201.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CurriculumVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("major", models.PositiveSmallIntegerField(default=1, verbose_name="major")),
                ("minor", models.PositiveSmallIntegerField(default=0, verbose_name="minor")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("in_review", "In review"),
                            ("approved", "Approved"),
                            ("published", "Published"),
                            ("superseded", "Superseded"),
                            ("retired", "Retired"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("state_reason", models.CharField(blank=True, max_length=600, verbose_name="reason")),
                ("title_zh", models.CharField(max_length=80, verbose_name="Chinese title")),
                ("title_en", models.CharField(blank=True, max_length=120, verbose_name="English title")),
                ("description_zh", models.TextField(blank=True, max_length=3000, verbose_name="Chinese description")),
                ("description_en", models.TextField(blank=True, max_length=3000, verbose_name="English description")),
                ("reading_list", models.TextField(blank=True, max_length=3000, verbose_name="reading list")),
                ("minutes", models.PositiveIntegerField(default=0, verbose_name="taught minutes")),
                ("pass_mark", models.PositiveSmallIntegerField(default=6000, verbose_name="pass mark")),
                (
                    "attendance_minimum",
                    models.PositiveSmallIntegerField(default=8000, verbose_name="attendance minimum"),
                ),
                ("placement_minutes", models.PositiveIntegerField(default=0, verbose_name="placement minutes")),
                ("resits", models.PositiveSmallIntegerField(default=1, verbose_name="resits")),
                (
                    "attempt_rule",
                    models.CharField(
                        choices=[("best", "The best attempt counts"), ("last", "The last attempt counts")],
                        default="best",
                        max_length=4,
                        verbose_name="which attempt counts",
                    ),
                ),
                (
                    "resit_cap",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="highest mark of a resit"),
                ),
                (
                    "compensates",
                    models.BooleanField(default=False, verbose_name="a weak unit may be made good by others"),
                ),
                (
                    "counts_from_enrolment",
                    models.BooleanField(default=False, verbose_name="attendance counts from the day of enrolment"),
                ),
                (
                    "recognition_most",
                    models.PositiveSmallIntegerField(default=5000, verbose_name="most credits by recognition"),
                ),
                (
                    "validity_months",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="months a certificate is valid"
                    ),
                ),
                (
                    "renewal_minutes",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="refresher minutes for a renewal"),
                ),
                ("credits", models.PositiveIntegerField(default=0, verbose_name="credits, in hundredths")),
                ("content", models.TextField(blank=True, editable=False)),
                ("content_sha256", models.CharField(blank=True, editable=False, max_length=64)),
                ("requirements_sha256", models.CharField(blank=True, editable=False, max_length=64)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="published")),
                ("sunset_on", models.DateField(blank=True, null=True, verbose_name="no new cohorts after")),
                ("authors", models.ManyToManyField(blank=True, related_name="+", to=settings.AUTH_USER_MODEL)),
                (
                    "based_on",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="training.curriculumversion",
                    ),
                ),
                (
                    "curriculum",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="training.curriculum"
                    ),
                ),
            ],
            options={
                "verbose_name": "curriculum version",
                "verbose_name_plural": "curriculum versions",
                "ordering": ["curriculum", "-major", "-minor"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("curriculum", "major", "minor"), name="training_version_number_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "published")),
                        fields=("curriculum",),
                        name="training_version_one_published",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["draft", "in_review"])),
                        fields=("curriculum",),
                        name="training_version_one_in_the_making",
                        violation_error_message="A version of this curriculum is being written already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("attendance_minimum__lte", 10000),
                            ("pass_mark__lte", 10000),
                            ("recognition_most__lte", 5000),
                            models.Q(("resit_cap__isnull", True), ("resit_cap__lte", 10000), _connector="OR"),
                        ),
                        name="training_version_rates_within_whole",
                        violation_error_message="A share lies between 0 and 100 per cent; recognition between 0 and 50.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "in_review"]),
                            models.Q(
                                models.Q(("content", ""), _negated=True),
                                models.Q(("content_sha256", ""), _negated=True),
                                models.Q(("requirements_sha256", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="training_version_frozen_with_content",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Cohort",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=30, unique=True, verbose_name="code")),
                ("title_zh", models.CharField(max_length=80, verbose_name="Chinese title")),
                ("title_en", models.CharField(blank=True, max_length=120, verbose_name="English title")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("enrolling", "Enrolling"),
                            ("confirmed", "Confirmed"),
                            ("running", "Running"),
                            ("grading", "Grading"),
                            ("completed", "Completed"),
                            ("archived", "Archived"),
                            ("cancelled", "Cancelled"),
                            ("aborted", "Broken off"),
                        ],
                        default="planned",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("state_reason", models.CharField(blank=True, max_length=600, verbose_name="reason")),
                (
                    "allocation",
                    models.CharField(
                        choices=[
                            ("rolling", "Rolling: a seat at approval"),
                            ("batch", "Batch: seats when the window closes"),
                        ],
                        default="rolling",
                        max_length=7,
                        verbose_name="allocation",
                    ),
                ),
                ("shared", models.PositiveIntegerField(default=0, verbose_name="shared seats")),
                ("capacity", models.PositiveIntegerField(default=0, verbose_name="seats in all")),
                ("min_size", models.PositiveIntegerField(default=1, verbose_name="smallest size")),
                ("starts_at", models.DateTimeField(verbose_name="begins")),
                ("ends_at", models.DateTimeField(verbose_name="ends")),
                ("enrol_from", models.DateTimeField(verbose_name="enrolment opens")),
                ("enrol_until", models.DateTimeField(verbose_name="enrolment closes")),
                ("release_at", models.DateTimeField(blank=True, null=True, verbose_name="unused quotas are released")),
                ("released_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("settled_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "seat_freeze_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="a withdrawal frees no seat after"),
                ),
                ("offer_hours", models.PositiveSmallIntegerField(default=48, verbose_name="hours an offer stands")),
                ("seq", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "feed_token",
                    models.CharField(
                        default=training.models.cohorts.secret, editable=False, max_length=32, unique=True
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "host",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cohorts_hosted",
                        to="accounts.organisation",
                        verbose_name="host",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cohorts",
                        to="training.curriculumversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "cohort",
                "verbose_name_plural": "cohorts",
                "ordering": ["-starts_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at__gt", models.F("starts_at")),
                            ("enrol_until__gt", models.F("enrol_from")),
                            ("starts_at__gte", models.F("enrol_until")),
                        ),
                        name="training_cohort_times_in_order",
                        violation_error_message="The times follow each other: enrolment opens, closes, the cohort begins, ends.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("offer_hours__gte", 2), ("offer_hours__lte", 336)),
                        name="training_cohort_offer_hours",
                        violation_error_message="An offer stands between 2 hours and 14 days.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("shared__lte", models.F("capacity"))),
                        name="training_cohort_shared_within_capacity",
                        violation_error_message="The shared seats are part of the seats in all.",
                    ),
                ],
                "indexes": [models.Index(fields=["state", "starts_at"], name="training_cohort_state")],
            },
        ),
        migrations.CreateModel(
            name="Enrolment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "learner",
                    models.CharField(
                        choices=[
                            ("vocational", "Full-time vocational student"),
                            ("university", "University student"),
                            ("employed", "Employed"),
                            ("adult", "Adult, not employed"),
                        ],
                        default="employed",
                        max_length=10,
                        verbose_name="status of the learner",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("submitted", "Waiting for approval"),
                            ("waitlisted", "On the waiting list"),
                            ("offered", "Seat offered"),
                            ("enrolled", "Enrolled"),
                            ("active", "Learning"),
                            ("completed", "Completed"),
                            ("not_completed", "Not completed"),
                            ("rejected", "Not approved"),
                            ("withdrawn", "Withdrawn"),
                            ("declined", "Offer declined"),
                            ("lapsed", "Offer lapsed"),
                            ("removed", "Removed"),
                            ("transferred", "Transferred"),
                        ],
                        default="submitted",
                        max_length=13,
                        verbose_name="state",
                    ),
                ),
                (
                    "pool",
                    models.CharField(
                        blank=True,
                        choices=[("", "–"), ("park", "A park's quota"), ("shared", "Shared seats")],
                        default="",
                        max_length=6,
                        verbose_name="seat of",
                    ),
                ),
                ("queue_no", models.PositiveIntegerField(verbose_name="queue number")),
                ("submitted_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="asked")),
                (
                    "home_approved_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="approved by the home park"),
                ),
                ("host_approved_at", models.DateTimeField(blank=True, null=True, verbose_name="approved by the lead")),
                ("offered_at", models.DateTimeField(blank=True, null=True, verbose_name="offered")),
                ("offer_until", models.DateTimeField(blank=True, null=True, verbose_name="offer stands until")),
                ("enrolled_at", models.DateTimeField(blank=True, null=True, verbose_name="enrolled")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                ("reason", models.CharField(blank=True, max_length=600, verbose_name="reason")),
                ("feed_token", models.CharField(blank=True, editable=False, max_length=32)),
                (
                    "came_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="training.enrolment",
                    ),
                ),
                (
                    "cohort",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="enrolments", to="training.cohort"
                    ),
                ),
                (
                    "home_approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "host_approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "nominated_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "park",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enrolments",
                        to="parks.park",
                        verbose_name="home park",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enrolments",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="trainee",
                    ),
                ),
            ],
            options={
                "verbose_name": "enrolment",
                "verbose_name_plural": "enrolments",
                "ordering": ["cohort", "queue_no"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["submitted", "waitlisted", "offered", "enrolled", "active"])),
                        fields=("cohort", "person"),
                        name="training_enrolment_one_live",
                        violation_error_message="This person is already in this cohort or its queue.",
                    ),
                    models.UniqueConstraint(fields=("cohort", "queue_no"), name="training_enrolment_queue_no_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("pool__gt", ""),
                                ("state__in", ["offered", "enrolled", "active", "completed", "not_completed"]),
                            ),
                            models.Q(
                                models.Q(
                                    ("state__in", ["offered", "enrolled", "active", "completed", "not_completed"]),
                                    _negated=True,
                                ),
                                ("pool", ""),
                            ),
                            _connector="OR",
                        ),
                        name="training_enrolment_pool_means_seat",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "offered"), _negated=True),
                            models.Q(("offer_until__isnull", False), ("offered_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="training_enrolment_offer_has_end",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["submitted", "rejected", "withdrawn", "removed"]),
                            ("home_approved_at__isnull", False),
                            _connector="OR",
                        ),
                        name="training_enrolment_seat_was_approved",
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waitlisted")),
                        fields=["cohort", "queue_no"],
                        name="training_enrolment_queue",
                    ),
                    models.Index(
                        condition=models.Q(("state", "offered")),
                        fields=["offer_until"],
                        name="training_enrolment_offers",
                    ),
                    models.Index(fields=["person", "-submitted_at"], name="training_enrolment_person"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ParkQuota",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seats", models.PositiveIntegerField(default=0, verbose_name="seats")),
                (
                    "cohort",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="quotas", to="training.cohort"
                    ),
                ),
                (
                    "park",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="training_quotas", to="parks.park"
                    ),
                ),
            ],
            options={
                "verbose_name": "quota of a park",
                "verbose_name_plural": "quotas of parks",
                "ordering": ["cohort", "park__slug"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("cohort", "park"),
                        name="training_quota_one_for_each_park",
                        violation_error_message="This park already has a quota here.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="EnrolmentLog",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("from_state", models.CharField(blank=True, max_length=13)),
                (
                    "to_state",
                    models.CharField(
                        choices=[
                            ("submitted", "Waiting for approval"),
                            ("waitlisted", "On the waiting list"),
                            ("offered", "Seat offered"),
                            ("enrolled", "Enrolled"),
                            ("active", "Learning"),
                            ("completed", "Completed"),
                            ("not_completed", "Not completed"),
                            ("rejected", "Not approved"),
                            ("withdrawn", "Withdrawn"),
                            ("declined", "Offer declined"),
                            ("lapsed", "Offer lapsed"),
                            ("removed", "Removed"),
                            ("transferred", "Transferred"),
                        ],
                        max_length=13,
                    ),
                ),
                ("from_pool", models.CharField(blank=True, max_length=6)),
                ("to_pool", models.CharField(blank=True, max_length=6)),
                ("cause", models.CharField(blank=True, max_length=24)),
                ("words_digest", models.CharField(blank=True, max_length=64)),
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
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="log", to="training.enrolment"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "from_quota",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="training.parkquota",
                    ),
                ),
                (
                    "to_quota",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="training.parkquota",
                    ),
                ),
            ],
            options={
                "verbose_name": "step of an enrolment",
                "verbose_name_plural": "steps of enrolments",
                "ordering": ["enrolment", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("from_state", models.F("to_state")), _negated=True),
                            models.Q(("from_pool", models.F("to_pool")), _negated=True),
                            ("from_quota__isnull", False),
                            ("to_quota__isnull", False),
                            _connector="OR",
                        ),
                        name="training_log_moves_something",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="enrolment",
            name="quota",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="holders",
                to="training.parkquota",
            ),
        ),
        migrations.CreateModel(
            name="Programme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=60, unique=True, verbose_name="address")),
                ("title_zh", models.CharField(max_length=80, verbose_name="Chinese title")),
                ("title_en", models.CharField(blank=True, max_length=120, verbose_name="English title")),
                ("summary_zh", models.CharField(max_length=300, verbose_name="Chinese summary")),
                ("summary_en", models.CharField(blank=True, max_length=400, verbose_name="English summary")),
                ("description_zh", models.TextField(blank=True, max_length=6000, verbose_name="Chinese description")),
                ("description_en", models.TextField(blank=True, max_length=6000, verbose_name="English description")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("in_review", "In review"),
                            ("approved", "Approved"),
                            ("running", "Running"),
                            ("suspended", "Suspended"),
                            ("closing", "Closing"),
                            ("archived", "Archived"),
                            ("rejected", "Rejected"),
                        ],
                        default="draft",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("state_reason", models.CharField(blank=True, max_length=600, verbose_name="reason")),
                (
                    "asks_host_approval",
                    models.BooleanField(default=False, verbose_name="the lead park approves each trainee too"),
                ),
                ("is_sample", models.BooleanField(default=False, editable=False)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ("approved_at", models.DateTimeField(blank=True, null=True, verbose_name="approved")),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "programme",
                "verbose_name_plural": "programmes",
                "ordering": ["-created_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state__in", ["approved", "running", "suspended", "closing", "archived"]),
                                _negated=True,
                            ),
                            ("approved_at__isnull", False),
                            _connector="OR",
                        ),
                        name="training_programme_public_was_approved",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="curriculum",
            name="programme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="curricula", to="training.programme"
            ),
        ),
        migrations.CreateModel(
            name="ProgrammePartner",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("lead", "Lead"),
                            ("teaching", "Teaching"),
                            ("placement_host", "Placement host"),
                            ("awarding", "Awarding"),
                            ("sponsor", "Sponsor"),
                        ],
                        max_length=14,
                        verbose_name="role",
                    ),
                ),
                ("from_on", models.DateField(default=django.utils.timezone.localdate, verbose_name="from")),
                ("until_on", models.DateField(blank=True, null=True, verbose_name="until")),
                ("accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="accepted")),
                ("declined_at", models.DateTimeField(blank=True, null=True, verbose_name="declined")),
                ("decline_reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                (
                    "state_registration",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="state registration of the awarding body"
                    ),
                ),
                (
                    "accepted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "declined_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "invited_by",
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
                        related_name="programme_roles",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="partners", to="training.programme"
                    ),
                ),
            ],
            options={
                "verbose_name": "partner",
                "verbose_name_plural": "partners",
                "ordering": ["programme", "role", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("declined_at__isnull", True), ("until_on__isnull", True)),
                        fields=("programme", "organisation", "role"),
                        name="training_partner_once_in_a_role",
                        violation_error_message="This organisation already has this role here.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("declined_at__isnull", True), ("role", "lead"), ("until_on__isnull", True)),
                        fields=("programme",),
                        name="training_partner_one_lead",
                        violation_error_message="A programme has one lead.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("accepted_at__isnull", True), ("accepted_by__isnull", True)),
                            models.Q(("accepted_at__isnull", False), ("accepted_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="training_partner_accepted_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("accepted_at__isnull", True), ("declined_at__isnull", True), _connector="OR"
                        ),
                        name="training_partner_accepted_or_declined",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until_on__isnull", True), ("until_on__gte", models.F("from_on")), _connector="OR"
                        ),
                        name="training_partner_term_in_order",
                        violation_error_message="A term cannot end before it begins.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Room",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_zh", models.CharField(max_length=60, verbose_name="Chinese name")),
                ("name_en", models.CharField(blank=True, max_length=80, verbose_name="English name")),
                ("address_zh", models.CharField(blank=True, max_length=160, verbose_name="Chinese address")),
                ("address_en", models.CharField(blank=True, max_length=200, verbose_name="English address")),
                ("seats", models.PositiveIntegerField(blank=True, null=True, verbose_name="seats")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rooms", to="accounts.organisation"
                    ),
                ),
            ],
            options={
                "verbose_name": "room",
                "verbose_name_plural": "rooms",
                "ordering": ["organisation", "name_zh"],
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "name_zh"), name="training_room_name_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="TrainingField",
            fields=[
                ("code", models.SlugField(max_length=40, primary_key=True, serialize=False, verbose_name="code")),
                ("name_zh", models.CharField(max_length=60, verbose_name="Chinese name")),
                ("name_en", models.CharField(max_length=80, verbose_name="English name")),
                ("occupation_zh", models.CharField(blank=True, max_length=120, verbose_name="national occupation")),
                ("summary_zh", models.CharField(blank=True, max_length=300)),
                ("summary_en", models.CharField(blank=True, max_length=300)),
                ("source", models.CharField(max_length=300, verbose_name="source")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="skills",
                        to="training.trainingfield",
                    ),
                ),
            ],
            options={
                "verbose_name": "field of study",
                "verbose_name_plural": "fields of study",
                "ordering": ["position", "code"],
            },
        ),
        migrations.AddField(
            model_name="programme",
            name="field",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="programmes",
                to="training.trainingfield",
                verbose_name="field of study",
            ),
        ),
        migrations.CreateModel(
            name="Competency",
            fields=[
                ("code", models.CharField(max_length=20, primary_key=True, serialize=False, verbose_name="code")),
                ("name_zh", models.CharField(max_length=80, verbose_name="Chinese name")),
                ("name_en", models.CharField(max_length=120, verbose_name="English name")),
                ("description_zh", models.TextField(blank=True, max_length=600, verbose_name="Chinese description")),
                ("description_en", models.TextField(blank=True, max_length=600, verbose_name="English description")),
                (
                    "field",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="competencies",
                        to="training.trainingfield",
                        verbose_name="field",
                    ),
                ),
            ],
            options={
                "verbose_name": "competency",
                "verbose_name_plural": "competencies",
                "ordering": ["code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^C-[A-Z]{2,5}-[0-9]{2,3}$")),
                        name="training_competency_code_shape",
                        violation_error_message="A competency's code looks like C-ANI-03.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=12, verbose_name="code")),
                ("title_zh", models.CharField(max_length=80, verbose_name="Chinese title")),
                ("title_en", models.CharField(blank=True, max_length=120, verbose_name="English title")),
                ("minutes", models.PositiveIntegerField(default=0, verbose_name="taught minutes")),
                ("weight", models.PositiveSmallIntegerField(default=0, verbose_name="weight")),
                ("pass_mark", models.PositiveSmallIntegerField(default=6000, verbose_name="pass mark")),
                ("credits", models.PositiveIntegerField(default=0, verbose_name="credits, in hundredths")),
                ("is_mandatory", models.BooleanField(default=True, verbose_name="must be passed")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="units",
                        to="training.curriculumversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "unit",
                "verbose_name_plural": "units",
                "ordering": ["version", "position", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("version", "code"),
                        name="training_unit_code_once",
                        violation_error_message="Two units cannot have the same code.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pass_mark__lte", 10000), ("weight__lte", 10000)),
                        name="training_unit_shares_within_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title_zh", models.CharField(blank=True, max_length=80, verbose_name="Chinese title")),
                ("title_en", models.CharField(blank=True, max_length=120, verbose_name="English title")),
                ("starts_at", models.DateTimeField(verbose_name="begins")),
                ("ends_at", models.DateTimeField(verbose_name="ends")),
                ("link", models.URLField(blank=True, verbose_name="link")),
                ("is_required", models.BooleanField(default=True, verbose_name="required")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("scheduled", "Scheduled"),
                            ("open", "Open"),
                            ("closed", "Closed"),
                            ("locked", "Locked"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="scheduled",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("state_reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                ("opened_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("closed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("locked_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("sequence", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "uid",
                    models.CharField(
                        default=training.models.cohorts.secret, editable=False, max_length=32, unique=True
                    ),
                ),
                ("code_key", models.CharField(default=training.models.cohorts.secret, editable=False, max_length=32)),
                (
                    "cohort",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sessions", to="training.cohort"
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="training.room",
                        verbose_name="room",
                    ),
                ),
                (
                    "trainer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions_taught",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="trainer",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="training.unit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "session",
                "verbose_name_plural": "sessions",
                "ordering": ["starts_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="training_session_times_in_order",
                        violation_error_message="A session ends after it begins.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("room__isnull", False), models.Q(("link", ""), _negated=True), _connector="OR"
                        ),
                        name="training_session_has_a_place",
                        violation_error_message="A session needs a room or a link.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(models.Q(("state", "cancelled"), _negated=True), ("trainer__isnull", False)),
                        expressions=[
                            ("trainer", "="),
                            (training.models.cohorts.TimeSpan("starts_at", "ends_at", models.Value("[)")), "&&"),
                        ],
                        name="training_session_trainer_in_one",
                        violation_error_message="The trainer teaches another session at this time.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(models.Q(("state", "cancelled"), _negated=True), ("room__isnull", False)),
                        expressions=[
                            ("room", "="),
                            (training.models.cohorts.TimeSpan("starts_at", "ends_at", models.Value("[)")), "&&"),
                        ],
                        name="training_session_room_in_one",
                        violation_error_message="The room is taken by another session at this time.",
                    ),
                ],
                "indexes": [models.Index(fields=["cohort", "starts_at"], name="training_session_cohort")],
            },
        ),
        migrations.CreateModel(
            name="Outcome",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=12, verbose_name="code")),
                ("text_zh", models.CharField(max_length=300, verbose_name="Chinese text")),
                ("text_en", models.CharField(blank=True, max_length=400, verbose_name="English text")),
                ("is_mandatory", models.BooleanField(default=True, verbose_name="must be assessed")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("competencies", models.ManyToManyField(blank=True, related_name="outcomes", to="training.competency")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="outcomes", to="training.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "outcome",
                "verbose_name_plural": "outcomes",
                "ordering": ["unit", "position", "pk"],
                "constraints": [models.UniqueConstraint(fields=("unit", "code"), name="training_outcome_code_once")],
            },
        ),
        migrations.CreateModel(
            name="AssessmentItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=12, verbose_name="code")),
                ("title_zh", models.CharField(max_length=80, verbose_name="Chinese title")),
                ("title_en", models.CharField(blank=True, max_length=120, verbose_name="English title")),
                ("weight", models.PositiveSmallIntegerField(default=10000, verbose_name="weight in the unit")),
                ("is_summative", models.BooleanField(default=True, verbose_name="counts for the result")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("outcomes", models.ManyToManyField(blank=True, related_name="items", to="training.outcome")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="items", to="training.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "assessment item",
                "verbose_name_plural": "assessment items",
                "ordering": ["unit", "position", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("unit", "code"), name="training_item_code_once"),
                    models.CheckConstraint(
                        condition=models.Q(("weight__lte", 10000)), name="training_item_weight_within_whole"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitMap",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("approved_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "approved_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "new",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="training.unit",
                    ),
                ),
                (
                    "new_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="unit_maps",
                        to="training.curriculumversion",
                    ),
                ),
                (
                    "old",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="training.unit"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("old", "new_version"), name="training_unitmap_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("new__isnull", True), models.Q(("new", models.F("old")), _negated=True), _connector="OR"
                        ),
                        name="training_unitmap_between_two",
                    ),
                ]
            },
        ),
        migrations.CreateModel(
            name="University",
            fields=[
                ("slug", models.SlugField(max_length=60, primary_key=True, serialize=False)),
                ("name_zh", models.CharField(max_length=120, verbose_name="Chinese name")),
                ("name_en", models.CharField(max_length=200, verbose_name="English name")),
                ("city_zh", models.CharField(blank=True, max_length=60)),
                ("city_en", models.CharField(blank=True, max_length=60)),
                ("kind", models.CharField(max_length=20, verbose_name="kind")),
                (
                    "fields",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), blank=True, default=list, size=None
                    ),
                ),
                ("website", models.URLField(blank=True, verbose_name="website")),
                ("source", models.CharField(max_length=300, verbose_name="source")),
                (
                    "organisation",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="university",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "province",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.division",
                        verbose_name="province",
                    ),
                ),
            ],
            options={
                "verbose_name": "university",
                "verbose_name_plural": "universities",
                "ordering": ["province", "slug"],
            },
        ),
        migrations.CreateModel(
            name="VersionReview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "verdict",
                    models.CharField(
                        choices=[("approve", "Approve"), ("change", "Ask for changes")],
                        max_length=7,
                        verbose_name="verdict",
                    ),
                ),
                ("comment", models.TextField(blank=True, max_length=3000, verbose_name="comment")),
                ("content_sha256", models.CharField(max_length=64)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reviews",
                        to="training.curriculumversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "review of a version",
                "verbose_name_plural": "reviews of versions",
                "ordering": ["-at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("version", "reviewer", "content_sha256"), name="training_review_one_for_each_content"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("verdict", "change"), _negated=True),
                            models.Q(("comment", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="training_review_change_says_what",
                        violation_error_message="Please say what should change.",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("pool", "park"), ("quota__isnull", False)),
                    models.Q(models.Q(("pool", "park"), _negated=True), ("quota__isnull", True)),
                    _connector="OR",
                ),
                name="training_enrolment_park_seat_has_quota",
            ),
        ),
    ]
