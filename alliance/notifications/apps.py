from django.apps import AppConfig
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "alliance.notifications"
    label = "notifications"
    verbose_name = _("Notices and tasks")

    def ready(self) -> None:
        from alliance.accounts.policies import can_see_office
        from alliance.core.navigation import Entry, register

        from . import (
            deliveries_list,  # noqa: F401  registers the list, also where no page is served
            listeners,
            merging,  # noqa: F401  what becomes of tasks when two turn out to be one
            notices,  # noqa: F401  registers the kinds
            personal,  # noqa: F401  declares what notices know of people
            personal_listeners,
            task_lists,  # noqa: F401  the same
        )
        from .policies import can_see_deliveries, looks_after_robots

        listeners.listen()
        personal_listeners.listen()

        def looks_after_mailbox(request: HttpRequest) -> bool:
            return not settings.EMAIL_HOST and can_see_deliveries(request.user)

        def tries_the_portal(request: HttpRequest) -> bool:
            """In the demo run anybody reads the mailbox; who looks after it finds it in the office's menu."""
            return settings.DEMO and not settings.EMAIL_HOST and not can_see_deliveries(request.user)

        register(
            Entry("desk", _("My desk"), "notifications:desk", order=10),
            Entry("desk", _("Messages"), "notifications:inbox", order=20, badge="notifications:unread"),
            Entry("account", _("Messages"), "notifications:inbox", order=5, badge="notifications:unread"),
            Entry("account", _("How messages reach me"), "notifications:preferences", order=30),
            Entry("account", _("Saved searches"), "notifications:searches", order=32),
            Entry(
                "desk",
                _("Group robots"),
                "notifications:robots",
                order=60,
                who=lambda request: looks_after_robots(request.user),
            ),
            Entry(
                "office",
                _("Work queue"),
                "notifications:office",
                order=10,
                who=lambda request: can_see_office(request.user),
            ),
            Entry(
                "office",
                _("Deliveries"),
                "notifications:deliveries",
                order=80,
                who=lambda request: can_see_deliveries(request.user),
            ),
            Entry("office", _("Mailbox"), "notifications:office_outbox", order=85, who=looks_after_mailbox),
            Entry("more", _("Mailbox"), "notifications:outbox", order=90, who=tries_the_portal),
        )
