"""What every answer carries: an id, security headers, the right language, redirects htmx understands."""

import re

import pytest
from django.conf.urls.i18n import i18n_patterns
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from alliance import urls as portal
from alliance.core.parts import render_part
from tests.factories import make_user


@login_not_required
def show(request):
    return HttpResponse(f"{request.LANGUAGE_CODE} {request.csp_nonce} {request.id}")


@login_not_required
def fail(request, how):
    raise {
        "403": PermissionDenied,
        "404": Http404,
        "400": SuspiciousOperation,
        "500": ZeroDivisionError,
    }[how]


@login_not_required
def move(request):
    response = redirect("/en/show/?from=move")
    response.set_cookie("kept", "1")
    return response


def closed(request):
    return HttpResponse("closed")


@login_not_required
def in_parts(request):
    return render_part(request, "400.html", "_components/loading.html")


# The portal with a few pages more, whose answers are known.
urlpatterns = [
    *i18n_patterns(
        path("show/", show),
        path("fail/<how>/", fail),
        path("move/", move),
        path("closed/", closed),
        path("parts/", in_parts),
    ),
    *portal.urlpatterns,
]
handler400 = "alliance.core.views.bad_request"
handler403 = "alliance.core.views.forbidden"
handler404 = "alliance.core.views.not_found"
handler500 = "alliance.core.views.server_error"

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]

POLICY = {
    "default-src": {"'none'"},
    "script-src": {"'self'", "NONCE"},
    "style-src": {"'self'"},
    "img-src": {"'self'"},
    "font-src": {"'self'"},
    "connect-src": {"'self'"},
    "manifest-src": {"'self'"},
    "worker-src": {"'none'"},
    "object-src": {"'none'"},
    "base-uri": {"'none'"},
    "form-action": {"'self'"},
    "frame-ancestors": {"'none'"},
}


def policy_of(response) -> dict[str, set[str]]:
    text = re.sub(r"'nonce-[\w-]{22}'", "NONCE", response["Content-Security-Policy"])
    return {words[0]: set(words[1:]) for part in text.split(";") if (words := part.split())}


class TestSecurityHeaders:
    @pytest.mark.parametrize(
        ("address", "status"),
        [
            ("/en/show/", 200),
            ("/en/move/", 302),
            ("/en/closed/", 302),
            ("/en/fail/400/", 400),
            ("/en/fail/403/", 403),
            ("/en/fail/404/", 404),
            ("/en/fail/500/", 500),
            ("/nothing/", 404),
            ("/static/nothing.css", 404),
        ],
    )
    def test_every_answer_has_them(self, client, address, status):
        client.raise_request_exception = False

        response = client.get(address)

        assert response.status_code == status
        assert policy_of(response) == POLICY
        assert response["X-Frame-Options"] == "DENY"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Referrer-Policy"] == "strict-origin-when-cross-origin"
        assert response["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "camera=()" in response["Permissions-Policy"]
        assert re.fullmatch(r"[0-9a-f]{12}", response["X-Request-ID"])

    def test_an_unknown_host_is_refused_with_them(self, client):
        response = client.get("/en/show/", headers={"host": "evil.example"})

        assert response.status_code == 400
        assert policy_of(response) == POLICY

    def test_the_nonce_is_of_this_answer_alone(self, client):
        nonces = {client.get("/en/show/").content.decode().split()[1] for _ in range(5)}

        assert len(nonces) == 5

    def test_the_nonce_of_the_header_is_that_of_the_page(self, client):
        response = client.get("/en/show/")

        assert f"'nonce-{response.content.decode().split()[1]}'" in response["Content-Security-Policy"]

    def test_what_a_signed_in_person_saw_stays_in_no_cache(self, client):
        anonymous = client.get("/en/show/")
        client.force_login(make_user())
        signed_in = client.get("/en/show/")

        assert "Cache-Control" not in anonymous
        assert signed_in["Cache-Control"] == "no-store"


class TestLanguage:
    @pytest.mark.parametrize(
        ("cookie", "accepted", "language"),
        [
            ("", "", "zh-hans"),
            ("", "*", "zh-hans"),
            ("", "zh-CN,zh;q=0.9,en;q=0.8", "zh-hans"),
            ("", "en-GB,en;q=0.9", "en"),
            ("", "de,fr;q=0.8", "en"),
            ("", "en,zh;q=0.5", "zh-hans"),
            ("en", "zh-CN", "en"),
            ("zh-hans", "en", "zh-hans"),
            ("xx", "en", "en"),
        ],
    )
    def test_an_address_without_one_leads_to_the_readers(self, client, cookie, accepted, language):
        if cookie:
            client.cookies["language"] = cookie

        response = client.get("/show/?q=1", headers={"accept-language": accepted} if accepted else {})

        assert (response.status_code, response["Location"]) == (302, f"/{language}/show/?q=1")
        assert {"Accept-Language", "Cookie"} <= set(response["Vary"].split(", "))

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_the_address_decides(self, client, language):
        client.cookies["language"] = "en" if language == "zh-hans" else "zh-hans"

        response = client.get(f"/{language}/show/")

        assert response.content.decode().split()[0] == language
        assert response["Content-Language"] == language


class TestHtmx:
    HEADERS = {"HX-Request": "true", "HX-Current-URL": "http://testserver/en/show/?a=1&b=二"}

    def test_a_redirect_becomes_one_that_htmx_follows(self, client):
        response = client.get("/en/move/", headers=self.HEADERS)

        assert (response.status_code, response["HX-Redirect"]) == (204, "/en/show/?from=move")
        assert response.cookies["kept"].value == "1"
        assert "HX-Request" in response["Vary"]

    def test_an_expired_session_leads_to_sign_in_and_back_to_the_page(self, client):
        response = client.get("/en/closed/", headers=self.HEADERS)

        assert (response.status_code, response["HX-Redirect"]) == (
            204,
            "/en/account/login/?next=/en/show/%3Fa%3D1%26b%3D%E4%BA%8C",
        )

    def test_others_are_redirected_as_ever(self, client):
        response = client.get("/en/closed/")

        assert (response.status_code, response["Location"]) == (302, "/en/account/login/?next=/en/closed/")


class TestParts:
    @pytest.mark.parametrize(
        ("headers", "is_page"),
        [
            ({}, True),
            ({"HX-Request": "true"}, False),
            ({"HX-Request": "true", "HX-Boosted": "true"}, True),
            ({"HX-Request": "true", "HX-History-Restore-Request": "true"}, True),
        ],
    )
    def test_one_address_serves_page_and_part(self, client, headers, is_page):
        response = client.get("/en/parts/", headers=headers)

        assert ("<html" in response.content.decode()) is is_page
        assert "HX-Request" in response["Vary"]
