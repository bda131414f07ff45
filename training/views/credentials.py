"""What machines and strangers ask for by the addresses in signed files: absolute, of no language, for ever (4.5)."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.core import limits
from alliance.core.limits import Limit
from alliance.core.typeset import FontsMissing

from ..certificates import building, checking, consents, drawing, keys, lists, policies, printing, words
from ..credentials import dids
from ..models import Certificate, CertificateEvidence, Competency, CurriculumVersion, IssuerKey

JSON_TYPES = ("application/vc", "application/vc+ld+json", "application/ld+json", "application/json")
HTML = "text/html"
JWT = "application/vc+jwt"
# A picture or a print is made for each visit.
MADE = Limit("certificate_file", each=60, overall=1200, seconds=60)
MOST_LISTS = 2**31
View = Callable[..., HttpResponse]


def in_readers_language(view: View) -> View:
    """An address without a language: `?lang=` decides, else what the reader's browser prefers (core.middleware)."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = request.GET.get("lang", "")
        if asked in dict(settings.LANGUAGES):
            with translation.override(asked):
                return view(request, *args, **kwargs)
        return view(request, *args, **kwargs)

    return inner


def page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page at an address without a language, with the way to the same page in the other one."""
    language = translation.get_language()
    addresses = {"zh-Hans": f"{request.path}?lang=zh-hans", "en": f"{request.path}?lang=en"}
    other = addresses["zh-Hans" if language == "en" else "en"]
    more = {
        "other_language": other,
        "alternates": addresses,
        "language_query": "",
        "LANGUAGE_CODE": language,
        "languages_here": addresses,
    }
    response = render(request, template, context | more)
    response["Cache-Control"] = "no-store"
    patch_vary_headers(response, ["Accept", "Accept-Language", "Cookie"])
    return response


def open_to_all(response: HttpResponse) -> HttpResponse:
    """For verifiers in browsers of other sites."""
    response["Access-Control-Allow-Origin"] = "*"
    return response


def wanted(request: HttpRequest) -> str:
    """What the reader asks for; a page unless one of the types of credentials is preferred to it."""
    return request.get_preferred_type([HTML, *JSON_TYPES]) or HTML


# Keys and lists -----------------------------------------------------------------------------------------------------


@login_not_required
@require_safe
def did(request: HttpRequest) -> HttpResponse:
    """The DID document: who may have signed in our name."""
    return _did_document(keys.did_document())


@login_not_required
@require_safe
def partner_did(request: HttpRequest, slug: str) -> HttpResponse:
    """Who a partner is whom certificates name as awarding or teaching; without keys, for the alliance alone signs."""
    return _did_document(building.partner_document(get_object_or_404(building.partners(), slug=slug)))


def _did_document(document: dict[str, Any]) -> HttpResponse:
    response = JsonResponse(document, content_type=dids.MEDIA_TYPE, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "public, max-age=3600"
    return open_to_all(response)


@login_not_required
@require_safe
@in_readers_language
def issuer_keys_public(request: HttpRequest) -> HttpResponse:
    """The keys in words, and what happened to those that were withdrawn."""
    context = {
        "keys": IssuerKey.objects.all(),
        "did": keys.did(),
        "crumbs": [(_("Verify a certificate"), _verify()), (_("Signing keys"), None)],
    }
    return page(request, "training/credentials/keys.html", context)


@login_not_required
@require_safe
def status_list(request: HttpRequest, number: int) -> HttpResponse:
    """The signed list of revoked certificates, never older than half a day."""
    try:
        listed = lists.served(number) if number < MOST_LISTS else None
    except keys.NoKey as broken:
        response = HttpResponse(str(broken), status=503, content_type="text/plain; charset=utf-8")
        response["Retry-After"] = "300"
        response["Cache-Control"] = "no-store"
        return open_to_all(response)
    if listed is None:
        raise Http404
    kind = request.get_preferred_type([*JSON_TYPES, JWT]) or JSON_TYPES[0]
    response = HttpResponse(lists.as_jwt(listed) if kind == JWT else listed.signed, content_type=kind)
    response["Cache-Control"] = "public, max-age=300"
    response["Vary"] = "Accept"
    return open_to_all(response)


# A certificate ------------------------------------------------------------------------------------------------------


@login_not_required
@require_safe
@in_readers_language
def credential(request: HttpRequest, token: str) -> HttpResponse:
    """The page of a certificate, or the stored bytes for whoever asks for a credential."""
    certificate = _find(token)
    kind = wanted(request)
    if kind != HTML:
        return _stored(request, certificate, kind)
    finding = checking.of_certificate(certificate)
    own = policies.is_holder(request.user, certificate)
    context = {
        "certificate": certificate,
        "verdict": words.of(finding),
        "finding": finding,
        "steps": words.steps(finding),
        "fields": words.fields(finding.badge or {}, hide=() if own else consents.withheld(certificate)),
        "name": certificate.holder_name if certificate.shows_name or own else "",
        "mark": words.mark_of(certificate) if certificate.shows_mark or own else "",
        "later": words.later(certificate),
        "is_holder": own,
        "crumbs": [(_("Verify a certificate"), _verify()), (certificate.number, None)],
    }
    return page(request, "training/credentials/certificate.html", context)


def _stored(request: HttpRequest, certificate: Certificate, kind: str) -> HttpResponse:
    """Exactly what was signed; its ETag is its digest."""
    etag = f'"{certificate.body_sha256}"'
    response: HttpResponse
    if etag in [tag.strip() for tag in request.headers.get("If-None-Match", "").split(",")]:
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(certificate.body, content_type=kind)
    response["ETag"] = etag
    response["Vary"] = "Accept"
    response["Cache-Control"] = "public, max-age=3600"
    response["X-Robots-Tag"] = "noindex"
    return open_to_all(response)


@login_not_required
@require_safe
def credential_file(request: HttpRequest, token: str, form: str) -> HttpResponse:
    """`.json`, and the same bytes in a picture; `.pdf` and `-transcript.pdf` to print."""
    certificate = _find(token)
    if form == "json":
        return _stored(request, certificate, "application/json")
    if wait := limits.take(MADE, limits.who(request)):
        return limits.refuse(request, wait)
    name = f"{certificate.number}.{form}"
    if form in {"png", "svg"}:
        made = drawing.png(certificate) if form == "png" else drawing.svg(certificate)
        return open_to_all(_file(made, {"png": "image/png", "svg": "image/svg+xml"}[form], name))
    own = policies.is_holder(request.user, certificate)
    shown = {"with_name": certificate.shows_name or own, "with_mark": certificate.shows_mark or own}
    found = printing.loaded().get(pk=certificate.pk)
    try:
        made = printing.certificate_pdf(found, **shown) if form == "pdf" else printing.transcript_pdf(found, **shown)
    except FontsMissing as missing:
        return HttpResponse(str(missing), status=503, content_type="text/plain; charset=utf-8")
    return _file(made, "application/pdf", name.replace(".transcript.pdf", "-transcript.pdf"))


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _find(token: str) -> Certificate:
    """Revoked, expired and replaced ones stay where they are."""
    return get_object_or_404(checking.loaded(), token=token)


# What a certificate points at ---------------------------------------------------------------------------------------


@login_not_required
@require_safe
@in_readers_language
def achievement(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """A version of a curriculum, as certificates name it: a page, or its JSON-LD."""
    major, _dot, minor = number.partition(".")
    if not (major.isdigit() and minor.isdigit() and len(number) < 10):
        raise Http404
    version = get_object_or_404(
        CurriculumVersion.objects.public().with_content(), curriculum__code=code, major=int(major), minor=int(minor)
    )
    kind = wanted(request)
    if kind != HTML:
        response = JsonResponse(
            words.achievement(version), content_type=kind, json_dumps_params={"ensure_ascii": False}
        )
        response["Vary"] = "Accept"
        response["Cache-Control"] = "public, max-age=300"
        return open_to_all(response)
    context = {
        "version": version,
        "units": version.units.all(),
        "successor": words.successor(version),
        "achievement": words.achievement(version),
        "criteria": building.criteria(version).split("\n"),
        "crumbs": [(_("Verify a certificate"), _verify()), (f"{code} {number}", None)],
    }
    return page(request, "training/credentials/achievement.html", context)


@login_not_required
@require_safe
@in_readers_language
def competency(request: HttpRequest, code: str) -> HttpResponse:
    """What somebody can do who has it, and where it is taught."""
    found = get_object_or_404(Competency.objects.select_related("field"), code=code)
    versions = (
        CurriculumVersion.objects.public()
        .filter(units__outcomes__competencies=found)
        .select_related("curriculum")
        .distinct()
        .order_by("curriculum__code", "-major", "-minor")[:50]
    )
    context = {
        "competency": found,
        "versions": versions,
        "crumbs": [(_("Verify a certificate"), _verify()), (code, None)],
    }
    return page(request, "training/credentials/competency.html", context)


@login_not_required
@require_safe
@in_readers_language
def evidence(request: HttpRequest, token: str) -> HttpResponse:
    """What a certificate rests on, without a name unless its holder shows it."""
    found = get_object_or_404(
        CertificateEvidence.objects.select_related("certificate__version__curriculum"), token=token
    )
    context = {
        "evidence": found,
        "certificate": found.certificate,
        "name": found.certificate.holder_name if found.certificate.shows_name else "",
        "now": timezone.now(),
        "crumbs": [(_("Verify a certificate"), _verify()), (str(found.name), None)],
    }
    return page(request, "training/credentials/evidence.html", context)


def _verify() -> str:
    from django.urls import reverse

    return reverse("training:verify")
