from django.db import migrations, models


class Migration(migrations.Migration):
    """A room can ask its readers for a second factor (platform spec, 6.5)."""

    dependencies = [("investment", "0009_room_events_lead_back")]

    operations = [
        migrations.AddField(
            "room",
            "needs_factor",
            models.BooleanField(db_default=False, default=False, verbose_name="readers need a second factor"),
        ),
    ]
