"""Joint training: a file of addresses for each part. Programmes come last, whose own addresses are short."""

from django.urls import include, path

app_name = "training"

urlpatterns = [
    path("", include("training.urls_seats")),
    path("", include("training.urls_attendance")),
    path("", include("training.urls_assessment")),
    path("", include("training.urls_placements")),
    path("", include("training.urls_certificates")),
    path("", include("training.urls_programmes")),
]
