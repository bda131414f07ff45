from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "alliance.notifications"
    label = "notifications"
    verbose_name = _("Notices and tasks")

    def ready(self) -> None:
        from . import notices  # noqa: F401  registers the kinds
