"""Addresses of specialised clusters: for everybody, on the parks' desks, at the secretariat."""

from django.urls import path

from .views import clusters, clusters_desk, clusters_office

urlpatterns = [
    path("clusters/", clusters.cluster_list, name="cluster_list"),
    path("clusters/<slug:slug>/", clusters.cluster_detail, name="cluster_detail"),
    path("desk/clusters/", clusters_desk.desk_clusters, name="desk_clusters"),
    path("desk/clusters/<int:pk>/<slug:verb>/", clusters_desk.cluster_answer, name="cluster_answer"),
    path("office/clusters/", clusters_office.office_clusters, name="office_clusters"),
    path("office/clusters/add/", clusters_office.office_cluster_add, name="office_cluster_add"),
    path("office/clusters/<slug:slug>/", clusters_office.office_cluster, name="office_cluster"),
    path("office/clusters/<slug:slug>/edit/", clusters_office.office_cluster_edit, name="office_cluster_edit"),
    path("office/clusters/<slug:slug>/invite/", clusters_office.office_cluster_invite, name="office_cluster_invite"),
    path("office/clusters/<slug:slug>/lead/", clusters_office.office_cluster_lead, name="office_cluster_lead"),
    path(
        "office/clusters/<slug:slug>/move/<slug:verb>/", clusters_office.office_cluster_move, name="office_cluster_move"
    ),
    path(
        "office/clusters/<slug:slug>/places/<int:pk>/<slug:verb>/",
        clusters_office.office_place_move,
        name="office_place_move",
    ),
]
