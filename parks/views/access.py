"""The objects of a request, fetched within what the person may see: what is not theirs does not exist."""

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from .. import policies
from ..blocks import BLOCKS, Block
from ..models import Park
from ..overview import with_profile


def park_of(request: HttpRequest, slug: str) -> Park:
    """A park whose people the reader belongs to."""
    return get_object_or_404(with_profile(policies.edited_by(request.user)), slug=slug)


def any_park(request: HttpRequest, slug: str) -> Park:
    """A park as the secretariat sees it; for everybody else this page does not exist."""
    if not policies.can_see_all(request.user):
        raise Http404
    return get_object_or_404(with_profile(Park.objects.all()), slug=slug)


def block_of(code: str) -> Block:
    if code not in BLOCKS:
        raise Http404
    return BLOCKS[code]
