"""The audit chain in public: what it is, its published heads, and how anyone can check it."""

import csv
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from .. import chain_check
from ..models import ChainHead, DailyHead

SHOWN_DAYS = 31


@login_not_required
@require_GET
def audit(request: HttpRequest) -> HttpResponse:
    heads = list(DailyHead.objects.all()[: SHOWN_DAYS + 1])
    context = {
        "head": ChainHead.objects.get(pk=1),
        "heads": heads[:SHOWN_DAYS],
        "has_older": len(heads) > SHOWN_DAYS,
        "genesis": chain_check.GENESIS,
        "crumbs": [(_("Home"), reverse("home")), (_("About the alliance"), reverse("about")), (_("Audit chain"), None)],
    }
    return render(request, "core/audit.html", context)


@login_not_required
@require_GET
def audit_heads(request: HttpRequest) -> HttpResponse:
    """All published heads, as the checker reads them."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="audit-heads.csv"'
    rows = csv.writer(response)
    rows.writerow(["date", "seq", "hash"])
    rows.writerows((head.on.isoformat(), head.seq, head.hash) for head in DailyHead.objects.order_by("on").iterator())
    return response


@login_not_required
@require_GET
def audit_script(request: HttpRequest) -> HttpResponse:
    """The checker, the very file the portal itself uses."""
    response = HttpResponse(Path(chain_check.__file__).read_bytes(), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="chain_check.py"'
    return response
