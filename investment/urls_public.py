"""Joint projects for everybody, as pages and as data. Included last: the addresses of projects are short."""

from django.urls import path

from .views import documents, exports, follows, pipeline, prospectus, public

urlpatterns = [
    path("projects/", public.project_list, name="project_list"),
    path("projects/list.json", exports.project_json, name="project_json"),
    path("projects/list.csv", exports.project_csv, name="project_csv"),
    path("projects/feed/", exports.project_feed, name="project_feed"),
    path("projects/oc4ids.json", exports.projects_oc4ids, name="projects_oc4ids"),
    path("projects/compare/", public.project_compare, name="project_compare"),
    path("projects/compare.csv", public.project_compare_export, name="project_compare_export"),
    path("projects/prospectus/", prospectus.project_prospectus, name="project_prospectus"),
    path("projects/results/", public.project_results, name="project_results"),
    path("projects/pipeline/", pipeline.project_pipeline, name="project_pipeline"),
    # Last: every other address below /projects/ comes before it.
    path("projects/<slug:slug>/documents/<uuid:token>/", documents.project_document, name="project_document"),
    path("projects/<slug:slug>/follow/", follows.project_follow, name="project_follow"),
    path("projects/<slug:slug>/unfollow/", follows.project_unfollow, name="project_unfollow"),
    path("projects/<slug:slug>/", public.project_detail, name="project_detail"),
    path("projects/<slug:slug>/oc4ids.json", exports.project_oc4ids, name="project_oc4ids"),
]
