"""The secretariat's work queue as a reader filtered and sorted it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from alliance.accounts.models import User

from . import kinds
from .models import Task

OWNERS = ("all", "mine", "nobody")
SORTS: dict[str, tuple[Any, ...]] = {
    "due": (F("due_at").asc(nulls_last=True), "opened_at", "pk"),
    "-due": (F("due_at").desc(nulls_last=True), "-opened_at", "-pk"),
    "age": ("opened_at", "pk"),
    "-age": ("-opened_at", "-pk"),
    "kind": ("kind", F("due_at").asc(nulls_last=True), "pk"),
    "-kind": ("-kind", F("due_at").asc(nulls_last=True), "pk"),
    "owner": (F("owner__name").asc(nulls_last=True), "pk"),
    "-owner": (F("owner__name").desc(nulls_first=True), "-pk"),
    "done": ("-done_at", "-pk"),
    "-done": ("done_at", "pk"),
}


@dataclass(frozen=True)
class Queue:
    """What was asked for. Anything unknown in the address counts as not asked."""

    person: User
    is_done: bool = False
    kind: str = ""
    owner: str = "all"
    province: str = ""
    is_overdue: bool = False
    sort: str = "due"

    @classmethod
    def read(cls, query: QueryDict, person: User) -> "Queue":
        is_done = query.get("show") == "done"
        owner, sort = query.get("owner", ""), query.get("sort", "")
        kind, province = query.get("kind", ""), query.get("province", "")
        return cls(
            person=person,
            is_done=is_done,
            kind=kind if kinds.task_kind(kind) else "",
            owner=owner if owner in OWNERS else "all",
            province=province if province.isdigit() and len(province) == 6 else "",
            is_overdue=query.get("overdue") == "1" and not is_done,
            sort=sort if sort in SORTS else ("done" if is_done else "due"),
        )

    def base(self) -> QuerySet[Task]:
        tasks = Task.objects.office()
        return tasks.done() if self.is_done else tasks.open()

    def rows(self) -> QuerySet[Task]:
        found = self.base()
        if self.kind:
            found = found.filter(kind=self.kind)
        if self.owner == "mine":
            found = found.filter(done_by=self.person) if self.is_done else found.filter(owner=self.person)
        elif self.owner == "nobody":
            found = found.filter(done_by=None) if self.is_done else found.filter(owner=None)
        if self.province:
            found = found.filter(province=self.province)
        if self.is_overdue:
            found = found.filter(due_at__lt=timezone.now())
        return found.select_related("organisation", "owner", "province", "opened_by", "done_by").order_by(
            *SORTS[self.sort]
        )

    def counts(self) -> dict[str, int]:
        """Of the whole queue, so that the choices say what they lead to."""
        person = "done_by" if self.is_done else "owner"
        return self.base().aggregate(
            all=Count("pk"),
            mine=Count("pk", filter=Q(**{person: self.person.pk})),
            nobody=Count("pk", filter=Q(**{person: None})),
            overdue=Count("pk", filter=Q(due_at__lt=timezone.now())),
        )

    def facets(self) -> list[tuple[str, str, int]]:
        """(kind, province, tasks) of the whole queue, for the two choices beside."""
        grouped = self.base().order_by().values_list("kind", "province").annotate(Count("pk"))
        return [(kind, str(province or ""), count) for kind, province, count in grouped]

    def query(self, **changes: str) -> str:
        """The address of this queue with something changed."""
        values = {
            "show": "done" if self.is_done else "",
            "kind": self.kind,
            "owner": "" if self.owner == "all" else self.owner,
            "province": self.province,
            "overdue": "1" if self.is_overdue else "",
            "sort": "" if self.sort in {"due", "done"} else self.sort,
            **changes,
        }
        return "?" + urlencode({name: value for name, value in values.items() if value})
