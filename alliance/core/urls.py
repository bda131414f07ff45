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
    path("office/imports/", views.import_list, name="imports"),
    path("office/imports/new/<slug:code>/", views.import_new, name="import_new"),
    path("office/imports/new/<slug:code>/template.xlsx", views.import_template, name="import_template"),
    path("office/imports/<uuid:token>/", views.import_batch, name="import_batch"),
    path("office/imports/<uuid:token>/columns/", views.import_columns, name="import_columns"),
    path("office/imports/<uuid:token>/choices/", views.import_choose, name="import_choose"),
    path("office/imports/<uuid:token>/confirm/", views.import_confirm, name="import_confirm"),
    path("office/imports/<uuid:token>/undo/", views.import_undo, name="import_undo"),
    path("office/imports/<uuid:token>/discard/", views.import_discard, name="import_discard"),
    path("office/imports/<uuid:token>/to-correct.xlsx", views.import_refused, name="import_refused"),
    path("search/", search.search, name="search"),
    path("palette/", search.palette_part, name="palette"),
    path("office/synonyms/", search.synonym_list, name="synonyms"),
    path("office/synonyms/<int:pk>/", search.synonym_edit, name="synonym_edit"),
]
