"""Joint investment: a file of addresses for each part. Projects come last, whose own addresses are short."""

from django.urls import include, path

from .views import desk

app_name = "investment"

urlpatterns = [
    path("", include("investment.urls_desk")),
    path("projects/<slug:slug>/", desk.desk_project, name="project_detail"),
]
