from django.db import migrations, models

APPEND_ONLY = """
CREATE TRIGGER core_alliancesettingversion_append_only BEFORE UPDATE OR DELETE ON core_alliancesettingversion
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER core_alliancesettingversion_no_truncate BEFORE TRUNCATE ON core_alliancesettingversion
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
CHANGEABLE = """
DROP TRIGGER core_alliancesettingversion_no_truncate ON core_alliancesettingversion;
DROP TRIGGER core_alliancesettingversion_append_only ON core_alliancesettingversion;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0005_jobs"),
    ]

    operations = [
        migrations.CreateModel(
            name="AllianceSettingVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=60, verbose_name="setting")),
                ("value", models.JSONField(verbose_name="value")),
                ("valid_from", models.DateField(verbose_name="valid from")),
                ("set_by", models.CharField(blank=True, max_length=40, verbose_name="decided by")),
                ("reason", models.CharField(max_length=300, verbose_name="reason")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="decided")),
            ],
            options={
                "verbose_name": "setting of the alliance",
                "verbose_name_plural": "settings of the alliance",
                "ordering": ["code", "-valid_from", "-pk"],
                "indexes": [models.Index(fields=["code", "valid_from", "id"], name="core_settingversion_in_force")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="core_settingversion_says_why"
                    )
                ],
            },
        ),
        migrations.RunSQL(APPEND_ONLY, CHANGEABLE),
    ]
