import json
import zipfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from alliance.core.errors import RuleBroken
from training.certificates import building, keys, lists
from training.models import Certificate, IssuerKey, StatusList


class Command(BaseCommand):
    """The keys that sign certificates, from the command line (training spec, 4.4)."""

    help = "List, stage, activate or withdraw the keys that sign certificates; archive what proves certificates."

    def add_arguments(self, parser: Any) -> None:
        verbs = parser.add_subparsers(dest="verb")
        verbs.add_parser("list", help="every key with its state (what it does without a verb)")
        verbs.add_parser("stage", help="make the next key and publish its public half")
        verbs.add_parser("activate", help="sign with this key from now on").add_argument("key")
        compromise = verbs.add_parser("compromise", help="withdraw a key: everything it signed turns invalid at once")
        compromise.add_argument("key")
        compromise.add_argument("--zh", required=True, help="what happened, in Chinese; it is public")
        compromise.add_argument("--en", required=True, help="what happened, in English; it is public")
        verbs.add_parser("archive", help="DID document, lists and certificates as one file").add_argument("file")

    def handle(self, *args: Any, verb: str | None = None, **options: Any) -> None:
        try:
            match verb:
                case "stage":
                    self.stdout.write(f"Published: {keys.stage(by=None).fragment}")
                case "activate":
                    self.stdout.write(f"In use: {keys.activate(self._key(options), by=None).fragment}")
                case "compromise":
                    words = {"incident_zh": options["zh"], "incident_en": options["en"]}
                    self.stdout.write(f"Withdrawn: {keys.compromise(self._key(options), by=None, **words).fragment}")
                case "archive":
                    self.stdout.write(f"{archive(Path(options['file']))} certificates archived.")
                case _:
                    for key in IssuerKey.objects.all():
                        self.stdout.write(f"{key.fragment}\t{key.state}\t{key.multibase}")
        except (RuleBroken, OSError) as error:
            raise CommandError(str(error)) from error

    def _key(self, options: Any) -> IssuerKey:
        found = IssuerKey.objects.filter(fragment=options["key"]).first()
        if found is None:
            raise CommandError(f"There is no key {options['key']}.")
        return found


def archive(file: Path) -> int:
    """What is needed to check certificates on the day the domain is no longer ours; gives how many there are."""
    count = 0
    with zipfile.ZipFile(file, "x", zipfile.ZIP_DEFLATED) as made:
        made.writestr("did.json", json.dumps(keys.did_document(), ensure_ascii=False, indent=1))
        for partner in building.partners().order_by("pk"):
            document = building.partner_document(partner)
            made.writestr(f"issuers/{partner.slug}/did.json", json.dumps(document, ensure_ascii=False, indent=1))
        for number in StatusList.objects.values_list("number", flat=True):
            listed = lists.served(number)
            if listed is not None:
                made.writestr(f"revocation-{number}.json", listed.signed)
        for certificate in Certificate.objects.order_by("pk").iterator(chunk_size=500):
            made.writestr(f"certificates/{certificate.number}.json", certificate.body)
            count += 1
    return count
