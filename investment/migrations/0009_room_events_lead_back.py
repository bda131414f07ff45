from django.db import migrations, models


class Migration(migrations.Migration):
    """Each event of a data room says from where it was asked, how much left, and which copy it was (D-9, D-10)."""

    dependencies = [("investment", "0008_rooms_guarded")]

    operations = [
        migrations.AddField(
            "roomevent",
            "address",
            models.GenericIPAddressField(blank=True, null=True, verbose_name="network address"),
        ),
        migrations.AddField(
            "roomevent",
            "size",
            models.PositiveBigIntegerField(blank=True, null=True, verbose_name="bytes"),
        ),
        migrations.AddField(
            "roomevent",
            "copy",
            models.CharField(blank=True, db_default="", default="", max_length=10, verbose_name="copy number"),
        ),
        migrations.AddIndex(
            "roomevent",
            models.Index(
                condition=models.Q(("copy", ""), _negated=True), fields=["copy"], name="investment_roomevent_copy"
            ),
        ),
    ]
