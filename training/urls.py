from django.urls import URLPattern

from .urls_assessment import urlpatterns as assessment
from .urls_placements import urlpatterns as placements

app_name = "training"

urlpatterns: list[URLPattern] = [
    *assessment,
    *placements,
]
