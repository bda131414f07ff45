"""The promoters' desk, the investment desk of the secretariat, and the pipeline as the council sees it."""

from django.urls import path

from .views import approvals, desk, documents, follows, news, office, pipeline, versions

PROJECT = "desk/projects/<slug:slug>/"
DOCUMENT = f"{PROJECT}documents/<uuid:token>/"

urlpatterns = [
    path("office/projects/", office.office_projects, name="office_projects"),
    path("office/projects/<slug:slug>/", office.office_project, name="office_project"),
    path("office/projects/<slug:slug>/criteria/", office.criteria_check, name="criteria_check"),
    path("desk/pipeline/", pipeline.council_pipeline, name="council_pipeline"),
    path("desk/followed/", follows.followed_projects, name="followed_projects"),
    path("desk/projects/", desk.desk_projects, name="desk_projects"),
    path("desk/projects/new/", desk.project_new, name="project_new"),
    path(PROJECT, desk.desk_project, name="desk_project"),
    path(f"{PROJECT}write/", versions.version_edit, name="version_edit"),
    path(f"{PROJECT}parks/", desk.park_ask, name="park_ask"),
    path(f"{PROJECT}parks/<int:pk>/drop/", desk.park_drop, name="park_drop"),
    path(f"{PROJECT}parks/<int:pk>/leave/", desk.park_leave, name="park_leave"),
    path(f"{PROJECT}code/", desk.code_enter, name="code_enter"),
    path(f"{PROJECT}steps/<slug:verb>/", desk.project_move, name="project_move"),
    path(f"{PROJECT}versions/act/<slug:verb>/", versions.version_act, name="version_act"),
    path(f"{PROJECT}versions/<int:number>/", versions.version_page, name="version_page"),
    path(f"{PROJECT}versions/<int:number>/sign/", versions.version_sign, name="version_sign"),
    path(f"{PROJECT}approvals/", approvals.approvals, name="approvals"),
    path(f"{PROJECT}approvals/<int:pk>/remove/", approvals.approval_remove, name="approval_remove"),
    path(f"{PROJECT}approvals/<int:pk>/<slug:verb>/", approvals.approval_step, name="approval_step"),
    path(f"{PROJECT}documents/", documents.desk_documents, name="desk_documents"),
    path(DOCUMENT, documents.desk_document, name="desk_document"),
    path(f"{DOCUMENT}renew/", documents.desk_document_renew, name="desk_document_renew"),
    path(f"{DOCUMENT}withdraw/", documents.desk_document_withdraw, name="desk_document_withdraw"),
    path(f"{DOCUMENT}versions/<int:number>/", documents.desk_document_version, name="desk_document_version"),
    path(f"{PROJECT}updates/", news.desk_updates, name="desk_updates"),
    path(f"{PROJECT}updates/<int:pk>/take-back/", news.update_retract, name="update_retract"),
    path(f"{PROJECT}results/", news.desk_results, name="desk_results"),
    path(f"{PROJECT}letters/<str:number>/", office.letter, name="letter"),
]
