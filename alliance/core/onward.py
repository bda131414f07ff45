"""Where a reader goes on after a step, when the address or the form says so."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def onward(request: HttpRequest, target: str, otherwise: str) -> str:
    """`target` if it is a path of this portal, else `otherwise`: nobody is led off the site (platform spec, 6.34)."""
    is_ours = target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return target if is_ours else otherwise
