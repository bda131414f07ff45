"""Pictures of a park: bring them, describe them, put them in order, take them off and back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.core import files, limits
from alliance.core.errors import RuleBroken
from alliance.core.files import serve
from alliance.core.files.accept import shown_name, too_large
from alliance.core.limits import Limit
from alliance.core.models import StoredFile
from alliance.core.parts import wants_part

from .. import policies
from ..forms.office import PictureForm
from ..models import Park, Picture
from ..overview import Overview
from ..services import pictures as services
from .access import park_of

MOST_AT_ONCE = 12
UPLOADS = Limit("park_picture", each=60, overall=2000, seconds=600)


@require_http_methods(["GET", "POST"])
def pictures(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The pictures with their words; POST brings new ones."""
    park = park_of(request, slug)
    if request.method == "GET" and wants_part(request):
        return _one(request, park, request.GET.get("picture", ""))
    if request.method == "GET":
        return _page(request, park)
    if wait := limits.take(UPLOADS, limits.who(request)):
        return limits.refuse(request, wait)
    problems, added = _take_in(request, park)
    if added:
        messages.success(
            request,
            ngettext(
                "%(n)d picture arrived. Say what it shows.", "%(n)d pictures arrived. Say what they show.", len(added)
            )
            % {"n": len(added)},
        )
    if not problems:
        return redirect("parks:pictures", park.slug)
    return _page(request, park, problems=problems, status=422)


def _take_in(request: HttpRequest, park: Park) -> tuple[list[str], list[Picture]]:
    """Each file for itself: one that is refused does not take the others along."""
    uploads = request.FILES.getlist("pictures")
    problems = [too_large(shown_name(name)) for _field, name in getattr(request, "dropped_uploads", [])]
    added = []
    if not uploads and not problems:
        problems.append(_("Please choose one or more pictures."))
    if len(uploads) > MOST_AT_ONCE:
        problems.append(_("At most %(most)s pictures at once; the others were left out.") % {"most": MOST_AT_ONCE})
    for upload in uploads[:MOST_AT_ONCE]:
        try:
            added.append(services.add(park, upload, by=request.user))
        except RuleBroken as broken:
            problems.append(str(broken))
    return problems, added


def _page(
    request: HttpRequest,
    park: Park,
    *,
    problems: list[str] | None = None,
    bound: PictureForm | None = None,
    bound_to: int = 0,
    status: int = 200,
) -> HttpResponse:
    overview = Overview(park, request.user)
    shown = overview.pictures
    cards = [
        _card(park, picture, bound if picture.pk == bound_to else None, at, len(shown))
        for at, picture in enumerate(shown)
    ]
    context = {
        "park": park,
        "overview": overview,
        "cards": cards,
        "problems": problems or [],
        "removed": list(
            Picture.objects.filter(park=park)
            .exclude(removed_at=None)
            .select_related("file")
            .order_by("-removed_at")[:6]
        ),
        "most": services.MOST,
        "crumbs": [
            (_("Desk"), reverse("notifications:desk")),
            (park.name, reverse("parks:desk_park", args=[park.slug])),
            (_("Pictures"), None),
        ],
    }
    return render(request, "parks/desk/pictures.html", context, status=status)


def _one(request: HttpRequest, park: Park, pk: str) -> HttpResponse:
    """One picture and where it stands, for the page that waits for it."""
    mine = (
        Picture.objects.filter(park=park, removed_at=None).select_related("file").prefetch_related("file__renditions")
    )
    picture = get_object_or_404(mine, pk=int(pk) if pk.isdecimal() and len(pk) < 18 else 0)
    return render(request, "parks/desk/_picture.html", {"park": park, "card": _card(park, picture, None, 0, 1)})


def _card(park: Park, picture: Picture, bound: PictureForm | None, at: int, count: int) -> dict[str, Any]:
    renditions = sorted(picture.file.renditions.all(), key=lambda row: row.width)
    return {
        "picture": picture,
        "url": reverse(
            "parks:picture_file", args=[park.slug, picture.pk, renditions[min(1, len(renditions) - 1)].width]
        )
        if renditions
        else "",
        "width": renditions[-1].width if renditions else 0,
        "height": renditions[-1].height if renditions else 0,
        "refusal": files.refusal_text(picture.file),
        "form": bound
        or PictureForm(
            initial={"alt_zh": picture.alt_zh, "alt_en": picture.alt_en, "credit": picture.credit},
            prefix=f"picture{picture.pk}",
        ),
        "is_first": at == 0,
        "is_last": at == count - 1,
    }


def _picture(request: HttpRequest, slug: str, pk: int) -> Picture:
    park = get_object_or_404(policies.edited_by(request.user), slug=slug)
    return get_object_or_404(Picture.objects.select_related("file", "park"), pk=pk, park=park)


@require_POST
def picture_describe(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    picture = _picture(request, slug, pk)
    form = PictureForm(request.POST, prefix=f"picture{picture.pk}")
    if not form.is_valid():
        return _page(request, park_of(request, slug), bound=form, bound_to=picture.pk, status=422)
    services.describe(picture, form.cleaned_data, by=request.user)
    messages.success(request, _("Saved. For a picture that is already public, the words are public now."))
    return redirect(f"{reverse('parks:pictures', args=[slug])}#picture-{picture.pk}")


@require_POST
def picture_move(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    picture = _picture(request, slug, pk)
    services.move(picture, -1 if request.POST.get("to") == "front" else 1, by=request.user)
    return redirect(f"{reverse('parks:pictures', args=[slug])}#picture-{picture.pk}")


@require_POST
def picture_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    picture = _picture(request, slug, pk)
    services.remove(picture, by=request.user)
    messages.success(request, _("Removed. You can bring it back below."))
    return redirect("parks:pictures", slug)


@require_POST
def picture_restore(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    picture = _picture(request, slug, pk)
    services.restore(picture, by=request.user)
    messages.success(request, _("The picture is back."))
    return redirect(f"{reverse('parks:pictures', args=[slug])}#picture-{picture.pk}")


@require_safe
def picture_file(request: HttpRequest, slug: str, pk: int, width: int) -> HttpResponseBase:
    """A copy of one width, or with 0 the original, for the park's people and the secretariat."""
    picture = get_object_or_404(Picture.objects.select_related("file", "park__organisation"), pk=pk, park__slug=slug)
    if not policies.can_see_picture(request.user, picture.park):
        raise Http404
    if width == 0:
        if picture.file.state == StoredFile.State.REFUSED:
            raise PermissionDenied
        return serve.original(picture.file)
    return serve.rendition(get_object_or_404(picture.file.renditions, width=width))
