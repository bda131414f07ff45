"""What becomes of tasks and notices when two organisations or parks turn out to be one."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from alliance.core.merging import How, Reference, register

ORGANISATION = "accounts.Organisation"


def _close(by: Any) -> Mapping[str, Any]:
    return {"state": "done", "done_at": timezone.now(), "done_by": by.pk, "outcome": "merged"}


def about(label: str) -> tuple[Reference, ...]:
    """The tasks and notices about a row of this kind."""
    return (
        Reference(
            "notifications.Task",
            "about_id",
            How.MOVE,
            _("Tasks about it"),
            same=("kind", "organisation_id"),
            among=Q(state="open"),
            why=_("The same waits about the surviving one already; this task is closed."),
            retire=_close,
            type_field="about_type",
        ),
        Reference(
            "notifications.OutboxEvent",
            "about_id",
            How.STAY,
            _("Notices about it"),
            why=_("What was written stays as it was; its links lead to the surviving one."),
            type_field="about_type",
        ),
    )


register(
    ORGANISATION,
    Reference(
        "notifications.Task",
        "organisation",
        How.MOVE,
        _("Tasks that wait for it or were done by it"),
        same=("kind", "about_type", "about_id"),
        among=Q(state="open"),
        why=_("The same waits at the surviving one already; this task is closed."),
        retire=_close,
    ),
    Reference(
        "notifications.Robot",
        "organisation",
        How.MOVE,
        _("Group robots"),
        why=_("They keep informing their groups, now about the surviving one."),
    ),
    *about(ORGANISATION),
)
