"""Sessions, cohorts and learners of a request, fetched within what the person may see; the rest does not exist."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from .. import policies
from ..models import Cohort, Enrolment, Session

_PROGRAMME = "version__curriculum__programme"


def cohort_of(request: HttpRequest, code: str) -> Cohort:
    """A cohort of a programme whose desk the reader sees."""
    cohort = get_object_or_404(
        Cohort.objects.select_related(_PROGRAMME, "host").prefetch_related(f"{_PROGRAMME}__partners__organisation"),
        code=code,
    )
    if not policies.can_see_desk(request.user, cohort.version.curriculum.programme):
        raise Http404
    return cohort


def planned_by(request: HttpRequest, code: str) -> Cohort:
    """A cohort whose calendar the reader writes."""
    cohort = cohort_of(request, code)
    if not policies.can_plan_cohorts(request.user, cohort.version.curriculum.programme):
        raise PermissionDenied
    return cohort


def session_of(request: HttpRequest, pk: int) -> Session:
    """A session of such a cohort."""
    session = get_object_or_404(
        Session.objects.select_related(
            f"cohort__{_PROGRAMME}", "cohort__host", "unit", "room__organisation", "trainer"
        ).prefetch_related(f"cohort__{_PROGRAMME}__partners"),
        pk=pk,
    )
    if not policies.can_see_desk(request.user, session.cohort.version.curriculum.programme):
        raise Http404
    return session


def attended_at(request: HttpRequest, pk: int) -> Session:
    """A session whose attendance the reader sees."""
    session = session_of(request, pk)
    if not policies.can_see_attendance(request.user, session.cohort):
        raise PermissionDenied
    return session


def taught_by(request: HttpRequest, pk: int) -> Session:
    """A session whose attendance the reader keeps."""
    session = session_of(request, pk)
    if not policies.can_teach(request.user, session.cohort):
        raise PermissionDenied
    return session


def learner_of(session: Session, pk: int) -> Enrolment:
    return get_object_or_404(
        Enrolment.objects.holding().select_related("person", "park", "cohort__version"), pk=pk, cohort=session.cohort_id
    )
