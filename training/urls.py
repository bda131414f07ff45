from django.urls import URLPattern

from .urls_certificates import certificate_patterns

app_name = "training"

urlpatterns: list[URLPattern] = [*certificate_patterns]
