"""Addresses of the park desks and of the secretariat's pages about parks."""

from django.urls import path

from .urls_quality import urlpatterns as quality
from .views import desk, editor, history, office, pictures, saved_lists

urlpatterns = [
    *quality,
    path("desk/parks/", desk.desk_parks, name="desk_parks"),
    path("desk/profile-panel/", desk.profile_panel, name="profile_panel"),
    path("desk/parks/<slug:slug>/", desk.desk_park, name="desk_park"),
    path("desk/parks/<slug:slug>/edit/<slug:block>/", editor.edit_block, name="edit_block"),
    path("desk/parks/<slug:slug>/submit/", desk.park_submit, name="park_submit"),
    path("desk/parks/<slug:slug>/withdraw/", desk.park_withdraw, name="park_withdraw"),
    path("desk/parks/<slug:slug>/confirm/", desk.park_confirm, name="park_confirm"),
    path("desk/parks/<slug:slug>/preview/", desk.park_preview, name="park_preview"),
    path("desk/parks/<slug:slug>/history/", history.history, name="history"),
    path("desk/parks/<slug:slug>/history/<int:pk>/undo/", history.undo, name="undo"),
    path("desk/parks/<slug:slug>/pictures/", pictures.pictures, name="pictures"),
    path("desk/parks/<slug:slug>/pictures/<int:pk>/", pictures.picture_describe, name="picture_describe"),
    path("desk/parks/<slug:slug>/pictures/<int:pk>/move/", pictures.picture_move, name="picture_move"),
    path("desk/parks/<slug:slug>/pictures/<int:pk>/remove/", pictures.picture_remove, name="picture_remove"),
    path("desk/parks/<slug:slug>/pictures/<int:pk>/restore/", pictures.picture_restore, name="picture_restore"),
    path("desk/parks/<slug:slug>/pictures/<int:pk>/<int:width>/", pictures.picture_file, name="picture_file"),
    path("office/parks/", office.office_parks, name="office_parks"),
    path("office/lists/", saved_lists.saved_lists, name="saved_lists"),
    path("office/lists/add/", saved_lists.list_add, name="list_add"),
    path("office/lists/<int:pk>/", saved_lists.saved_list, name="saved_list"),
    path("office/lists/<int:pk>/remove/", saved_lists.list_remove, name="list_remove"),
    path("office/lists/<int:pk>/restore/", saved_lists.list_restore, name="list_restore"),
    path("office/lists/<int:pk>/<int:entry>/note/", saved_lists.list_note, name="list_note"),
    path("office/lists/<int:pk>/<int:entry>/out/", saved_lists.list_take_out, name="list_take_out"),
    path("office/parks/add/", office.office_park_add, name="office_park_add"),
    path("office/parks/<slug:slug>/", office.office_park, name="office_park"),
    path("office/parks/<slug:slug>/history/", history.office_history, name="office_history"),
    path("office/parks/<slug:slug>/correct/<slug:block>/", office.office_correct, name="office_correct"),
    path("office/parks/<slug:slug>/move/<slug:verb>/", office.office_move, name="office_move"),
    path("office/submissions/<int:pk>/", office.office_submission, name="office_submission"),
    path("office/submissions/<int:pk>/return/", office.submission_return, name="submission_return"),
    path("office/submissions/<int:pk>/accept/", office.submission_accept, name="submission_accept"),
]
