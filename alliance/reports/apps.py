from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from alliance.core import navigation


class ReportsConfig(AppConfig):
    name = "alliance.reports"
    label = "reports"
    verbose_name = _("Dashboards")

    def ready(self) -> None:
        from . import merging, policies  # noqa: F401  declares what becomes of facts when entries merge

        from . import personal  # noqa: F401  declares what reports know of people

        from . import council_report  # noqa: F401  registers its kind of job

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
