from django.urls import path

from . import views

app_name = "core"

urlpatterns = [
    path("theme/", views.theme, name="theme"),
]
