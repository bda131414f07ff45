"""The desks' own lists of parks, picked by hand."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from alliance.core.errors import RuleBroken

from .. import policies
from ..forms.saved_lists import AddToListForm, SavedListForm
from ..models import ListedPark, Park, SavedList
from ..services import saved_lists as services

MOST_AT_ONCE = 200


def office_only(request: HttpRequest) -> None:
    if not policies.can_keep_lists(request.user):
        raise Http404


@require_http_methods(["GET", "POST"])
def saved_lists(request: HttpRequest) -> HttpResponse:
    """My lists and those that colleagues share, and a line to begin one."""
    office_only(request)
    form = SavedListForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.begin_list(by=request.user, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error("name", str(broken))
        else:
            return redirect("parks:saved_list", made.pk)
    visible = SavedList.objects.visible_to(request.user).with_counts().select_related("owner")
    removed = SavedList.objects.filter(owner=request.user, removed_at__gt=timezone.now() - services.UNDO)
    context = {
        "form": form,
        "lists": [(saved, policies.owns_list(request.user, saved), rows_url(saved)) for saved in visible],
        "removed": removed,
        "crumbs": [(_("Secretariat"), reverse("notifications:office")), (_("Lists of parks"), None)],
    }
    return render(request, "parks/office/lists.html", context)


@require_http_methods(["GET", "POST"])
def saved_list(request: HttpRequest, pk: int) -> HttpResponse:
    """One list: its parks, why each is on it, and what can be done with all of them."""
    saved = _visible(request, pk)
    is_mine = policies.owns_list(request.user, saved)
    initial = {"name": saved.name, "note": saved.note, "is_shared": saved.is_shared}
    form = SavedListForm(request.POST or None, initial=initial) if is_mine else None
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid():
            try:
                services.change_list(saved, by=request.user, **form.cleaned_data)
            except RuleBroken as broken:
                form.add_error("name", str(broken))
            else:
                messages.success(request, _("Changed."))
                return redirect("parks:saved_list", pk)
    entries = saved.entries.select_related("park__province", "park__city", "added_by").order_by("added_at", "pk")
    slugs = [entry.park.slug for entry in entries if entry.park.is_public]
    compare = "&".join(f"park={slug}" for slug in slugs[:5])
    context = {
        "saved": saved,
        "entries": entries,
        "form": form,
        "rows_url": rows_url(saved),
        "export_url": f"{reverse('core:list_export', args=['office_parks'])}?list={saved.pk}",
        "compare_url": f"{reverse('parks:park_compare')}?{compare}" if len(slugs) > 1 else "",
        "crumbs": [
            (_("Secretariat"), reverse("notifications:office")),
            (_("Lists of parks"), reverse("parks:saved_lists")),
            (saved.name, None),
        ],
    }
    return render(request, "parks/office/list.html", context)


def rows_url(saved: SavedList) -> str:
    """The office's list of parks, narrowed to this one."""
    return f"{reverse('parks:office_parks')}?list={saved.pk}"


@require_http_methods(["GET", "POST"])
def list_add(request: HttpRequest) -> HttpResponse:
    """Put chosen parks on a list: from the office's list, a park's page or a comparison."""
    office_only(request)
    slugs = (request.POST if request.method == "POST" else request.GET).getlist("park")[:MOST_AT_ONCE]
    parks = list(Park.objects.filter(slug__in=slugs).order_by("pk"))
    form = AddToListForm(request.POST if "to" in request.POST else None, person=request.user)
    if form.is_bound and parks and form.is_valid():
        try:
            return _add(request, parks, form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
    context = {
        "form": form,
        "parks": parks,
        "crumbs": [(_("Lists of parks"), reverse("parks:saved_lists")), (_("Add to a list"), None)],
    }
    return render(request, "parks/office/list_add.html", context)


def _add(request: HttpRequest, parks: list[Park], data: dict[str, Any]) -> HttpResponse:
    saved = data["saved_list"] or services.begin_list(data["name"], by=request.user)
    added = services.add_parks(saved, parks, by=request.user, note=data["note"])
    words = ngettext("%(n)d park added to “%(list)s”.", "%(n)d parks added to “%(list)s”.", added)
    messages.success(request, words % {"n": added, "list": saved.name})
    if added < len(parks):
        messages.info(request, _("The others were on it already."))
    return redirect("parks:saved_list", saved.pk)


@require_POST
def list_note(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    saved = _visible(request, pk)
    services.note_entry(_entry(saved, entry), request.POST.get("note", ""), by=request.user)
    messages.success(request, _("Noted."))
    return redirect("parks:saved_list", pk)


@require_POST
def list_take_out(request: HttpRequest, pk: int, entry: int) -> HttpResponse:
    saved = _visible(request, pk)
    services.take_out(_entry(saved, entry), by=request.user)
    messages.success(request, _("Taken out of the list."))
    return redirect("parks:saved_list", pk)


@require_POST
def list_remove(request: HttpRequest, pk: int) -> HttpResponse:
    saved = _visible(request, pk)
    services.remove_list(saved, by=request.user)
    return redirect(reverse("parks:saved_lists") + "#removed")


@require_POST
def list_restore(request: HttpRequest, pk: int) -> HttpResponse:
    office_only(request)
    saved = get_object_or_404(SavedList.objects.filter(owner=request.user), pk=pk)
    try:
        services.restore_list(saved, by=request.user)
    except RuleBroken as broken:
        messages.error(request, str(broken))
        return redirect("parks:saved_lists")
    messages.success(request, _("Brought back."))
    return redirect("parks:saved_list", pk)


def _visible(request: HttpRequest, pk: int) -> SavedList:
    """A list of one's own or a shared one; others do not exist."""
    office_only(request)
    return get_object_or_404(SavedList.objects.visible_to(request.user).select_related("owner"), pk=pk)


def _entry(saved: SavedList, pk: int) -> ListedPark:
    return get_object_or_404(saved.entries.select_related("saved_list"), pk=pk)
