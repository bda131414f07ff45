from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alliance.core.errors import RuleBroken
from alliance.core.onward import onward

from .. import policies, services
from ..forms.team import AbsenceForm, EndForm, TermForm
from ..middleware import SESSION_KEY
from ..models import Duty, Invitation, JoinRequest
from .team import team_crumbs, team_url


@require_GET
def duties(request: HttpRequest) -> HttpResponse:
    """What I may do, for whom, until when; where I stand in; what I was invited to and asked for."""
    own = list(
        Duty.objects.current()
        .filter(person=request.user)
        .select_related("organisation", "substitute")
        .order_by("starts_on", "pk")
    )
    standing_in = Duty.objects.current().filter(substitute=request.user).select_related("organisation", "person")
    former = Duty.objects.ended().filter(person=request.user).select_related("organisation")
    asked = JoinRequest.objects.filter(person=request.user).select_related("organisation")
    context = {
        "own": own,
        "standing_in": list(standing_in),
        "former": list(former.order_by("-pk")[:20]),
        "asked": list(asked[:20]),
        "invitations": list(my_invitations(request)),
    }
    return render(request, "accounts/duties.html", context)


@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """Act in another of one's duties from now on, on this device."""
    chosen = next((duty for duty in request.duties if str(duty.pk) == request.POST.get("duty", "")), None)
    if chosen is None:
        raise Http404
    request.session[SESSION_KEY] = chosen.pk
    messages.success(
        request,
        _("You now act for %(organisation)s as “%(role)s”.")
        % {"organisation": chosen.organisation.name, "role": chosen.role.title},
    )
    return redirect(onward(request, request.POST.get("next", ""), reverse("notifications:desk")))


@require_GET
def duty(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One duty: its term, who stands in, how to end it."""
    return _duty_page(request, _visible_duty(request, slug, pk))


@require_POST
def duty_term(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    duty = _visible_duty(request, slug, pk)
    if not policies.can_change_term(request.user, duty):
        raise PermissionDenied
    form = TermForm(request.POST)
    if form.is_valid():
        try:
            services.change_term(duty, form.cleaned_data["ends_on"], by=request.user)
        except RuleBroken as broken:
            form.add_error("ends_on", str(broken))
        else:
            messages.success(request, _("The term was changed."))
            return redirect("accounts:duty", slug, pk)
    return _duty_page(request, duty, term_form=form)


@require_POST
def duty_absence(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    duty = _visible_duty(request, slug, pk)
    if not policies.can_set_absence(request.user, duty):
        raise PermissionDenied
    form = AbsenceForm(request.POST, duty=duty, is_own=duty.person_id == request.user.pk)
    if form.is_valid():
        try:
            services.set_absence(
                duty,
                by=request.user,
                substitute=form.chosen,
                promised=form.chosen_invitation,
                away_from=form.cleaned_data["away_from"],
                away_until=form.cleaned_data["away_until"],
            )
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("Substitute and absence were saved."))
            return redirect("accounts:duty", slug, pk)
    return _duty_page(request, duty, absence_form=form)


@require_http_methods(["GET", "POST"])
def duty_end(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Ending a duty has a page of its own that says what follows."""
    duty = _visible_duty(request, slug, pk)
    if not policies.can_end_duty(request.user, duty):
        raise PermissionDenied
    is_own = duty.person_id == request.user.pk
    is_last = services.is_last_holder(duty)
    form = EndForm(request.POST or None, is_last=is_last)
    if form.is_valid():
        try:
            services.end_duty(duty, by=request.user, reason=form.cleaned_data["reason"])
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            if is_own:
                words = _("You no longer act for %(organisation)s as “%(role)s”.")
            else:
                words = _("%(person)s no longer acts for %(organisation)s as “%(role)s”.")
            facts = {"person": duty.person, "organisation": duty.organisation.name, "role": duty.role.title}
            messages.success(request, words % facts)
            return redirect("accounts:duties" if is_own else team_url(request, duty.organisation))
    title = _("Leave this duty") if is_own else _("End this duty")
    page = reverse("accounts:duty", args=[slug, pk])
    context = {
        "duty": duty,
        "form": form,
        "is_own": is_own,
        "is_last": is_last,
        "title": title,
        "crumbs": _crumbs(request, duty, (str(duty.person), page), (title, None)),
    }
    return render(request, "accounts/duty_end.html", context)


def my_invitations(request: HttpRequest):
    """Open invitations that went to one of the person's confirmed addresses."""
    addresses = request.user.emailaddress_set.filter(verified=True).values("email")
    return Invitation.objects.open().filter(email__in=addresses).select_related("organisation", "invited_by")


def _visible_duty(request: HttpRequest, slug: str, pk: int) -> Duty:
    rows = Duty.objects.select_related("organisation", "person", "substitute", "appointed_by", "ended_by")
    duty = get_object_or_404(rows, pk=pk, organisation__slug=slug)
    if not policies.can_see_duty(request.user, duty):
        raise Http404
    return duty


def _crumbs(request: HttpRequest, duty: Duty, *more: tuple[str, str | None]) -> list:
    """Below the team; for somebody who sees their own duty alone, below their duties."""
    if policies.can_see_team(request.user, duty.organisation):
        return team_crumbs(request, duty.organisation, *more)
    return [(_("My duties"), reverse("accounts:duties")), *more]


def _duty_page(
    request: HttpRequest, duty: Duty, *, term_form: TermForm | None = None, absence_form: AbsenceForm | None = None
) -> HttpResponse:
    is_own = duty.person_id == request.user.pk
    is_over = duty.is_over()
    if not is_over and policies.can_change_term(request.user, duty):
        term_form = term_form or TermForm(initial={"ends_on": duty.ends_on})
    if not is_over and policies.can_set_absence(request.user, duty):
        absence_form = absence_form or AbsenceForm(duty=duty, is_own=is_own)
    context = {
        "duty": duty,
        "is_own": is_own,
        "is_over": is_over,
        "term_form": term_form,
        "absence_form": absence_form,
        "can_end": not is_over and policies.can_end_duty(request.user, duty),
        "is_last": not is_over and services.is_last_holder(duty),
        "crumbs": _crumbs(request, duty, (str(duty.person), None)),
    }
    return render(request, "accounts/duty.html", context)
