"""Makes somebody whose session a test can use, in the portal of that test.

python -m tests.notifications.visitor        prints the session of a park's manager who was told something
"""

import os
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings")
django.setup()

from django.test import Client  # noqa: E402

from tests.factories import make_park, make_user  # noqa: E402


def main() -> None:
    person = make_user("Visitor", language="en")
    make_park(managers=[person], slug="hefeng")
    client = Client(SERVER_NAME="localhost")
    client.force_login(person)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "email": person.email}]
    session.save()
    print(session.session_key)


if __name__ == "__main__":
    main()
