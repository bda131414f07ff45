from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

# Lifecycles register themselves when they are imported.
FLOWS = ("approvals", "events", "interests", "investors", "meetings", "projects", "questions")


class InvestmentConfig(AppConfig):
    name = "investment"
    verbose_name = _("Joint investment")

    def ready(self) -> None:
        from alliance.core import search, sitemap

        from . import (  # noqa: F401
            decided,
            interest_lists,
            investor_list,
            listening,
            lists,
            meeting_lists,
            menus_investors,
            menus_meetings,
            menus_projects,
            menus_public,
            menus_rooms,
            merging,
            office_list,
            personal,
            personal_dialogue,
            question_lists,
        )
        from .notices import (  # noqa: F401
            events,
            followers,
            interests,
            investors,
            meetings,
            projects,
            questions,
            rooms,
            silence,
            versions,
        )
        from .prospectus import making  # noqa: F401
        from .rooms import zipping  # noqa: F401
        from .search import SOURCE

        for name in FLOWS:
            import_module(f"investment.workflows.{name}")
        search.register(SOURCE)
        sitemap.register(lists.public_pages)
