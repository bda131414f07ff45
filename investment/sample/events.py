"""A sample promotion event that takes requests."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from ..models import Interest, Investor
from ..policies_dialogue import in_dialogue
from ..services import events
from . import person
from .investors import LEAD

VALUES = {
    "title_zh": "示例投资对接会",
    "title_en": "Sample promotion event",
    "place": "示例展厅 Sample hall",
    "minutes": 20,
    "times": 9,
    "tables": 8,
}


def make(fund: Investor, abroad: Investor) -> None:
    """Both verified investors come; the fund asks to meet the projects it talks with."""
    desk, by = person("investment"), person("investor")
    day = timezone.localdate() + timedelta(days=30)
    starts_at = timezone.make_aware(datetime.combine(day, time(9, 30)))
    event = events.create_event(VALUES | {"starts_at": starts_at}, by=desk)
    event = events.move_event(event, "open", by=desk)
    ours = events.join_investor(event, fund, away=[0], by=by)
    events.join_investor(event, abroad, by=person("investor-abroad"))
    found = Interest.objects.filter(investor=fund).select_related("project", "investor__organisation").order_by("pk")
    for interest in found:
        if in_dialogue(interest):
            part = events.join_project(event, interest.project, by=person(LEAD))
            events.ask(part, ours, by=by)
