"""The two bodies that exist in every alliance, before any park joins."""

from django.db import transaction

from alliance.accounts.models import Organisation

BODIES = {
    Organisation.Kind.SECRETARIAT: ("secretariat", "联盟秘书处", "Secretariat of the Alliance"),
    Organisation.Kind.COUNCIL: ("council", "联盟理事会", "Council of the Alliance"),
}


@transaction.atomic
def found_alliance() -> None:
    """Make the secretariat and the council, if they are not there yet."""
    for kind, (slug, name_zh, name_en) in BODIES.items():
        Organisation.objects.get_or_create(kind=kind, defaults={"slug": slug, "name_zh": name_zh, "name_en": name_en})
