"""What happens to people and organisations, told to those who listen.

Accounts come before notifications in the order of packages, so they cannot call them. A later package says here, in
its `AppConfig.ready`, what it wants to hear; the services tell it by name, inside the transaction of the change. A
listener that fails takes the change back with it.

    from alliance.accounts import events
    events.invited.listen(listeners.invited)          # def invited(*, invitation, token): ...
"""

import inspect
from collections.abc import Callable
from typing import Any

Listener = Callable[..., Any]


class Event:
    """One thing that happens. Called by the service that does it, with the keyword arguments it names."""

    def __init__(self, name: str, *arguments: str) -> None:
        self.name = name
        self.arguments = arguments
        self.listeners: list[Listener] = []

    def listen(self, listener: Listener) -> Listener:
        """Register once; a listener whose arguments do not fit is refused at start, not at the first invitation."""
        inspect.signature(listener).bind(**dict.fromkeys(self.arguments))
        if listener not in self.listeners:
            self.listeners.append(listener)
        return listener

    def tell(self, **facts: Any) -> None:
        if facts.keys() != set(self.arguments):
            raise TypeError(f"{self.name} tells {', '.join(self.arguments)}.")
        for listener in self.listeners:
            listener(**facts)


# An invitation was written, or written again with a new link. `token` is in no table: it may only go into the mail.
invited = Event("invited", "invitation", "token")
# Somebody accepted; `duty` is the one it gave them.
invitation_accepted = Event("invitation_accepted", "invitation", "duty")
# The inviter, or somebody after them, took an invitation back.
invitation_revoked = Event("invitation_revoked", "invitation", "by")
# The reader of an expired link asks its sender for a new one. Told at most once for each link.
invitation_expired_asked = Event("invitation_expired_asked", "invitation")
# A person asks to join; those with Permission.DECIDE_JOIN at its organisation, and the membership desk, decide.
join_requested = Event("join_requested", "join_request")
# Approved, refused or withdrawn: see `join_request.state`. Whatever waited for a decision waits no more.
join_decided = Event("join_decided", "join_request")
# Term, substitute or absence changed.
duty_changed = Event("duty_changed", "duty", "by")
# A duty was ended before its term, by its holder or by somebody else.
duty_ended = Event("duty_ended", "duty", "by")
# The term of a duty ends within two weeks. Told every night until it does or is lengthened.
duty_ending = Event("duty_ending", "duty")
# The term of a duty is over. Told once.
duty_ran_out = Event("duty_ran_out", "duty")
# Somebody lost every second factor and asks the secretariat to let them begin anew.
factor_lost = Event("factor_lost", "lost")
# Approved by two, refused, or withdrawn by the person: see `lost.state`. It waits for the secretariat no more.
factor_lost_decided = Event("factor_lost_decided", "lost", "by")
# A person asks for something about their own data; the data desk answers.
data_requested = Event("data_requested", "request")
# Answered, one way or the other: see `request.state`.
data_request_settled = Event("data_request_settled", "request")
# A person asks to close the account; `last_duties` are those that nobody else holds. Stopped: they stay after all.
closing_asked = Event("closing_asked", "request", "last_duties")
closing_stopped = Event("closing_stopped", "request")
# Data were lost, changed or seen; clocks run.
breach_recorded = Event("breach_recorded", "breach")
# Nobody holds this role at the organisation any more.
last_holder_lost = Event("last_holder_lost", "organisation", "role_code")
