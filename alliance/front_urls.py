from django.urls import path

from . import legal_views, views

urlpatterns = [
    path("", views.home, name="home"),
    path("about/", views.about, name="about"),
    path("glossary/", views.glossary, name="glossary"),
    path("processes/", views.process_list, name="processes"),
    path("processes/<slug:code>/", views.process_detail, name="process"),
    path("privacy/", legal_views.privacy, name="privacy"),
    path("terms/", legal_views.terms, name="terms"),
]
