"""The confidentiality agreement: the lead park writes it, a signatory reads it whole and accepts it (D-3)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alliance.core.errors import RuleBroken

from .. import nda_template, policies, reading
from .. import policies_investors as allowed
from ..forms.interests import AcceptForm, AgreementForm
from ..models import AgreementAcceptance, Interest
from ..services import agreements as services
from .access import desk_project_of, trail_of
from .interests import interest_of, trail_for


@require_safe
def agreement(request: HttpRequest, slug: str) -> HttpResponse:
    """What is in force, who has accepted it and until when, and the versions before it."""
    project = desk_project_of(request, slug)
    now = timezone.now()
    versions = list(project.agreements.select_related("created_by"))
    current = reading.agreement_in_force(project, now)
    accepted = (
        AgreementAcceptance.objects.filter(agreement=current).select_related("investor__organisation", "accepted_by")
        if current
        else AgreementAcceptance.objects.none()
    )
    context = {
        "project": project,
        "current": current,
        "versions": versions,
        "acceptances": [(one, one.valid_until > now) for one in accepted],
        "may_write": allowed.can_write_agreement(request.user, project),
        "crumbs": trail_of(project, (_("Confidentiality agreement"), None)),
    }
    return render(request, "investment/interests/agreement.html", context)


@require_http_methods(["GET", "POST"])
def agreement_write(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Begin with the version in force, or with our template; what is put in force never changes."""
    project = desk_project_of(request, slug)
    if not allowed.can_write_agreement(request.user, project):
        raise PermissionDenied
    newest = project.agreements.order_by("-number").first()
    initial: dict[str, Any] = (
        {"text_zh": newest.text_zh, "text_en": newest.text_en, "valid_days": newest.valid_days}
        if newest
        else nda_template.texts(project)
    )
    form = AgreementForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = services.write_agreement(
                project,
                text_zh=data["text_zh"],
                text_en=data["text_en"],
                valid_days=data["valid_days"],
                by=request.user,  # type: ignore[arg-type]
            )
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("Version %(number)d is in force.") % {"number": made.number})
            return redirect("investment:agreement", slug)
    context = {
        "form": form,
        "project": project,
        "newest": newest,
        "crumbs": trail_of(
            project,
            (_("Confidentiality agreement"), reverse("investment:agreement", args=[slug])),
            (_("Write"), None),
        ),
    }
    return render(request, "investment/interests/agreement_write.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def agreement_accept(request: HttpRequest, token: UUID) -> HttpResponseBase:
    """The investor's people read the version in force; a signatory accepts it."""
    interest = interest_of(request, token)
    if not allowed.invests_for(request.user, interest.investor):
        raise Http404
    if interest.state not in (Interest.State.ACCEPTED, *Interest.ROOM_STATES):
        raise Http404
    now = timezone.now()
    current = reading.agreement_in_force(interest.project, now)
    before = reading.newest_acceptance(interest.investor, current) if current else None
    may = allowed.can_accept_agreement(request.user, interest)
    if request.method == "POST" and not may:
        raise PermissionDenied
    form = AcceptForm(request.POST or None, initial={"sha256": current.sha256 if current else ""})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.accept_agreement(interest, sha256=data["sha256"], name=data["name"], by=request.user)  # type: ignore[arg-type]
        except RuleBroken as broken:
            form.add_error(None, str(broken))
            # The page shows the text that is in force now; its hash belongs to it.
            form.data = form.data.copy()
            form.data["sha256"] = current.sha256 if current else ""
        else:
            messages.success(request, _("Accepted. The dialogue is open."))
            return redirect("investment:interest", token)
    earlier = AgreementAcceptance.objects.filter(
        investor=interest.investor, agreement__project=interest.project
    ).select_related("agreement")
    context = {
        "form": form,
        "interest": interest,
        "project": interest.project,
        "agreement": current,
        "acceptance": before,
        "holds": before is not None and before.valid_until > now,
        "may_renew": before is None or before.valid_until <= now + services.RENEW_BEFORE,
        "had_older": any(current is not None and one.agreement_id != current.pk for one in earlier),
        "may_accept": may,
        "is_signatory": policies.is_signatory(request.user, interest.investor),
        "crumbs": trail_for(
            request,
            interest,
            (interest.project.title, reverse("investment:interest", args=[token])),
            (_("Confidentiality agreement"), None),
        ),
    }
    return render(request, "investment/interests/agreement_accept.html", context, status=422 if form.errors else 200)
