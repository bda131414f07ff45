"""allauth's pages that the portal offers. Foreign accounts have pages of our own (views/connections.py)."""

from allauth import app_settings
from django.urls import include, path

urlpatterns = [path("", include("allauth.account.urls"))]
if app_settings.MFA_ENABLED:
    urlpatterns.append(path("2fa/", include("allauth.mfa.urls")))
if app_settings.USERSESSIONS_ENABLED:
    urlpatterns.append(path("sessions/", include("allauth.usersessions.urls")))
