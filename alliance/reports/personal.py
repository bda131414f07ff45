"""Who made and receives reports (alliance/accounts/personal_data.py)."""

from django.utils.translation import gettext_lazy as _

from alliance.accounts.personal_data import Close, Source, register

register(
    Source(
        "schedules",
        "reports.ReportSchedule",
        _("Reports you have made regularly"),
        _("The report goes on for its other readers; your number stays with it."),
        traces=("created_by",),
        is_listed=False,
    ),
    Source(
        "report_recipients",
        "reports.ReportSchedule_recipients",
        _("Reports you receive"),
        _("To send them to you."),
        person=("user",),
        fields=("reportschedule_id",),
        on_close=Close.DELETE,
    ),
    Source(
        "snapshots",
        "reports.Snapshot",
        _("Reports you froze"),
        _("Proof of what a report said on a day."),
        traces=("made_by",),
        is_listed=False,
    ),
)
