"""The data desk: requests about personal data with their clocks, and the register of incidents."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alliance.core import sheets
from alliance.core.errors import RuleBroken
from alliance.core.sheets import Column

from .. import policies
from ..forms.personal import AnswerForm, BreachForm
from ..models import Breach, DataRequest
from ..services import breaches as register
from ..services import closing

A_PAGE = 50
View = Callable[..., HttpResponse]


def for_the_data_desk(view: View) -> View:
    @wraps(view)
    def checked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not policies.can_protect_data(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return checked


@require_GET
@for_the_data_desk
def data_requests(request: HttpRequest) -> HttpResponse:
    """Open ones first, the one that is due soonest on top."""
    waiting = DataRequest.objects.open().select_related("person").order_by("due_at", "pk")
    settled = DataRequest.objects.exclude(state=DataRequest.State.OPEN).select_related("person", "settled_by")
    page = Paginator(settled.order_by("-settled_at", "-pk"), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/data_requests.html", {"waiting": list(waiting[:200]), "page": page})


@require_http_methods(["GET", "POST"])
@for_the_data_desk
def data_request(request: HttpRequest, pk: int) -> HttpResponse:
    asked = get_object_or_404(DataRequest.objects.select_related("person", "settled_by"), pk=pk)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        is_met = form.cleaned_data["is_met"] == "yes"
        try:
            closing.answer(asked, by=request.user, is_met=is_met, words=form.cleaned_data["words"])
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("The person reads your answer, here and by mail."))
            return redirect("accounts:data_requests")
    can_answer = asked.state == DataRequest.State.OPEN and asked.kind != DataRequest.Kind.CLOSE
    context = {
        "asked": asked,
        "form": form if can_answer else None,
        "crumbs": [(_("Requests about data"), reverse("accounts:data_requests")), (asked.get_kind_display(), None)],
    }
    return render(request, "accounts/data_request.html", context)


# Incidents ------------------------------------------------------------------------------------------------------------


@require_GET
@for_the_data_desk
def breaches(request: HttpRequest) -> HttpResponse:
    rows = [(breach, register.clocks_of(breach)) for breach in Breach.objects.all()[:200]]
    context = {
        "current": [row for row in rows if row[0].is_open],
        "former": [row for row in rows if not row[0].is_open],
    }
    return render(request, "accounts/breaches.html", context)


@require_http_methods(["GET", "POST"])
@for_the_data_desk
def breach_new(request: HttpRequest) -> HttpResponse:
    return _entry(request, None)


@require_http_methods(["GET", "POST"])
@for_the_data_desk
def breach(request: HttpRequest, pk: int) -> HttpResponse:
    return _entry(request, get_object_or_404(Breach.objects.select_related("recorded_by", "closed_by"), pk=pk))


def _entry(request: HttpRequest, breach: Breach | None) -> HttpResponse:
    """A new entry, or one that is added to while it is open."""
    # A copy: the page shows the entry as it stands until the form is in order.
    copy = Breach.objects.get(pk=breach.pk) if breach else None
    form = BreachForm(request.POST or None, instance=copy)
    if request.method == "POST" and form.is_valid():
        try:
            if breach is None:
                breach = register.record_breach(form.cleaned_data, by=request.user)
            else:
                register.change_breach(breach, form.cleaned_data, by=request.user)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("The entry was saved."))
            return redirect("accounts:breach", breach.pk)
    label = str(breach) if breach else _("New entry")
    context = {
        "breach": breach,
        "clocks": register.clocks_of(breach) if breach else [],
        "form": form if breach is None or breach.is_open else None,
        "crumbs": [(_("Data incidents"), reverse("accounts:breaches")), (label, None)],
    }
    return render(request, "accounts/breach.html", context)


@require_POST
@for_the_data_desk
def breach_close(request: HttpRequest, pk: int) -> HttpResponse:
    breach = get_object_or_404(Breach, pk=pk)
    try:
        register.close_breach(breach, by=request.user)
    except RuleBroken as broken:
        messages.error(request, str(broken))
        return redirect("accounts:breach", pk)
    messages.success(request, _("The entry is closed."))
    return redirect("accounts:breaches")


@require_GET
@for_the_data_desk
def breach_register(request: HttpRequest) -> HttpResponse:
    """The whole register, as an authority may ask for it."""
    fields = [field for field in Breach._meta.concrete_fields if not field.is_relation]
    columns = [Column(str(field.verbose_name)) for field in fields]
    rows = ([_shown(breach, field.name) for field in fields] for breach in Breach.objects.order_by("pk"))
    response = HttpResponse("".join(sheets.csv_lines(columns, rows)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="incidents.csv"'
    return response


def _shown(breach: Breach, name: str) -> object:
    value = getattr(breach, name)
    if name == "level":
        return breach.get_level_display()
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return localtime(value) if hasattr(value, "tzinfo") and value else value
