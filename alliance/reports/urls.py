from django.urls import path

from .views import audit_log, dashboard

app_name = "reports"

urlpatterns = [
    path("desk/dashboard/", dashboard.dashboard, name="dashboard"),
    path("desk/dashboard/rows/<slug:figure>/", dashboard.rows, name="rows"),
    path("office/audit/", audit_log.audit_log, name="audit_log"),
    path("office/audit/chain.jsonl", audit_log.audit_export, name="audit_export"),
]
