"""While PostgreSQL is away: 503 with a calm page, kept public pages go on, and nobody waits for another's failure."""

import psycopg
import pytest
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler
from django.db import InterfaceError, OperationalError, ProgrammingError
from django.test import RequestFactory

from alliance.core import away
from alliance.core.pagecache import PageCache


@pytest.fixture(autouse=True)
def nothing_is_known():
    away._closed_until = 0.0
    yield
    away._closed_until = 0.0


def error(cause: Exception, kind: type[Exception] = OperationalError) -> Exception:
    """As Django wraps it."""
    wrapped = kind(str(cause))
    wrapped.__cause__ = cause
    return wrapped


class TestIsAbout:
    @pytest.mark.parametrize(
        "cause",
        [
            psycopg.OperationalError("connection refused"),
            psycopg.errors.AdminShutdown("terminating connection"),
            psycopg.errors.CannotConnectNow("the database system is starting up"),
            psycopg.errors.TooManyConnections("sorry"),
            psycopg.errors.ConnectionFailure("lost"),
        ],
        ids=lambda cause: type(cause).__name__,
    )
    def test_a_lost_server(self, cause):
        assert away.is_about(error(cause))

    @pytest.mark.parametrize(
        "cause",
        [psycopg.errors.DeadlockDetected("deadlock"), psycopg.errors.QueryCanceled("too long")],
        ids=lambda cause: type(cause).__name__,
    )
    def test_not_what_a_present_server_refuses(self, cause):
        assert not away.is_about(error(cause))

    def test_not_other_failures(self):
        assert not away.is_about(error(psycopg.errors.UndefinedTable("no such table"), ProgrammingError))
        assert not away.is_about(ValueError("x"))
        assert not away.is_about(None)

    def test_a_connection_that_was_closed(self):
        assert away.is_about(error(psycopg.InterfaceError("the connection is closed"), InterfaceError))


def portal(path, application=None, **environ):
    answer = {}

    def start_response(status, headers, *args):
        answer.update(status=status, headers=dict(headers))
        return lambda data: None

    request = RequestFactory().get(path, **environ)
    body = b"".join((application or away.WhileAway(WSGIHandler()))(request.environ, start_response))
    return answer, body.decode()


@pytest.fixture
def no_database(monkeypatch):
    """Every query fails as on a server that went down; says how often one was tried."""
    tried = []

    def fails(*args, **kwargs):
        tried.append(1)
        raise error(psycopg.errors.AdminShutdown("terminating connection due to administrator command"))

    monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper._cursor", fails)
    return tried


@pytest.mark.django_db
class TestPages:
    @pytest.mark.parametrize("path", ["/en/", "/zh-hans/parks/", "/en/account/login/"])
    def test_say_so_calmly(self, no_database, path):
        answer, body = portal(path, HTTP_COOKIE="session=abcdefghijklmnopqrstuvwxyz012345")

        assert answer["status"] == "503 Service Unavailable"
        assert int(answer["headers"]["Retry-After"]) > 0
        assert "暂时打不开" in body
        assert "Back in a moment" in body

    def test_the_next_reader_does_not_wait_for_it(self, no_database):
        portal("/en/parks/")
        tried = len(no_database)

        answer, body = portal("/en/parks/")

        assert (answer["status"], len(no_database)) == ("503 Service Unavailable", tried)
        assert "Back in a moment" in body
        assert "default-src 'none'" in answer["headers"]["Content-Security-Policy"]

    def test_health_of_the_process_and_robots_stay(self, no_database):
        portal("/en/parks/")

        assert portal("/healthz")[0]["status"] == "200 OK"
        assert portal("/robots.txt")[0]["status"] == "200 OK"

    def test_it_is_tried_again_and_found_back(self, monkeypatch):
        away.note()
        monkeypatch.setattr(away, "PAUSE", 0.0)
        away.note()

        answer, _body = portal("/en/about/")

        assert answer["status"] == "200 OK"
        assert away._closed_until == 0.0

    def test_another_failure_is_still_a_failure(self, monkeypatch):
        def fails(*args, **kwargs):
            raise error(psycopg.errors.UndefinedColumn("no such column"), ProgrammingError)

        monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper._cursor", fails)

        assert portal("/en/parks/")[0]["status"] == "500 Internal Server Error"


@pytest.mark.django_db
class TestKeptPages:
    def test_go_on_from_their_last_making(self, monkeypatch):
        cache.clear()
        kept = PageCache(away.WhileAway(WSGIHandler()))
        first, page = portal("/en/about/", kept)
        # What was kept for seconds is over; what was kept for this is not.
        kept.kept.clear()
        monkeypatch.setattr("alliance.core.pagecache.LIVES", -1.0)
        monkeypatch.setattr("alliance.core.pagecache.FRESH", -1.0)
        away.note()

        answer, again = portal("/en/about/", kept)

        assert (first["status"], answer["status"]) == ("200 OK", "200 OK")
        assert again == page

    def test_not_those_with_a_query_or_a_session(self, monkeypatch):
        cache.clear()
        kept = PageCache(away.WhileAway(WSGIHandler()))
        portal("/en/about/?a=1", kept)
        portal("/en/about/", kept)
        kept.kept.clear()
        monkeypatch.setattr("alliance.core.pagecache.LIVES", -1.0)
        monkeypatch.setattr("alliance.core.pagecache.FRESH", -1.0)
        away.note()

        assert portal("/en/about/?a=1", kept)[0]["status"].startswith("503")
        assert portal("/en/about/", kept, HTTP_COOKIE="session=x")[0]["status"].startswith("503")
