"""The keys that sign certificates: published, put in use, withdrawn. For the training desk and the data desk (4.4)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from alliance.accounts.policies import can_see_office
from alliance.core.errors import RuleBroken

from ..certificates import keys, later, policies
from ..models import IssuerKey, StatusList
from .requests import PersonRequest


def _require(request: PersonRequest) -> None:
    if not can_see_office(request.user):
        raise Http404
    if not policies.can_turn_keys(request.user):
        raise PermissionDenied


@require_safe
def issuer_keys(request: PersonRequest) -> HttpResponse:
    """Every key with its days and what rests on it; the lists; what can be done now."""
    _require(request)
    return _show(request)


def _show(request: PersonRequest, problem: str = "") -> HttpResponse:
    known = list(IssuerKey.objects.select_related("staged_by"))
    context = {
        "keys": [
            {"key": key, "rests": keys.signed_with(key), "ready_at": key.staged_at + keys.PUBLISHED_BEFORE}
            for key in known
        ],
        "may_stage": not any(key.state == IssuerKey.State.STAGED for key in known),
        "has_active": any(key.state == IssuerKey.State.ACTIVE for key in known),
        "lists": StatusList.objects.all(),
        "did": keys.did(),
        "problem": problem,
        "crumbs": [(_("Secretariat"), reverse("notifications:office")), (_("Signing keys"), None)],
    }
    return render(request, "training/certificates/keys.html", context, status=422 if problem else 200)


@require_POST
def issuer_key_stage(request: PersonRequest) -> HttpResponse:
    """Make the next key and publish its public half."""
    _require(request)
    try:
        key = keys.stage(by=request.user)
    except (RuleBroken, OSError) as broken:
        return _show(request, str(broken))
    messages.success(request, _("%(key)s is published. It can be used in 48 hours.") % {"key": key.fragment})
    return redirect("training:issuer_keys")


@require_POST
def issuer_key_act(request: PersonRequest, fragment: str, verb: str) -> HttpResponse:
    """Put in use, withdraw, or prepare what rested on a withdrawn one anew."""
    _require(request)
    key = get_object_or_404(IssuerKey, fragment=fragment)
    try:
        match verb:
            case "activate":
                keys.activate(key, by=request.user)
                messages.success(request, _("%(key)s signs from now on.") % {"key": key.fragment})
            case "withdraw":
                keys.compromise(
                    key,
                    by=request.user,
                    incident_zh=request.POST.get("incident_zh", "")[:2000],
                    incident_en=request.POST.get("incident_en", "")[:2000],
                )
                messages.success(request, _("%(key)s is withdrawn. Nothing it signed holds.") % {"key": key.fragment})
            case "reissue":
                count = later.prepare_reissues(key, by=request.user)
                messages.success(
                    request,
                    ngettext(
                        "%(n)d dossier waits for its awarding partner.",
                        "%(n)d dossiers wait for their awarding partners.",
                        count,
                    )
                    % {"n": count},
                )
            case _:
                raise Http404
    except RuleBroken as broken:
        return _show(request, str(broken))
    return redirect("training:issuer_keys")
