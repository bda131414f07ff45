"""A process that tells many people many things while everything around it is killed.

    python -m tests.notifications.teller <people> <happenings> <letters> [<series>]

It commits one happening at a time and tries each again until it is certain that it was committed, as a person would who
sees an error page. Each has a key, so trying again never tells anybody twice.
"""

import os
import sys
import time
from collections.abc import Callable

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings")
django.setup()

from django.db import Error, connection, transaction  # noqa: E402

from alliance.accounts import services as accounts  # noqa: E402
from alliance.accounts.models import Invitation, JoinRequest, User  # noqa: E402
from alliance.notifications.notices import JOIN_DECIDED  # noqa: E402
from alliance.notifications.services import notify  # noqa: E402
from tests.factories import make_duty, make_organisation, make_user  # noqa: E402


def main(people: int, happenings: int, letters: int, series: str = "first") -> None:
    organisation = make_organisation(slug=f"told-{series}")
    manager = make_duty(make_user(email=f"manager-{series}@example.org"), organisation).person
    crowd = User.objects.bulk_create(
        [
            User(email=f"crowd{n}-{series}@example.org", name=f"Crowd {n}", language="en" if n % 2 else "zh-hans")
            for n in range(people)
        ]
    )
    asked = JoinRequest.objects.create(person=manager, organisation=organisation, role_code="park_editor", message="…")

    def happen(number: int) -> None:
        notify(JOIN_DECIDED, to=crowd, about=asked, key=f"{series}{number}")

    def write(number: int) -> None:
        address = f"letter{number}@example.org"
        if not Invitation.objects.filter(email=address).exists():
            accounts.invite(organisation, address, "park_editor", by=manager)

    for number in range(happenings):
        until_committed(lambda n=number: happen(n))
        if number < letters:
            until_committed(lambda n=number: write(n))


def until_committed(change: Callable[[], None]) -> None:
    while True:
        try:
            with transaction.atomic():
                change()
        except Error:
            connection.close()
            time.sleep(0.2)
        else:
            return


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]), *sys.argv[4:])
