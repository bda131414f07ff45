from django.urls import path

from .urls_clusters import urlpatterns as clusters
from .urls_desk import urlpatterns as desk
from .views import compare, embed, public

app_name = "parks"

urlpatterns = [
    path("parks/", public.park_list, name="park_list"),
    path("parks/export.csv", public.park_export, name="park_export"),
    path("parks/compare/", compare.park_compare, name="park_compare"),
    path("parks/compare.csv", compare.park_compare_export, name="park_compare_export"),
    path("parks/<slug:slug>/", public.park_detail, name="park_detail"),
    path("parks/<slug:slug>/embed/", embed.park_embed_code, name="park_embed_code"),
    path("embed/parks/<slug:slug>/", embed.park_embed, name="park_embed"),
    *clusters,
    *desk,
]
