import django.contrib.postgres.fields
from django.db import migrations, models

WATCHED = (
    "standing, organisation_id, province_id, name_zh, name_en, summary_zh = '', summary_en = '', formation, structure, "
    "site_form, year_opened, confirmed_at, completeness_zh, completeness_en"
)


def trigger(watched: str) -> str:
    old, new = (", ".join(f"{row}.{column}" for column in watched.split(", ")) for row in ("OLD", "NEW"))
    return f"""
DROP TRIGGER reports_park_changed ON parks_park;
CREATE TRIGGER reports_park_changed AFTER UPDATE ON parks_park
    FOR EACH ROW WHEN (({old}) IS DISTINCT FROM ({new})) EXECUTE FUNCTION reports_mark_park();
"""


class Migration(migrations.Migration):
    """The facts of a park keep its clusters, and a park that comes into one or leaves it is marked as changed."""

    dependencies = [
        ("reports", "0002_triggers"),
        ("parks", "0007_clusters"),
    ]

    operations = [
        migrations.AddField(
            model_name="parkfact",
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
                size=None,
            ),
        ),
        migrations.RunSQL(trigger(f"{WATCHED}, clusters"), trigger(WATCHED)),
    ]
