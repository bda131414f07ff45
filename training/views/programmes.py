"""The desk of programmes: begin one, ask partners, answer, hand in, start, suspend, close."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.accounts.models import Organisation
from alliance.accounts.permissions import Permission
from alliance.accounts.policies import organisations_with
from alliance.core.errors import RuleBroken
from alliance.core.views.steps import offered_steps, reason_in, step_of, take_step

from .. import policies
from ..forms.programmes import DeclineForm, NewProgrammeForm, PartnerForm, ProgrammeForm, RegistrationForm
from ..models import Cohort, CurriculumVersion, Programme, ProgrammePartner
from ..presentation import tone_of
from ..services import programmes as services
from ..workflows.programmes import PROGRAMME
from .access import desk_programme_of

Role = ProgrammePartner.Role


def _own_organisations(request: HttpRequest) -> list[Organisation]:
    kinds = (Organisation.Kind.PARK_OPERATOR, Organisation.Kind.SCHOOL, Organisation.Kind.COMPANY)
    return [one for one in organisations_with(request.user, Permission.RUN_TRAINING) if one.kind in kinds]


def _trail(*more: tuple[Any, str | None]) -> list[tuple[Any, str | None]]:
    return [(_("Desk"), reverse("notifications:desk")), (_("Training"), reverse("training:desk_programmes")), *more]


@require_safe
def desk_programmes(request: HttpRequest) -> HttpResponse:
    """The programmes in which the reader's organisations take part or are asked to."""
    if (
        not policies.runs_any(request.user)
        and not policies.teaches_any(request.user)
        and not policies.awards_any(request.user)
    ):
        raise Http404
    mine = {
        organisation.pk
        for permission in (Permission.RUN_TRAINING, Permission.TEACH, Permission.AWARD)
        for organisation in organisations_with(request.user, permission)
    }
    programmes = (
        Programme.objects.of_organisations(mine)
        .select_related("field")
        .prefetch_related("partners__organisation")
        .annotate(curriculum_count=Count("curricula", distinct=True))
    )
    entries = [
        {
            "programme": programme,
            "tone": tone_of(programme),
            "roles": [partner for partner in programme.partners.all() if partner.organisation_id in mine],
            "waits": [
                partner
                for partner in programme.partners.all()
                if policies.can_answer_as_partner(request.user, partner)
                and partner.accepted_at is None
                and partner.declined_at is None
                and partner.until_on is None
            ],
        }
        for programme in programmes[:200]
    ]
    context = {
        "entries": entries,
        "may_start": bool(_own_organisations(request)),
        "crumbs": [(_("Desk"), reverse("notifications:desk")), (_("Training"), None)],
    }
    return render(request, "training/desk/programmes.html", context)


@require_http_methods(["GET", "POST"])
def programme_new(request: HttpRequest) -> HttpResponseBase:
    leads = _own_organisations(request)
    if not leads:
        raise Http404
    form = NewProgrammeForm(request.POST or None, leads=Organisation.objects.filter(pk__in=[one.pk for one in leads]))
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        programme = services.start_programme(values.pop("lead"), by=request.user, **values)
        messages.success(request, _("The draft is there. Now ask the partners."))
        return redirect("training:desk_programme", programme.slug)
    context = {"form": form, "crumbs": _trail((_("Begin a programme"), None))}
    return render(request, "training/desk/programme_edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def programme_edit(request: HttpRequest, slug: str) -> HttpResponseBase:
    programme = desk_programme_of(request, slug)
    if not policies.leads(request.user, programme):
        raise PermissionDenied
    initial = {name: getattr(programme, name) for name in ProgrammeForm.base_fields}
    form = ProgrammeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_programme(programme, by=request.user, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("Saved."))
            return redirect("training:desk_programme", programme.slug)
    context = {
        "form": form,
        "programme": programme,
        "crumbs": _trail((programme.title, reverse("training:desk_programme", args=[slug])), (_("Texts"), None)),
    }
    return render(request, "training/desk/programme_edit.html", context, status=422 if form.errors else 200)


def programme_context(request: HttpRequest, programme: Programme, **more: Any) -> dict[str, Any]:
    leads = policies.leads(request.user, programme)
    partners = [partner for partner in programme.partners.all() if partner.until_on is None]
    curricula = programme.curricula.select_related("author").prefetch_related(
        Prefetch(
            "versions", CurriculumVersion.objects.only("curriculum", "major", "minor", "state", "title_zh", "title_en")
        )
    )
    return {
        "programme": programme,
        "tone": tone_of(programme),
        "leads": leads,
        "oversees": policies.oversees(request.user),
        "partners": [
            {
                "partner": partner,
                "may_answer": policies.can_answer_as_partner(request.user, partner)
                and partner.accepted_at is None
                and partner.declined_at is None,
                "may_end": leads and partner.role != Role.LEAD and partner.declined_at is None,
                "may_register": policies.oversees(request.user)
                and partner.role == Role.AWARDING
                and partner.declined_at is None,
            }
            for partner in partners
        ],
        "curricula": [
            {"curriculum": curriculum, "versions": [(one, tone_of(one)) for one in curriculum.versions.all()]}
            for curriculum in curricula
        ],
        "cohorts": [
            (cohort, tone_of(cohort))
            for cohort in Cohort.objects.filter(version__curriculum__programme=programme).select_related(
                "version__curriculum"
            )[:20]
        ],
        "may_write": policies.can_write_curriculum(request.user, programme),
        "may_plan": policies.can_plan_cohorts(request.user, programme),
        "moves": offered_steps(
            PROGRAMME,
            programme,
            request.user,
            lambda verb: reverse("training:programme_move", args=[programme.slug, verb]),
        ),
        "partner_form": PartnerForm(),
        "crumbs": _trail((programme.title, None)),
    } | more


@require_safe
def desk_programme(request: HttpRequest, slug: str) -> HttpResponse:
    programme = desk_programme_of(request, slug)
    return render(request, "training/desk/programme.html", programme_context(request, programme))


@require_POST
def partner_add(request: HttpRequest, slug: str) -> HttpResponseBase:
    programme = desk_programme_of(request, slug)
    if not policies.leads(request.user, programme):
        raise PermissionDenied
    form = PartnerForm(request.POST)
    if form.is_valid():
        try:
            services.ask_partner(programme, form.cleaned_data["found"], form.cleaned_data["role"], by=request.user)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("Asked: %(name)s.") % {"name": form.cleaned_data["found"].name})
            return redirect(reverse("training:desk_programme", args=[slug]) + "#partners")
    context = programme_context(request, programme, partner_form=form)
    return render(request, "training/desk/programme.html", context, status=422)


