"""Addresses of sessions, calendars and attendance."""

from django.urls import path

from .views import attendance, attending, calendars, offline, planning, rooms, sessions

urlpatterns = [
    path("desk/training/teaching/", sessions.teaching, name="teaching"),
    path("desk/training/teaching/panel/", sessions.teaching_panel, name="teaching_panel"),
    path("desk/training/rooms/", rooms.rooms, name="rooms"),
    path("desk/training/rooms/add/<slug:slug>/", rooms.room_add, name="room_add"),
    path("desk/training/rooms/<int:pk>/", rooms.room_edit, name="room_edit"),
    path("desk/training/rooms/<int:pk>/remove/", rooms.room_remove, name="room_remove"),
    path("desk/training/cohorts/", planning.desk_cohorts, name="desk_cohorts"),
    path("desk/training/cohorts/add/<slug:slug>/", planning.cohort_add, name="cohort_add"),
    path("desk/training/cohorts/<slug:code>/", planning.desk_cohort, name="desk_cohort"),
    path("desk/training/cohorts/<slug:code>/plan/", planning.cohort_plan, name="cohort_plan"),
    path("desk/training/cohorts/<slug:code>/seats/", planning.cohort_seats, name="cohort_seats"),
    path("desk/training/cohorts/<slug:code>/move/<slug:verb>/", planning.cohort_move, name="cohort_move"),
    path("desk/training/cohorts/<slug:code>/calendar/", calendars.cohort_calendar, name="cohort_calendar"),
    path("desk/training/cohorts/<slug:code>/calendar/address/", calendars.cohort_feed, name="cohort_feed"),
    path("desk/training/cohorts/<slug:code>/sessions/add/", sessions.session_add, name="session_add"),
    path("desk/training/cohorts/<slug:code>/sessions/clashes/", sessions.session_clashes, name="session_clashes"),
    path("desk/training/parks/<slug:slug>/calendar/", calendars.park_calendar, name="park_calendar"),
    path("desk/training/parks/<slug:slug>/calendar/address/", calendars.park_feed, name="park_feed"),
    path("desk/training/sessions/<int:pk>/", sessions.desk_session, name="desk_session"),
    path("desk/training/sessions/<int:pk>/edit/", sessions.session_edit, name="session_edit"),
    path("desk/training/sessions/<int:pk>/move/<slug:verb>/", sessions.session_move, name="session_move"),
    path("desk/training/sessions/<int:pk>/screen/", attendance.session_screen, name="session_screen"),
    path("desk/training/sessions/<int:pk>/screen/code/", attendance.session_code, name="session_code"),
    path("desk/training/sessions/<int:pk>/attendance/", attendance.session_attendance, name="session_attendance"),
    path("desk/training/sessions/<int:pk>/attendance/rest/", attendance.attendance_rest, name="attendance_rest"),
    path("desk/training/sessions/<int:pk>/attendance/<int:enrolment>/", attendance.mark_history, name="mark_history"),
    path(
        "desk/training/sessions/<int:pk>/attendance/<int:enrolment>/mark/",
        attendance.attendance_mark,
        name="attendance_mark",
    ),
    path(
        "desk/training/sessions/<int:pk>/unlisted/<int:unlisted>/", attendance.unlisted_settle, name="unlisted_settle"
    ),
    path("desk/training/sessions/<int:pk>/offline/", offline.session_offline, name="session_offline"),
    path("desk/training/sessions/<int:pk>/offline/worker.js", offline.offline_worker, name="offline_worker"),
    path("desk/training/sessions/<int:pk>/offline/upload/", offline.offline_upload, name="offline_upload"),
    path("desk/training/attendance-changes/<int:pk>/", attendance.attendance_change, name="attendance_change"),
    path("desk/learning/calendar/", calendars.my_calendar, name="my_calendar"),
    path("desk/learning/calendar/address/", calendars.my_feed, name="my_feed"),
    path("desk/learning/sessions/<int:pk>/", attending.session, name="session"),
    path("desk/learning/attendance/<int:pk>/", attending.learner_attendance, name="learner_attendance"),
    path("desk/learning/check-in/<int:pk>/<slug:code>/", attending.check_in, name="check_in"),
    path("training/calendar/<slug:token>.ics", calendars.calendar_feed, name="calendar_feed"),
]
