"""Investors: their own desk, and the queue of the investment desk."""

from django.urls import path

from .views import investors, office_investors

INVESTOR = "desk/investors/<slug:slug>/"

urlpatterns = [
    path("office/investors/", office_investors.office_investors, name="office_investors"),
    path("office/investors/<slug:slug>/", office_investors.office_investor, name="office_investor"),
    path("office/investors/<slug:slug>/steps/<slug:verb>/", office_investors.investor_move, name="investor_move"),
    path("desk/investors/", investors.investor_home, name="investor_home"),
    path("desk/investors/new/", investors.investor_new, name="investor_new"),
    path(INVESTOR, investors.desk_investor, name="desk_investor"),
    path(f"{INVESTOR}entry/", investors.investor_edit, name="investor_edit"),
    path(f"{INVESTOR}wishes/", investors.investor_wishes, name="investor_wishes"),
    path(f"{INVESTOR}hand-in/", investors.investor_hand_in, name="investor_hand_in"),
    path(f"{INVESTOR}apply-again/", investors.investor_again, name="investor_again"),
    path(f"{INVESTOR}documents/", investors.document_add, name="document_add"),
    path(f"{INVESTOR}documents/<uuid:token>/", investors.investor_document, name="investor_document"),
    path(f"{INVESTOR}documents/<uuid:token>/remove/", investors.document_remove, name="document_remove"),
]
