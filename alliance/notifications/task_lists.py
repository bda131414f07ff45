"""The secretariat's work queue as two lists: what waits, and what was done."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db.models import Case, CharField, F, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce, Now
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from alliance.accounts.models import User
from alliance.accounts.policies import can_see_office
from alliance.core.lists import Column, Facet, ListDefinition, ListFilter, Sort, register
from alliance.core.models import Division

from . import kinds
from .models import Task

PER_PAGE = 25
NOBODY, NOWHERE = "nobody", "none"


def _kinds(data: QueryDict) -> Mapping[str, Any]:
    return {kind.code: kind.title for kind in kinds.task_kinds()}


def _provinces(data: QueryDict) -> Mapping[str, Any]:
    found = {province.code: province.short for province in Division.objects.provinces()}
    return {**found, NOWHERE: _("No province")}


def _people(column: str, nobody: Any) -> Callable[[QueryDict, Any], Mapping[str, Any]]:
    """Who reads first, then nobody, then the others who have taken or done something."""

    def choices(data: QueryDict, person: Any) -> Mapping[str, Any]:
        # The person themselves has no name here, since what they look for is theirs.
        mine = {str(person.pk): pgettext_lazy("tasks", "Mine")} if person is not None else {}
        named = Task.objects.office().filter(**{f"{column}__isnull": False}).order_by().values(column)
        others = User.objects.filter(pk__in=named).order_by("name", "pk")
        return {**mine, NOBODY: nobody, **{str(one.pk): str(one) for one in others if str(one.pk) not in mine}}

    return choices


def _person(column: str) -> Any:
    return Coalesce(Cast(column, CharField()), Value(NOBODY), output_field=CharField())


_overdue = Case(When(due_at__lt=Now(), then=Value("1")), default=Value("0"), output_field=CharField())


class _TaskFilter(ListFilter):
    kind = Facet("kind", label=_("Task"), choices=_kinds, by_count=True, is_open=True)
    province = Facet(Cast("province", CharField()), label=_("Province"), choices=_provinces, by_count=True)

    class Meta:
        model = Task
        fields: list[str] = []


class OpenTaskFilter(_TaskFilter):
    overdue = Facet(_overdue, label=_("Clock"), choices={"1": _("Overdue only")}, is_open=True)
    owner = Facet(
        _person("owner"),
        label=_("Taken by"),
        choices=_people("owner", _("Nobody's yet")),
        is_personal=True,
        is_open=True,
    )


class DoneTaskFilter(_TaskFilter):
    owner = Facet(
        _person("done_by"),
        label=pgettext_lazy("tasks", "By"),
        choices=_people("done_by", _("By the portal")),
        is_personal=True,
        is_open=True,
    )


def _rows(user: Any) -> QuerySet[Task]:
    return Task.objects.office() if can_see_office(user) else Task.objects.none()


def _fetch(tasks: QuerySet[Task]) -> QuerySet[Task]:
    return tasks.select_related("organisation", "owner", "province", "opened_by", "done_by")


def _prepare(tasks: Sequence[Task], user: Any) -> None:
    """What the tasks are about, the same few questions for all."""
    kinds.load([task.facts for task in tasks])


def _moment(at: Any) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else ""


def _page(task: Task) -> str:
    url = task.get_absolute_url()
    return settings.PUBLIC_BASE_URL + url if url else ""


def _order(code: str, label: Any, *order: Any) -> Sort:
    return Sort(code, label, lambda listing: order)


_soonest = F("due_at").asc(nulls_last=True)
_subject = Column("subject", _("About"), lambda task: task.subject, in_table=False, in_both=True)
_title = Column("kind", _("Task"), lambda task: str(task.title), sort="kind", back="-kind", in_both=True)
_province = Column(
    "province",
    _("Province"),
    lambda task: task.province.short if task.province else None,
    is_short=True,
    missing=_("none"),
    meaning=_("The province of the park that the task is about."),
)
_since = Column("since", _("Since"), lambda task: _moment(task.opened_at), in_table=False)
_opened_by = Column("opened_by", _("Opened by"), lambda task: str(task.opened_by or ""), in_table=False)
_link = Column("page", _("Page"), _page, in_table=False)
_common: dict[str, Any] = {
    "rows": _rows,
    "fetch": _fetch,
    "prepare": _prepare,
    "may": can_see_office,
    "per_page": PER_PAGE,
    "who_sees": _("the desks of the secretariat; please do not pass it on"),
}

OPEN_TASKS = register(
    ListDefinition(
        code="office_tasks",
        url_name="notifications:office",
        title=_("Work queue"),
        filterset=OpenTaskFilter,
        sorts=[
            _order("due", _("Most urgent first"), _soonest, "opened_at", "pk"),
            _order("-due", _("Least urgent first"), F("due_at").desc(nulls_last=True), "-opened_at", "-pk"),
            _order("age", _("Longest waiting first"), "opened_at", "pk"),
            _order("-age", _("Latest first"), "-opened_at", "-pk"),
            _order("kind", _("By task"), "kind", _soonest, "pk"),
            _order("-kind", _("By task, descending"), "-kind", _soonest, "pk"),
            _order("owner", _("By owner"), F("owner__name").asc(nulls_last=True), "pk"),
            _order("-owner", _("Unassigned first"), F("owner__name").desc(nulls_first=True), "-pk"),
        ],
        columns=[
            Column(
                "due",
                _("Clock"),
                lambda task: _moment(task.due_at),
                sort="due",
                back="-due",
                meaning=_("Until when it has to be done; empty where there is no clock."),
            ),
            _title,
            _subject,
            _province,
            Column(
                "age",
                _("Waiting for"),
                lambda task: task.age_in_days,
                is_number=True,
                unit=_("days"),
                sort="age",
                back="-age",
            ),
            _since,
            _opened_by,
            Column(
                "owner",
                _("Taken by"),
                lambda task: str(task.owner or ""),
                sort="owner",
                back="-owner",
                missing=_("nobody"),
            ),
            _link,
        ],
        **{**_common, "rows": lambda user: _rows(user).open()},
    )
)

DONE_TASKS = register(
    ListDefinition(
        code="office_tasks_done",
        url_name="notifications:office_done",
        title=_("Work done"),
        filterset=DoneTaskFilter,
        sorts=[
            _order("done", _("Latest first"), "-done_at", "-pk"),
            _order("-done", _("Oldest first"), "done_at", "pk"),
            _order("kind", _("By task"), "kind", "-done_at", "pk"),
            _order("-kind", _("By task, descending"), "-kind", "-done_at", "pk"),
        ],
        columns=[
            Column(
                "done", pgettext_lazy("tasks", "Done"), lambda task: _moment(task.done_at), sort="-done", back="done"
            ),
            _title,
            _subject,
            _province,
            _since,
            Column("due", _("Clock"), lambda task: _moment(task.due_at), in_table=False),
            _opened_by,
            Column("by", pgettext_lazy("tasks", "By"), lambda task: str(task.done_by or ""), missing=_("the portal")),
            Column("outcome", _("Outcome"), lambda task: str(task.outcome_in_words), in_both=True),
            _link,
        ],
        **{**_common, "rows": lambda user: _rows(user).done()},
    )
)
