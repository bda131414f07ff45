"""What the alliance sets for itself: everything in force, what is planned, who decided what and why."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from alliance.core import alliance_settings
from alliance.core.alliance_settings import Setting
from alliance.core.errors import RuleBroken
from alliance.core.models import AllianceSettingVersion

from .. import policies
from ..forms.settings import SettingForm
from ..models import User

HISTORY = 50


@dataclass(frozen=True)
class Line:
    """One setting on the page: what holds today, since when, and what is planned."""

    setting: Setting
    shown: Any
    version: AllianceSettingVersion | None
    planned: list[tuple[AllianceSettingVersion, Any]]

    @property
    def is_empty(self) -> bool:
        return self.shown in ("", None)


@require_GET
def settings(request: HttpRequest) -> HttpResponse:
    """Every setting of the alliance, in groups."""
    if not policies.can_see_settings(request.user):
        raise PermissionDenied
    versions = list(AllianceSettingVersion.objects.order_by("valid_from", "pk"))
    lines = [_line(setting, versions) for setting in alliance_settings.all_settings()]
    context = {
        "groups": [
            (group, list(rows)) for group, rows in groupby(lines, key=lambda line: line.setting.group) if group.title
        ],
        "may_set": policies.can_set_alliance(request.user),
        "crumbs": [(_("My desk"), reverse("notifications:desk")), (_("Settings of the alliance"), None)],
    }
    return render(request, "accounts/settings.html", context)


def _line(setting: Setting, versions: list[AllianceSettingVersion]) -> Line:
    """`versions` in the order in which they take force; a plan that another decision for its day replaced is none."""
    today = timezone.localdate()
    mine = [version for version in versions if version.code == setting.code]
    past = [version for version in mine if version.valid_from <= today]
    planned = {version.valid_from: version for version in mine if version.valid_from > today}
    current = past[-1] if past else None
    raw = current.value if current else setting.raw(today)
    changes: list[tuple[AllianceSettingVersion, Any]] = []
    before = raw
    for version in planned.values():
        if version.value != before:
            changes.append((version, setting.shown(version.value)))
        before = version.value
    return Line(setting, setting.shown(raw), current, changes)


@require_http_methods(["GET", "POST"])
def setting(request: HttpRequest, code: str) -> HttpResponse:
    """One setting with its history; whoever may decide looks at the change before it is kept."""
    if not policies.can_see_settings(request.user):
        raise PermissionDenied
    chosen = alliance_settings.get(code)
    if chosen is None:
        raise Http404
    may_set = policies.can_set_alliance(request.user)
    if request.method == "POST" and not may_set:
        raise PermissionDenied
    seen = alliance_settings.latest_pk(chosen)
    form = SettingForm(request.POST or None, setting=chosen, seen=seen) if may_set else None
    is_preview = False
    if form is not None and request.method == "POST" and form.is_valid():
        if "confirm" in request.POST:
            try:
                version = alliance_settings.decide(
                    chosen,
                    form.value(),
                    by=request.user,
                    reason=form.cleaned_data["reason"],
                    valid_from=form.cleaned_data["valid_from"],
                    seen=form.cleaned_data["seen"],
                )
            except RuleBroken as broken:
                form.add_error(None, str(broken))
            else:
                _say(request, version)
                return redirect("accounts:setting", chosen.code)
        else:
            is_preview = "change" not in request.POST
    versions = list(AllianceSettingVersion.objects.filter(code=code).order_by("valid_from", "pk"))
    context = {
        "setting": chosen,
        "line": _line(chosen, versions),
        "default": chosen.shown(chosen.default if chosen.kind != "bilingual" else chosen.default or {}),
        "form": form,
        "is_preview": is_preview,
        "after": chosen.shown(form.value()) if is_preview and form else None,
        "after_both": form.value() if is_preview and form and chosen.kind == "bilingual" else None,
        "now_both": chosen.both() if chosen.kind == "bilingual" else None,
        "is_today": is_preview and form is not None and form.cleaned_data["valid_from"] == timezone.localdate(),
        "history": _history(chosen, versions),
        "may_set": may_set,
        "crumbs": [
            (_("My desk"), reverse("notifications:desk")),
            (_("Settings of the alliance"), reverse("accounts:settings")),
            (chosen.label, None),
        ],
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "accounts/setting.html", context, status=status)


def _history(chosen: Setting, versions: list[AllianceSettingVersion]) -> list[dict[str, Any]]:
    """The decisions, the last one first, the people named."""
    newest = sorted(versions, key=lambda version: -version.pk)[:HISTORY]
    people = User.objects.in_bulk([int(version.set_by) for version in newest if version.set_by.isdigit()])
    return [
        {
            "version": version,
            "shown": chosen.shown(version.value),
            "person": people.get(int(version.set_by)) if version.set_by.isdigit() else None,
            "is_planned": version.valid_from > timezone.localdate(),
        }
        for version in newest
    ]


def _say(request: HttpRequest, version: AllianceSettingVersion) -> None:
    if version.valid_from > timezone.localdate():
        day = date_format(version.valid_from, "DATE_FORMAT")
        messages.success(request, _("Planned. It takes effect on %(day)s.") % {"day": day})
    else:
        messages.success(request, _("Decided. It applies from now on, everywhere within five seconds."))
