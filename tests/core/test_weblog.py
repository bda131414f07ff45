"""What stands in front of Django: the id of a request, its line in the log, its measurement."""

import json
import logging

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory

from alliance.core import logs, metrics, weblog
from tests.factories import make_user


def ask(application, path="/en/parks/", **environ):
    answer = {}

    def start_response(status, headers, *args):
        answer.update(status=status, headers=dict(headers))
        return lambda data: None

    request = RequestFactory().get(path, **environ)
    body = b"".join(weblog.WebLog(application)(request.environ, start_response))
    return answer, body, request.environ


def plainly(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "4")])
    return [b"good"]


@pytest.fixture
def lines(caplog):
    """The access lines as they are written in production."""
    caplog.set_level(logging.INFO, "portal.access")
    caplog.handler.addFilter(logs.RequestIdFilter())

    def read() -> list[dict]:
        return [json.loads(logs.JsonLines().format(r)) for r in caplog.records if r.name == "portal.access"]

    return read


class TestRequestId:
    @pytest.mark.parametrize("said", ["5f2b7c9d-aaaa-bbbb-cccc-0123456789ab", "a1b2c3d4e5f6"])
    def test_that_of_a_trusted_proxy_is_kept(self, settings, said):
        settings.TRUSTED_PROXY_COUNT = 1

        *_, environ = ask(plainly, HTTP_X_REQUEST_ID=said)

        assert environ[weblog.REQUEST_ID] == said

    @pytest.mark.parametrize(
        "said", ["", "short", "with blank here", "x\nINFO forged line", "a" * 65, "-leading-dash", "ü" * 12]
    )
    def test_one_that_is_not_well_formed_is_replaced(self, settings, said):
        settings.TRUSTED_PROXY_COUNT = 1

        *_, environ = ask(plainly, HTTP_X_REQUEST_ID=said)

        assert weblog.WELL_FORMED.fullmatch(environ[weblog.REQUEST_ID])
        assert environ[weblog.REQUEST_ID] != said

    def test_without_a_proxy_nobody_says_what_it_is(self, settings):
        settings.TRUSTED_PROXY_COUNT = 0

        *_, environ = ask(plainly, HTTP_X_REQUEST_ID="a1b2c3d4e5f6")

        assert environ[weblog.REQUEST_ID] != "a1b2c3d4e5f6"

    @pytest.mark.django_db
    def test_the_answer_and_the_line_carry_the_same(self, settings, lines):
        settings.TRUSTED_PROXY_COUNT = 1

        answer, *_ = ask(WSGIHandler(), HTTP_X_REQUEST_ID="a1b2c3d4e5f6")

        assert answer["headers"]["X-Request-ID"] == "a1b2c3d4e5f6"
        assert [line["request_id"] for line in lines()] == ["a1b2c3d4e5f6"]


class TestLine:
    def test_says_what_was_asked_and_how_it_went(self, lines):
        ask(plainly, "/static/css/portal.css")

        (line,) = lines()
        assert line.pop("milliseconds") >= 0
        assert line.pop("at").endswith("+00:00")
        assert len(line.pop("request_id")) == 12
        assert line == {
            "level": "INFO",
            "logger": "portal.access",
            "message": "request",
            "method": "GET",
            "path": "/static/css/portal.css",
            "view": "static",
            "status": 200,
            "bytes": 4,
        }

    def test_holds_no_query_no_address_and_no_token(self, lines):
        token = "Zq3vXw8LkPb2TnR7yUcE5sHdGa1M"

        ask(plainly, f"/en/invitations/{token}/?q=marked-question", REMOTE_ADDR="203.0.113.77")

        written = json.dumps(lines())
        assert token not in written
        assert "marked-question" not in written
        assert "203.0.113.77" not in written

    def test_a_forged_line_stays_inside_its_own(self, caplog, lines):
        ask(plainly, "/en/%0A%7B%22level%22%3A%22INFO%22%7D")

        (record,) = [r for r in caplog.records if r.name == "portal.access"]
        assert "\n" not in logs.JsonLines().format(record)
        assert "\n" not in logs.LineFormatter().format(record)

    @pytest.mark.django_db
    def test_names_the_person_by_a_name_of_its_own(self, client, lines):
        person = make_user(name="Marked Person", email="marked@example.org")
        client.force_login(person)
        request = client.get("/en/inbox/").wsgi_request

        assert request.META[weblog.PERSON] == logs.pseudonym(person.pk)
        assert "marked" not in logs.pseudonym(person.pk)

    def test_what_machines_ask_for_is_measured_and_not_written(self, lines):
        before = metrics.requests.labels("-", "GET", "200")._value.get()

        ask(plainly, "/healthz")

        assert lines() == []
        assert metrics.requests.labels("-", "GET", "200")._value.get() == before + 1

    def test_a_request_that_broke_is_counted_as_one(self, lines):
        def breaks(environ, start_response):
            raise RuntimeError("broken")

        with pytest.raises(RuntimeError):
            ask(breaks)

        assert [line["status"] for line in lines()] == [500]
