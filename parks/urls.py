from importlib.util import find_spec

from django.urls import URLPattern, path

from .views import compare, public

desk: list[URLPattern] = []
if find_spec("parks.urls_desk"):
    from .urls_desk import urlpatterns as desk

app_name = "parks"

urlpatterns = [
    path("parks/", public.park_list, name="park_list"),
    path("parks/export.csv", public.park_export, name="park_export"),
    path("parks/compare/", compare.park_compare, name="park_compare"),
    path("parks/compare.csv", compare.park_compare_export, name="park_compare_export"),
    path("parks/<slug:slug>/", public.park_detail, name="park_detail"),
    *desk,
]
