"""How often somebody may do what costs the portal much: search, export, upload, invite (platform spec, 6.29).

    SEARCHES = Limit("search", each=60, overall=1200, seconds=60)

    @limited(SEARCHES)
    def search(request): ...

A person who is signed in counts for themselves wherever they are, everybody else by address (an IPv6 network of 64 bits
counts as one); `overall` is the limit for all together. Whoever has to wait gets status 429, `Retry-After` and a page
that says how long. A view that knows only later what something costs asks itself:

    wait = limits.take(EXPORTS, limits.who(request))
    if wait:
        return limits.refuse(request, wait)

Counts are kept in Valkey for all processes together, and once more in each process. While Valkey is away, the process
goes on with its own counts: nobody is locked out, and nobody has free rein. A refused attempt does not count, so
waiting helps. `RATE_LIMITS=0` switches all limits off, for operators whose proxy keeps them.
"""

import ipaddress
import math
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from threading import Lock
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# So many counters one process keeps; the oldest go first.
KEPT = 20_000


@dataclass(frozen=True)
class Limit:
    """At most `each` times in `seconds` for one person or address, and `overall` times for all; 0 is no limit."""

    code: str
    each: int
    seconds: int
    overall: int = 0


class _Counter:
    """Numbers of this process by key, the oldest forgotten."""

    def __init__(self) -> None:
        self._numbers: OrderedDict[str, int] = OrderedDict()
        self._lock = Lock()

    def add(self, key: str, step: int) -> int:
        with self._lock:
            number = self._numbers.get(key, 0) + step
            self._numbers[key] = number
            self._numbers.move_to_end(key)
            if len(self._numbers) > KEPT:
                self._numbers.popitem(last=False)
            return number

    def get(self, key: str) -> int:
        return self._numbers.get(key, 0)

    def clear(self) -> None:
        with self._lock:
            self._numbers.clear()


_here = _Counter()


def take(limit: Limit, who: str) -> int:
    """Count one use; gives 0 when it is allowed, else the seconds to wait."""
    if not settings.RATE_LIMITS:
        return 0
    wait = _take(f"{limit.code}:{who}", limit.each, limit.seconds)
    if wait or not limit.overall:
        return wait
    wait = _take(f"{limit.code}:all", limit.overall, limit.seconds)
    if wait:
        _count(_key(f"{limit.code}:{who}", _window(limit.seconds)[0]), limit.seconds, -1)
    return wait


def _take(name: str, most: int, seconds: int) -> int:
    """A window that slides: what was used in the window before counts for the part of it that is still in reach."""
    if not most:
        return 0
    window, into = _window(seconds)
    gone = into / seconds
    before = _read(_key(name, window - 1))
    key = _key(name, window)
    now = _count(key, seconds, 1)
    if now + before * (1 - gone) <= most:
        return 0
    _count(key, seconds, -1)
    if now > most:
        return max(1, math.ceil(seconds - into))
    # Until so much of the window before has slid out of reach that one more fits.
    return max(1, math.ceil(seconds * (1 - (most - now) / before) - into))


def _window(seconds: int) -> tuple[int, float]:
    """The number of the present window, and how many of its seconds are gone."""
    window, into = divmod(time.time(), seconds)
    return int(window), into


def _key(name: str, window: int) -> str:
    return f"limit:{name}:{window}"


def _read(key: str) -> int:
    return max(_here.get(key), cache.get(key, 0) or 0)


def _count(key: str, seconds: int, step: int) -> int:
    """The number after this step: of all processes, or of this one where the others cannot be asked."""
    mine = _here.add(key, step)
    cache.add(key, 0, timeout=seconds * 2)
    try:
        shared = cache.incr(key, step)
    except ValueError:  # emptied between the two calls
        shared = step
    return max(mine, shared)


def who(request: HttpRequest) -> str:
    """The person, or the address of a visitor."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return f"person-{user.pk}"
    return f"address-{address(request)}"


def address(request: HttpRequest) -> str:
    """Where the request comes from. What a visitor writes into X-Forwarded-For counts for nothing: only as many of its
    last entries are believed as there are proxies of ours."""
    found = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXY_COUNT:
        hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
        if len(hops) >= settings.TRUSTED_PROXY_COUNT:
            found = hops[-settings.TRUSTED_PROXY_COUNT]
    try:
        ip = ipaddress.ip_address(found)
    except ValueError:
        return re.sub(r"[^\w.:-]", "-", found[:60])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)


def refuse(request: HttpRequest, wait: int) -> HttpResponse:
    """The page that says how long to wait; nothing else happens."""
    context = {"wait": wait, "minutes": math.ceil(wait / 60) if wait >= 90 else 0}
    response = render(request, "429.html", context, status=429)
    response["Retry-After"] = str(wait)
    response["Cache-Control"] = "no-store"
    return response


def limited(limit: Limit, when: Callable[[HttpRequest], bool] = lambda request: True) -> Callable[[Any], Any]:
    """A view that may be opened only so often; `when` says which of its requests count."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            wait = take(limit, who(request)) if when(request) else 0
            return refuse(request, wait) if wait else view(request, *args, **kwargs)

        return inner

    return decorate
