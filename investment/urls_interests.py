"""Interests and confidentiality agreements: the investor's pages, the parks' inbox, the desk's overdue list."""

from django.urls import path

from .views import agreements, interests

INTEREST = "desk/interests/<uuid:token>/"
PROJECT = "desk/projects/<slug:slug>/"

urlpatterns = [
    path("office/interests/", interests.office_interests, name="office_interests"),
    path("desk/interests/", interests.interests, name="interests"),
    path("desk/interests/new/", interests.interest_new, name="interest_new"),
    path("desk/interests/received/", interests.inbox, name="inbox"),
    path(INTEREST, interests.interest, name="interest"),
    path(f"{INTEREST}write/", interests.interest_edit, name="interest_edit"),
    path(f"{INTEREST}steps/<slug:verb>/", interests.interest_move, name="interest_move"),
    path(f"{INTEREST}agreement/", agreements.agreement_accept, name="agreement_accept"),
    path(f"{PROJECT}interests/", interests.project_interests, name="project_interests"),
    path(f"{PROJECT}agreement/", agreements.agreement, name="agreement"),
    path(f"{PROJECT}agreement/write/", agreements.agreement_write, name="agreement_write"),
]
