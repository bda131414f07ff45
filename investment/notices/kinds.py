"""The shape of every notice and task of joint investment."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy

from alliance.accounts.models import User
from alliance.accounts.permissions import Permission
from alliance.notifications.kinds import Facts, NoticeKind, Ref, Render, TaskKind, register

from .. import policies

INVESTMENT = gettext_lazy("Joint investment")


def both_sides(person: User) -> bool:
    return policies.promotes_any(person) or policies.invests_any(person)


def parks_and_desk(person: User) -> bool:
    return policies.promotes_any(person) or policies.oversees(person)


def for_the_desk(person: User, facts: Facts) -> bool:
    return policies.oversees(person)


def notice(
    code: str,
    title: Any,
    sentence: Any,
    render: Render,
    *,
    refs: dict[str, Ref],
    may_see: Callable[[User, Facts], bool],
    concerns: Callable[[User], bool] = both_sides,
    must: bool = False,
) -> NoticeKind:
    """`must` says that nobody can switch it off; `concerns` whom its choice is offered to."""
    return register(
        NoticeKind(
            code=f"investment.{code}",
            title=title,
            sentence=sentence,
            group=INVESTMENT,
            render=render,
            refs=refs,
            may_see=may_see,
            concerns=concerns,
            must_know=must,
        )
    )


def task(
    code: str,
    title: Any,
    sentence: Any,
    permission: Permission,
    url: Callable[[Any], str],
    *,
    refs: dict[str, Ref],
    describe: Callable[[Facts], str] = lambda facts: str(facts.about),
    **more: Any,
) -> TaskKind:
    """`url` leads from what the task is about to where it is done."""
    return register(
        TaskKind(
            code=f"investment.{code}",
            title=title,
            sentence=sentence,
            permission=permission,
            url=lambda task: url(task.about),
            describe=describe,
            refs=refs,
            **more,
        )
    )
