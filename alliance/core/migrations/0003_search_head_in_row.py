"""The head of a search document stays in its row, where the rank reads it; the long texts make room for it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("core", "0002_audit_append_only")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE core_searchdocument ALTER COLUMN head SET STORAGE MAIN",
            "ALTER TABLE core_searchdocument ALTER COLUMN head SET STORAGE EXTENDED",
        )
    ]
