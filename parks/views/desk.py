"""The desk of a park: where the profile stands, submit and withdraw, still true, preview."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.core.bilingual import BilingualText, active_language
from alliance.core.errors import RuleBroken
from alliance.core.parts import render_part

from .. import completeness, drafts, policies, presentation, services
from ..blocks import BLOCKS
from ..forms.office import MessageForm
from ..models import Park, Picture
from ..overview import Overview, overviews, with_profile
from .access import block_of, park_of


@require_safe
def desk_parks(request: HttpRequest) -> HttpResponseBase:
    """The parks whose desk the reader sees; with one, its desk."""
    parks = list(with_profile(policies.edited_by(request.user)))
    if len(parks) == 1:
        return redirect("parks:desk_park", parks[0].slug)
    acting = request.acting.organisation_id if request.acting else None  # type: ignore[attr-defined]
    parks.sort(key=lambda park: (park.organisation_id != acting, park.pk))
    context = {
        "overviews": overviews(parks, request.user),
        "crumbs": [(_("Desk"), reverse("notifications:desk")), (_("Park profile"), None)],
    }
    return render(request, "parks/desk/parks.html", context)


@require_safe
def profile_panel(request: HttpRequest) -> HttpResponse:
    """On "my desk": the profiles of the organisation the reader acts for, in brief."""
    parks = policies.edited_by(request.user)
    if request.acting:  # type: ignore[attr-defined]
        parks = parks.filter(organisation=request.acting.organisation_id)  # type: ignore[attr-defined]
    shown = overviews(list(with_profile(parks)[:3]), request.user)
    return render_part(request, "parks/desk/panel.html", "parks/desk/_panel.html", {"overviews": shown})


@require_safe
def desk_park(request: HttpRequest, slug: str) -> HttpResponse:
    park = park_of(request, slug)
    overview = Overview(park, request.user)
    context = {
        "park": park,
        "overview": overview,
        "may_submit": policies.can_submit(request.user, park),
        "reasons": _reasons(overview),
        "past": park.submissions.exclude(pk=overview.submission.pk if overview.submission else None).select_related(
            "submitted_by", "decided_by"
        )[:5],
        "least_zh": completeness.LEAST_ZH,
        "least_en": completeness.LEAST_EN,
        "crumbs": [(_("Desk"), reverse("notifications:desk")), (park.name, None)],
    }
    return render(request, "parks/desk/park.html", context)


def _reasons(overview: Overview) -> list[tuple]:
    """(block, its editor, what to change there) of a returned submission."""
    submission = overview.submission
    if submission is None or not overview.is_returned:
        return []
    return [
        (BLOCKS[code], reverse("parks:edit_block", args=[overview.park.slug, code]), text)
        for code, text in submission.block_reasons.items()
        if code in BLOCKS
    ]


@require_http_methods(["GET", "POST"])
def park_submit(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What will be sent, what is still missing, and the button."""
    park = park_of(request, slug)
    overview = Overview(park, request.user)
    allowed = policies.can_submit(request.user, park)
    form = MessageForm(request.POST or None)
    if request.method == "POST":
        if not allowed:
            raise PermissionDenied
        if form.is_valid():
            try:
                submission = services.submit_profile(park, by=request.user, message=form.cleaned_data["message"])
            except RuleBroken as broken:
                form.add_error(None, str(broken))
            else:
                messages.success(
                    request,
                    _("Submitted. The secretariat answers by %(day)s.") % {"day": _day(submission.due_at)},
                )
                return redirect("parks:desk_park", park.slug)
    context = {
        "park": park,
        "overview": overview,
        "form": form,
        "allowed": allowed,
        "changes": _changes(park, overview),
        "requirements": _requirements(overview),
        "next_zh": overview.counted.best_next("zh" if not overview.counted.is_enough_zh else "en"),
        "least_zh": completeness.LEAST_ZH,
        "least_en": completeness.LEAST_EN,
        "crumbs": [
            (_("Desk"), reverse("notifications:desk")),
            (park.name, reverse("parks:desk_park", args=[park.slug])),
            (_("Submit"), None),
        ],
    }
    return render(request, "parks/desk/submit.html", context, status=409 if form.errors else 200)


def _day(moment) -> str:  # type: ignore[no-untyped-def]
    from django.utils import formats, timezone

    return formats.date_format(timezone.localtime(moment), "DATE_FORMAT")


