"""One of two processes that express the same interest at the same moment: `python -m tests.investment.racer 1 2 3`.

Says "ready", waits for a line, then drafts; prints "made" or "refused".
"""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings")
django.setup()

from alliance.accounts.models import User  # noqa: E402
from alliance.core.errors import RuleBroken  # noqa: E402
from investment.models import Investor, Project  # noqa: E402
from investment.services import interests  # noqa: E402


def main(investor: int, project: int, person: int) -> None:
    rows = (Investor.objects.get(pk=investor), Project.objects.get(pk=project), User.objects.get(pk=person))
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        interests.draft_interests(rows[0], [rows[1]], by=rows[2], message="Sample", shares_owner=False)
    except RuleBroken:
        print("refused", flush=True)
    else:
        print("made", flush=True)


if __name__ == "__main__":
    main(*(int(key) for key in sys.argv[1:]))
