"""Who answers for the site and for the data in it: the privacy notice and the terms of use."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from alliance.accounts import notice, personal_data
from alliance.accounts.purposes import NOTICE, TERMS


@login_not_required
@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    context = notice.facts() | {
        "sources": [source for source in personal_data.sources() if source.is_listed],
        "version": NOTICE.version,
        "crumbs": [(_("Home"), reverse("home")), (_("Privacy"), None)],
    }
    return render(request, "front/privacy.html", context)


@login_not_required
@require_GET
def terms(request: HttpRequest) -> HttpResponse:
    context = {
        "operator": notice.HANDLER[0],
        "version": TERMS.version,
        "written_on": notice.WRITTEN_ON,
        "crumbs": [(_("Home"), reverse("home")), (_("Terms of use"), None)],
    }
    return render(request, "front/terms.html", context)
