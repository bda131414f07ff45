"""Asking once more who it is, before what cannot be taken back (platform spec, 6.19).

    @recently_authenticated
    def export_my_data(request): ...

Whoever has not shown within ten minutes that it is them is asked, for the second factor where one is set, else for the
password; then the request goes on as it was, a form included. A view that only sometimes needs it calls
`ask_again(request)` where it does.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import app_settings
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest, HttpResponse

from . import second_factor


def is_recent(request: HttpRequest) -> bool:
    """Whether the person has shown within ten minutes that it is them, by the strongest means they have."""
    if not request.user.is_authenticated:
        return False
    records = get_authentication_records(request, request.user)
    if second_factor.has_factor(request.user):
        records = [record for record in records if record.get("method") == "mfa"]
    return bool(records) and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT


def ask_again(request: HttpRequest) -> None:
    """Go on only if it is recent; else the person is asked first and comes back to this very request."""
    if not is_recent(request):
        raise ReauthenticationRequired


def recently_authenticated(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view opens within ten minutes of the person's showing that it is them."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        ask_again(request)
        return view(request, *args, **kwargs)

    return asked
