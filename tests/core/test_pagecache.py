"""Public pages are served from memory to mere visitors, and to nobody else."""

import gzip
import io
from dataclasses import replace

import pytest
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.http import HttpResponse, StreamingHttpResponse
from django.middleware.csrf import get_token
from django.test import override_settings
from django.urls import path

from alliance.core import pagecache
from alliance.core.pagecache import PageCache
from alliance.urls import urlpatterns as portal_urls
from alliance.wsgi import django_application
from tests.factories import make_user

made: list[str] = []


def page(text=None, **headers):
    @login_not_required
    def view(request):
        made.append(request.path)
        name = request.user.name if request.user.is_authenticated else "nobody"
        theme = request.COOKIES.get("theme", "none")
        body = f"{len(made)} {request.path} {request.META['QUERY_STRING']} {theme} {name} {text or ''}"
        return HttpResponse(body, headers=headers)

    return view


@login_not_required
def with_token(request):
    made.append(request.path)
    return HttpResponse(f'<input name="csrfmiddlewaretoken" value="{get_token(request)}">')


@login_not_required
def with_nonce(request):
    made.append(request.path)
    return HttpResponse(f'<script nonce="{request.csp_nonce}"></script>')


@login_not_required
def with_file(request):
    made.append(request.path)
    nonce = request.csp_nonce
    return HttpResponse(
        f'<script src="/a.js" nonce="{nonce}" defer></script><script nonce="{nonce}" src="/b.js"></script>'
    )


@login_not_required
def with_message(request):
    messages.success(request, "only for you")
    return HttpResponse("ok")


@login_not_required
def with_cookie(request):
    made.append(request.path)
    response = HttpResponse("ok")
    response.set_cookie("seen", "1")
    return response


@login_not_required
def streamed(request):
    made.append(request.path)
    return StreamingHttpResponse(["a", "b"])


@login_not_required
def missing(request):
    made.append(request.path)
    return HttpResponse("missing", status=404)


urlpatterns = [
    path("public/", page(), name="public"),
    path("other/", page(), name="other"),
    path("closed/", page(), name="closed"),
    path("private/", page(**{"Cache-Control": "private"}), name="private"),
    path("token/", with_token, name="token"),
    path("nonce/", with_nonce, name="nonce"),
    path("file/", with_file, name="file"),
    path("message/", with_message, name="message"),
    path("cookie/", with_cookie, name="cookie"),
    path("streamed/", streamed, name="streamed"),
    path("missing/", missing, name="missing"),
    *portal_urls,
]
handler400 = "alliance.core.views.bad_request"
handler403 = "alliance.core.views.forbidden"
NAMED = {"public", "other", "private", "token", "nonce", "file", "message", "cookie", "streamed", "missing"}

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, {name.lower(): value for name, value in headers}, body

    @property
    def text(self):
        return self.body.decode()


@pytest.fixture
def portal():
    """The WSGI application with an empty page cache before it."""
    made.clear()
    cache.clear()
    # The test's connection is to outlive the request.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    with override_settings(PUBLIC_PAGES=NAMED):
        yield PageCache(django_application)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
    cache.clear()


def ask(portal, address="/public/", *, method="GET", cookies="", **headers):
    address, _, query = address.partition("?")
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": address,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "HTTP_HOST": headers.pop("host", "localhost"),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        **({"HTTP_COOKIE": cookies} if cookies else {}),
        **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
    }
    answer = []
    body = portal(environ, lambda status, headers, *rest: answer.extend([status, headers]))
    return Answer(answer[0], answer[1], b"".join(body))


def session_of(client, person):
    client.force_login(person)
    return f"session={client.cookies['session'].value}"


