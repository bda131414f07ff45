"""One of two processes that ask for meetings of one host at the same moment:
`python -m tests.investment.racer_meetings MEETING INTEREST PERSON`.

Says "ready", waits for a line, then asks; prints "made" or "refused".
"""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings")
django.setup()

from alliance.accounts.models import User  # noqa: E402
from alliance.core.errors import RuleBroken  # noqa: E402
from investment.models import Interest, Meeting  # noqa: E402
from investment.services import meetings  # noqa: E402


def main(meeting: int, interest: int, person: int) -> None:
    rows = (Meeting.objects.get(pk=meeting), Interest.objects.get(pk=interest), User.objects.get(pk=person))
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        meetings.request_meeting(rows[0], rows[1], by=rows[2])
    except RuleBroken:
        print("refused", flush=True)
    else:
        print("made", flush=True)


if __name__ == "__main__":
    main(*(int(key) for key in sys.argv[1:]))
