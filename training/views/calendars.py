"""Calendars of a cohort, of a person and of a park's people, and the files that calendar programs read."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import http_date, parse_etags
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from parks.models import Park

from .. import calendars, ical, policies
from ..models import CalendarFeed, Cohort, Enrolment, Session
from ..services import feeds
from .session_access import cohort_of
from .sessions import cohort_crumbs, desk_crumb

KEPT_FOR = 900  # seconds
PLAIN = "text/plain; charset=utf-8"


def _calendar(request: HttpRequest, sessions: QuerySet[Session], owner: Any, **context: Any) -> HttpResponse:
    view, on = calendars.asked(request.GET, default=context.pop("default", None))
    first, last = calendars.span(view, on)
    rows = list(calendars.within(sessions, first, last))
    may_feed = feeds.may(owner, request.user)  # type: ignore[arg-type]
    sheet = calendars.lay_out(rows, view, on)
    context |= {
        "sheet": sheet,
        "views": [(code, label, code == view) for code, label in calendars.VIEWS.items()],
        "week_days": sheet.weeks[0] if sheet.weeks else [],
        "cohorts": {session.cohort_id: session.cohort for session in rows},
        "feed": feeds.feed_of(owner) if may_feed or isinstance(owner, Cohort) else None,
        "may_feed": may_feed,
        "path": request.path,
    }
    return render(request, "training/calendars/calendar.html", context)


@require_safe
def cohort_calendar(request: HttpRequest, code: str) -> HttpResponse:
    cohort = cohort_of(request, code)
    programme = cohort.version.curriculum.programme
    return _calendar(
        request,
        Session.objects.filter(cohort=cohort),
        cohort,
        title=_("Calendar of %(cohort)s") % {"cohort": cohort.title},
        cohort=cohort,
        may_plan=policies.can_plan_cohorts(request.user, programme),
        feed_url=reverse("training:cohort_feed", args=[cohort.code]),
        on_desk=True,
        # Before it begins there is nothing to see in the month of today.
        default=max(timezone.localdate(), timezone.localdate(cohort.starts_at)),
        crumbs=cohort_crumbs(cohort, (_("Calendar"), None)),
    )


@require_safe
def my_calendar(request: HttpRequest) -> HttpResponse:
    """What the reader attends and teaches."""
    return _calendar(
        request,
        ical.of_person(Session.objects.all(), request.user.pk or 0),
        request.user,
        title=_("My calendar"),
        seats=Enrolment.objects.holding()
        .filter(person=request.user.pk)
        .select_related("cohort")
        .order_by("-cohort__starts_at"),
        feed_url=reverse("training:my_feed"),
        crumbs=[desk_crumb(), (_("My calendar"), None)],
    )


@require_safe
def park_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """Where the people a park sent are learning."""
    park = get_object_or_404(policies.nominating_parks(request.user), slug=slug)
    return _calendar(
        request,
        ical.of_park(Session.objects.all(), park.pk),
        park,
        title=_("Training of our people: %(park)s") % {"park": park.name},
        feed_url=reverse("training:park_feed", args=[park.slug]),
        crumbs=[desk_crumb(), (_("Training of our people"), None)],
    )


# Addresses for calendar programs --------------------------------------------------------------------------------------


def _change_feed(request: HttpRequest, owner: Any, back: str) -> HttpResponseBase:
    if request.POST.get("do") == "stop":
        feeds.stop(owner, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("The address no longer works."))
    else:
        feeds.renew(owner, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("Here is the new address. One that was given out before no longer works."))
    return redirect(f"{back}#feed")


@require_POST
def cohort_feed(request: HttpRequest, code: str) -> HttpResponseBase:
    cohort = cohort_of(request, code)
    if not feeds.may(cohort, request.user):  # type: ignore[arg-type]
        raise PermissionDenied
    return _change_feed(request, cohort, reverse("training:cohort_calendar", args=[cohort.code]))


@require_POST
def my_feed(request: HttpRequest) -> HttpResponseBase:
    return _change_feed(request, request.user, reverse("training:my_calendar"))


@require_POST
def park_feed(request: HttpRequest, slug: str) -> HttpResponseBase:
    park: Park = get_object_or_404(policies.nominating_parks(request.user), slug=slug)
    return _change_feed(request, park, reverse("training:park_calendar", args=[park.slug]))


@login_not_required
@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """The file behind an address; the address is the key. What was taken back is gone, so that programs stop asking."""
    feed = get_object_or_404(CalendarFeed.objects.select_related("cohort", "park"), token=token)
    if feed.revoked_at is not None:
        return HttpResponse(_("This calendar address was taken back."), status=410, content_type=PLAIN)
    sessions = list(ical.sessions_of(feed))
    etag = ical.etag_of(feed, sessions)
    # Weak comparison: a proxy that compresses marks the tag as weak.
    known = {tag.removeprefix("W/") for tag in parse_etags(request.headers.get("If-None-Match", ""))}
    response: HttpResponse
    if etag in known or "*" in known:
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(ical.write(feed, sessions), content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = 'inline; filename="training.ics"'
        response["Last-Modified"] = _http_date(sessions, feed)
    response["ETag"] = etag
    response["Cache-Control"] = f"private, max-age={KEPT_FOR}"
    response["X-Robots-Tag"] = "noindex"
    return response


def _http_date(sessions: list[Session], feed: CalendarFeed) -> str:
    return http_date(max([session.changed_at for session in sessions] or [feed.created_at]).timestamp())