def _partner_of(request: HttpRequest, pk: int) -> ProgrammePartner:
    partner = get_object_or_404(ProgrammePartner.objects.select_related("programme", "organisation"), pk=pk)
    desk_programme_of(request, partner.programme.slug)
    return partner


@require_POST
def partner_accept(request: HttpRequest, pk: int) -> HttpResponseBase:
    partner = _partner_of(request, pk)
    return _answer(request, partner, services.accept_partnership, _("Your organisation takes part."))


@require_http_methods(["GET", "POST"])
def partner_decline(request: HttpRequest, pk: int) -> HttpResponseBase:
    partner = _partner_of(request, pk)
    if not policies.can_answer_as_partner(request.user, partner):
        raise PermissionDenied
    form = DeclineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.decline_partnership(partner, by=request.user, reason=form.cleaned_data["reason"])
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("Declined. The lead is told."))
            return redirect("training:desk_programmes")
    context = {
        "form": form,
        "partner": partner,
        "crumbs": _trail(
            (partner.programme.title, reverse("training:desk_programme", args=[partner.programme.slug])),
            (_("Decline"), None),
        ),
    }
    return render(request, "training/desk/partner_decline.html", context, status=422 if form.errors else 200)


@require_POST
def partner_end(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _answer(request, _partner_of(request, pk), services.end_partnership, _("Ended as of today."))


@require_POST
def partner_register(request: HttpRequest, pk: int) -> HttpResponseBase:
    partner = _partner_of(request, pk)
    form = RegistrationForm(request.POST)
    if form.is_valid():
        return _answer(
            request,
            partner,
            lambda partner, by: services.record_registration(partner, form.cleaned_data["state_registration"], by=by),
            _("Saved."),
        )
    messages.error(request, _("The registration is too long."))
    return redirect("training:desk_programme", partner.programme.slug)


def _answer(request: HttpRequest, partner: ProgrammePartner, action: Any, done: str) -> HttpResponseBase:
    try:
        action(partner, by=request.user)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, done)
    return redirect(reverse("training:desk_programme", args=[partner.programme.slug]) + "#partners")


@require_http_methods(["GET", "POST"])
def programme_move(request: HttpRequest, slug: str, verb: str) -> HttpResponseBase:
    """One step of the programme, asked once more where it is not easily taken back."""
    programme = desk_programme_of(request, slug)
    back = reverse("training:desk_programme", args=[slug])
    move = step_of(PROGRAMME, programme, verb, request.user)
    return take_step(
        request,
        PROGRAMME,
        programme,
        move,
        lambda form: services.move_programme(programme, verb, by=request.user, reason=reason_in(form)),
        reader=_("All partners read it."),
        longest=600,
        back=back,
        title=programme.title,
        crumbs=_trail((programme.title, back), (move.label, None)),
    )
