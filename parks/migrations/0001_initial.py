import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("core", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FieldOfWork",
            fields=[
                ("code", models.SlugField(max_length=30, primary_key=True, serialize=False, verbose_name="code")),
                ("name_zh", models.CharField(max_length=40)),
                ("name_en", models.CharField(max_length=80)),
                ("position", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "ordering": ["position"],
            },
        ),
        migrations.CreateModel(
            name="HistoricalPark",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("slug", models.SlugField(max_length=60, verbose_name="address")),
                (
                    "standing",
                    models.CharField(
                        choices=[
                            ("draft", "Not yet public"),
                            ("catalogued", "Compiled from public sources"),
                            ("listed", "Confirmed by the park"),
                            ("suspended", "Suspended"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="standing",
                    ),
                ),
                ("listed_at", models.DateTimeField(blank=True, null=True, verbose_name="listed")),
                ("suspended_at", models.DateTimeField(blank=True, null=True, verbose_name="suspended")),
                ("standing_reason", models.TextField(blank=True, max_length=2000, verbose_name="reason")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("park", "Park"),
                            ("cluster", "Cluster"),
                            ("village", "Artists' village"),
                            ("firm", "Enterprise"),
                        ],
                        default="park",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("name_zh", models.CharField(max_length=120, verbose_name="Chinese name")),
                ("name_en", models.CharField(blank=True, max_length=200, verbose_name="English name")),
                ("city_zh", models.CharField(blank=True, max_length=40, verbose_name="city, in Chinese")),
                ("city_en", models.CharField(blank=True, max_length=80, verbose_name="city, in English")),
                ("district_zh", models.CharField(blank=True, max_length=40, verbose_name="district, in Chinese")),
                ("district_en", models.CharField(blank=True, max_length=80, verbose_name="district, in English")),
                ("address_zh", models.CharField(blank=True, max_length=200, verbose_name="street address, in Chinese")),
                ("address_en", models.CharField(blank=True, max_length=300, verbose_name="street address, in English")),
                ("year_opened", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="year opened")),
                ("summary_zh", models.CharField(blank=True, max_length=300, verbose_name="summary, in Chinese")),
                ("summary_en", models.CharField(blank=True, max_length=600, verbose_name="summary, in English")),
                ("story_zh", models.TextField(blank=True, max_length=6000, verbose_name="story, in Chinese")),
                ("story_en", models.TextField(blank=True, max_length=12000, verbose_name="story, in English")),
                ("former_use_zh", models.CharField(blank=True, max_length=120, verbose_name="former use, in Chinese")),
                ("former_use_en", models.CharField(blank=True, max_length=200, verbose_name="former use, in English")),
                (
                    "formation",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("metropolis", "Metropolis-grown"),
                            ("regeneration", "Industrial-area regeneration"),
                            ("cultivated", "Policy-cultivated"),
                        ],
                        max_length=12,
                        verbose_name="formation",
                    ),
                ),
                (
                    "second_formation",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("metropolis", "Metropolis-grown"),
                            ("regeneration", "Industrial-area regeneration"),
                            ("cultivated", "Policy-cultivated"),
                        ],
                        max_length=12,
                        verbose_name="second formation",
                    ),
                ),
                (
                    "formation_evidence_zh",
                    models.TextField(blank=True, max_length=600, verbose_name="evidence, in Chinese"),
                ),
                (
                    "formation_evidence_en",
                    models.TextField(blank=True, max_length=1200, verbose_name="evidence, in English"),
                ),
                (
                    "structure",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("institution_led", "Led by a large institution"),
                            ("government_led", "Led by a public agency"),
                            ("sme_spontaneous", "Gathered by small firms themselves"),
                        ],
                        max_length=16,
                        verbose_name="structure",
                    ),
                ),
                (
                    "site_form",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("newbuilt", "New-built park"),
                            ("rebuilt", "Rebuilt industrial site"),
                            ("gov_commercial", "Government-backed commercial street"),
                            ("flagship_firm", "Flagship enterprise"),
                        ],
                        max_length=14,
                        verbose_name="site form",
                    ),
                ),
                (
                    "digital_forms",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("innovation", "Innovation-driven"),
                                ("scenario", "Scenario-based"),
                                ("phygital", "Virtual-physical"),
                                ("rainforest", "Rainforest"),
                            ],
                            max_length=30,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="digital form",
                    ),
                ),
                ("is_coded_by_researchers", models.BooleanField(default=False)),
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
                (
                    "industries",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=4),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="NBS classes of 2018",
                    ),
                ),
                (
                    "national_status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("demonstration_park", "National demonstration park"),
                            ("part_of_demonstration_park", "Part of a national demonstration park"),
                            ("creation_qualified", "Qualified to create a demonstration park"),
                            ("experimental_park", "National experimental park"),
                            ("demonstration_base", "National demonstration base"),
                            ("other_national", "Other national title"),
                            ("provincial_park", "Provincial park"),
                        ],
                        max_length=28,
                        verbose_name="title",
                    ),
                ),
                (
                    "national_status_year",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="year of the title"),
                ),
                (
                    "status_note_zh",
                    models.CharField(blank=True, max_length=200, verbose_name="note on the title, in Chinese"),
                ),
                (
                    "status_note_en",
                    models.CharField(blank=True, max_length=300, verbose_name="note on the title, in English"),
                ),
                (
                    "facilities",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("housing", "Housing for talent"),
                                ("coworking", "Co-working space"),
                                ("rehearsal", "Rehearsal room"),
                                ("studio", "Film studio"),
                                ("post_production", "Post-production"),
                                ("theatre", "Theatre"),
                                ("gallery", "Exhibition hall"),
                                ("bookshop", "Bookshop"),
                                ("cafe", "Food and drink"),
                                ("childcare", "Childcare"),
                                ("sport", "Sport"),
                                ("green", "Green space"),
                                ("transit", "Public transport"),
                                ("access", "Step-free access"),
                            ],
                            max_length=30,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="facilities",
                    ),
                ),
                (
                    "services",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("incubation", "Incubation"),
                                ("finance", "Financing help"),
                                ("ip", "Intellectual property"),
                                ("training", "Training"),
                                ("marketing", "Marketing and sales"),
                                ("exhibition", "Exhibitions and fairs"),
                                ("legal", "Legal and tax advice"),
                                ("policy", "Policy applications"),
                                ("technology", "Technical platform"),
                                ("export", "Going abroad"),
                            ],
                            max_length=30,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="services",
                    ),
                ),
                (
                    "opening_hours_zh",
                    models.CharField(blank=True, max_length=200, verbose_name="opening hours, in Chinese"),
                ),
                (
                    "opening_hours_en",
                    models.CharField(blank=True, max_length=300, verbose_name="opening hours, in English"),
                ),
                ("website", models.URLField(blank=True, verbose_name="website")),
                ("contact_phone", models.CharField(blank=True, max_length=40, verbose_name="telephone")),
                ("contact_email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                (
                    "contact_visibility",
                    models.CharField(
                        choices=[("public", "Everyone"), ("members", "People of the alliance only")],
                        default="public",
                        max_length=7,
                        verbose_name="who sees the contact",
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=300, verbose_name="source")),
                (
                    "source_urls",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.URLField(max_length=300), blank=True, default=list, size=None
                    ),
                ),
                (
                    "confidence",
                    models.CharField(
                        blank=True,
                        choices=[("high", "Supported by a public page"), ("medium", "Supported in part")],
                        max_length=6,
                        verbose_name="confidence",
                    ),
                ),
                ("compiled_on", models.DateField(blank=True, null=True, verbose_name="compiled")),
                ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="last confirmed")),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
                (
                    "city",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        limit_choices_to={"level": "prefecture"},
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="core.division",
                        verbose_name="city",
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="operating organisation",
                    ),
                ),
                (
                    "province",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        limit_choices_to={"level": "province"},
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="core.division",
                        verbose_name="province",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical park",
                "verbose_name_plural": "historical parks",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="IndustryCategory",
            fields=[
                ("code", models.CharField(max_length=4, primary_key=True, serialize=False, verbose_name="code")),
                (
                    "level",
                    models.CharField(choices=[("major", "Major class"), ("middle", "Middle class")], max_length=6),
                ),
                ("name_zh", models.CharField(max_length=60)),
                ("name_en", models.CharField(max_length=120)),
                ("is_core", models.BooleanField(default=False, verbose_name="core of culture")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="parks.industrycategory",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "industry categories",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="Park",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=60, unique=True, verbose_name="address")),
                (
                    "standing",
                    models.CharField(
                        choices=[
                            ("draft", "Not yet public"),
                            ("catalogued", "Compiled from public sources"),
                            ("listed", "Confirmed by the park"),
                            ("suspended", "Suspended"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="standing",
                    ),
                ),
                ("listed_at", models.DateTimeField(blank=True, null=True, verbose_name="listed")),
                ("suspended_at", models.DateTimeField(blank=True, null=True, verbose_name="suspended")),
                ("standing_reason", models.TextField(blank=True, max_length=2000, verbose_name="reason")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("park", "Park"),
                            ("cluster", "Cluster"),
                            ("village", "Artists' village"),
                            ("firm", "Enterprise"),
                        ],
                        default="park",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("name_zh", models.CharField(max_length=120, verbose_name="Chinese name")),
                ("name_en", models.CharField(blank=True, max_length=200, verbose_name="English name")),
                ("city_zh", models.CharField(blank=True, max_length=40, verbose_name="city, in Chinese")),
                ("city_en", models.CharField(blank=True, max_length=80, verbose_name="city, in English")),
                ("district_zh", models.CharField(blank=True, max_length=40, verbose_name="district, in Chinese")),
                ("district_en", models.CharField(blank=True, max_length=80, verbose_name="district, in English")),
                ("address_zh", models.CharField(blank=True, max_length=200, verbose_name="street address, in Chinese")),
                ("address_en", models.CharField(blank=True, max_length=300, verbose_name="street address, in English")),
                ("year_opened", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="year opened")),
                ("summary_zh", models.CharField(blank=True, max_length=300, verbose_name="summary, in Chinese")),
                ("summary_en", models.CharField(blank=True, max_length=600, verbose_name="summary, in English")),
                ("story_zh", models.TextField(blank=True, max_length=6000, verbose_name="story, in Chinese")),
                ("story_en", models.TextField(blank=True, max_length=12000, verbose_name="story, in English")),
                ("former_use_zh", models.CharField(blank=True, max_length=120, verbose_name="former use, in Chinese")),
                ("former_use_en", models.CharField(blank=True, max_length=200, verbose_name="former use, in English")),
                (
                    "formation",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("metropolis", "Metropolis-grown"),
                            ("regeneration", "Industrial-area regeneration"),
                            ("cultivated", "Policy-cultivated"),
                        ],
                        max_length=12,
                        verbose_name="formation",
                    ),
                ),
                (
                    "second_formation",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("metropolis", "Metropolis-grown"),
                            ("regeneration", "Industrial-area regeneration"),
                            ("cultivated", "Policy-cultivated"),
                        ],
                        max_length=12,
                        verbose_name="second formation",
                    ),
                ),
                (
                    "formation_evidence_zh",
                    models.TextField(blank=True, max_length=600, verbose_name="evidence, in Chinese"),
                ),
                (
                    "formation_evidence_en",
                    models.TextField(blank=True, max_length=1200, verbose_name="evidence, in English"),
                ),
                (
                    "structure",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("institution_led", "Led by a large institution"),
                            ("government_led", "Led by a public agency"),
                            ("sme_spontaneous", "Gathered by small firms themselves"),
                        ],
                        max_length=16,
                        verbose_name="structure",
                    ),
                ),
                (
                    "site_form",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("newbuilt", "New-built park"),
                            ("rebuilt", "Rebuilt industrial site"),
                            ("gov_commercial", "Government-backed commercial street"),
                            ("flagship_firm", "Flagship enterprise"),
                        ],
                        max_length=14,
                        verbose_name="site form",
                    ),
                ),
                (
                    "digital_forms",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("innovation", "Innovation-driven"),
                                ("scenario", "Scenario-based"),
                                ("phygital", "Virtual-physical"),
                                ("rainforest", "Rainforest"),
                            ],
                            max_length=30,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="digital form",
                    ),
                ),
                ("is_coded_by_researchers", models.BooleanField(default=False)),
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
                (
                    "industries",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=4),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="NBS classes of 2018",
                    ),
                ),
                (
                    "national_status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("demonstration_park", "National demonstration park"),
                            ("part_of_demonstration_park", "Part of a national demonstration park"),
                            ("creation_qualified", "Qualified to create a demonstration park"),
                            ("experimental_park", "National experimental park"),
                            ("demonstration_base", "National demonstration base"),
                            ("other_national", "Other national title"),
                            ("provincial_park", "Provincial park"),
                        ],
                        max_length=28,
                        verbose_name="title",
                    ),
                ),
                (
                    "national_status_year",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="year of the title"),
                ),
                (
                    "status_note_zh",
                    models.CharField(blank=True, max_length=200, verbose_name="note on the title, in Chinese"),
                ),
                (
                    "status_note_en",
                    models.CharField(blank=True, max_length=300, verbose_name="note on the title, in English"),
                ),
                (
                    "facilities",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("housing", "Housing for talent"),
                                ("coworking", "Co-working space"),
                                ("rehearsal", "Rehearsal room"),
                                ("studio", "Film studio"),
                                ("post_production", "Post-production"),
                                ("theatre", "Theatre"),
                                ("gallery", "Exhibition hall"),
                                ("bookshop", "Bookshop"),
                                ("cafe", "Food and drink"),
                                ("childcare", "Childcare"),
                                ("sport", "Sport"),
                                ("green", "Green space"),
                                ("transit", "Public transport"),
                                ("access", "Step-free access"),
                            ],
                            max_length=30,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="facilities",
                    ),
                ),
                (
                    "services",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("incubation", "Incubation"),
                                ("finance", "Financing help"),
                                ("ip", "Intellectual property"),
                                ("training", "Training"),
                                ("marketing", "Marketing and sales"),
                                ("exhibition", "Exhibitions and fairs"),
                                ("legal", "Legal and tax advice"),
                                ("policy", "Policy applications"),
                                ("technology", "Technical platform"),
                                ("export", "Going abroad"),
                            ],
                            max_length=30,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="services",
                    ),
                ),
                (
                    "opening_hours_zh",
                    models.CharField(blank=True, max_length=200, verbose_name="opening hours, in Chinese"),
                ),
                (
                    "opening_hours_en",
                    models.CharField(blank=True, max_length=300, verbose_name="opening hours, in English"),
                ),
                ("website", models.URLField(blank=True, verbose_name="website")),
                ("contact_phone", models.CharField(blank=True, max_length=40, verbose_name="telephone")),
                ("contact_email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                (
                    "contact_visibility",
                    models.CharField(
                        choices=[("public", "Everyone"), ("members", "People of the alliance only")],
                        default="public",
                        max_length=7,
                        verbose_name="who sees the contact",
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=300, verbose_name="source")),
                (
                    "source_urls",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.URLField(max_length=300), blank=True, default=list, size=None
                    ),
                ),
                (
                    "confidence",
                    models.CharField(
                        blank=True,
                        choices=[("high", "Supported by a public page"), ("medium", "Supported in part")],
                        max_length=6,
                        verbose_name="confidence",
                    ),
                ),
                ("compiled_on", models.DateField(blank=True, null=True, verbose_name="compiled")),
                ("completeness_zh", models.PositiveSmallIntegerField(default=0, verbose_name="completeness, Chinese")),
                ("completeness_en", models.PositiveSmallIntegerField(default=0, verbose_name="completeness, English")),
                ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="last confirmed")),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "city",
                    models.ForeignKey(
                        blank=True,
                        limit_choices_to={"level": "prefecture"},
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.division",
                        verbose_name="city",
                    ),
                ),
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="park",
                        to="accounts.organisation",
                        verbose_name="operating organisation",
                    ),
                ),
                (
                    "province",
                    models.ForeignKey(
                        limit_choices_to={"level": "province"},
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parks",
                        to="core.division",
                        verbose_name="province",
                    ),
                ),
            ],
            options={
                "verbose_name": "park",
                "verbose_name_plural": "parks",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("digital_forms__contained_by", ["innovation", "scenario", "phygital", "rainforest"])
                        ),
                        name="parks_park_digital_forms_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "facilities__contained_by",
                                [
                                    "housing",
                                    "coworking",
                                    "rehearsal",
                                    "studio",
                                    "post_production",
                                    "theatre",
                                    "gallery",
                                    "bookshop",
                                    "cafe",
                                    "childcare",
                                    "sport",
                                    "green",
                                    "transit",
                                    "access",
                                ],
                            )
                        ),
                        name="parks_park_facilities_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "services__contained_by",
                                [
                                    "incubation",
                                    "finance",
                                    "ip",
                                    "training",
                                    "marketing",
                                    "exhibition",
                                    "legal",
                                    "policy",
                                    "technology",
                                    "export",
                                ],
                            )
                        ),
                        name="parks_park_services_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("standing", "listed"), _negated=True),
                            ("listed_at__isnull", False),
                            _connector="OR",
                        ),
                        name="parks_park_listed_has_time",
                        violation_error_message="A listed park needs the time it was listed.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("standing", "suspended"), _negated=True),
                            ("suspended_at__isnull", False),
                            _connector="OR",
                        ),
                        name="parks_park_suspended_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("second_formation", ""),
                            models.Q(("second_formation", models.F("formation")), _negated=True),
                            _connector="OR",
                        ),
                        name="parks_park_second_formation_differs",
                        violation_error_message="The second formation repeats the first.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("year_opened__isnull", True), ("year_opened__range", (1800, 2100)), _connector="OR"
                        ),
                        name="parks_park_year_opened_plausible",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("standing", "catalogued"), _negated=True),
                            models.Q(("source", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="parks_park_catalogued_has_source",
                        violation_error_message="An entry compiled from public sources names its source.",
                    ),
                ],
                "indexes": [models.Index(fields=["standing", "province"], name="parks_park_standing_province")],
            },
        ),
        migrations.CreateModel(
            name="Figure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "indicator",
                    models.CharField(
                        choices=[
                            ("floor_area", "Floor area"),
                            ("site_area", "Site area"),
                            ("tenants", "Resident organisations"),
                            ("jobs", "People working there"),
                            ("revenue", "Yearly revenue"),
                            ("visits", "Yearly visits"),
                            ("occupancy", "Occupancy"),
                            ("events", "Public events in a year"),
                        ],
                        max_length=12,
                        verbose_name="figure",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="year")),
                ("value", models.PositiveBigIntegerField(verbose_name="value")),
                ("is_planned", models.BooleanField(default=False, verbose_name="planned, not measured")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("self_reported", "Reported by the park"),
                            ("yearbook", "Statistical yearbook"),
                            ("audited", "Audited"),
                            ("platform", "Counted by the portal"),
                            ("public", "Public source"),
                        ],
                        default="self_reported",
                        max_length=14,
                        verbose_name="kind of source",
                    ),
                ),
                ("source_note_zh", models.CharField(blank=True, max_length=300, verbose_name="source, in Chinese")),
                ("source_note_en", models.CharField(blank=True, max_length=300, verbose_name="source, in English")),
                ("verified_on", models.DateField(blank=True, null=True, verbose_name="confirmed")),
                (
                    "verified_by",
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="figures", to="parks.park"
                    ),
                ),
            ],
            options={
                "verbose_name": "figure",
                "verbose_name_plural": "figures",
                "ordering": ["park", "indicator", "-year", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("park", "indicator", "year", "is_planned"),
                        name="parks_figure_once_a_year",
                        nulls_distinct=False,
                        violation_error_message="This figure is already given for this year.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source", "public"), ("year__isnull", False), _connector="OR"),
                        name="parks_figure_year_unless_public",
                        violation_error_message="A figure needs its year.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("indicator", "occupancy"), _negated=True), ("value__lte", 100), _connector="OR"
                        ),
                        name="parks_figure_share_within_hundred",
                        violation_error_message="A share cannot be more than 100 %.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("verified_by__isnull", True), ("verified_on__isnull", True)),
                            models.Q(("verified_by__isnull", False), ("verified_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="parks_figure_verified_by_and_on",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BlockEdit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("block", models.CharField(max_length=20)),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("edit", "Edited"),
                            ("undo", "Undone"),
                            ("correction", "Corrected by the secretariat"),
                            ("publish", "Published"),
                        ],
                        default="edit",
                        max_length=10,
                    ),
                ),
                ("changes", models.JSONField(default=dict)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("page", models.CharField(blank=True, max_length=16)),
                ("note", models.TextField(blank=True, max_length=1000, verbose_name="note")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "undoes",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undone_by",
                        to="parks.blockedit",
                    ),
                ),
                (
                    "park",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="edits", to="parks.park"
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-pk"],
                "indexes": [models.Index(fields=["park", "-at"], name="parks_blockedit_recent")],
            },
        ),
        migrations.CreateModel(
            name="BlockDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("block", models.CharField(max_length=20)),
                ("data", models.JSONField(default=dict)),
                ("version", models.PositiveIntegerField(default=0)),
                ("edited_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("still_right", models.JSONField(blank=True, default=dict)),
                (
                    "edited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "park",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="drafts", to="parks.park"
                    ),
                ),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("park", "block"), name="parks_blockdraft_once")]},
        ),
        migrations.CreateModel(
            name="BlockConfirmation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("block", models.CharField(max_length=20)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "park",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="confirmations", to="parks.park"
                    ),
                ),
            ],
            options={
                "ordering": ["-at"],
                "constraints": [
                    models.UniqueConstraint(fields=("park", "block"), name="parks_blockconfirmation_latest")
                ],
            },
        ),
        migrations.CreateModel(
            name="AnchorInstitution",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name_zh", models.CharField(max_length=120, verbose_name="Chinese name")),
                ("name_en", models.CharField(blank=True, max_length=200, verbose_name="English name")),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("university", "University"),
                            ("research", "Research institute"),
                            ("museum", "Museum"),
                            ("gallery", "Gallery"),
                            ("theatre", "Theatre"),
                            ("media", "Media group"),
                            ("other", "Other"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("owner", "Owner"),
                            ("operator", "Operator"),
                            ("anchor_tenant", "Anchor tenant"),
                            ("partner", "Partner"),
                        ],
                        max_length=13,
                        verbose_name="role",
                    ),
                ),
                ("is_profit", models.BooleanField(blank=True, null=True, verbose_name="works for profit")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "park",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="institutions", to="parks.park"
                    ),
                ),
            ],
            options={
                "ordering": ["park", "position", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("park", "name_zh"), name="parks_anchorinstitution_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Picture",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("alt_zh", models.CharField(max_length=160, verbose_name="description, in Chinese")),
                ("alt_en", models.CharField(blank=True, max_length=240, verbose_name="description, in English")),
                ("credit", models.CharField(blank=True, max_length=120, verbose_name="photographer or owner")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("is_published", models.BooleanField(default=False, verbose_name="published")),
                ("uploaded_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.storedfile"
                    ),
                ),
                (
                    "park",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pictures", to="parks.park"
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["park", "position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Submission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("submitted", "Being checked"),
                            ("returned", "Returned"),
                            ("accepted", "Published"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="submitted",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("content", models.JSONField(default=dict)),
                ("message", models.TextField(blank=True, max_length=1000, verbose_name="message to the secretariat")),
                ("submitted_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="submitted")),
                ("due_at", models.DateTimeField(verbose_name="answer due")),
                ("round", models.PositiveSmallIntegerField(default=1, verbose_name="round")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                ("reasons", models.TextField(blank=True, max_length=4000, verbose_name="reasons")),
                ("block_reasons", models.JSONField(blank=True, default=dict, verbose_name="reasons by block")),
                (
                    "decided_by",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="submissions", to="parks.park"
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-submitted_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["submitted", "returned"])),
                        fields=("park",),
                        name="parks_submission_one_open",
                        violation_error_message="This park already has a submission under way.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["submitted", "withdrawn"]),
                            models.Q(("decided_at__isnull", False), ("decided_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="parks_submission_decided_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "returned"), _negated=True),
                            models.Q(("reasons", ""), _negated=True),
                            models.Q(("block_reasons", {}), _negated=True),
                            _connector="OR",
                        ),
                        name="parks_submission_returned_has_reasons",
                        violation_error_message="Please say what the park should change.",
                    ),
                ],
            },
        ),
    ]
