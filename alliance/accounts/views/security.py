from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from alliance.core.onward import onward

from .. import guard, passwords, policies, second_factor
from ..services import security as services

FEW_CODES = 3


@require_GET
def security(request: HttpRequest) -> HttpResponse:
    """What protects my account, what happened at its door, and what to do next."""
    person = request.user
    factors = second_factor.factors_of(person)
    needs = policies.second_factor_of(person)
    codes = second_factor.codes_left(person)
    context = {
        "factors": [factor.wrap() for factor in factors],
        "has_app": any(factor.type == Authenticator.Type.TOTP for factor in factors),
        "needs": needs,
        "codes": codes,
        "few_codes": codes is not None and codes <= FEW_CODES,
        "least": passwords.required_length(person),
        "is_privileged": policies.is_privileged(person),
        "sessions": UserSession.objects.filter(user=person).count(),
        "events": services.recent_events(person),
        "has_failures": any(event.is_failure for event in services.recent_events(person, 5)),
    }
    return render(request, "accounts/security.html", context)


@require_GET
def secure(request: HttpRequest) -> HttpResponse:
    """What an account with a responsible duty still needs, step by step, before anything else opens."""
    target = onward(request, request.GET.get("next", ""), reverse("notifications:desk"))
    missing = guard.missing(request)
    if not missing:
        return redirect(target)
    context = {
        "missing": missing,
        "has_factor": second_factor.has_factor(request.user),
        "least": passwords.required_length(request.user),
        "target": target,
    }
    return render(request, "accounts/secure.html", context)


@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign out one of my other devices."""
    known = get_object_or_404(UserSession.objects.filter(user=request.user), pk=pk)
    if known.is_current():
        return redirect("account_logout")
    services.end_session(known, request)
    messages.success(request, _("That device is signed out."))
    return redirect("usersessions_list")
