"""One deployment for the tests of this folder: servers, roles and tables as docker-compose.yml makes them."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.servers import Deployment, free_port
from tests.notifications.mail_server import MailServer

HOST = "localhost"


@pytest.fixture(scope="session")
def mail() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.close()


@pytest.fixture(scope="session")
def deployment(mail: MailServer) -> Iterator[Deployment]:
    """Servers with roles, and a database that the `migrate` job has prepared. Nothing else runs yet."""
    # A short path that whoever runs PostgreSQL may enter.
    home = Path(tempfile.mkdtemp(prefix="deploy-", dir="/tmp"))
    home.chmod(0o755)
    door = free_port()
    made = Deployment(
        home,
        PUBLIC_BASE_URL=f"https://{HOST}:{door}",
        ALLOWED_HOSTS=HOST,
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=str(mail.port),
        EMAIL_USE_TLS="0",
        EMAIL_HOST_USER="",
    )
    made.door = door
    try:
        made.start_servers()
        done = made.job("migrate")
        assert done.returncode == 0, done.stderr
        made.prepared = done.stdout
        yield made
    finally:
        made.stop()
        shutil.rmtree(home, ignore_errors=True)
