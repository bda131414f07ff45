"""A process that works on jobs, or asks for one: python -m tests.core.jobber run <job> | request <person>"""

import os
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings")
django.setup()

from alliance.accounts.models import User  # noqa: E402
from alliance.core import jobs  # noqa: E402
from alliance.core.jobs import Work, running  # noqa: E402

from .counting import COUNTING  # noqa: E402


def endless(work: Work) -> None:
    work.progress(1, 10, "rows")
    work.write()
    print("working", flush=True)
    time.sleep(120)


ENDLESS = jobs.register(jobs.JobKind("tests.endless", "Endless", run=endless, may=lambda person, params: True))


def main(what: str, pk: str) -> None:
    if what == "run":
        running.run(pk)
        return
    person = User.objects.get(pk=pk)
    print("ready", flush=True)
    sys.stdin.readline()
    print(jobs.request(COUNTING, by=person, upto=3).pk)


if __name__ == "__main__":
    main(*sys.argv[1:])
