"""Parts of a page that are the same for everybody who may see it, made once and shared for a few seconds.

Visitors without a session get whole pages from the page cache (pagecache.py). For those who are signed in, what is
kept here is the middle of a page (`shared`), or all of a page but what is their own (`shared_page`). What is published
bumps the version, so a change shows within half a second; SHARED_PART_SECONDS=0 keeps nothing.
"""

import hashlib
import re
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.messages import get_messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from . import navigation, release
from .frame import MENUS, TOKEN, WHO, who
from .pagecache import version

Made = TypeVar("Made")
# An address longer than this is nobody's daily list.
LONGEST = 400
# What one process keeps at most, with the moment it is too old.
KEPT = 100
_here: dict[str, tuple[float, Any]] = {}


def shared(name: str, address: str, make: Callable[[], Made]) -> Made:
    """What `make` gives for this address in the active language, made at most every few seconds.

    `make` must depend on nothing but the address, the language and what is published.
    """
    if not settings.SHARED_PART_SECONDS or len(address) > LONGEST:
        return make()
    key = f"{release.mark()} {version()} {name} {get_language()} {address}"
    digest = hashlib.blake2b(key.encode("utf-8", "surrogateescape"), digest_size=20).hexdigest()
    here = _here.get(digest)
    if here is not None and here[0] > time.time():
        return here[1]
    kept: tuple[float, Made] | None = cache.get(f"part:{digest}")
    if kept is None:
        kept = (time.time() + settings.SHARED_PART_SECONDS, make())
        cache.set(f"part:{digest}", kept, timeout=settings.SHARED_PART_SECONDS)
    # What nobody can change is kept in the process too: a long page then does not come over the line each time.
    if isinstance(kept[1], str | tuple):
        _here[digest] = kept
        for oldest in list(_here)[: max(0, len(_here) - KEPT)]:
            _here.pop(oldest, None)
    return kept[1]


def forget() -> None:
    """What this process keeps beside the cache."""
    _here.clear()


# A page cut at its holes; every second piece is the name of a hole.
Pieces = tuple[bytes, ...]
HOLES = re.compile(f"({WHO}|{TOKEN})".encode())


class Reader:
    """Whom the templates of a shared page see: somebody who is signed in, and nothing more."""

    is_authenticated = True
    is_anonymous = False


# What a page may show to one reader alone: then it is made for them and kept for nobody.
_own: list[Callable[[HttpRequest], bool]] = []


def keep_apart(has_own: Callable[[HttpRequest], bool]) -> None:
    """Let an app say when its part of every page is meant for this reader only."""
    _own.append(has_own)


def shared_page(
    request: HttpRequest,
    template: str,
    make_context: Callable[[], Mapping[str, Any]],
    *,
    variant: str = "",
) -> HttpResponse:
    """A page that is the same for all readers but for their name, their menus and the token of their forms.

    `variant` says what else the page depends on, for instance whether its reader may edit. While the page is made its
    templates see neither the person nor the duty, so nothing of theirs can be kept for others. `status` in the context
    becomes that of the answer.
    """
    user = request.user
    if not user.is_authenticated or len(get_messages(request)) or any(has(request) for has in _own):
        context = make_context()
        return HttpResponse(render_to_string(template, {**context}, request), status=context.get("status", 200))

    def make() -> tuple[Pieces, int]:
        context = make_context()
        nobody = {"who": mark_safe(WHO), "csrf_token": TOKEN, "user": Reader(), "acting": None, "duties": []}
        return _pieces(render_to_string(template, {**context, **nobody}, request)), context.get("status", 200)

    seen = repr(navigation.seen(request, MENUS)).encode()
    menus = hashlib.blake2b(seen, digest_size=16).hexdigest()
    pieces, status = shared(template, f"{menus} {user.theme} {variant} {request.get_full_path()}", make)
    return HttpResponse(_filled(pieces, request), status=status)


def _pieces(page: str) -> Pieces:
    return tuple(HOLES.split(page.encode()))


def _filled(pieces: Pieces, request: HttpRequest) -> bytes:
    own = {
        WHO.encode(): who(request.user, request.acting).encode(),  # type: ignore[attr-defined]
        TOKEN.encode(): get_token(request).encode(),
    }
    return b"".join(own[piece] if place % 2 else piece for place, piece in enumerate(pieces))
