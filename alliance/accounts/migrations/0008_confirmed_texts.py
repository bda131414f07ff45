from django.db import migrations, models


def from_consents(apps, schema_editor):
    """What people confirmed so far, by the latest row of each text."""
    texts = ("terms", "privacy_notice", "adult")
    records = apps.get_model("accounts", "ConsentRecord").objects.filter(purpose__in=texts, is_given=True)
    confirmed = {}
    for person, purpose, version in records.order_by("at", "pk").values_list("person", "purpose", "version"):
        confirmed.setdefault(person, {})[purpose] = version
    people = apps.get_model("accounts", "User").objects
    for person, found in confirmed.items():
        people.filter(pk=person).update(confirmed_texts=found)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_training_roles")]

    operations = [
        migrations.AddField(
            model_name="user", name="confirmed_texts", field=models.JSONField(blank=True, default=dict)
        ),
        migrations.RunPython(from_consents, migrations.RunPython.noop),
    ]
