"""The desk of certificates: dossiers of a cohort, approved by a second person, issued and printed as batches."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from alliance.accounts.permissions import Permission
from alliance.accounts.policies import organisations_with
from alliance.core.errors import RuleBroken

from .. import policies as training
from .. import requirements
from ..certificates import batches, dossiers, policies, trust
from ..certificates.words import evidence
from ..models import Certificate, Cohort, Dossier, Enrolment, IdentityCheck, IntegrityCase, Programme
from .requests import PersonRequest

PER_PAGE = 50
State = Dossier.State


def crumbs(*more: tuple[Any, Any]) -> list[tuple[Any, Any]]:
    return [(_("My desk"), reverse("notifications:desk")), (_("Certificates"), reverse("training:certificates")), *more]


def visible_cohorts(person: Any) -> Any:
    """Cohorts of programmes in which this person prepares or awards; the training desk sees all."""
    cohorts = Cohort.objects.select_related("version__curriculum__programme").prefetch_related(
        "version__curriculum__programme__partners"
    )
    if training.oversees(person):
        return cohorts
    mine = [
        organisation.pk
        for permission in (Permission.RUN_TRAINING, Permission.AWARD)
        for organisation in organisations_with(person, permission)
    ]
    programmes = Programme.objects.filter(
        partners__organisation__in=mine,
        partners__accepted_at__isnull=False,
        partners__declined_at__isnull=True,
        partners__until_on__isnull=True,
        partners__role__in=("lead", "teaching", "awarding"),
    )
    return cohorts.filter(version__curriculum__programme__in=programmes)


def cohort_of(request: PersonRequest, code: str) -> Cohort:
    cohort = get_object_or_404(visible_cohorts(request.user), code=code)
    if not policies.can_see_certificates(request.user, cohort.version.curriculum.programme):
        raise Http404
    return cohort


@require_safe
def desk(request: PersonRequest) -> HttpResponse:
    """Every cohort with what waits in it."""
    if not policies.sees_desk(request.user):
        raise Http404
    counted = visible_cohorts(request.user).annotate(
        trainees=Count("enrolments", filter=Q(enrolments__in=Enrolment.objects.certifiable()), distinct=True),
        waiting=Count("enrolments__dossiers", filter=Q(enrolments__dossiers__state="dossier"), distinct=True),
        approved=Count("enrolments__dossiers", filter=Q(enrolments__dossiers__state="approved"), distinct=True),
        issued=Count("enrolments__certificates", distinct=True),
    )
    page = Paginator(
        counted.exclude(state__in=["planned", "enrolling", "cancelled"]).order_by("-ends_at", "-pk"), 25
    ).get_page(request.GET.get("page"))
    context = {"page": page, "crumbs": [*crumbs()[:1], (_("Certificates"), None)]}
    return render(request, "training/certificates/desk.html", context)


@require_safe
def cohort(request: PersonRequest, code: str) -> HttpResponse:
    """Everybody of a cohort with what is missing, what waits and what was issued."""
    found = cohort_of(request, code)
    programme = found.version.curriculum.programme
    enrolments = (
        Enrolment.objects.filter(cohort=found)
        .certifiable()
        .select_related("person", "park", "cohort__version__curriculum")
        .order_by("queue_no")
    )
    show = request.GET.get("show", "")
    if show in {"dossier", "approved", "returned"}:
        enrolments = enrolments.filter(dossiers__state=show)
    elif show == "issued":
        enrolments = enrolments.filter(certificates__isnull=False).distinct()
    page = Paginator(enrolments, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "cohort": found,
        "programme": programme,
        "page": page,
        "rows": _rows(list(page)),
        "show": show,
        "filters": _filters(found),
        "may_prepare": policies.can_prepare_for(request.user, programme),
        "may_award": training.can_award(request.user, programme),
        "crumbs": crumbs((found.code, None)),
    }
    return render(request, "training/certificates/cohort.html", context)


def _filters(found: Cohort) -> list[tuple[str, Any, int]]:
    counts = dict(Dossier.objects.filter(enrolment__cohort=found).values_list("state").annotate(Count("pk")).order_by())
    issued = Certificate.objects.filter(enrolment__cohort=found).values("enrolment").distinct().count()
    return [
        ("", _("Everybody"), Enrolment.objects.filter(cohort=found).certifiable().count()),
        ("dossier", _("Waiting for approval"), counts.get("dossier", 0)),
        ("approved", _("Approved"), counts.get("approved", 0)),
        ("returned", _("Returned"), counts.get("returned", 0)),
        ("issued", _("Issued"), issued),
    ]


def _rows(enrolments: list[Enrolment]) -> list[dict[str, Any]]:
    """Each trainee with requirements, dossier and certificates; a number of queries that does not grow."""
    known = requirements.of_many(enrolments)
    open_ones = {
        dossier.enrolment_id: dossier
        for dossier in Dossier.objects.filter(enrolment__in=enrolments, state__in=Dossier.OPEN)
    }
    issued: dict[int, list[Certificate]] = {}
    for certificate in Certificate.objects.filter(enrolment__in=enrolments).order_by("issued_at"):
        issued.setdefault(certificate.enrolment_id, []).append(certificate)
    return [
        {
            "enrolment": enrolment,
            "missing": [requirement for requirement in known[enrolment.pk] if not requirement.is_met],
            "is_eligible": requirements.is_eligible(known[enrolment.pk]),
            "dossier": open_ones.get(enrolment.pk),
            "certificates": issued.get(enrolment.pk, []),
        }
        for enrolment in enrolments
    ]


@require_POST
def act(request: PersonRequest, code: str) -> HttpResponse:
    """What was ticked: prepare, approve (after reading every name), issue, print."""
    found = cohort_of(request, code)
    chosen = [int(pk) for pk in request.POST.getlist("enrolment") if pk.isdigit()][:1000]
    verbs: dict[str, Callable[[PersonRequest, Cohort, list[int]], HttpResponse]] = {
        "prepare": _prepare,
        "approve": _approve,
        "issue": _issue,
        "certificates": _print,
        "transcripts": _print,
    }
    verb = verbs.get(request.POST.get("verb", ""))
    if verb is None:
        raise Http404
    try:
        return verb(request, found, chosen)
    except RuleBroken as broken:
        messages.error(request, str(broken))
        return redirect("training:certificates_cohort", found.code)


def _prepare(request: PersonRequest, found: Cohort, chosen: list[int]) -> HttpResponse:
    if not policies.can_prepare_for(request.user, found.version.curriculum.programme):
        raise PermissionDenied
    done, refused = 0, []
    for enrolment in Enrolment.objects.filter(cohort=found, pk__in=chosen).select_related("person"):
        try:
            dossiers.prepare(enrolment, by=request.user)
        except RuleBroken as broken:
            refused.append(f"{enrolment.person.name}: {broken}")
        else:
            done += 1
    if done:
        messages.success(request, ngettext("%(n)d dossier prepared.", "%(n)d dossiers prepared.", done) % {"n": done})
    for words in refused[:10]:
        messages.error(request, words)
    if not done and not refused:
        messages.error(request, _("Please choose at least one."))
    return redirect("training:certificates_cohort", found.code)


def _approve(request: PersonRequest, found: Cohort, chosen: list[int]) -> HttpResponse:
    """First the list of every name, then the approval of exactly those (X-3)."""
    if not training.can_award(request.user, found.version.curriculum.programme):
        raise PermissionDenied
    waiting = list(
        dossiers.loaded()
        .filter(enrolment__cohort=found, enrolment__in=chosen, state=State.DOSSIER)
        .order_by("enrolment__queue_no")
    )
    if not waiting:
        raise RuleBroken(_("None of these waits for approval."))
    if request.POST.get("read") != "yes":
        context = {
            "cohort": found,
            "dossiers": waiting,
            "own": [dossier for dossier in waiting if dossier.prepared_by_id == request.user.pk],
            "crumbs": crumbs(
                (found.code, reverse("training:certificates_cohort", args=[found.code])), (_("Approve"), None)
            ),
        }
        return render(request, "training/certificates/approve.html", context)
    approved = dossiers.approve(waiting, by=request.user)
    count = len(approved)
    messages.success(request, ngettext("%(n)d dossier approved.", "%(n)d dossiers approved.", count) % {"n": count})
    return redirect("training:certificates_cohort", found.code)


def _issue(request: PersonRequest, found: Cohort, chosen: list[int]) -> HttpResponse:
    ready = Dossier.objects.filter(enrolment__cohort=found, enrolment__in=chosen, state=State.APPROVED)
    return redirect("core:job", batches.issue_batch(ready, by=request.user).pk)


def _print(request: PersonRequest, found: Cohort, chosen: list[int]) -> HttpResponse:
    issued = Certificate.objects.live().filter(enrolment__cohort=found, enrolment__in=chosen)
    return redirect("core:job", batches.print_batch(issued, what=request.POST["verb"], by=request.user).pk)


# One dossier --------------------------------------------------------------------------------------------------------


def _dossier(request: PersonRequest, pk: int) -> Dossier:
    found = get_object_or_404(dossiers.loaded(), pk=pk)
    if not policies.can_see_certificates(request.user, policies.programme_of(found.enrolment)):
        raise Http404
    return found


@require_safe
def dossier(request: PersonRequest, pk: int) -> HttpResponse:
    """Every requirement as it was frozen and as it is today, with the evidence behind it."""
    return _show_dossier(request, _dossier(request, pk))


def _show_dossier(request: PersonRequest, found: Dossier, problem: str = "") -> HttpResponse:
    now = dossiers.requirements_of(found)
    frozen = {row["code"]: row for row in found.shown}
    cohort_here = found.enrolment.cohort
    context = {
        "dossier": found,
        "rows": [
            {
                "now": requirement,
                "frozen": frozen.get(requirement.code),
                "evidence": evidence(requirement.evidence),
            }
            for requirement in now
        ],
        "is_as_frozen": bool(found.content) and dossiers.holds(found, now),
        "moves": dossiers.flow().offered(request.user, found),
        "certificate": Certificate.objects.filter(dossier=found).first(),
        "problem": problem,
        "crumbs": crumbs(
            (cohort_here.code, reverse("training:certificates_cohort", args=[cohort_here.code])),
            (found.enrolment.person.name, None),
        ),
    }
    return render(request, "training/certificates/dossier.html", context, status=422 if problem else 200)


@require_POST
def dossier_move(request: PersonRequest, pk: int, verb: str) -> HttpResponse:
    """Prepare anew, approve, return or issue this one."""
    found = _dossier(request, pk)
    try:
        match verb:
            case "prepare" if found.purpose == Dossier.Purpose.FIRST:
                dossiers.prepare(found.enrolment, by=request.user)
            case "prepare":
                dossiers.freeze(found, by=request.user)
            case "approve":
                dossiers.approve([found], by=request.user)
            case "return":
                dossiers.send_back(found, by=request.user, reason=request.POST.get("reason", "")[:2000])
            case "issue":
                job = batches.issue_batch([found], by=request.user)
                return redirect("core:job", job.pk)
            case _:
                raise Http404
    except RuleBroken as broken:
        return _show_dossier(request, _dossier(request, pk), str(broken))
    messages.success(request, str(dossiers.flow().move(verb).done))
    return redirect("training:dossier", pk)


# Identity and doubts ------------------------------------------------------------------------------------------------


def _enrolment(request: PersonRequest, pk: int) -> Enrolment:
    enrolment = get_object_or_404(
        Enrolment.objects.select_related("person", "park", "cohort__version__curriculum__programme").prefetch_related(
            "cohort__version__curriculum__programme__partners"
        ),
        pk=pk,
        cohort__in=visible_cohorts(request.user),
    )
    if not policies.can_see_certificates(request.user, policies.programme_of(enrolment)):
        raise Http404
    return enrolment


@require_safe
def trainee(request: PersonRequest, pk: int) -> HttpResponse:
    """One trainee: every requirement with value and evidence, identity, doubts, dossiers, certificates."""
    return _show_trainee(request, _enrolment(request, pk))


def _show_trainee(request: PersonRequest, enrolment: Enrolment, problem: str = "") -> HttpResponse:
    found = requirements.of_one(enrolment)
    programme = policies.programme_of(enrolment)
    context = {
        "enrolment": enrolment,
        "requirements": found,
        "may_certify": requirements.is_eligible(found) and enrolment.is_certifiable,
        "ways": IdentityCheck.Way.choices,
        "outcomes": IntegrityCase.Outcome.choices,
        "cases": enrolment.integrity_cases.select_related("opened_by", "closed_by"),
        "identity": IdentityCheck.objects.filter(enrolment=enrolment).select_related("checked_by").first(),
        "dossiers": enrolment.dossiers.all(),
        "certificates": enrolment.certificates.all(),
        "may_prepare": policies.can_prepare_for(request.user, programme),
        "problem": problem,
        "crumbs": crumbs(
            (enrolment.cohort.code, reverse("training:certificates_cohort", args=[enrolment.cohort.code])),
            (enrolment.person.name, None),
        ),
    }
    return render(request, "training/certificates/trainee.html", context, status=422 if problem else 200)


@require_POST
def trainee_act(request: PersonRequest, pk: int, verb: str) -> HttpResponse:
    """Check the identity, open or close a case about the work, prepare the dossier."""
    enrolment = _enrolment(request, pk)
    words = request.POST.get("words", "")[:2000]
    try:
        match verb:
            case "identity":
                trust.check_identity(enrolment, request.POST.get("way", ""), by=request.user)
            case "doubt":
                trust.open_case(enrolment, words, by=request.user)
            case "decide":
                case = get_object_or_404(enrolment.integrity_cases, pk=request.POST.get("case") or 0)
                trust.close_case(case, request.POST.get("outcome", ""), words, by=request.user)
            case "prepare":
                made = dossiers.prepare(enrolment, by=request.user)
                return redirect("training:dossier", made.pk)
            case _:
                raise Http404
    except RuleBroken as broken:
        return _show_trainee(request, enrolment, str(broken))
    messages.success(request, _("Saved."))
    return redirect("training:certificate_trainee", pk)
