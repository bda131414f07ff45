"""One open interest for each investor and project, also where two processes write it at the same moment."""

import os
import subprocess
import sys
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import IntegrityError, connection, transaction

from alliance.core.local import addresses
from alliance.core.models import ChainHead
from investment.models import Interest
from tests.factories import make_organisation
from tests.investment.factories import make_project
from tests.investment.investing import make_investor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("interest_race")]
ROUNDS = 4


@pytest.fixture(autouse=True)
def _ground():
    ChainHead.objects.get_or_create(pk=1, defaults={"seq": 0, "hash": "0" * 64})
    make_organisation("secretariat")


def racer(*keys: int) -> subprocess.Popen:
    parts = urlsplit(os.environ["DATABASE_URL"])
    url = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
    return subprocess.Popen(
        [sys.executable, "-m", "tests.investment.racer", *map(str, keys)],
        env={**os.environ, "DATABASE_URL": url, "PYTHONPATH": str(addresses.PROJECT)},
        cwd=addresses.PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_two_processes_make_one():
    investing = make_investor()
    for _round in range(ROUNDS):
        project = make_project().project
        pair = [racer(investing.investor.pk, project.pk, investing.signatory.pk) for _each in range(2)]
        try:
            for process in pair:
                assert process.stdout.readline() == "ready\n"
            for process in pair:
                process.stdin.write("go\n")
                process.stdin.flush()
            said = sorted(process.stdout.readline().strip() for process in pair)
        finally:
            for process in pair:
                process.kill()
                process.wait(timeout=30)

        assert said == ["made", "refused"]
        assert Interest.objects.filter(project=project).count() == 1


def test_the_database_itself_lets_one_through():
    """The lock on the investor makes the loser wait; without it the constraint still holds."""
    investing, project = make_investor(), make_project().project
    Interest.objects.create(investor=investing.investor, project=project)

    with pytest.raises(IntegrityError), transaction.atomic():
        Interest.objects.create(investor=investing.investor, project=project)
