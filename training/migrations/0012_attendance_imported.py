from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0011_work_files"),
    ]

    operations = [
        migrations.AlterField(
            model_name="attendancemark",
            name="source",
            field=models.CharField(
                choices=[
                    ("qr", "Code on the screen"),
                    ("device", "Trainer's device, without network"),
                    ("trainer", "Trainer"),
                    ("import", "Imported table"),
                    ("correction", "Correction"),
                    ("system", "The portal, 48 hours after the session"),
                ],
                max_length=10,
                verbose_name="source",
            ),
        ),
    ]
