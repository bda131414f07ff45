from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_head_of_secretariat"),
    ]

    operations = [
        migrations.AlterField(
            model_name="duty",
            name="role_code",
            field=models.CharField(
                choices=[
                    ("park_manager", "Park manager"),
                    ("park_editor", "Profile editor"),
                    ("training_manager", "Training manager"),
                    ("trainer", "Trainer"),
                    ("awarding_officer", "Awarding officer"),
                    ("membership_desk", "Membership desk"),
                    ("training_desk", "Training desk"),
                    ("data_desk", "Data desk"),
                    ("secretariat_head", "Head of the secretariat"),
                    ("council_park", "Council member, park seat"),
                    ("council_government", "Council member, government seat"),
                    ("council_expert", "Council member, expert seat"),
                ],
                max_length=24,
                verbose_name="role",
            ),
        ),
        migrations.AlterField(
            model_name="invitation",
            name="role_code",
            field=models.CharField(
                choices=[
                    ("park_manager", "Park manager"),
                    ("park_editor", "Profile editor"),
                    ("training_manager", "Training manager"),
                    ("trainer", "Trainer"),
                    ("awarding_officer", "Awarding officer"),
                    ("membership_desk", "Membership desk"),
                    ("training_desk", "Training desk"),
                    ("data_desk", "Data desk"),
                    ("secretariat_head", "Head of the secretariat"),
                    ("council_park", "Council member, park seat"),
                    ("council_government", "Council member, government seat"),
                    ("council_expert", "Council member, expert seat"),
                ],
                max_length=24,
                verbose_name="role",
            ),
        ),
        migrations.AlterField(
            model_name="joinrequest",
            name="role_code",
            field=models.CharField(
                choices=[
                    ("park_manager", "Park manager"),
                    ("park_editor", "Profile editor"),
                    ("training_manager", "Training manager"),
                    ("trainer", "Trainer"),
                    ("awarding_officer", "Awarding officer"),
                    ("membership_desk", "Membership desk"),
                    ("training_desk", "Training desk"),
                    ("data_desk", "Data desk"),
                    ("secretariat_head", "Head of the secretariat"),
                    ("council_park", "Council member, park seat"),
                    ("council_government", "Council member, government seat"),
                    ("council_expert", "Council member, expert seat"),
                ],
                max_length=24,
                verbose_name="role",
            ),
        ),
        migrations.AlterField(
            model_name="organisation",
            name="kind",
            field=models.CharField(
                choices=[
                    ("park_operator", "Park operator"),
                    ("secretariat", "Secretariat"),
                    ("council", "Council"),
                    ("school", "University or school"),
                    ("company", "Company"),
                ],
                max_length=14,
                verbose_name="kind",
            ),
        ),
    ]
