"""Public pages read from a real streaming replica, and from the primary as soon as that is wiser."""

import json
import shutil
import textwrap

import pytest

from tests.deploy.servers import Database, wait_until

pytestmark = pytest.mark.xdist_group("deployment")

# What a web process does, in a process of its own: where reads went, page by page.
VISITS = """
import json, sys
from django.test import Client
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.core.cache import cache
from alliance.core import replica
from parks.models import Park

def visit(path, **cookies):
    client = Client(headers={"X-Forwarded-Proto": "https", "Host": "localhost"})
    for name, value in cookies.items():
        client.cookies["__Host-session"] = value
    with CaptureQueriesContext(connections["default"]) as primary:
        with CaptureQueriesContext(connections["replica"]) as second:
            status = client.get(path).status_code
    reads = [len([q for q in c.captured_queries if q["sql"].startswith("SELECT") and "parks_park" in q["sql"]])
             for c in (primary, second)]
    return [status, *map(bool, reads)]

cache.clear()
said = {}
def tell(**more): said.update(more)
"""


@pytest.fixture(scope="module")
def replica(deployment):
    """A second server that follows the first."""
    home = deployment.home / "replica"
    home.mkdir()
    home.chmod(0o755)
    follower = Database(home, deployment.secrets)
    follower._own(follower._private(follower.data))
    password = deployment.secret("postgres_password")
    primary = f"host=127.0.0.1 port={deployment.database.port} user=postgres password={password}"
    follower._run("pg_basebackup", "-D", follower.data, "-R", "-X", "stream", "-c", "fast", "-d", primary)
    follower.prepare()
    service = follower.service()
    service.name = "replica"
    deployment._launch(service)
    yield follower
    deployment.supervisor.services.remove(service)
    deployment.kill("replica")
    shutil.rmtree(home, ignore_errors=True)


def say(deployment, replica, script: str) -> dict:
    done = deployment.job(
        "web",
        *("python", "manage.py", "shell", "-v0", "-c", VISITS + textwrap.dedent(script) + "\nprint(json.dumps(said))"),
        REPLICA_URL=f"postgresql://portal_read@127.0.0.1:{replica.port}/portal",
        REPLICA_PASSWORD=deployment.secret("database_read_password"),
        PLAIN_STATIC="1",
        LOG_LEVEL="ERROR",
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_where_pages_read(deployment, replica):
    """One process, because each takes its time to begin."""
    said = say(
        deployment,
        replica,
        """
        from django.db import Error, connection
        tell(visitor=visit("/en/parks/taoxichuan/"), directory=visit("/en/parks/"))
        tell(signed_in=visit("/en/parks/taoxichuan/", session="somebody"))
        tell(closed=visit("/en/desk/"))
        replica.public_data_changed()
        tell(just_published=visit("/en/parks/taoxichuan/"))
        cache.delete(replica.CHANGED_KEY)
        with replica.reading() as used:
            park = Park.objects.get(slug="taoxichuan")
            tell(used=used, read_from=park._state.db)
        park.name_en = park.name_en
        park.save(update_fields=["name_en"])
        tell(written_to=park._state.db, after=Park.objects.get(slug="taoxichuan")._state.db)
        try:
            with connections["replica"].cursor() as cursor:
                cursor.execute("UPDATE parks_park SET name_en = ''")
        except Error as error:
            tell(write_there=type(error.__cause__).__name__)
        replica.MOST_BEHIND = -1
        replica._usable_until = 0.0
        tell(behind=visit("/en/parks/taoxichuan/"))
        """,
    )

    on_primary, on_replica = [200, True, False], [200, False, True]
    assert said == {
        "visitor": on_replica,
        "directory": on_replica,
        "signed_in": on_primary,
        "closed": [302, False, False],
        "just_published": on_primary,
        "used": True,
        "read_from": "replica",
        "written_to": "default",
        "after": "default",
        "write_there": "ReadOnlySqlTransaction",
        "behind": on_primary,
    }


def test_without_it_pages_come_from_the_primary(deployment, replica):
    deployment.kill("replica")

    said = say(
        deployment,
        replica,
        """
        def visit(path):
            client = Client(headers={"X-Forwarded-Proto": "https", "Host": "localhost"})
            with CaptureQueriesContext(connections["default"]) as primary:
                status = client.get(path).status_code
            return [status, any("parks_park" in query["sql"] for query in primary.captured_queries)]

        tell(visitor=visit("/en/parks/taoxichuan/"), again=visit("/en/parks/taoxichuan/"))
        replica._closed_until, replica._usable_until = 0.0, float("inf")
        tell(lost_meanwhile=visit("/en/parks/taoxichuan/"), given_up=replica._closed_until > 0)
        """,
    )

    assert said == {"visitor": [200, True], "again": [200, True], "lost_meanwhile": [200, True], "given_up": True}


def test_it_follows(deployment, replica):
    wait_until(lambda: deployment.supervisor.glance() or replica.is_ready(), "the replica")
    with deployment.database.connect("portal_owner") as owner:
        owner.execute("CREATE TABLE followed (x int)")
    with replica.connect("postgres") as follower:
        wait_until(lambda: follower.execute("SELECT to_regclass('followed')").fetchone()[0], "the table")
    with deployment.database.connect("portal_owner") as owner:
        owner.execute("DROP TABLE followed")
