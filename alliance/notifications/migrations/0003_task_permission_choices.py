from django.db import migrations, models

import alliance.notifications.models.tasks


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0002_sent_never_changes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="task",
            name="permission",
            field=models.CharField(choices=alliance.notifications.models.tasks.permission_choices, max_length=24),
        ),
    ]
