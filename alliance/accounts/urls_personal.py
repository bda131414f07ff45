"""What people do with their own data, and what the secretariat keeps about that. Part of the package's addresses."""

from django.urls import path

from .views import connections

urlpatterns = [
    path("account/connections/", connections.connections, name="connections"),
    path("account/connections/<slug:code>/link/", connections.link_connection, name="link_connection"),
    path("account/connections/<int:pk>/unlink/", connections.unlink_connection, name="unlink_connection"),
    path("account/sign-in-with/<slug:code>/", connections.sign_in_with, name="sign_in_with"),
]
