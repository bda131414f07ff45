"""Addresses of the register's care: look-alikes, merges, quality."""

from django.urls import path

from .views import duplicates, merges, quality

urlpatterns = [
    path("office/duplicates/", duplicates.duplicates, name="duplicates"),
    path("office/duplicates/refresh/", duplicates.duplicates_refresh, name="duplicates_refresh"),
    path("office/duplicates/<int:pk>/judge/", duplicates.duplicate_judge, name="duplicate_judge"),
    path("office/quality/", quality.console, name="quality"),
    path("office/quality/panel/", quality.panel, name="quality_panel"),
    path("office/quality/letters/<int:pk>/", quality.nudge, name="nudge"),
    path("office/quality/<slug:gap>/", quality.gap_rows, name="quality_rows"),
    path("office/quality/<slug:gap>/write/", quality.nudge_prepare, name="nudge_prepare"),
    path("office/duplicates/merges/", merges.merges, name="merges"),
    path("office/duplicates/merges/of/<slug:slug>/", merges.merge_choose, name="merge_choose"),
    path("office/duplicates/merges/of/<slug:gone>/into/<slug:kept>/", merges.merge_prepare, name="merge_prepare"),
    path("office/duplicates/merges/<int:pk>/", merges.merge, name="merge"),
    path("office/duplicates/merges/<int:pk>/confirm/", merges.merge_confirm, name="merge_confirm"),
    path("office/duplicates/merges/<int:pk>/drop/", merges.merge_drop, name="merge_drop"),
    path("office/duplicates/merges/<int:pk>/undo/", merges.merge_undo, name="merge_undo"),
]
