"""People with a confirmed address, and tokens as letters carry them."""

from typing import Any

from alliance.accounts import events, services
from alliance.accounts.models import Invitation, User
from tests.factories import make_user

PASSWORD = "mountain river paper lamp"


def make_person(**fields: Any) -> User:
    """Somebody who signed up and confirmed their address."""
    person = make_user(**fields)
    person.emailaddress_set.create(email=person.email, verified=True, primary=True)
    return person


def invite(
    organisation: Any, email: str, role: str = "park_editor", *, by: User, **terms: Any
) -> tuple[Invitation, str]:
    """An invitation and the token that only its letter knows."""
    tokens: list[str] = []

    def listen(*, invitation: Invitation, token: str) -> None:
        tokens.append(token)

    events.invited.listeners.append(listen)
    try:
        invitation = services.invite(organisation, email, role, by=by, **terms)
    finally:
        events.invited.listeners.remove(listen)
    return invitation, tokens[0]
