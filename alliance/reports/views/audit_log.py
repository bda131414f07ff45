"""Who did what: the audit chain for those who watch over the alliance."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.core import audit
from alliance.core.models import ChainHead
from alliance.core.views.lists import show_list

from .. import audit_sentences as sentences
from .. import policies
from ..audit_list import AUDIT_LOG, line_of


@require_safe
def audit_log(request: HttpRequest) -> HttpResponse:
    if not policies.can_see_audit(request.user):
        raise PermissionDenied
    listing = AUDIT_LOG.read(request.GET, user=request.user)
    chosen = listing.chosen.get("object", "")
    return show_list(
        request,
        listing,
        "reports/audit_log.html",
        lines=[line_of(event) for event in listing.page.object_list],
        subject=sentences.kind_title(chosen.partition(":")[0]) if chosen else "",
        head=ChainHead.objects.get(pk=1),
        crumbs=[(_("My desk"), reverse("notifications:desk")), (_("Who did what"), None)],
    )


@require_safe
def audit_export(request: HttpRequest) -> StreamingHttpResponse:
    """The whole chain as the checker reads it."""
    if not policies.can_see_audit(request.user):
        raise PermissionDenied
    response = StreamingHttpResponse(audit.exported_lines(), content_type="application/x-ndjson; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="chain.jsonl"'
    return response
