from allauth.account.internal.decorators import login_stage_required
from allauth.mfa.stages import AuthenticateStage
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alliance.core.errors import RuleBroken

from .. import policies
from ..emails import STOP_SALT
from ..models import LostFactor
from ..reauthentication import ask_again
from ..services import lost_factor as services

# Who stands between password and second factor: nobody is signed in yet.
at_second_factor = login_stage_required(stage=AuthenticateStage.key, redirect_urlname="account_login")


@login_not_required
@require_http_methods(["GET", "POST"])
@at_second_factor
def ask(request: HttpRequest) -> HttpResponse:
    """Said after the password: my second factor is lost."""
    person = request._login_stage.login.user  # type: ignore[attr-defined]
    if request.method == "POST":
        services.ask(person, request=request)
        return redirect("accounts:lost_factor")
    lost = LostFactor.objects.open().filter(person=person).first()
    context = {
        "lost": lost,
        "missing": services.missing_approvals(lost) if lost else services.APPROVALS,
        "is_ready": lost is not None and services.is_ready(lost),
        "approvers": services.approvers(lost or LostFactor(person=person)),
        "hours": services.WAIT.value(),
    }
    return render(request, "accounts/lost_factor.html", context)


@login_not_required
@require_POST
@at_second_factor
def begin_anew(request: HttpRequest) -> HttpResponse:
    """Approved, and the time has passed: the old factors go and signing in goes on."""
    stage = request._login_stage  # type: ignore[attr-defined]
    lost = get_object_or_404(LostFactor.objects.open(), person=stage.login.user)
    try:
        services.begin_anew(lost, request=request)
    except RuleBroken as broken:
        messages.warning(request, str(broken))
        return redirect("accounts:lost_factor")
    stage.login.user.refresh_from_db()
    return stage.exit()


@login_not_required
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the letter: this was not me. It needs no signing in, for whoever lost a factor cannot."""
    try:
        pk = signing.loads(token, salt=STOP_SALT)
    except signing.BadSignature:
        pk = None
    lost = LostFactor.objects.open().filter(pk=pk).first() if pk else None
    stopped = False
    if request.method == "POST" and lost is not None:
        try:
            services.withdraw(lost)
            stopped = True
        except RuleBroken:
            lost = None
    context = {"lost": lost, "stopped": stopped}
    return render(request, "accounts/lost_factor_stop.html", context, status=200 if lost else 404)


@require_GET
def lost_factors(request: HttpRequest) -> HttpResponse:
    """Who waits for two approvals, and what was decided lately."""
    if not policies.can_help_with_factors(request.user):
        raise PermissionDenied
    open_ones = list(LostFactor.objects.open().select_related("person").prefetch_related("approvals__officer"))
    for lost in open_ones:
        officers = [approval.officer_id for approval in lost.approvals.all()]
        lost.is_own = lost.person_id == request.user.pk
        lost.has_mine = request.user.pk in officers
        lost.missing = max(0, services.APPROVALS - len(officers))
        lost.lacks_people = services.approvers(lost) < services.APPROVALS
    closed = LostFactor.objects.exclude(state=LostFactor.State.ASKED).select_related("person", "decided_by")[:20]
    context = {"open_ones": open_ones, "closed": closed}
    return render(request, "accounts/lost_factors.html", context)


@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """One of the two."""
    lost = _asked(request, pk)
    ask_again(request)
    try:
        lost = services.approve(lost, by=request.user)
    except RuleBroken as broken:
        messages.warning(request, str(broken))
    else:
        missing = services.missing_approvals(lost)
        words = (
            _("Noted. A second person of the secretariat must approve too.")
            if missing
            else _("Approved by two. The person can begin anew once the waiting time has passed.")
        )
        messages.success(request, words)
    return redirect("accounts:lost_factors")


@require_POST
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    lost = _asked(request, pk)
    ask_again(request)
    try:
        services.refuse(lost, by=request.user, note=request.POST.get("note", ""))
    except RuleBroken as broken:
        messages.warning(request, str(broken))
    else:
        messages.success(request, _("Refused. The person was told."))
    return redirect("accounts:lost_factors")


def _asked(request: HttpRequest, pk: int) -> LostFactor:
    if not policies.can_help_with_factors(request.user):
        raise PermissionDenied
    return get_object_or_404(LostFactor, pk=pk)
