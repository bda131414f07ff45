"""One of two processes that ask for meetings of one host at the same moment:
`python -m tests.investment.racer_meetings MEETING INTEREST PERSON`, or that plan an event meanwhile:
`python -m tests.investment.racer_meetings EVENT PERSON`.

Says "ready", waits for a line, then asks or plans; prints "made" or "refused".
"""

import os
import sys
from collections.abc import Callable

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings")
django.setup()

from alliance.accounts.models import User  # noqa: E402
from alliance.core.errors import RuleBroken  # noqa: E402
from investment.models import Interest, Meeting, PromotionEvent  # noqa: E402
from investment.services import events, meetings  # noqa: E402


def ready(keys: list[int]) -> Callable[[], object]:
    person = User.objects.get(pk=keys[-1])
    if len(keys) == 2:
        event = PromotionEvent.objects.get(pk=keys[0])
        return lambda: events.move_event(event, "plan", by=person)
    meeting, interest = Meeting.objects.get(pk=keys[0]), Interest.objects.get(pk=keys[1])
    return lambda: meetings.request_meeting(meeting, interest, by=person)


def main(keys: list[int]) -> None:
    act = ready(keys)
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        act()
    except RuleBroken:
        print("refused", flush=True)
    else:
        print("made", flush=True)


if __name__ == "__main__":
    main([int(key) for key in sys.argv[1:]])