def _changes(park: Park, overview: Overview) -> list[tuple]:
    """(block, its editor, names of the fields that change)."""
    from .. import blocks

    changed = drafts.undrafted_changes(park, overview.content)
    return [
        (
            BLOCKS[code],
            reverse("parks:edit_block", args=[park.slug, code]),
            [blocks.label_of(name) for name in fields],
        )
        for code, fields in changed.items()
    ]


def _requirements(overview: Overview) -> list[dict]:
    """What a submission needs, met or not, with the way there."""
    missing = {requirement.code for requirement in overview.counted.missing_for_listing}
    return [
        {
            "requirement": requirement,
            "is_met": code not in missing,
            "url": f"{reverse('parks:edit_block', args=[overview.park.slug, requirement.block])}#{requirement.anchor}",
        }
        for code in completeness.FOR_LISTING
        for requirement in [completeness.REQUIREMENTS[code]]
    ]


@require_POST
def park_withdraw(request: HttpRequest, slug: str) -> HttpResponseBase:
    park = park_of(request, slug)
    if not policies.can_submit(request.user, park):
        raise PermissionDenied
    submission = park.submissions.open().first()
    if submission is None:
        messages.info(request, _("There is no submission under way."))
    else:
        try:
            services.withdraw(submission, by=request.user)
        except RuleBroken as broken:
            messages.error(request, str(broken))
        else:
            messages.success(request, _("The submission is withdrawn. The profile can be changed again."))
    return redirect("parks:desk_park", park.slug)


@require_POST
def park_confirm(request: HttpRequest, slug: str) -> HttpResponseBase:
    """ "Still true", for one block or for all that have no unpublished changes."""
    park = park_of(request, slug)
    code = request.POST.get("block", "")
    try:
        if code == "all":
            count = len(services.confirm_all(park, by=request.user))
            messages.success(
                request,
                ngettext("%(n)d block confirmed as still true.", "%(n)d blocks confirmed as still true.", count)
                % {"n": count},
            )
        else:
            block = block_of(code)
            services.confirm_block(park, block, by=request.user)
            messages.success(request, _("“%(block)s” is confirmed as still true.") % {"block": block.title})
    except RuleBroken as broken:
        messages.error(request, str(broken))
    return redirect(f"{reverse('parks:desk_park', args=[park.slug])}#freshness")


@require_safe
def park_preview(request: HttpRequest, slug: str) -> HttpResponse:
    """The public page as it would be with the drafts, for the park's people and the secretariat."""
    ready = Picture.objects.filter(removed_at=None, file__state="ready").select_related("file")
    park = (
        presentation.with_relations(Park.objects.all(), ready.prefetch_related("file__renditions"))
        .prefetch_related("drafts")
        .filter(slug=slug)
        .first()
    )
    if park is None or not policies.can_preview(request.user, park):
        raise Http404
    content = drafts.content_of(park)
    shown = drafts.overlay(park, content)
    context = presentation.present(shown)
    context["pictures"] = _preview_pictures(park)
    # What search engines read is not offered for a page that does not exist yet.
    context["structured_data"] = ""
    context["is_preview"] = True
    context["changed"] = [BLOCKS[code].title for code in BLOCKS if code in content]
    context["back_url"] = (
        reverse("parks:desk_park", args=[park.slug])
        if policies.can_edit_profile(request.user, park)
        else reverse("parks:office_park", args=[park.slug])
    )
    return render(request, "parks/desk/preview.html", context)


def _preview_pictures(park: Park) -> list[presentation.ShownPicture]:
    """Pictures that wait for the publication are shown too, through the permission check."""
    shown = []
    for picture in park.pictures.all():
        renditions = sorted(picture.file.renditions.all(), key=lambda rendition: rendition.width)
        if not renditions:
            continue
        urls = [reverse("parks:picture_file", args=[park.slug, picture.pk, row.width]) for row in renditions]
        widest = renditions[-1]
        shown.append(
            presentation.ShownPicture(
                url=urls[-1],
                srcset=", ".join(f"{url} {row.width}w" for url, row in zip(urls, renditions, strict=True)),
                width=widest.width,
                height=widest.height,
                alt=picture.alt or BilingualText(_("A new picture without words yet"), active_language()),
                credit=picture.credit,
            )
        )
    return shown
