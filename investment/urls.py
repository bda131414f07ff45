"""Joint investment: a file of addresses for each part. Projects come last, whose own addresses are short."""

from django.urls import include, path

app_name = "investment"

urlpatterns = [
    path("", include("investment.urls_investors")),
    path("", include("investment.urls_interests")),
    path("", include("investment.urls_rooms")),
    path("", include("investment.urls_questions")),
    path("", include("investment.urls_meetings")),
    path("", include("investment.urls_events")),
    path("", include("investment.urls_desk")),
    path("", include("investment.urls_public")),
]
