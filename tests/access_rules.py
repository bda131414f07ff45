"""How `tests/access_table.py` and the tables of the packages say who may open an address."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.world import INVESTMENT_ROLES, ROLES, TRAINING_ROLES, World

Roles = frozenset[str]

ANYONE: Roles = frozenset(ROLES) | frozenset(TRAINING_ROLES) | frozenset(INVESTMENT_ROLES)
SIGNED_IN = ANYONE - {"anonymous"}
ANONYMOUS = frozenset({"anonymous"})
PARK: Roles = frozenset({"editor", "manager"})
DESKS: Roles = frozenset({"membership_desk", "data_desk"})
COUNCIL: Roles = frozenset({"council"})
# Who has a part in the sample programme of `tests/training/world.py`.
SCHOOL: Roles = frozenset({"school"})
TRAINER: Roles = frozenset({"trainer"})
AWARDING: Roles = frozenset({"awarding"})
TRAINEE: Roles = frozenset({"trainee"})
TRAINING_DESK: Roles = frozenset({"training_desk"})
# Who has to do with the sample project of `tests/investment/world.py`.
INVESTOR: Roles = frozenset({"investor"})
ANALYST: Roles = frozenset({"analyst"})
SECOND_INVESTOR: Roles = frozenset({"second_investor"})
INVESTMENT_DESK: Roles = frozenset({"investment_desk"})


@dataclass(frozen=True)
class Rule:
    """Who may GET and who may POST an address; None where the method does not exist there.

    Anonymous visitors who may not are sent to sign in. Everybody else gets 403, and 404 where even the existence of the
    page or its object is not their business: those are in `hidden`. `but` names roles whose visit is permitted and
    leads elsewhere, with the answer.
    """

    get: Roles | None = None
    post: Roles | None = None
    hidden: Roles = frozenset()
    args: Callable[[World], Mapping[str, Any]] = lambda world: {}
    query: str = ""
    data: Callable[[World], Mapping[str, Any]] = lambda world: {}
    but: Mapping[str, int | str] = field(default_factory=dict)
    # A whole page that the browser tests visit; parts, files and redirects are not.
    is_page: bool = True
    # Whose browsers look at it where it differs by role; else one of those who may.
    seen_by: tuple[str, ...] = ()
    # The answer is public and may be kept, whoever asks.
    is_cacheable: bool = False
    # Opening it may write (a mark that it was read, a session).
    writes: bool = False
    # The same view under other endings: what takes the place of parts of `args`. Each is visited as each role.
    forms: tuple[Mapping[str, Any], ...] = ()


MOVES_ON: dict[str, int | str] = dict.fromkeys(SIGNED_IN, 302)


def of_park(**others: Callable[[World], Any]) -> Callable[[World], dict[str, Any]]:
    """The address of the park `world.park`, and what stands below it."""
    return lambda world: {"slug": world.park.slug} | {name: value(world) for name, value in others.items()}


def of_team(**others: Callable[[World], Any]) -> Callable[[World], dict[str, Any]]:
    return lambda world: {"slug": world.park.organisation.slug} | {name: value(world) for name, value in others.items()}


def fixed(**values: Any) -> Callable[[World], dict[str, Any]]:
    return lambda world: values


def number(thing: str) -> Callable[[World], Any]:
    return lambda world: getattr(world, thing).pk


def number_of(thing: str) -> Callable[[World], dict[str, Any]]:
    return lambda world: {"pk": getattr(world, thing).pk}
