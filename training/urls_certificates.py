"""Pages about certificates, below the language."""

from django.urls import path

from .views import certificate, certificates, keys, verify

urlpatterns = [
    path("verify/", verify.verify, name="verify"),
    path("verify/graduates/", verify.graduates, name="graduates"),
    path("desk/certificates/", certificates.desk, name="certificates"),
    path("desk/certificates/cohorts/<slug:code>/", certificates.cohort, name="certificates_cohort"),
    path("desk/certificates/cohorts/<slug:code>/do/", certificates.act, name="certificates_act"),
    path("desk/certificates/trainees/<int:pk>/", certificates.trainee, name="certificate_trainee"),
    path("desk/certificates/trainees/<int:pk>/<slug:verb>/", certificates.trainee_act, name="certificate_trainee_act"),
    path("desk/certificates/dossiers/<int:pk>/", certificates.dossier, name="dossier"),
    path("desk/certificates/dossiers/<int:pk>/<slug:verb>/", certificates.dossier_move, name="dossier_move"),
    path("desk/certificates/cases/<int:pk>/", certificate.case, name="certificate_case"),
    path("desk/certificates/cases/<int:pk>/<slug:verb>/", certificate.case_act, name="certificate_case_act"),
    path("desk/certificates/mine/", certificate.mine, name="my_certificates"),
    path("desk/certificates/mine/print/", certificate.print_mine, name="print_my_certificates"),
    path("desk/certificates/mine/wishes/<int:pk>/", certificate.wishes, name="certificate_wishes"),
    path("desk/certificates/mine/<slug:number>/consent/", certificate.consent, name="certificate_consent"),
    path("desk/certificates/mine/<slug:number>/give-back/", certificate.give_back, name="certificate_give_back"),
    path("desk/certificates/<slug:number>/", certificate.certificate, name="certificate"),
    path("desk/certificates/<slug:number>/<slug:verb>/", certificate.certificate_act, name="certificate_act"),
    path("office/signing-keys/", keys.issuer_keys, name="issuer_keys"),
    path("office/signing-keys/new/", keys.issuer_key_stage, name="issuer_key_stage"),
    path("office/signing-keys/<slug:fragment>/<slug:verb>/", keys.issuer_key_act, name="issuer_key_act"),
]
