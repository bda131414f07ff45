from django.urls import path

from .views import audit_log, dashboard, reports, rows, snapshots, status

app_name = "reports"

urlpatterns = [
    path("desk/dashboard/", dashboard.dashboard, name="dashboard"),
    path("desk/dashboard/figures.csv", dashboard.dashboard_csv, name="dashboard_csv"),
    path("desk/dashboard/rows/<slug:figure>/", rows.rows, name="rows"),
    path("reports/", reports.report_list, name="reports"),
    path("reports/order/", reports.report_order, name="report_order"),
    path("reports/schedules/new/", reports.schedule_new, name="schedule_new"),
    path("reports/schedules/<int:pk>/<slug:verb>/", reports.schedule_change, name="schedule_change"),
    path("reports/snapshots/", snapshots.snapshot_list, name="snapshots"),
    path("reports/snapshots/make/", snapshots.snapshot_make, name="snapshot_make"),
    path("reports/snapshots/compare/", snapshots.snapshot_compare, name="snapshot_compare"),
    path("reports/snapshots/<int:pk>/", snapshots.snapshot, name="snapshot"),
    path("reports/snapshots/<int:pk>/rows/<slug:figure>/", snapshots.snapshot_rows, name="snapshot_rows"),
    path("office/status/", status.status, name="status"),
    path("office/audit/", audit_log.audit_log, name="audit_log"),
    path("office/audit/chain.jsonl", audit_log.audit_export, name="audit_export"),
]
