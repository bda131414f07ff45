from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alliance.core.errors import RuleBroken
from alliance.core.parts import render_part

from .. import queries, services
from ..forms.joining import JoinForm
from ..models import JoinRequest, Organisation
from .duties import my_invitations


@require_GET
def join(request: HttpRequest) -> HttpResponse:
    """Find your organisation: by its name in either language, or its credit code."""
    query = queries.clean_query(request.GET.get("q", ""))
    found, has_more = queries.find_organisations(query)
    asked = list(JoinRequest.objects.filter(person=request.user).select_related("organisation")[:20])
    waiting = {row.organisation_id for row in asked if row.state == JoinRequest.State.PENDING}
    held = {duty.organisation_id for duty in request.duties}
    context = {
        "query": query,
        "found": [(row, row.pk in waiting, row.pk in held) for row in found],
        "has_more": has_more,
        "limit": queries.FOUND_AT_ONCE,
        "asked": asked,
        "invitations": list(my_invitations(request)),
    }
    return render_part(request, "accounts/join.html", "accounts/_found.html", context)


@require_http_methods(["GET", "POST"])
def join_organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask to act for this organisation."""
    operators = Organisation.objects.filter(kind=Organisation.Kind.PARK_OPERATOR).select_related("province")
    organisation = get_object_or_404(operators, slug=slug)
    form = JoinForm(request.POST or None, organisation=organisation)
    if form.is_valid():
        try:
            services.ask_to_join(
                request.user, organisation, form.cleaned_data["role_code"], message=form.cleaned_data["message"]
            )
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(
                request, _("Your request is with those who decide for %(name)s.") % {"name": organisation.name}
            )
            return redirect("accounts:join")
    context = {
        "organisation": organisation,
        "form": form,
        "crumbs": [(_("Find your organisation"), reverse("accounts:join")), (organisation.name, None)],
    }
    return render(request, "accounts/join_organisation.html", context)


@require_POST
def withdraw_join(request: HttpRequest, pk: int) -> HttpResponse:
    asked = get_object_or_404(JoinRequest, pk=pk, person=request.user)
    try:
        services.withdraw_join(asked, by=request.user)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("You have withdrawn your request."))
    return redirect("accounts:join")
