"""Addresses of placements."""

from django.urls import path

from .views import my_placements, placement_link, placements, places

urlpatterns = [
    path("desk/training/placements/", placements.placements, name="placements"),
    path("desk/training/placements/new/<int:pk>/", placements.placement_new, name="placement_new"),
    path("desk/training/placements/<int:pk>/", placements.placement, name="placement"),
    path("desk/training/placements/<int:pk>/terms/", placements.placement_terms, name="placement_terms"),
    path("desk/training/placements/<int:pk>/signature/", placements.placement_sign, name="placement_sign"),
    path("desk/training/placements/<int:pk>/send/", placements.placement_send, name="placement_send"),
    path("desk/training/placements/<int:pk>/look/", placements.placement_look, name="placement_look"),
    path("desk/training/placements/<int:pk>/grade/", placements.placement_grade, name="placement_grade"),
    path("desk/training/placements/<int:pk>/incident/", placements.incident_new, name="incident_new"),
    path("desk/training/placements/<int:pk>/<slug:verb>/", placements.placement_move, name="placement_move"),
    path("desk/training/places/", places.places, name="host_places"),
    path("desk/training/places/new/", places.place_new, name="host_place_new"),
    path("desk/training/places/<int:pk>/", places.place, name="host_place"),
    path("desk/training/places/<int:pk>/edit/", places.place_edit, name="host_place_edit"),
    path("desk/training/places/<int:pk>/<slug:verb>/", places.place_move, name="host_place_move"),
    path("desk/training/incidents/<int:pk>/", places.incident, name="incident"),
    path("desk/learning/placements/", my_placements.my_placements, name="my_placements"),
    path("desk/learning/placements/<int:pk>/", my_placements.my_placement, name="my_placement"),
    path("desk/learning/placements/<int:pk>/agree/", my_placements.my_consent, name="my_consent"),
    path("desk/learning/placements/<int:pk>/sign/", my_placements.my_signature, name="my_signature"),
    path("desk/learning/placements/<int:pk>/cancel/", my_placements.my_cancel, name="my_cancel"),
    path("desk/learning/placements/<int:pk>/days/new/", my_placements.my_day, name="my_day_new"),
    path("desk/learning/placements/<int:pk>/days/<slug:on>/", my_placements.my_day, name="my_day"),
    path("desk/learning/days/<int:pk>/remove/", my_placements.my_day_remove, name="my_day_remove"),
    path("training/placement-link/<str:token>/", placement_link.placement_link, name="placement_link"),
    path("office/training/placement-rules/", places.placement_rules, name="placement_rules"),
    path("office/training/placement-rules/<slug:learner>/<slug:kind>/", places.placement_rule, name="placement_rule"),
]
