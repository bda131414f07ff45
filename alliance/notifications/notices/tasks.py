"""Tasks that were handed over, run out, or ran out."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.accounts.models import Organisation, User

from .. import policies
from ..kinds import Facts, ForGroups, Message, NoticeKind, Words, register

TASKS = gettext_lazy("Tasks")


def _may_see_task(person: User, facts: Facts) -> bool:
    return policies.can_hand_over(person, facts.about)


def _task_message(subject: str, line: str, facts: Facts) -> Message:
    task = facts.about
    names = {"task": task.title, "subject": task.subject}
    return Message(
        subject=subject % names, lines=(line % names,), url=task.get_absolute_url(), action=_("Open the task")
    )


def _assigned(facts: Facts, language: str, recipient: User | None) -> Message:
    return _task_message(
        _("A task was handed to you: %(task)s, %(subject)s"),
        _("“%(task)s” about %(subject)s now waits for you. If you cannot take it on, put it back in the queue."),
        facts,
    )


def _runs_out(facts: Facts, language: str, recipient: User | None) -> Message:
    return _task_message(
        _("Due in one working day: %(task)s, %(subject)s"),
        _("“%(task)s” about %(subject)s is due in one working day. The other side sees the same clock."),
        facts,
    )


def _ran_out(facts: Facts, language: str, recipient: User | None) -> Message:
    return _task_message(
        _("Overdue: %(task)s, %(subject)s"),
        _("The deadline of “%(task)s” about %(subject)s has passed. Please take it on or hand it to somebody who can."),
        facts,
    )


def _for_groups(subject: Words) -> ForGroups:
    """What kind of task it is, not about whom: the desks of the secretariat and the parks have such tasks."""

    def render(facts: Facts, language: str) -> Message:
        return Message(subject=str(subject) % {"task": facts.about.title}, url=facts.about.get_absolute_url())

    kinds = (Organisation.Kind.SECRETARIAT, Organisation.Kind.PARK_OPERATOR)
    return ForGroups(lambda facts: [facts.about.organisation], kinds, render)


_TASK = {"about": ("notifications.Task", "organisation", "owner")}

TASK_ASSIGNED = register(
    NoticeKind(
        code="notifications.task_assigned",
        concerns=policies.can_see_office,
        title=gettext_lazy("A task handed to me"),
        sentence=gettext_lazy("A colleague hands a task over to you."),
        group=TASKS,
        render=_assigned,
        may_see=_may_see_task,
        refs=_TASK,
    )
)
TASK_RUNS_OUT = register(
    NoticeKind(
        code="notifications.task_runs_out",
        title=gettext_lazy("A task is due soon"),
        sentence=gettext_lazy("One working day before the deadline of a task."),
        group=TASKS,
        render=_runs_out,
        may_see=_may_see_task,
        refs=_TASK,
        for_groups=_for_groups(gettext_lazy("Due soon: %(task)s")),
    )
)
TASK_RAN_OUT = register(
    NoticeKind(
        code="notifications.task_ran_out",
        title=gettext_lazy("A task is overdue"),
        sentence=gettext_lazy("The deadline of a task has passed; the desk in charge is told too."),
        group=TASKS,
        render=_ran_out,
        may_see=_may_see_task,
        refs=_TASK,
        for_groups=_for_groups(gettext_lazy("Overdue: %(task)s")),
    )
)


def _stays_undone(facts: Facts, language: str, recipient: User | None) -> Message:
    return _task_message(
        _("Still undone: %(task)s, %(subject)s"),
        _("The deadline of “%(task)s” about %(subject)s passed days ago, and its desk was told. It is now with you."),
        facts,
    )


TASK_STAYS_UNDONE = register(
    NoticeKind(
        code="notifications.task_stays_undone",
        title=gettext_lazy("A task is still open"),
        sentence=gettext_lazy("Days after the deadline of a task passed and its desk was told."),
        group=TASKS,
        render=_stays_undone,
        may_see=_may_see_task,
        concerns=policies.can_see_office,
        refs=_TASK,
        for_groups=_for_groups(gettext_lazy("Still undone: %(task)s")),
    )
)
