from django.urls import path

from .views import audit_log, dashboard, rows

app_name = "reports"

urlpatterns = [
    path("desk/dashboard/", dashboard.dashboard, name="dashboard"),
    path("desk/dashboard/figures.csv", dashboard.dashboard_csv, name="dashboard_csv"),
    path("desk/dashboard/rows/<slug:figure>/", rows.rows, name="rows"),
    path("office/audit/", audit_log.audit_log, name="audit_log"),
    path("office/audit/chain.jsonl", audit_log.audit_export, name="audit_export"),
]
