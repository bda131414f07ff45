"""An investor's own desk: register, show who it is, say what it looks for."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.core import limits
from alliance.core.errors import RuleBroken
from alliance.core.files import documents, refusal_text, serve
from alliance.core.files.accept import shown_name
from alliance.core.limits import Limit

from .. import countries, policies
from .. import policies_investors as allowed
from ..decided import VERIFY_DAYS
from ..forms.investors import DocumentForm, EntryForm, WishesForm
from ..models import Interest, Investor, InvestorDocument
from ..presentation import money
from ..services import investors as services
from ..tones import tone_of
from ..workflows.investors import INVESTOR

REGISTRATIONS = Limit("register_investor", each=5, overall=200, seconds=24 * 3600)
UPLOADS = Limit("investor_document", each=40, overall=2000, seconds=600)


def own_investor_of(request: HttpRequest, slug: str) -> Investor:
    """An investor the reader works for."""
    investor = get_object_or_404(Investor.objects.select_related("organisation"), organisation__slug=slug)
    if not allowed.invests_for(request.user, investor):
        raise Http404
    return investor


def _trail(*more: tuple[Any, str | None]) -> list[tuple[Any, str | None]]:
    return [
        (_("Desk"), reverse("notifications:desk")),
        (_("Our investor page"), reverse("investment:investor_home")),
        *more,
    ]


def _trail_of(investor: Investor, *more: tuple[Any, str | None]) -> list[tuple[Any, str | None]]:
    return _trail(
        (investor.organisation.name, reverse("investment:desk_investor", args=[investor.organisation.slug])), *more
    )


@require_safe
def investor_home(request: HttpRequest) -> HttpResponseBase:
    """Straight on to the one investor; a choice where somebody works for several; else how one becomes one."""
    mine = policies.investors_of(request.user)
    if len(mine) == 1:
        return redirect("investment:desk_investor", mine[0].organisation.slug)
    context = {
        "investors": [(investor, tone_of(investor)) for investor in mine],
        "crumbs": [(_("Desk"), reverse("notifications:desk")), (_("Our investor page"), None)],
    }
    return render(request, "investment/investors/home.html", context)


@require_http_methods(["GET", "POST"])
def investor_new(request: HttpRequest) -> HttpResponseBase:
    form = EntryForm(request.POST or None)
    if request.method == "POST":
        if wait := limits.take(REGISTRATIONS, limits.who(request)):
            return limits.refuse(request, wait)
        if form.is_valid():
            try:
                investor = services.register_investor(form.cleaned_data, by=request.user)  # type: ignore[arg-type]
            except RuleBroken as broken:
                form.add_error("credit_code", str(broken))
            else:
                messages.success(request, _("Registered. Next: upload the documents that show who you are."))
                return redirect("investment:desk_investor", investor.organisation.slug)
    context = {"form": form, "crumbs": _trail((_("Register an investor"), None))}
    return render(request, "investment/investors/entry.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def investor_edit(request: HttpRequest, slug: str) -> HttpResponseBase:
    investor = own_investor_of(request, slug)
    organisation = investor.organisation
    own = {name: getattr(investor, name) for name in (*services.IDENTITY, *services.FREE)}
    initial = own | {name: getattr(organisation, name) for name in services.NAMES}
    form = EntryForm(request.POST or None, initial=initial, is_fixed=not investor.is_written)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_investor(investor, form.cleaned_data, by=request.user)  # type: ignore[arg-type]
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("Saved."))
            return redirect("investment:desk_investor", slug)
    context = {"form": form, "investor": investor, "crumbs": _trail_of(investor, (_("Entry"), None))}
    return render(request, "investment/investors/entry.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def investor_wishes(request: HttpRequest, slug: str) -> HttpResponseBase:
    investor = own_investor_of(request, slug)
    initial = {
        "fields_wanted": investor.fields,
        "provinces": investor.provinces,
        "least": investor.least,
        "most": investor.most,
    }
    form = WishesForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.set_wishes(investor, form.values(), by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("Saved."))
        return redirect("investment:desk_investor", slug)
    context = {"form": form, "investor": investor, "crumbs": _trail_of(investor, (_("What we look for"), None))}
    return render(request, "investment/investors/wishes.html", context, status=422 if form.errors else 200)


def steps_of(investor: Investor) -> list[dict[str, Any]]:
    """What stands between registration and a verified organisation, done or not."""
    kinds = {document.kind for document in investor.documents.all() if not document.is_refused}
    state = investor.state
    return [
        {"label": _("Contact verified"), "is_done": state != Investor.State.REGISTERED, "anchor": ""},
        {"label": _("Number in the register entered"), "is_done": bool(investor.number), "anchor": "entry"},
        {
            "label": _("Certificate of registration uploaded"),
            "is_done": InvestorDocument.Kind.LICENCE in kinds,
            "anchor": "documents",
        },
        {
            "label": _("Authority of the signatory uploaded"),
            "is_done": InvestorDocument.Kind.AUTHORITY in kinds,
            "anchor": "documents",
        },
        {
            "label": _("Handed in to the investment desk"),
            "is_done": investor.handed_in_at is not None and state not in (Investor.State.REGISTERED,),
            "anchor": "next",
        },
        {"label": _("Organisation verified"), "is_done": investor.is_verified, "anchor": "next"},
    ]


def documents_of(investor: Investor) -> list[dict[str, Any]]:
    return [{"row": row, "refusal": refusal_text(row.file)} for row in investor.documents.select_related("file")]


def page_context(request: HttpRequest, investor: Investor) -> dict[str, Any]:
    """What both the investor's own page and the desk's page show of it."""
    return {
        "investor": investor,
        "tone": tone_of(investor),
        "country": countries.name_of(investor.country),
        "documents": documents_of(investor),
        "fields_wanted": _names(investor),
        "amounts": (money(investor.least), money(investor.most)),
        "steps": investor.steps.select_related("by").order_by("-at", "-pk")[:30],
        "due": verify_due(investor),
    }


def verify_due(investor: Investor) -> Any:
    """Until when the desk decides; the clock that both see."""
    from alliance.core.calendar import add_working_days

    if investor.state != Investor.State.CONTACT_VERIFIED or investor.handed_in_at is None:
        return None
    return add_working_days(investor.handed_in_at, VERIFY_DAYS.value())


def _names(investor: Investor) -> dict[str, list[Any]]:
    from alliance.core.models import Division
    from parks.models import FieldOfWork

    fields = FieldOfWork.objects.filter(pk__in=investor.fields) if investor.fields else []
    provinces = Division.objects.filter(pk__in=investor.provinces) if investor.provinces else []
    return {"fields": [field.name for field in fields], "provinces": [place.short for place in provinces]}


def _page(request: HttpRequest, investor: Investor, *, status: int = 200, **more: Any) -> HttpResponse:
    interests = investor.interests.exclude(state__in=Interest.CLOSED_STATES).count()
    is_signatory = policies.is_signatory(request.user, investor)
    context = page_context(request, investor) | {
        "is_signatory": is_signatory,
        "may_hand_in": is_signatory and investor.is_written and investor.state == Investor.State.CONTACT_VERIFIED,
        "may_again": is_signatory and investor.state in Investor.APPLIES_AGAIN,
        "path": steps_of(investor),
        "open_interests": interests,
        "form": DocumentForm(),
        "is_waiting": any(not one["row"].is_ready and not one["row"].is_refused for one in documents_of(investor)),
        "process": INVESTOR.code,
        "crumbs": _trail((investor.organisation.name, None)),
    }
    return render(request, "investment/investors/investor.html", context | more, status=status)


@require_safe
def desk_investor(request: HttpRequest, slug: str) -> HttpResponse:
    return _page(request, own_investor_of(request, slug))


@require_POST
def document_add(request: HttpRequest, slug: str) -> HttpResponseBase:
    investor = own_investor_of(request, slug)
    if wait := limits.take(UPLOADS, limits.who(request)):
        return limits.refuse(request, wait)
    form = DocumentForm(request.POST, request.FILES)
    for _field, name in getattr(request, "dropped_uploads", []):
        form.is_valid()
        form.add_error("file", documents.too_large(shown_name(name)))
    if form.is_valid():
        try:
            services.add_document(
                investor, form.cleaned_data["kind"], form.cleaned_data["file"], by=request.user  # type: ignore[arg-type]
            )  # fmt: skip
        except RuleBroken as broken:
            form.add_error("file", str(broken))
        else:
            messages.success(request, _("Uploaded. It is being checked for damage and viruses."))
            return redirect(reverse("investment:desk_investor", args=[slug]) + "#documents")
    return _page(request, investor, status=422, form=form)


def _document_of(investor: Investor, token: UUID) -> InvestorDocument:
    return get_object_or_404(
        InvestorDocument.objects.select_related("file", "investor"), file__token=token, investor=investor
    )


@require_POST
def document_remove(request: HttpRequest, slug: str, token: UUID) -> HttpResponseBase:
    investor = own_investor_of(request, slug)
    try:
        services.remove_document(_document_of(investor, token), by=request.user)  # type: ignore[arg-type]
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("Removed."))
    return redirect(reverse("investment:desk_investor", args=[slug]) + "#documents")


@require_safe
def investor_document(request: HttpRequest, slug: str, token: UUID) -> HttpResponseBase:
    """The file as it was uploaded, once it was checked: for the investor's people and the investment desk."""
    investor = get_object_or_404(Investor.objects.select_related("organisation"), organisation__slug=slug)
    if not allowed.can_see_investor(request.user, investor):
        raise Http404
    document = _document_of(investor, token)
    if not document.is_ready:
        raise Http404
    return serve.original(document.file)


@require_POST
def investor_hand_in(request: HttpRequest, slug: str) -> HttpResponseBase:
    return _acted(request, slug, services.hand_in, _("Handed in. The desk decides within the clock you see."))


@require_POST
def investor_again(request: HttpRequest, slug: str) -> HttpResponseBase:
    done = str(INVESTOR.move("apply_again").done)
    return _acted(request, slug, lambda one, by: services.move_investor(one, "apply_again", by=by), done)


def _acted(request: HttpRequest, slug: str, action: Any, done: str) -> HttpResponseBase:
    investor = own_investor_of(request, slug)
    if not policies.is_signatory(request.user, investor):
        raise PermissionDenied
    try:
        action(investor, by=request.user)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, done)
    return redirect("investment:desk_investor", slug)
