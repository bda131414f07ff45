"""A cohort for the public, and asking for a place in it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alliance.core.errors import RuleBroken

from .. import policies, seats, windows
from ..forms.seats import ApplyForm
from ..models import Cohort, Enrolment, Programme
from ..standing import pools_of


def with_programme() -> Any:
    return Cohort.objects.select_related("host", "version__curriculum__programme__field")


@login_not_required
@require_safe
def cohort_detail(request: HttpRequest, code: str) -> HttpResponse:
    """What, when, how many seats are left in which pool, how seats are given, and the way in."""
    cohort = get_object_or_404(with_programme().public(), code=code)
    programme = cohort.version.curriculum.programme
    now = timezone.now()
    pools = pools_of(cohort)
    mine = None
    if request.user.is_authenticated:
        mine = cohort.enrolments.live().filter(person=request.user).first()
    context = {
        "cohort": cohort,
        "programme": programme,
        "version": cohort.version,
        "pools": pools,
        "free": sum(pool.free for pool in pools),
        "waiting": cohort.enrolments.filter(state=Enrolment.State.WAITLISTED).count(),
        "is_enrolling": windows.is_enrolling(cohort, now) and programme.state == Programme.State.RUNNING,
        "is_before": cohort.state == Cohort.State.ENROLLING and now < cohort.enrol_from,
        "nominates": list(policies.nominating_parks(request.user)) if policies.nominates_any(request.user) else [],
        "mine": mine,
        "crumbs": [(_("Training"), None), (cohort.title, None)],
    }
    return render(request, "training/seats/cohort.html", context)


@require_http_methods(["GET", "POST"])
def cohort_apply(request: HttpRequest, code: str) -> HttpResponseBase:
    """Say which park sends you and what you are besides; the queue number follows at once."""
    cohort = get_object_or_404(with_programme().public(), code=code)
    if mine := cohort.enrolments.live().filter(person=request.user).first():
        return redirect("training:place", mine.pk)
    form = ApplyForm(request.POST or None, cohort=cohort, initial={"park": _own_park(request), "learner": "employed"})
    if request.method == "POST" and form.is_valid():
        try:
            row = seats.apply(cohort, form.cleaned_data["park"], learner=form.cleaned_data["learner"], by=request.user)  # type: ignore[arg-type]
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("You asked for a place. Your queue number is %(n)d.") % {"n": row.queue_no})
            return redirect("training:place", row.pk)
    context = {
        "cohort": cohort,
        "programme": cohort.version.curriculum.programme,
        "form": form,
        "is_enrolling": windows.is_enrolling(cohort, timezone.now()),
        "crumbs": [
            (cohort.title, cohort.get_absolute_url()),
            (_("Ask for a place"), None),
        ],
    }
    return render(request, "training/seats/apply.html", context, status=409 if form.errors else 200)


def _own_park(request: HttpRequest) -> int | None:
    """The park for which the reader acts, as a first guess at the home park."""
    acting = request.acting  # type: ignore[attr-defined]
    park = (
        getattr(acting.organisation, "park", None) if acting and acting.organisation.kind == "park_operator" else None
    )
    return park.pk if park else None


def crumbs_of(cohort: Cohort) -> list[tuple]:
    return [(_("Desk"), reverse("notifications:desk")), (cohort.title, cohort.get_absolute_url())]
