"""Data rooms: those that a reader may enter, and the desk of the parks that keep one."""

from django.urls import path

from .views import room_desk, room_groups, rooms

ROOM = "desk/rooms/<slug:slug>/"
DOCUMENT = f"{ROOM}<uuid:token>/"
KEPT = "desk/projects/<slug:slug>/room/"

urlpatterns = [
    path("desk/rooms/", rooms.rooms, name="rooms"),
    path(ROOM, rooms.room, name="room"),
    path(f"{ROOM}together/", rooms.room_bundle, name="room_bundle"),
    path(DOCUMENT, rooms.room_document, name="room_document"),
    path(f"{DOCUMENT}pages/<int:number>/", rooms.room_page, name="room_page"),
    path(f"{DOCUMENT}copy/", rooms.room_copy, name="room_copy"),
    path(f"{DOCUMENT}original/", rooms.room_original, name="room_original"),
    path(KEPT, room_desk.room_desk, name="room_desk"),
    path(f"{KEPT}open/", room_desk.room_open, name="room_open"),
    path(f"{KEPT}together/", room_desk.room_bulk, name="room_bulk"),
    path(f"{KEPT}factor/", room_desk.room_factor, name="room_factor"),
    path(f"{KEPT}folders/", room_desk.room_folder_add, name="room_folder_add"),
    path(f"{KEPT}files/", room_desk.room_file_add, name="room_file_add"),
    path(f"{KEPT}groups/new/", room_groups.room_group_new, name="room_group_new"),
    path(f"{KEPT}groups/<int:pk>/", room_groups.room_group, name="room_group"),
    path(f"{KEPT}groups/<int:pk>/people/", room_groups.room_member_add, name="room_member_add"),
    path(f"{KEPT}people/<int:pk>/remove/", room_groups.room_member_remove, name="room_member_remove"),
    path(f"{KEPT}as/", room_groups.room_as, name="room_as"),
    path(f"{KEPT}log/", room_groups.room_log, name="room_log"),
    path(f"{KEPT}manifests/freeze/", room_groups.room_freeze, name="room_freeze"),
    path(f"{KEPT}manifests/<int:number>/", room_groups.room_manifest, name="room_manifest"),
    path(f"{KEPT}<uuid:token>/", room_desk.room_node, name="room_node"),
    path(f"{KEPT}<uuid:token>/version/", room_desk.room_version_add, name="room_version_add"),
    path(f"{KEPT}<uuid:token>/versions/<int:number>/", room_desk.room_version, name="room_version"),
    path(f"{KEPT}<uuid:token>/access/", room_desk.room_access, name="room_access"),
    path(f"{KEPT}<uuid:token>/remove/", room_desk.room_node_remove, name="room_node_remove"),
]
