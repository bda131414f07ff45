from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand
from django.db import transaction

from alliance.accounts import sealing

SEALED = ("secret", "seed")


class Command(BaseCommand):
    help = "Seal all second factors with the newest key: after MFA_KEY or SECRET_KEY changed, before the old one goes."

    def handle(self, *args: Any, **options: Any) -> None:
        number = 0
        for pk in list(Authenticator.objects.values_list("pk", flat=True)):
            with transaction.atomic():
                factor = Authenticator.objects.select_for_update().filter(pk=pk).first()
                found = [name for name in SEALED if factor is not None and name in factor.data]
                if factor is None or not found:
                    continue
                factor.data |= {name: sealing.sealed_anew(factor.data[name]) for name in found}
                factor.save(update_fields=["data"])
                number += 1
        self.stdout.write(f"{number} sealed anew.")
