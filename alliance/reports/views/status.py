from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from .. import policies
from .. import status as signs


@require_GET
def status(request: HttpRequest) -> HttpResponse:
    """Whether the portal is well: processes, mail, queues, backup, disk, versions."""
    if not policies.can_see_status(request.user):
        raise PermissionDenied
    now = timezone.now()
    groups = signs.groups(now)
    context = {
        "groups": groups,
        "worst": signs.worst(groups),
        "now": now,
        "crumbs": [(_("My desk"), reverse("notifications:desk")), (_("Status"), None)],
    }
    return render(request, "reports/status.html", context)
