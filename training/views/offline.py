"""The roster for a room without network: a page that works by itself, the worker that keeps it, the upload (A-4)."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from alliance.core.errors import RuleBroken
from alliance.core.same_origin import same_origin_only

from .. import rosters
from ..attendance import PARTIAL
from ..models import Kind, Session
from ..services import uploads
from .attendance import rows_of
from .session_access import taught_by
from .sessions import session_crumbs

MOST_BYTES = 8 * 1024 * 1024


@require_safe
def session_offline(request: HttpRequest, pk: int) -> HttpResponse:
    """The trainer takes this page along. Opening it gives the roster out, which is written down."""
    session = taught_by(request, pk)
    learners = rosters.learners(session)
    token = uploads.issue_roster(session, learners, by=request.user)  # type: ignore[arg-type]
    rows = rows_of(session, learners)
    context = {
        "session": session,
        "rows": rows,
        "kinds": Kind.choices,
        "partial": PARTIAL,
        "roster": _roster(session, rows, token),
        "is_cancelled": session.state == Session.State.CANCELLED,
        "crumbs": session_crumbs(session, (_("Without network"), None)),
    }
    response = render(request, "training/attendance/offline.html", context)
    response.may_have_worker = True  # type: ignore[attr-defined]
    return response


def _roster(session: Session, rows: list[dict[str, Any]], token: str) -> dict[str, Any]:
    """What the script on the page needs to know."""
    return {
        "session": session.pk,
        "token": token,
        "minutes": session.minutes,
        "partial": list(PARTIAL),
        "kinds": {kind: str(label) for kind, label in Kind.choices},
        "upload": reverse("training:offline_upload", args=[session.pk]),
        "worker": reverse("training:offline_worker", args=[session.pk]),
        "signIn": reverse("account_login"),
        "words": {
            "waiting": _("Marks that wait on this device: {n}."),
            "none": _("Everything is uploaded."),
            "offline": _("No network. The marks stay on this device; upload them later."),
            "ready": _("This page is kept on the device and opens without network."),
            "notKept": _("This browser cannot keep the page. Leave it open until you have uploaded."),
            "signIn": _("Sign in"),
            "signedOut": _("You are signed out. Sign in again in this browser; the marks stay here."),
            "failed": _("The portal did not take them in: {why} The marks stay here."),
            "busy": _("Uploading …"),
            "done": _("{accepted} taken in, {repeated} were there already."),
            "flagged": _("With a flag: {n}. The clock of this device, or the roster, does not fit."),
            "unlisted": _("Not on the roster: {n}. Say on the attendance page who they are."),
            "final": _("After the attendance was final: {n}. They wait for a second person."),
            "refused": _("Could not be read: {n}. They stay here."),
            "conflicts": _("These marks disagree with others:"),
            "conflict": _("{name}: {yours} here, {counts} counts."),
            "minutesPlease": _("How many minutes present?"),
            "marked": _("{kind} at {time}"),
            "clock": _("The clock of this device is far from the session. The marks will carry a flag."),
        },
        "starts": session.starts_at.isoformat(),
        "ends": session.ends_at.isoformat(),
    }


@require_safe
def offline_worker(request: HttpRequest, pk: int) -> HttpResponse:
    """The worker of one session's page: its address is its reach, so it sees no other page of the portal."""
    session = taught_by(request, pk)
    page = reverse("training:session_offline", args=[session.pk])
    said = {"page": page, "cache": f"roster-{session.pk}"}
    body = f"const ROSTER = {json.dumps(said)};\nimportScripts({json.dumps(static('js/training-worker.js'))});\n"
    response = HttpResponse(body, content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = page
    return response


@same_origin_only
@require_POST
def offline_upload(request: HttpRequest, pk: int) -> HttpResponse:
    """JSON in, JSON out: the page may be days old, so it is known by where it comes from and not by a token."""
    session = taught_by(request, pk)
    if len(request.body) > MOST_BYTES:
        return _refuse(_("This is more than a session can have."))
    try:
        said = json.loads(request.body)
        token, lines = said["roster"], said["marks"]
    except (ValueError, TypeError, KeyError):
        return _refuse(_("This is no list of marks."))
    if not isinstance(token, str) or not isinstance(lines, list):
        return _refuse(_("This is no list of marks."))
    try:
        outcome = uploads.upload(session, token, lines, by=request.user)  # type: ignore[arg-type]
    except RuleBroken as broken:
        return _refuse(str(broken), status=409)
    return JsonResponse(
        {
            "accepted": outcome.accepted,
            "repeated": outcome.repeated,
            "flagged": outcome.flagged,
            "unlisted": outcome.unlisted,
            "final": outcome.waiting,
            "refused": outcome.refused,
            "kept": outcome.kept,
            "conflicts": [
                {
                    "name": conflict.enrolment.person.name,
                    "counts": conflict.counts.get_kind_display(),
                    "others": [mark.get_kind_display() for mark in conflict.others],
                }
                for conflict in outcome.conflicts
            ],
        }
    )


def _refuse(why: str, status: int = 400) -> JsonResponse:
    return JsonResponse({"why": why}, status=status)
