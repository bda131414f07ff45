import uuid

import django.contrib.postgres.functions
from django.db import migrations, models


class Migration(migrations.Migration):
    """Interests are addressed by a random token; the database gives one to each row there is (platform spec, 6.53)."""

    dependencies = [("investment", "0010_rooms_that_need_a_second_factor")]

    operations = [
        migrations.AddField(
            "interest",
            "token",
            models.UUIDField(
                db_default=django.contrib.postgres.functions.RandomUUID(),
                default=uuid.uuid4,
                editable=False,
                unique=True,
            ),
        ),
    ]
