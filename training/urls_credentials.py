"""The addresses in signed files. They never change, and know no language (training spec, 4.5)."""

from django.urls import path, re_path

from .views import credentials as views

TOKEN = r"(?P<token>[A-Za-z0-9_-]{22})"
app_name = "credentials"

urlpatterns = [
    path(".well-known/did.json", views.did, name="did"),
    path("issuers/<slug:slug>/did.json", views.partner_did, name="partner_did"),
    path("credentials/keys", views.issuer_keys_public, name="keys"),
    path("credentials/status/revocation/<int:number>", views.status_list, name="status_list"),
    re_path(rf"^credentials/{TOKEN}$", views.credential, name="credential"),
    re_path(
        rf"^credentials/{TOKEN}\.(?P<form>json|png|svg|pdf|transcript\.pdf)$",
        views.credential_file,
        name="credential_file",
    ),
    path("curricula/<str:code>/versions/<str:number>", views.achievement, name="achievement"),
    path("competencies/<str:code>", views.competency, name="competency"),
    re_path(rf"^evidence/{TOKEN}$", views.evidence, name="evidence"),
]
