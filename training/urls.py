from .urls_seats import urlpatterns as seats

"""Joint training: a file of addresses for each part. Programmes come last, whose own addresses are short."""

from django.urls import include, path

app_name = "training"

urlpatterns = [
    *seats,
    path("", include("training.urls_attendance")),
    path("", include("training.urls_programmes")),
]
