from typing import Any

from allauth.core import context
from allauth.usersessions.adapter import DefaultUserSessionsAdapter

from .services import security


class SessionsAdapter(DefaultUserSessionsAdapter):
    """allauth's page ends all other sessions; ours end whether or not they are in its list."""

    def end_sessions(self, sessions: Any) -> None:
        security.end_other_sessions(context.request, context.request.user)
