"""Meetings of parks and investors: times offered, both sides' list, calendar files, the desk's overdue list."""

from django.urls import path

from .views import meetings

MEETING = "desk/meetings/<uuid:token>/"

urlpatterns = [
    path("office/meetings/", meetings.office_meetings, name="office_meetings"),
    path("desk/meetings/", meetings.meetings, name="meetings"),
    path("desk/meetings/meetings.ics", meetings.meetings_file, name="meetings_file"),
    path(MEETING, meetings.meeting, name="meeting"),
    path(f"{MEETING}request/", meetings.meeting_request, name="meeting_request"),
    path(f"{MEETING}change/", meetings.meeting_change, name="meeting_change"),
    path(f"{MEETING}meeting.ics", meetings.meeting_file, name="meeting_file"),
    path(f"{MEETING}steps/<slug:verb>/", meetings.meeting_move, name="meeting_move"),
    path("desk/interests/<uuid:token>/meetings/", meetings.interest_meetings, name="interest_meetings"),
    path("desk/projects/<slug:slug>/meetings/", meetings.project_meetings, name="project_meetings"),
]
