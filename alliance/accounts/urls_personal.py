"""What people do with their own data, and what the secretariat keeps about that. Part of the package's addresses."""

from django.urls import path

from .views import connections, my_data, protection

urlpatterns = [
    path("account/connections/", connections.connections, name="connections"),
    path("account/connections/<slug:code>/link/", connections.link_connection, name="link_connection"),
    path("account/connections/<int:pk>/unlink/", connections.unlink_connection, name="unlink_connection"),
    path("account/sign-in-with/<slug:code>/", connections.sign_in_with, name="sign_in_with"),
    path("account/data/", my_data.my_data, name="my_data"),
    path("account/data/copy/", my_data.copy, name="copy_my_data"),
    path("account/data/ask/", my_data.ask, name="ask_about_data"),
    path("account/data/close/", my_data.close, name="close_account"),
    path("account/data/keep/", my_data.keep, name="keep_account"),
    path("account/consents/", my_data.consents, name="consents"),
    path("account/consents/<slug:code>/", my_data.decide_consent, name="decide_consent"),
    path("office/data-requests/", protection.data_requests, name="data_requests"),
    path("office/data-requests/<int:pk>/", protection.data_request, name="data_request"),
    path("office/incidents/", protection.breaches, name="breaches"),
    path("office/incidents/new/", protection.breach_new, name="breach_new"),
    path("office/incidents/register.csv", protection.breach_register, name="breach_register"),
    path("office/incidents/<int:pk>/", protection.breach, name="breach"),
    path("office/incidents/<int:pk>/close/", protection.breach_close, name="breach_close"),
]
