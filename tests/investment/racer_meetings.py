"""One of two processes that book the time of the same person at the same moment:
`python -m tests.investment.racer_meetings request MEETING INTEREST PERSON`, `… change MEETING SLOT PERSON` moves a
confirmed meeting to the time of another, `… plan EVENT PERSON` makes the timetable of an event.

Says "ready", waits for a line, then acts; prints "made" or "refused".
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


def ready(what: str, keys: list[int]) -> Callable[[], object]:
    person = User.objects.get(pk=keys[-1])
    if what == "plan":
        event = PromotionEvent.objects.get(pk=keys[0])
        return lambda: events.move_event(event, "plan", by=person)
    meeting = Meeting.objects.select_related("interest").get(pk=keys[0])
    if what == "change":
        to = Meeting.objects.get(pk=keys[1])
        return lambda: meetings.change_meeting(
            meeting, starts_at=to.starts_at, minutes=to.minutes, place="Sample", by=person
        )
    interest = Interest.objects.get(pk=keys[1])
    return lambda: meetings.request_meeting(meeting, interest, by=person)


def main(what: str, keys: list[int]) -> None:
    act = ready(what, keys)
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        act()
    except RuleBroken:
        print("refused", flush=True)
    else:
        print("made", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], [int(key) for key in sys.argv[2:]])
