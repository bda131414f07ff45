"""What a person does with their own data: see it, take a copy, ask, agree and take back, close the account."""

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alliance.core import jobs
from alliance.core.errors import RuleBroken
from alliance.core.onward import onward

from .. import personal_data
from ..decided_privacy import CLOSING_DAYS, DATA_REQUEST_DAYS
from ..export import COPY
from ..forms.personal import AskForm, CloseForm
from ..models import ConsentRecord, DataRequest
from ..purposes import PURPOSES, asked_apart, not_in_use
from ..reauthentication import ask_again, recently_authenticated
from ..services import closing
from ..services import consents as consent


def _address(request: HttpRequest) -> str:
    return get_adapter().get_client_ip(request)


@require_GET
def my_data(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/my_data.html", _overview(request, AskForm()))


def _overview(request: HttpRequest, form: AskForm) -> dict:
    person = request.user
    parts = [source for source in personal_data.sources() if source.is_listed and source.fields]
    return {
        "form": form,
        "parts": [(source, rows) for source in parts if (rows := source.of(person).count())],
        "requests": list(DataRequest.objects.filter(person=person)[:30]),
        "closing": DataRequest.objects.closing().filter(person=person).first(),
        "days": DATA_REQUEST_DAYS.value(),
    }


@require_POST
@recently_authenticated
def copy(request: HttpRequest) -> HttpResponse:
    """One click: a job that can be left and come back to."""
    try:
        job = jobs.request(COPY, by=request.user)
    except RuleBroken as broken:
        messages.error(request, str(broken))
        return redirect("accounts:my_data")
    closing.note_export(request.user)
    return redirect("core:job", job.pk)


@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    form = AskForm(request.POST)
    if form.is_valid():
        try:
            closing.ask(request.user, form.cleaned_data["kind"], words=form.cleaned_data["words"])
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, _("Your request is with the data desk. You get the answer here and by mail."))
            return redirect("accounts:my_data")
    return render(request, "accounts/my_data.html", _overview(request, form))


# Consents -------------------------------------------------------------------------------------------------------------


@require_GET
def consents(request: HttpRequest) -> HttpResponse:
    latest = consent.latest(request.user)
    history = ConsentRecord.objects.filter(person=request.user)[:100]
    context = {
        "apart": [(purpose, latest.get(purpose.code)) for purpose in asked_apart()],
        "needed": [(purpose, latest.get(purpose.code)) for purpose in PURPOSES.values() if purpose.is_needed],
        "unused": not_in_use(),
        "history": [(record, PURPOSES[record.purpose].title) for record in history if record.purpose in PURPOSES],
    }
    return render(request, "accounts/consents.html", context)


@require_POST
def decide_consent(request: HttpRequest, code: str) -> HttpResponse:
    """A yes or a no, each one click. A no to one thing closes nothing else."""
    try:
        purpose = PURPOSES[code]
    except KeyError:
        raise Http404 from None
    try:
        if request.POST.get("answer") == "yes":
            done = consent.give(request.user, purpose, way=consent.Way.PAGE, address=_address(request))
        else:
            done = consent.withdraw(request.user, purpose, address=_address(request))
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        if done is not None:
            messages.success(request, _("Your decision applies from now on."))
    return redirect(onward(request, request.POST.get("next", ""), reverse("accounts:consents")))


# Closing --------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest) -> HttpResponse:
    """What closing does, before it is asked for; then a word typed by hand."""
    person = request.user
    form = CloseForm(request.POST or None)
    if request.method == "POST":
        ask_again(request)
    if request.method == "POST" and form.is_valid():
        asked = closing.ask_to_close(person)
        day = date_format(localtime(asked.takes_effect_at), "DATE_FORMAT")
        logout(request)
        messages.success(
            request,
            _("Your account will be closed on %(day)s. Until then you can sign in and keep it.") % {"day": day},
        )
        return redirect("home")
    context = {
        "form": form,
        "happens": closing.what_happens(person),
        "last_duties": closing.last_duties(person),
        "days": CLOSING_DAYS.value(),
        "asked": DataRequest.objects.closing().filter(person=person).first(),
        "crumbs": [(_("My data"), reverse("accounts:my_data")), (_("Close my account"), None)],
    }
    return render(request, "accounts/close.html", context)


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    if closing.keep_account(request.user):
        messages.success(request, _("You keep your account. Nothing was changed."))
    return redirect("accounts:my_data")
