from dataclasses import dataclass
from itertools import groupby

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from alliance.accounts.models import User
from alliance.core.errors import RuleBroken

from .. import kinds, services
from ..forms import HoursForm
from ..kinds import NoticeKind
from ..models import Preference, WritingHours, hours_of
from ..services import addresses

Choice = Preference.Choice
INAPP = [
    (Choice.IMMEDIATELY.value, pgettext_lazy("in the portal", "marked as new")),
    (Choice.OFF.value, pgettext_lazy("in the portal", "without a mark")),
]


@dataclass(frozen=True)
class Row:
    """One kind of message, and how this person wants to be told of it; None where the channel does not exist."""

    kind: NoticeKind
    inapp: str | None
    mail: str | None


def preferences(request: HttpRequest) -> HttpResponse:
    """How messages reach me: each kind, by which channel, when; and the hours at which I am left alone."""
    person = request.user
    offered = offered_kinds(person)
    form = HoursForm(instance=_hours(person))
    if request.method == "POST" and "hours" in request.POST:
        form = HoursForm(request.POST, instance=_hours(person))
        if form.is_valid():
            services.set_hours(person, form.save(commit=False))
            messages.success(request, _("Saved. This is how messages reach you from now on."))
            return redirect("notifications:preferences")
    elif request.method == "POST" and "works" in request.POST:
        addresses.clear(person, by=person)
        messages.success(request, _("Mails go to this address again. If one comes back, we will say so."))
        return redirect("notifications:preferences")
    elif request.method == "POST":
        return _save(request, offered)
    quiet = hours_of(person).quiet
    context = {
        "groups": _groups(person, offered),
        "mail_choices": Choice.choices,
        "inapp_choices": INAPP,
        "form": form,
        "quiet": quiet,
        "trouble": addresses.trouble_of(person),
        "crumbs": [(_("Account"), None), (_("How messages reach me"), None)],
    }
    return render(request, "notifications/preferences.html", context)


def offered_kinds(person: User) -> list[NoticeKind]:
    """What may ever be told to this person. Kinds that are for the same people ask once."""
    told = [kind for kind in kinds.notice_kinds() if kind.letter_to is None]
    concerned = {ask: ask(person) for ask in {kind.concerns for kind in told}}
    return [kind for kind in told if concerned[kind.concerns]]


def _save(request: HttpRequest, offered: list[NoticeKind]) -> HttpResponse:
    """What was chosen row by row, or one choice for all. A row that the form does not name stays as it is."""
    chosen: dict[str, dict[str, str]] = {"mail": {}, "inapp": {}}
    for_all = request.POST.get("all", "") if request.POST.get("do") == "all" else ""
    for kind in offered:
        for channel, choices in chosen.items():
            value = for_all if channel == "mail" and for_all else request.POST.get(f"{channel}-{kind.code}")
            if value and channel in kind.channels and not kind.must_know:
                choices[kind.code] = value
    try:
        services.set_preferences(request.user, chosen["mail"], inapp=chosen["inapp"], by=request.user)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, _("Saved. This is how messages reach you from now on."))
    return redirect("notifications:preferences")


def _groups(person: User, offered: list[NoticeKind]) -> list[tuple[str, list[Row]]]:
    wishes = {(wish.channel, wish.kind): wish.choice for wish in Preference.objects.filter(person=person)}

    def wish(kind: NoticeKind, channel: str) -> str | None:
        if channel not in kind.channels:
            return None
        return Choice.IMMEDIATELY if kind.must_know else wishes.get((channel, kind.code), Choice.IMMEDIATELY)

    rows = sorted(
        (Row(kind, wish(kind, "inapp"), wish(kind, "mail")) for kind in offered),
        key=lambda row: (str(row.kind.group), row.kind.must_know, str(row.kind.title)),
    )
    return [(title, list(group)) for title, group in groupby(rows, key=lambda row: str(row.kind.group))]


def _hours(person: User) -> WritingHours:
    return WritingHours.objects.filter(person=person).first() or WritingHours(person=person)
