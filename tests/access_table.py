"""Who may open which address, in one table. `tests/test_access.py` visits each of them as each role.

An address that is not here fails the tests: whoever adds one decides who may open it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.world import ROLES, World

Roles = frozenset[str]

ANYONE: Roles = frozenset(ROLES)
SIGNED_IN = ANYONE - {"anonymous"}
ANONYMOUS = frozenset({"anonymous"})
PARK: Roles = frozenset({"editor", "manager"})
DESKS: Roles = frozenset({"membership_desk", "data_desk"})
COUNCIL: Roles = frozenset({"council"})


@dataclass(frozen=True)
class Rule:
    """Who may GET and who may POST an address; None where the method does not exist there.

    Anonymous visitors who may not are sent to sign in; everybody else gets `refused`: 403 where the page is known to exist, 404
    where even that is nobody's business. `but` names roles whose visit is permitted and leads elsewhere, with the status.
    """

    get: Roles | None = None
    post: Roles | None = None
    refused: int = 403
    args: Callable[[World], Mapping[str, Any]] = lambda world: {}
    query: str = ""
    data: Callable[[World], Mapping[str, Any]] = lambda world: {}
    but: Mapping[str, int] = field(default_factory=dict)
    # A whole page that the browser tests visit; parts, files and redirects are not.
    is_page: bool = True
    # Whose browsers look at it where it differs by role; else one of those who may.
    seen_by: tuple[str, ...] = ()
    # Opening it may write (a mark that it was read, a session).
    writes: bool = False


def park(world: World) -> dict[str, Any]:
    return {"slug": world.park.slug}


def signed_in_moves_on(status: int = 302) -> dict[str, int]:
    return dict.fromkeys(SIGNED_IN, status)


MACHINES = {
    "healthz": Rule(get=ANYONE, is_page=False),
    "readyz": Rule(get=ANYONE, is_page=False),
}

CORE = {
    "core:theme": Rule(post=ANYONE, data=lambda world: {"theme": "dark", "next": "/en/"}),
}

# What allauth answers; its own rules say where a visitor goes who is signed in already, or not yet.
ALLAUTH = {
    "account_login": Rule(get=ANYONE, post=ANYONE, but=signed_in_moves_on()),
    "account_signup": Rule(get=ANYONE, post=ANYONE, but=signed_in_moves_on()),
    "account_logout": Rule(get=ANYONE, post=ANYONE, but={"anonymous": 302}),
    "account_inactive": Rule(get=ANYONE),
    "account_reauthenticate": Rule(get=SIGNED_IN, post=SIGNED_IN),
    "account_email": Rule(get=SIGNED_IN, post=SIGNED_IN),
    "account_email_verification_sent": Rule(get=ANYONE),
    "account_confirm_email": Rule(get=ANYONE, post=ANYONE, args=lambda world: {"key": "unknown"}),
    "account_change_password": Rule(get=SIGNED_IN, post=SIGNED_IN),
    "account_set_password": Rule(get=SIGNED_IN, post=SIGNED_IN),
    "account_reset_password": Rule(get=ANYONE, post=ANYONE),
    "account_reset_password_done": Rule(get=ANYONE),
    "account_reset_password_from_key": Rule(
        get=ANYONE, post=ANYONE, args=lambda world: {"uidb36": "1", "key": "unknown"}
    ),
    "account_reset_password_from_key_done": Rule(get=ANYONE),
    "account_confirm_login_code": Rule(get=ANYONE, post=ANYONE, but=dict.fromkeys(ROLES, 302)),
}

TABLE: dict[str, Rule] = MACHINES | CORE | ALLAUTH
