"""Promotion events: announced by the desk, joined by projects and investors."""

from django.urls import path

from .views import events

EVENT = "desk/promotion-events/<uuid:token>/"

urlpatterns = [
    path("desk/promotion-events/", events.promotion_events, name="promotion_events"),
    path("desk/promotion-events/new/", events.event_new, name="event_new"),
    path(EVENT, events.promotion_event, name="promotion_event"),
    path(f"{EVENT}write/", events.event_edit, name="event_edit"),
    path(f"{EVENT}join/", events.event_join, name="event_join"),
    path(f"{EVENT}leave/", events.event_leave, name="event_leave"),
    path(f"{EVENT}requests/<slug:project>/<slug:investor>/", events.event_ask, name="event_ask"),
    path(f"{EVENT}steps/<slug:verb>/", events.event_move, name="event_move"),
    path(f"{EVENT}meetings/<int:meeting>/result/", events.event_result, name="event_result"),
]
