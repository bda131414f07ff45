"""What protects accounts: second factors, sessions, and the way back when a factor is lost. Part of the addresses."""

from django.urls import path

from .views import lost_factor, security

urlpatterns = [
    path("account/security/", security.security, name="security"),
    path("account/security/steps/", security.secure, name="secure"),
    path("account/security/sessions/<int:pk>/end/", security.end_session, name="end_session"),
    path("account/lost-factor/", lost_factor.ask, name="lost_factor"),
    path("account/lost-factor/begin-anew/", lost_factor.begin_anew, name="lost_factor_begin_anew"),
    path("account/lost-factor/stop/<str:token>/", lost_factor.stop, name="lost_factor_stop"),
    path("office/lost-factors/", lost_factor.lost_factors, name="lost_factors"),
    path("office/lost-factors/<int:pk>/approve/", lost_factor.approve, name="lost_factor_approve"),
    path("office/lost-factors/<int:pk>/refuse/", lost_factor.refuse, name="lost_factor_refuse"),
]
