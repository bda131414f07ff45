from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alliance.core.errors import RuleBroken

from .. import invited, services
from ..decided import INVITATION_DAYS
from ..middleware import SESSION_KEY
from ..models import Duty, Invitation, User
from .duties import my_invitations


@login_not_required
@never_cache
@require_GET
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Where the letter leads: what is offered, and the one next step for whoever reads it."""
    found = services.find_invitation(token)
    standing = _standing(request, found)
    context = {
        "invitation": found,
        "standing": standing,
        "token": token,
        "here": reverse("accounts:invitation", args=[token]),
        "valid_days": INVITATION_DAYS.value(),
    }
    if found and standing == "open" and not request.user.is_authenticated:
        invited.remember(request, found)
        context["has_account"] = User.objects.filter(emailaddress__email=found.email).exists()
    status = {"unknown": 404, "used": 410, "revoked": 410, "expired": 410}.get(standing, 200)
    return render(request, "accounts/invitation.html", context, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    found = services.find_invitation(token)
    # GET comes from a sign-in in between: back to the page with the button.
    if found is None or request.method == "GET":
        return redirect("accounts:invitation", token)
    return _accept(request, found) or redirect("accounts:invitation", token)


@require_POST
def accept_own_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept without the letter at hand: signed in with the confirmed address it went to."""
    return _accept(request, get_object_or_404(my_invitations(request), pk=pk)) or redirect("accounts:duties")


@login_not_required
@never_cache
@require_POST
def renew_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The link has expired; its sender hears that somebody would still come."""
    found = services.find_invitation(token)
    if found is not None:
        services.ask_for_new_link(found)
    return redirect("accounts:invitation", token)


def _standing(request: HttpRequest, found: Invitation | None) -> str:
    if found is None:
        return "unknown"
    if found.accepted_at:
        return "accepted" if found.accepted_by_id == request.user.pk else "used"
    if found.revoked_at:
        return "revoked"
    if found.is_expired():
        return "expired"
    if request.user.is_authenticated and not services.has_confirmed(request.user, found.email):
        return "wrong_person"
    return "open"


def _accept(request: HttpRequest, found: Invitation) -> HttpResponse | None:
    """Accept and go to the desk, acting in the new duty; None where it was refused, with the reason as a message."""
    try:
        duty = services.accept_invitation(found, by=request.user)
    except RuleBroken as broken:
        messages.error(request, str(broken))
        return None
    invited.forget(request)
    if duty.is_active():
        request.session[SESSION_KEY] = duty.pk
    messages.success(request, _welcome(duty))
    return redirect("notifications:desk" if duty.is_active() else "accounts:duties")


def _welcome(duty: Duty) -> str:
    words = {"organisation": duty.organisation.name, "role": duty.role.title}
    return _("Welcome. You act for %(organisation)s as “%(role)s”.") % words
