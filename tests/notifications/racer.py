"""One of several processes that want the same at the same moment.

python -m tests.notifications.racer claim            claims until nothing is due, prints the ids
python -m tests.notifications.racer deliver <id>     delivers, as a worker that got this message would
python -m tests.notifications.racer notify <pk> <pk> tells the person of the organisation, under one key
python -m tests.notifications.racer take <pk> <pk>   the person takes the task, prints whether it got it
"""

import os
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings")
django.setup()

from django.db import transaction  # noqa: E402

from alliance.accounts.models import Organisation, User  # noqa: E402
from alliance.core.errors import RuleBroken  # noqa: E402
from alliance.notifications import tasks  # noqa: E402
from alliance.notifications.models import Task  # noqa: E402
from alliance.notifications.services import claim_task, deliveries, notify  # noqa: E402

from .kinds import NEWS  # noqa: E402


def main(what: str, *ids: str) -> None:
    # All start together, however long Python took to begin.
    print("ready", flush=True)
    sys.stdin.readline()
    match what:
        case "claim":
            idle = 0
            while idle < 5:
                found = deliveries.claim(limit=7, cap=10_000)
                idle = 0 if found else idle + 1
                time.sleep(0.01)
                for pk in found:
                    print(pk)
        case "deliver":
            tasks.deliver(ids[0])
        case "notify":
            with transaction.atomic():
                told = notify(
                    NEWS, to=[User.objects.get(pk=ids[0])], about=Organisation.objects.get(pk=ids[1]), key="race"
                )
            print(told is not None)
        case "take":
            try:
                claim_task(Task.objects.get(pk=ids[0]), by=User.objects.get(pk=ids[1]))
            except RuleBroken:
                print("too late")
            else:
                print("mine")


if __name__ == "__main__":
    main(*sys.argv[1:])
