from django.urls import include, path

from .views import duties, invitations, joining, profile, settings, team

app_name = "accounts"

urlpatterns = [
    path("desk/team/", team.team, name="team"),
    path("office/organisations/", team.organisations, name="organisations"),
    path("office/organisations/<slug:slug>/team/", team.organisation_team, name="organisation_team"),
    path("office/settings/", settings.settings, name="settings"),
    path("office/settings/<slug:code>/", settings.setting, name="setting"),
    path("teams/<slug:slug>/invite/", team.invite, name="invite"),
    path("teams/<slug:slug>/invitations/<int:pk>/resend/", team.resend_invitation, name="resend_invitation"),
    path("teams/<slug:slug>/invitations/<int:pk>/revoke/", team.revoke_invitation, name="revoke_invitation"),
    path("teams/<slug:slug>/requests/<int:pk>/approve/", team.approve_join, name="approve_join"),
    path("teams/<slug:slug>/requests/<int:pk>/refuse/", team.refuse_join, name="refuse_join"),
    path("teams/<slug:slug>/duties/<int:pk>/", duties.duty, name="duty"),
    path("teams/<slug:slug>/duties/<int:pk>/term/", duties.duty_term, name="duty_term"),
    path("teams/<slug:slug>/duties/<int:pk>/absence/", duties.duty_absence, name="duty_absence"),
    path("teams/<slug:slug>/duties/<int:pk>/end/", duties.duty_end, name="duty_end"),
    path("join/", joining.join, name="join"),
    path("join/requests/<int:pk>/withdraw/", joining.withdraw_join, name="withdraw_join"),
    path("join/<slug:slug>/", joining.join_organisation, name="join_organisation"),
    path("invitations/<int:pk>/accept-own/", invitations.accept_own_invitation, name="accept_own_invitation"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    path("invitations/<str:token>/accept/", invitations.accept_invitation, name="accept_invitation"),
    path("invitations/<str:token>/renew/", invitations.renew_invitation, name="renew_invitation"),
    path("account/profile/", profile.profile, name="profile"),
    path("account/duties/", duties.duties, name="duties"),
    path("account/act/", duties.act, name="act"),
    path("", include("alliance.accounts.urls_security")),
    path("", include("alliance.accounts.urls_personal")),
]
