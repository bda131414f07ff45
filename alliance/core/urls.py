from django.urls import path

from . import views
from .search import views as search

app_name = "core"

urlpatterns = [
    path("theme/", views.theme, name="theme"),
    path("about/audit/", views.audit, name="audit"),
    path("about/audit/heads.csv", views.audit_heads, name="audit_heads"),
    path("about/audit/chain_check.py", views.audit_script, name="audit_script"),
    path("desk/translations/", views.translation_board, name="translations"),
    path("account/jobs/", views.job_list, name="jobs"),
    path("jobs/<uuid:pk>/", views.job, name="job"),
    path("jobs/<uuid:pk>/file/", views.job_file, name="job_file"),
    path("jobs/<uuid:pk>/cancel/", views.job_cancel, name="job_cancel"),
    path("jobs/<uuid:pk>/again/", views.job_again, name="job_again"),
    path("lists/<slug:code>/export/", views.list_export, name="list_export"),
    path("lists/<slug:code>/export.<str:suffix>", views.list_file, name="list_file"),
    path("search/", search.search, name="search"),
    path("palette/", search.palette_part, name="palette"),
    path("office/synonyms/", search.synonym_list, name="synonyms"),
    path("office/synonyms/<int:pk>/", search.synonym_edit, name="synonym_edit"),
]
