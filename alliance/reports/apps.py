from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from alliance.core import navigation


class ReportsConfig(AppConfig):
    name = "alliance.reports"
    label = "reports"
    verbose_name = _("Dashboards")

    def ready(self) -> None:
        # These declare what becomes of rows when entries merge and accounts close; they register a list and a job.
        from . import audit_list, council_report, merging, personal, policies  # noqa: F401

        navigation.register(
            navigation.Entry(
                "office",
                _("Status"),
                "reports:status",
                order=95,
                who=lambda request: policies.can_see_status(request.user),
            ),
            navigation.Entry(
                "council",
                _("Council dashboard"),
                "reports:dashboard",
                order=10,
                who=lambda request: policies.can_see_dashboard(request.user),
            ),
            navigation.Entry(
                "council",
                _("Reports"),
                "reports:reports",
                order=12,
                who=lambda request: policies.can_see_dashboard(request.user),
            ),
            navigation.Entry(
                "council",
                _("Snapshots"),
                "reports:snapshots",
                order=14,
                who=lambda request: policies.can_see_dashboard(request.user),
            ),
            navigation.Entry(
                "council",
                _("Who did what"),
                "reports:audit_log",
                order=20,
                who=lambda request: policies.can_see_audit(request.user),
            ),
        )
