"""What tables of the secretariat hold about people (alliance/accounts/personal_data.py)."""

from django.apps import apps
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ..models import User
from ..personal_data import Close, Source, not_personal, register


def rows_about(person: User) -> QuerySet:
    """Rows that invited the person's address."""
    rows = apps.get_model("core.ImportRow")._base_manager
    return rows.filter(batch__kind="people", values__email=person.email).order_by("pk")


register(
    Source(
        "imports",
        "core.ImportBatch",
        _("Tables you sent to the portal"),
        _("Who brought what into the register is part of its history. The file itself is removed after 30 days."),
        person=("created_by",),
        traces=("applied_by", "undone_by"),
        fields=("kind", "file_name", "state", "created_at", "applied_at", "undone_at"),
        words=("file_name",),
        blank={"file_name": ""},
        on_close=Close.BLANK,
    ),
    Source(
        "import_rows",
        "core.ImportRow",
        _("Rows of tables that invited you"),
        _("Kept so that an import can be taken back, at most 180 days."),
        rows=rows_about,
        fields=("number", "values", "outcome"),
        words=("cells", "values", "notes", "target_name"),
        blank={"cells": [], "values": {}, "notes": [], "target_name": ""},
        on_close=Close.BLANK,
    ),
)
not_personal("core.ImportRow", "outcome_note", "changes", "offers", why="what became of a row, in words of ours")
