from itertools import groupby

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from alliance.core.errors import RuleBroken

from .. import kinds, services
from ..models import Preference


def preferences(request: HttpRequest) -> HttpResponse:
    """Which messages reach me by mail. In the portal all of them do."""
    offered = [
        kind for kind in kinds.notice_kinds() if {"mail", "inapp"} <= set(kind.channels) and kind.concerns(request.user)
    ]
    if request.method == "POST":
        wanted = set(request.POST.getlist("mail"))
        choices = {
            kind.code: Preference.Choice.IMMEDIATELY if kind.code in wanted else Preference.Choice.OFF
            for kind in offered
            if not kind.must_know
        }
        try:
            services.set_preferences(request.user, choices)
        except RuleBroken as broken:
            messages.error(request, str(broken))
        else:
            messages.success(request, _("Saved. This is how messages reach you from now on."))
        return redirect("notifications:preferences")
    off = set(
        Preference.objects.filter(person=request.user, channel="mail", choice=Preference.Choice.OFF).values_list(
            "kind", flat=True
        )
    )
    rows = sorted(
        ({"kind": kind, "on": kind.must_know or kind.code not in off} for kind in offered),
        key=lambda row: (str(row["kind"].group), row["kind"].must_know, str(row["kind"].title)),
    )
    context = {
        "groups": [(title, list(group)) for title, group in groupby(rows, key=lambda row: str(row["kind"].group))],
        "crumbs": [(_("Account"), None), (_("Messages by mail"), None)],
    }
    return render(request, "notifications/preferences.html", context)
