from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from alliance.core.errors import RuleBroken
from alliance.core.templatetags.ui import as_written

from .. import policies
from ..forms import AddRobotForm, RobotForm
from ..models import Robot
from ..reasons import in_words
from ..robots.platforms import Outcome
from ..services import robots as services


def robots(request: HttpRequest) -> HttpResponse:
    """The groups that hear of us, for each organisation whose robots I look after."""
    organisations = _organisations(request)
    kept = Robot.objects.kept().filter(organisation__in=organisations).select_related("organisation")
    context = {
        "groups": [(one, [row for row in kept if row.organisation_id == one.pk]) for one in organisations],
        "crumbs": _crumbs(),
    }
    return render(request, "notifications/robots.html", context)


def robot_add(request: HttpRequest) -> HttpResponse:
    organisations = _organisations(request)
    form = AddRobotForm(request.POST or None, organisations=organisations)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            robot = services.add_robot(
                values["organisation"],
                platform=values["platform"],
                name=values["name"],
                url=values["url"],
                secret=values["secret"],
                codes=values["kinds"],
                language=values["language"],
                by=request.user,
            )
        except RuleBroken as broken:
            form.add_error("url", str(broken))
        else:
            messages.success(request, _("The robot is added. Send a test message to see whether the group hears it."))
            return redirect("notifications:robot", robot.pk)
    return render(request, "notifications/robot_add.html", {"form": form, "crumbs": _crumbs(_("Add a robot"))})


def robot(request: HttpRequest, pk: int) -> HttpResponse:
    """One robot: what its group is told, and how that went last."""
    row = _robot(request, pk)
    form = RobotForm(request.POST or None, robot=row)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            services.change_robot(
                row,
                name=values["name"],
                codes=values["kinds"],
                language=values["language"],
                url=values["url"],
                secret=values["secret"],
                by=request.user,
            )
        except RuleBroken as broken:
            form.add_error("url", str(broken))
        else:
            messages.success(request, _("Saved."))
            return redirect("notifications:robot", pk)
    context = {"robot": row, "form": form, "said": in_words(row.last_error), "crumbs": _crumbs(as_written(row.name))}
    return render(request, "notifications/robot.html", context)


@require_POST
def robot_act(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a test message, switch on or off, or remove."""
    row = _robot(request, pk)
    try:
        match request.POST.get("do"):
            case "try":
                verdict = services.try_robot(row, by=request.user)
                if verdict.outcome is Outcome.TAKEN:
                    messages.success(request, _("The platform accepted the test message. Check the group."))
                else:
                    words = _("The platform refused it: %(said)s") % {"said": in_words(verdict.said)}
                    messages.error(request, words)
            case "on" | "off" as state:
                services.switch_robot(row, on=state == "on", by=request.user)
            case "remove":
                services.remove_robot(row, by=request.user)
                messages.success(request, _("The robot is removed and its address deleted."))
                return redirect("notifications:robots")
    except RuleBroken as broken:
        messages.warning(request, str(broken))
    return redirect("notifications:robot", pk)


def _organisations(request: HttpRequest) -> list:
    found = policies.robot_organisations(request.user)
    if not found:
        raise PermissionDenied
    return found


def _robot(request: HttpRequest, pk: int) -> Robot:
    """One of mine; others do not exist for me."""
    mine = Robot.objects.kept().filter(organisation__in=policies.robot_organisations(request.user))
    return get_object_or_404(mine.select_related("organisation"), pk=pk)


def _crumbs(*last: str) -> list:
    desk = [(_("My desk"), reverse("notifications:desk"))]
    if not last:
        return [*desk, (_("Group robots"), None)]
    return [*desk, (_("Group robots"), reverse("notifications:robots")), (last[0], None)]
