"""Programmes and their curricula: public pages, and the partners' desk."""

from django.urls import path

from .views import curricula, programmes, public

urlpatterns = [
    path("training/", public.programme_list, name="programme_list"),
    path("training/universities/", public.university_list, name="university_list"),
    path("training/curricula/<str:code>/<str:number>/", public.version_detail, name="version_detail"),
    path("training/curricula/<str:code>/<str:number>/changes/", public.version_changes, name="version_changes"),
    path("office/training/", public.office_programmes, name="office_programmes"),
    path("desk/training/", programmes.desk_programmes, name="desk_programmes"),
    path("desk/training/programmes/new/", programmes.programme_new, name="programme_new"),
    path("desk/training/programmes/<slug:slug>/", programmes.desk_programme, name="desk_programme"),
    path("desk/training/programmes/<slug:slug>/texts/", programmes.programme_edit, name="programme_edit"),
    path("desk/training/programmes/<slug:slug>/partners/", programmes.partner_add, name="partner_add"),
    path("desk/training/programmes/<slug:slug>/steps/<slug:verb>/", programmes.programme_move, name="programme_move"),
    path("desk/training/programmes/<slug:slug>/curricula/new/", curricula.curriculum_new, name="curriculum_new"),
    path("desk/training/partners/<int:pk>/accept/", programmes.partner_accept, name="partner_accept"),
    path("desk/training/partners/<int:pk>/decline/", programmes.partner_decline, name="partner_decline"),
    path("desk/training/partners/<int:pk>/end/", programmes.partner_end, name="partner_end"),
    path("desk/training/partners/<int:pk>/registration/", programmes.partner_register, name="partner_register"),
    path("desk/training/versions/<int:pk>/", curricula.desk_version, name="desk_version"),
    path("desk/training/versions/<int:pk>/write/", curricula.version_edit, name="version_edit"),
    path("desk/training/versions/<int:pk>/discard/", curricula.version_discard, name="version_discard"),
    path("desk/training/versions/<int:pk>/next/", curricula.version_next, name="version_next"),
    path("desk/training/versions/<int:pk>/reviewers/", curricula.version_ask, name="version_ask"),
    path("desk/training/versions/<int:pk>/review/", curricula.version_review, name="version_review"),
    path("desk/training/versions/<int:pk>/last-day/", curricula.version_sunset, name="version_sunset"),
    path("desk/training/versions/<int:pk>/changes/", curricula.desk_changes, name="desk_changes"),
    path("desk/training/versions/<int:pk>/steps/<slug:verb>/", curricula.version_move, name="version_move"),
    path("desk/training/units/<int:pk>/", curricula.unit_edit, name="unit_edit"),
    # Last: every other address below /training/ comes before it.
    path("training/<slug:slug>/", public.programme_detail, name="programme_detail"),
]
