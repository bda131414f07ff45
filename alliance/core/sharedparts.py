"""Parts of a page that are the same for everybody who may see it, made once and shared for a few seconds.

Visitors without a session get whole pages from the page cache (pagecache.py). Those who are signed in have a page of
their own, but the rows and facets in its middle are everybody's: only these are kept here. What is published bumps the
version, so a change shows at once; SHARED_PART_SECONDS=0 keeps nothing.
"""

import hashlib
from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import get_language

from .pagecache import VERSION_KEY

Made = TypeVar("Made")
# An address longer than this is nobody's daily list.
LONGEST = 400


def shared(name: str, address: str, make: Callable[[], Made]) -> Made:
    """What `make` gives for this address in the active language, made at most every few seconds.

    `make` must depend on nothing but the address, the language and what is published.
    """
    if not settings.SHARED_PART_SECONDS or len(address) > LONGEST:
        return make()
    key = f"{cache.get(VERSION_KEY, 0)} {name} {get_language()} {address}"
    digest = hashlib.blake2b(key.encode("utf-8", "surrogateescape"), digest_size=20).hexdigest()
    kept: Made | None = cache.get(f"part:{digest}")
    if kept is None:
        kept = make()
        cache.set(f"part:{digest}", kept, timeout=settings.SHARED_PART_SECONDS)
    return kept
