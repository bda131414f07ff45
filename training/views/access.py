"""The objects of a request, fetched within what the person may see: what is not theirs does not exist."""

from django.db.models import Prefetch
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from .. import policies
from ..models import CurriculumVersion, Programme, ProgrammePartner, Unit


def with_partners(path: str = "") -> Prefetch:
    """The partners of programmes with their organisations, in one query."""
    return Prefetch(f"{path}partners", ProgrammePartner.objects.select_related("organisation"))


def desk_programme_of(request: HttpRequest, slug: str) -> Programme:
    """A programme whose desk the reader sees."""
    programme = get_object_or_404(
        Programme.objects.select_related("field").prefetch_related(with_partners()), slug=slug
    )
    if not policies.can_see_desk(request.user, programme):
        raise Http404
    return programme


def desk_version_of(request: HttpRequest, pk: int) -> CurriculumVersion:
    """A version as its writers, partners, asked reviewers and the training desk see it."""
    return _version(request, pk=pk)


def _version(request: HttpRequest, **where: int) -> CurriculumVersion:
    version = get_object_or_404(
        CurriculumVersion.objects.with_content()
        .select_related("curriculum__author", "based_on")
        .prefetch_related("authors", "asks__organisation", with_partners("curriculum__programme__")),
        **where,
    )
    if not policies.can_see_version_desk(request.user, version):
        raise Http404
    return version


def unit_of(request: HttpRequest, pk: int) -> tuple[Unit, CurriculumVersion]:
    version = _version(request, units=pk)
    return next(unit for unit in version.units.all() if unit.pk == pk), version
