"""One of several processes that issue the same dossier at the same moment, each with many threads.

python -m tests.training.certificates.racer <dossier> <person> <threads>
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


def main(dossier: str, person: str, threads: str) -> None:
    def once(_number: int) -> str:
        try:
            return issuing.issue(Dossier.objects.get(pk=dossier), by=User.objects.get(pk=person)).number
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