class TestVisitors:
    def test_the_second_gets_what_was_made_for_the_first(self, portal):
        first, second = ask(portal), ask(portal)

        assert first.body == second.body
        assert len(made) == 1
        assert second.headers["x-request-id"] != first.headers["x-request-id"]

    def test_another_process_finds_it_too(self, portal):
        first = ask(portal)

        assert ask(PageCache(django_application)).body == first.body

    def test_address_query_theme_and_host_tell_pages_apart(self, portal):
        ask(portal)
        ask(portal, "/other/")
        ask(portal, "/public/?page=2")
        ask(portal, cookies="theme=dark")
        ask(portal, host="127.0.0.1")

        assert len(made) == 5
        assert "dark" in ask(portal, cookies="theme=dark").text
        assert len(made) == 5

    def test_language_and_form_cookies_change_nothing(self, portal):
        ask(portal)
        ask(portal, cookies="language=en; csrftoken=abc; theme=odd")

        assert len(made) == 1

    def test_old_after_five_seconds(self, portal, monkeypatch):
        ask(portal)
        now = pagecache.time.time()
        monkeypatch.setattr(pagecache.time, "time", lambda: now + 5.1)
        ask(portal)

        assert len(made) == 2

    def test_made_anew_by_one_while_the_others_take_the_old(self, portal, monkeypatch):
        ask(portal)
        now = pagecache.time.time()
        monkeypatch.setattr(pagecache.time, "time", lambda: now + 3.5)
        cache.add(pagecache._making(portal._key(environ_of(portal))), 1, timeout=2)

        assert ask(portal).text.startswith("1 ")
        assert len(made) == 1

    def test_those_who_come_while_it_is_made_wait_for_it(self, portal, monkeypatch):
        ask(portal)
        now = pagecache.time.time()
        key = portal._key(environ_of(portal))
        page = cache.get(pagecache._shared(key))
        cache.add(pagecache._making(key), 1, timeout=2)
        monkeypatch.setattr(pagecache.time, "time", lambda: now + 6)
        fresh = replace(page, made_at=now + 6)
        monkeypatch.setattr(pagecache.time, "sleep", lambda seconds: cache.set(pagecache._shared(key), fresh))

        assert ask(portal).text.startswith("1 ")
        assert len(made) == 1

    def test_they_do_not_wait_for_ever(self, portal, monkeypatch):
        ask(portal)
        now = pagecache.time.time()
        cache.add(pagecache._making(portal._key(environ_of(portal))), 1, timeout=2)
        monkeypatch.setattr(pagecache.time, "time", lambda: now + 6)
        monkeypatch.setattr(pagecache, "PATIENCE", 0.05)

        assert ask(portal).text.startswith("2 ")

    def test_the_next_is_not_kept_waiting_by_one_who_failed(self, portal, monkeypatch):
        ask(portal)
        now = pagecache.time.time()
        monkeypatch.setattr(pagecache.time, "time", lambda: now + 6)
        key = portal._key(environ_of(portal))
        ask(portal)

        assert cache.get(pagecache._making(key)) is None

    def test_what_is_published_shows_within_a_moment(self, portal, django_capture_on_commit_callbacks):
        ask(portal)
        with django_capture_on_commit_callbacks(execute=True):
            pagecache.public_data_changed()
        pagecache._glance.forget()
        ask(portal)

        assert len(made) == 2

    def test_unchanged_needs_no_body(self, portal):
        etag = ask(portal).headers["etag"]
        again = ask(portal, if_none_match=etag)

        assert again.status == "304 Not Modified"
        assert again.body == b""
        assert ask(portal, if_none_match='"other"').status == "200 OK"

    def test_compressed_for_those_who_take_it(self, portal):
        plain, zipped = ask(portal), ask(portal, accept_encoding="br, gzip")

        assert gzip.decompress(zipped.body) == plain.body
        assert zipped.headers["content-encoding"] == "gzip"
        assert "content-encoding" not in plain.headers
        assert {"Accept-Encoding", "Cookie"} <= set(plain.headers["vary"].split(", "))

    def test_head_has_no_body(self, portal):
        ask(portal)
        answer = ask(portal, method="HEAD")

        assert answer.body == b""
        assert int(answer.headers["content-length"]) > 0
        assert len(made) == 1

    def test_the_policy_names_no_nonce_that_others_know(self, portal):
        ask(portal)
        policy = ask(portal).headers["content-security-policy"]

        assert "nonce" not in policy
        assert "script-src 'self';" in policy

    def test_a_script_file_needs_no_nonce(self, portal):
        first = ask(portal, "/file/")

        assert (
            ask(portal, "/file/").text
            == first.text
            == '<script src="/a.js" defer></script><script src="/b.js"></script>'
        )
        assert len(made) == 1

    def test_a_cache_that_is_away_is_no_loss(self, portal, monkeypatch):
        monkeypatch.setattr(pagecache.cache, "get", lambda key, default=None: default)
        monkeypatch.setattr(pagecache.cache, "set", lambda *args, **kwargs: None)

        assert ask(portal).status == ask(portal).status == "200 OK"


def environ_of(portal):
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/public/",
        "QUERY_STRING": "",
        "HTTP_HOST": "localhost",
        "wsgi.url_scheme": "http",
    }


class TestOthers:
    def test_a_signed_in_person_neither_gets_nor_fills_it(self, portal, client):
        li_wei = make_user("Li Wei")
        cookies = session_of(client, li_wei)

        assert "Li Wei" in ask(portal, cookies=cookies).text
        assert "nobody" in ask(portal).text
        assert "Li Wei" in ask(portal, cookies=cookies).text
        assert "nobody" in ask(portal).text
        assert len(made) == 3

    def test_a_session_of_nobody_is_a_session(self, portal):
        ask(portal, cookies="session=whatever")
        ask(portal, cookies="session=whatever")

        assert len(made) == 2

    @pytest.mark.parametrize("cookies", ["unknown=1", "__Host-session=1", "theme=dark; messages=x", "=x; a=b"])
    def test_an_unknown_cookie_passes_by(self, portal, cookies):
        ask(portal)
        ask(portal, cookies=cookies)

        assert len(made) == 2

    @pytest.mark.parametrize("headers", [{"hx_request": "true"}, {"authorization": "Bearer x"}, {"range": "bytes=0-1"}])
    def test_parts_and_special_requests_pass_by(self, portal, headers):
        ask(portal)
        ask(portal, **headers)

        assert len(made) == 2

    def test_a_post_passes_by(self, portal):
        ask(portal)

        assert ask(portal, method="POST").status.startswith("403")

    @pytest.mark.parametrize("name", ["closed", "private", "token", "nonce", "cookie", "streamed", "missing"])
    def test_what_is_not_for_everybody_is_not_kept(self, portal, name):
        first = ask(portal, f"/{name}/")
        ask(portal, f"/{name}/")

        assert len(made) == 2
        assert first.body

    def test_a_message_for_one_visitor_stays_theirs(self, portal):
        assert "set-cookie" in ask(portal, "/message/").headers
        assert "set-cookie" in ask(portal, "/message/").headers

    def test_a_very_long_address_is_not_kept(self, portal):
        ask(portal, "/public/?q=" + "a" * 700)
        ask(portal, "/public/?q=" + "a" * 700)

        assert len(made) == 2

    def test_an_unknown_host_is_refused_and_leaves_nothing(self, portal):
        assert ask(portal, host="evil.example").status.startswith("400")
        assert ask(portal).status == "200 OK"

    def test_a_process_keeps_no_more_than_it_should(self, portal, monkeypatch):
        monkeypatch.setattr(pagecache, "KEPT", 3)
        for number in range(10):
            ask(portal, f"/public/?n={number}")

        assert len(portal.kept) == 3
