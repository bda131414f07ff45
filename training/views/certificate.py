"""One certificate at the desk, the case of a revocation, and the holder's own page."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from alliance.core.errors import RuleBroken

from ..certificates import batches, checking, consents, later, policies, revoking, words
from ..models import Certificate, Enrolment, RevocationCase
from .certificates import crumbs
from .requests import PersonRequest

CASE_ROWS = ("certificate__version__curriculum", "certificate__person", "proposed_by", "decided_by")
PROGRAMME = "certificate__enrolment__cohort__version__curriculum__programme"


def _certificate(request: PersonRequest, number: str) -> Certificate:
    found = get_object_or_404(
        checking.loaded()
        .select_related("enrolment__cohort__version__curriculum__programme")
        .prefetch_related("enrolment__cohort__version__curriculum__programme__partners"),
        number=number,
    )
    if not policies.can_see_certificates(request.user, policies.programme_of(found.enrolment)):
        raise Http404
    return found


@require_safe
def certificate(request: PersonRequest, number: str) -> HttpResponse:
    """What it is, what happened to it, and what can be done: revoke, correct, renew."""
    return _show(request, _certificate(request, number))


def _show(request: PersonRequest, found: Certificate, problem: str = "") -> HttpResponse:
    finding = checking.of_certificate(found)
    programme = policies.programme_of(found.enrolment)
    context = {
        "certificate": found,
        "verdict": words.of(finding),
        "steps": words.steps(finding),
        "events": [(event, words.event_detail(event)) for event in found.events.select_related("actor")],
        "cases": found.cases.all(),
        "later": words.later(found),
        "window": later.window(found),
        "renewal": later.current_version(found),
        "categories": [(category.value, category.label) for category in revoking.PROPOSED],
        "may_revoke": found.revoked_at is None and policies.can_propose_revocation(request.user, found),
        "may_prepare": policies.can_prepare_for(request.user, programme),
        "problem": problem,
        "crumbs": crumbs(
            (found.enrolment.cohort.code, reverse("training:certificates_cohort", args=[found.enrolment.cohort.code])),
            (found.number, None),
        ),
    }
    return render(request, "training/certificates/certificate.html", context, status=422 if problem else 200)


@require_POST
def certificate_act(request: PersonRequest, number: str, verb: str) -> HttpResponse:
    """Propose to revoke it; prepare a correction or a renewal for the second person."""
    found = _certificate(request, number)
    try:
        match verb:
            case "revoke":
                reason = request.POST.get("reason", "")[:4000]
                case = revoking.propose(found, request.POST.get("category", ""), reason, by=request.user)
                return redirect("training:certificate_case", case.pk)
            case "correct":
                made = later.prepare_correction(found, request.POST.get("name", "")[:120], by=request.user)
            case "renew":
                hours = request.POST.get("hours", "")
                made = later.prepare_renewal(
                    found,
                    by=request.user,
                    refreshed_minutes=int(hours) * 60 if hours.isdigit() and len(hours) < 6 else None,
                    reassessed_on=_day(request.POST.get("reassessed_on", "")),
                )
            case _:
                raise Http404
    except RuleBroken as broken:
        return _show(request, _certificate(request, number), str(broken))
    messages.success(request, _("The dossier is prepared. Somebody else approves it."))
    return redirect("training:dossier", made.pk)


def _day(typed: str) -> date | None:
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise RuleBroken(_("Please give the day as year, month and day.")) from None


# A case -------------------------------------------------------------------------------------------------------------


def _case(request: PersonRequest, pk: int) -> RevocationCase:
    found = get_object_or_404(
        RevocationCase.objects.select_related(*CASE_ROWS, PROGRAMME).prefetch_related(f"{PROGRAMME}__partners"), pk=pk
    )
    if not policies.can_see_case(request.user, found):
        raise Http404
    return found


@require_safe
def case(request: PersonRequest, pk: int) -> HttpResponse:
    """What is proposed and why, what the holder says, and the decision. Both sides read the same."""
    return _show_case(request, _case(request, pk))


def _show_case(request: PersonRequest, found: RevocationCase, problem: str = "") -> HttpResponse:
    is_holder = policies.is_holder(request.user, found.certificate)
    context = {
        "case": found,
        "certificate": found.certificate,
        "is_holder": is_holder,
        "moves": revoking.flow().offered(request.user, found),
        "is_heard": found.statement or timezone.now() >= found.heard_until,
        "problem": problem,
        "crumbs": [(_("My certificates"), reverse("training:my_certificates")), (found.certificate.number, None)]
        if is_holder
        else crumbs(
            (found.certificate.number, reverse("training:certificate", args=[found.certificate.number])),
            (_("Revocation"), None),
        ),
    }
    return render(request, "training/certificates/case.html", context, status=422 if problem else 200)


@require_POST
def case_act(request: PersonRequest, pk: int, verb: str) -> HttpResponse:
    """The holder speaks; another person decides."""
    found = _case(request, pk)
    typed = request.POST.get("words", "")[:4000]
    try:
        match verb:
            case "state":
                revoking.state(found, typed, by=request.user)
                messages.success(request, _("Thank you. The deciders read it."))
            case "revoke" | "drop":
                revoking.decide(found, verb, typed, by=request.user)
                messages.success(request, str(revoking.flow().move(verb).done))
            case _:
                raise Http404
    except RuleBroken as broken:
        return _show_case(request, _case(request, pk), str(broken))
    return redirect("training:certificate_case", pk)


# The holder's own ---------------------------------------------------------------------------------------------------


@require_safe
def mine(request: PersonRequest) -> HttpResponse:
    """My certificates with their files, what each shows, and what I want in those to come."""
    own = (
        Certificate.objects.filter(person=request.user)
        .select_related("version__curriculum", "replaced_by")
        .prefetch_related("cases")
    )
    coming = (
        Enrolment.objects.filter(person=request.user, state__in=["enrolled", "active", "completed"])
        .exclude(dossiers__state="issued")
        .select_related("cohort__version__curriculum", "certificate_wishes")
    )
    now = timezone.now()
    context = {
        "certificates": [
            {
                "certificate": found,
                "is_expired": found.is_expired(now),
                "consents": [(name, label, getattr(found, name)) for name, label in consents.LABELS.items()],
                "window": later.window(found),
            }
            for found in own
        ],
        "coming": coming,
        "crumbs": [(_("My desk"), reverse("notifications:desk")), (_("My certificates"), None)],
    }
    return render(request, "training/certificates/mine.html", context)


def _mine(request: PersonRequest, number: str) -> Certificate:
    return get_object_or_404(Certificate, person=request.user, number=number)


@require_POST
def consent(request: PersonRequest, number: str) -> HttpResponse:
    """Give or withdraw one consent; it changes the page at once, and never the signed file (X-15)."""
    found = _mine(request, number)
    agrees = request.POST.get("answer") == "yes"
    try:
        consents.decide(found, request.POST.get("consent", ""), agrees, by=request.user)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("Saved."))
    return redirect(f"{reverse('training:my_certificates')}#{found.number}")


@require_POST
def wishes(request: PersonRequest, pk: int) -> HttpResponse:
    """What I want in the signed file of a certificate to come."""
    enrolment = get_object_or_404(Enrolment, person=request.user, pk=pk)
    try:
        consents.wish(
            enrolment,
            by=request.user,
            name_in_file="name_in_file" in request.POST,
            mark_in_file="mark_in_file" in request.POST,
        )
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("Saved."))
    return redirect("training:my_certificates")


@require_POST
def give_back(request: PersonRequest, number: str) -> HttpResponse:
    """The holder asks for the revocation; another person decides at once, for nobody has to be heard."""
    found = _mine(request, number)
    try:
        case = revoking.propose(
            found, Certificate.Category.HOLDER_REQUEST, request.POST.get("reason", "")[:4000], by=request.user
        )
    except RuleBroken as broken:
        messages.error(request, str(broken))
        return redirect("training:my_certificates")
    return redirect("training:certificate_case", case.pk)


@require_POST
def print_mine(request: PersonRequest) -> HttpResponse:
    """All my certificates that count, as one PDF."""
    try:
        own = Certificate.objects.live().filter(person=request.user)
        job = batches.print_batch(own, what=request.POST.get("what", "certificates"), by=request.user)
    except RuleBroken as broken:
        messages.error(request, str(broken))
        return redirect("training:my_certificates")
    return redirect("core:job", job.pk)
