"""Anybody checks a certificate: by number and family name, or with the file they were given (training spec, 4.6).

What is uploaded is looked at in memory and kept nowhere; nothing counts how often somebody is checked.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadhandler import FileUploadHandler, MemoryFileUploadHandler, StopUpload
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from alliance.core import limits
from alliance.core.limits import Limit
from alliance.core.parts import render_part

from ..certificates import checking, consents, lists, words
from ..credentials import baking
from ..models import Certificate

PER_PAGE = 50
VERIFY = Limit("verify", each=10, overall=300, seconds=60)


class NumberForm(forms.Form):
    """What stands on the paper."""

    number = forms.CharField(
        label=gettext_lazy("Certificate number"),
        max_length=60,
        help_text=gettext_lazy("Such as CC-ANI201-2026-000123-42. Hyphens and blanks do not matter."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
    )
    name = forms.CharField(
        label=gettext_lazy("Family name of the holder"),
        max_length=checking.LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class FileForm(forms.Form):
    """The file itself, or its text."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        help_text=gettext_lazy("JSON, or the badge as PNG or SVG; 2 MB at most. It is not stored."),
        widget=forms.ClearableFileInput(attrs={"accept": ".json,.png,.svg,application/json,image/png,image/svg+xml"}),
    )
    text = forms.CharField(
        label=gettext_lazy("Or paste its text"),
        required=False,
        max_length=256 * 1024,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("file") and not (cleaned.get("text") or "").strip():
            raise forms.ValidationError(_("Please choose a file or paste its text."))
        return cleaned

    def content(self) -> bytes:
        file = self.cleaned_data.get("file")
        return file.read() if file else self.cleaned_data["text"].strip().encode()


class SmallOnly(FileUploadHandler):
    """Stops what is larger than any badge, before it fills anything."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        if start + len(raw_data) > baking.LARGEST:
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


class InMemory(MemoryFileUploadHandler):
    """Keeps a file in memory, however the portal keeps others."""

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        self.activated = True


@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """The form and the answer. Its handlers must be set before anything reads the form, the CSRF check included."""
    request.upload_handlers = [SmallOnly(request), InMemory(request)]
    return _verify(request)


@csrf_protect
def _verify(request: HttpRequest) -> HttpResponse:
    by_file = request.method == "POST" and "by_file" in request.POST
    by_number = request.method == "POST" and not by_file
    context: dict[str, Any] = {
        "number_form": NumberForm(request.POST if by_number else None),
        "file_form": FileForm(*((request.POST, request.FILES) if by_file else ())),
        "origin": settings.CREDENTIAL_ORIGIN,
        "did_address": f"{settings.CREDENTIAL_ORIGIN}/.well-known/did.json",
        "list_address": lists.address(1),
        "crumbs": [(_("Verify a certificate"), None)],
    }
    status = 200
    if request.method == "POST":
        if wait := limits.take(VERIFY, limits.who(request)):
            return limits.refuse(request, wait)
        finding = _finding(context, by_file)
        if finding is None:
            status = 422
        else:
            # Whoever brings the file has read it; whoever brings a number sees what the holder shows (X-15, 4.6-3).
            asked = finding.certificate if by_number else None
            context |= {
                "finding": finding,
                "verdict": words.of(finding),
                "steps": words.steps(finding),
                "fields": words.fields(finding.badge or {}, hide=consents.withheld(asked) if asked else ()),
                "certificate": finding.certificate,
                "later": words.later(finding.certificate) if finding.certificate else None,
            }
    response = render_part(request, "training/verify.html", "training/_verified.html", context, status=status)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _finding(context: dict[str, Any], by_file: bool) -> checking.Finding | None:
    """None for a form that lacks something."""
    if by_file:
        form: FileForm = context["file_form"]
        return checking.of_file(form.content()) if form.is_valid() else None
    number: NumberForm = context["number_form"]
    if not number.is_valid():
        return None
    return checking.of_number(number.cleaned_data["number"], number.cleaned_data["name"])


@login_not_required
@require_safe
def graduates(request: HttpRequest) -> HttpResponse:
    """Who agreed to be named, with the certificate that still counts. Nobody is here without having said so (X-15)."""
    now = timezone.now()
    named = (
        Certificate.objects.live()
        .filter(in_directory=True, shows_name=True)
        .exclude(holder_name="")
        .exclude(valid_until__lt=now)
        .select_related("version__curriculum")
        .order_by("-awarded_at", "-pk")
    )
    page = Paginator(named, PER_PAGE).get_page(request.GET.get("page"))
    trail = [(_("Verify a certificate"), reverse("training:verify")), (_("Graduates"), None)]
    response = render(request, "training/graduates.html", {"page": page, "crumbs": trail})
    response["X-Robots-Tag"] = "noindex"
    return response
