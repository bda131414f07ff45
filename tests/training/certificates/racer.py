"""One of several processes that issue dossiers at the same moment, each with many threads.

python -m tests.training.certificates.racer <dossier>[,<dossier>…] <person> <threads>

The threads take the dossiers in turn: of one, all issue the same; of many, each is issued by several.
"""

import os
import sys
from concurrent.futures import ThreadPoolExecutor

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings")
django.setup()

from django.db import connection  # noqa: E402

from alliance.accounts.models import User  # noqa: E402
from training.certificates import issuing  # noqa: E402
from training.models import Dossier  # noqa: E402

from .rows import facts_hold  # noqa: E402


def main(dossiers: str, person: str, threads: str) -> None:
    keys = dossiers.split(",")

    def once(number: int) -> str:
        try:
            dossier = Dossier.objects.get(pk=keys[number % len(keys)])
            return issuing.issue(dossier, by=User.objects.get(pk=person)).number
        finally:
            connection.close()

    with facts_hold(), ThreadPoolExecutor(int(threads)) as pool:
        # All start together, however long Python took to begin.
        print("ready", flush=True)
        sys.stdin.readline()
        for number in pool.map(once, range(int(threads))):
            print(number)


if __name__ == "__main__":
    main(*sys.argv[1:])
