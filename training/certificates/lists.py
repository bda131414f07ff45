"""The lists of revoked certificates: places are given out once and for ever, and the list is worked out from rows.

A place is taken on a connection of its own and stays taken, whatever becomes of the certificate: a transaction that is
taken back gives none back (X-12).
"""

import base64
import json
import re
import secrets
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, connections, transaction
from django.utils import timezone

from ..credentials import proofs, statuses
from ..models import Certificate, StatusList
from . import keys
from .texts import compact

HALF = statuses.PLACES // 2

ADDRESS = re.compile(r"/credentials/status/revocation/(\d{1,9})$")

# One statement takes a place on the open list and closes it at half of its places.
COUNT = """
    UPDATE training_statuslist SET taken = taken + 1, is_open = taken + 1 < %s
    WHERE is_open RETURNING id, number
"""
OPEN = """
    INSERT INTO training_statuslist (number, opened_at, is_open, taken, signed)
    SELECT COALESCE(max(number), 0) + 1, now(), true, 0, '' FROM training_statuslist
    ON CONFLICT DO NOTHING
"""
TAKE = """
    INSERT INTO training_statusplace (listed_id, index, taken_at) VALUES (%s, %s, now())
    ON CONFLICT DO NOTHING RETURNING id
"""


def address(number: int) -> str:
    return f"{settings.CREDENTIAL_ORIGIN}/credentials/status/revocation/{number}"


def take_place() -> tuple[int, int, int]:
    """A place nobody had: its row, the number of its list, and where on it."""
    if connection.in_atomic_block:
        # Within somebody's transaction, as in a test, only that one's connection sees its rows.
        with connection.cursor() as cursor:
            return _take(cursor)
    line = connections.create_connection(connection.alias)
    # Not from the pool: where every thread holds one of its connections and waits for a second, none would ever come.
    options = {name: value for name, value in line.settings_dict["OPTIONS"].items() if name != "pool"}
    line.settings_dict = {**line.settings_dict, "OPTIONS": options}
    try:
        with line.cursor() as cursor:
            return _take(cursor)
    finally:
        line.close()


def _take(cursor: Any) -> tuple[int, int, int]:
    while True:
        cursor.execute(COUNT, [HALF])
        row = cursor.fetchone()
        if row is None:
            cursor.execute(OPEN)
            continue
        listed, number = row
        while True:
            index = secrets.randbelow(statuses.PLACES)
            cursor.execute(TAKE, [listed, index])
            if taken := cursor.fetchone():
                return taken[0], number, index


def served(number: int, now: datetime | None = None) -> StatusList | None:
    """The list as it is handed out: signed anew when less than half of its day is left. None if there is no such list.

    Raises keys.NoKey when it is over and cannot be signed.
    """
    now = now or timezone.now()
    found = StatusList.objects.filter(number=number).first()
    if found is None or _is_fresh(found, now):
        return found
    try:
        return sign(found, now)
    except keys.NoKey:
        if found.signed and found.valid_until is not None and found.valid_until > now:
            return found
        raise


def _is_fresh(listed: StatusList, now: datetime) -> bool:
    return bool(
        listed.signed and listed.valid_until is not None and listed.valid_until - now >= statuses.RENEWED_WHEN_LEFT
    )


@transaction.atomic
def sign(listed: StatusList, now: datetime | None = None, *, anew: bool = False) -> StatusList:
    """Work the list out from the certificates' rows and sign it, under its lock. `anew` even if it is fresh."""
    now = now or timezone.now()
    listed = StatusList.objects.select_for_update(no_key=True).get(pk=listed.pk)
    if not anew and _is_fresh(listed, now):
        return listed
    revoked = Certificate.objects.filter(place__listed=listed, revoked_at__isnull=False)
    indices = list(revoked.values_list("place__index", flat=True))
    key = keys.active()
    document = statuses.document(address(listed.number), keys.did(), indices, at=now)
    listed.signed = compact(proofs.signed(document, keys.signer_of(key), now))
    listed.signed_at, listed.valid_until, listed.key = now, now + statuses.LASTS, key
    listed.save(update_fields=["signed", "signed_at", "valid_until", "key"])
    return listed


@transaction.atomic
def changed(listed: StatusList) -> None:
    """Somebody on this list was revoked, in this transaction: whoever asks next must see it (T-X2)."""
    try:
        sign(listed, anew=True)
    except keys.NoKey:
        # What was signed before says too little; nothing is better than that until a key is there.
        StatusList.objects.filter(pk=listed.pk).update(signed="", valid_until=None)


def as_jwt(listed: StatusList) -> str:
    """The same list as a compact token, for libraries that take no other (4.5). Signed with the key of the day."""
    signer = keys.signer_of(keys.active())
    document = json.loads(listed.signed)
    document.pop("proof")
    header = {"alg": "EdDSA", "typ": "vc+jwt", "kid": signer.method}
    signing = ".".join(_part(compact(part).encode()) for part in (header, document))
    return f"{signing}.{_part(signer.sign(signing.encode()))}"


def _part(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def find(place: str) -> str | None:
    """The signed text of one of our lists by its address; None for what cannot be read now."""
    found = ADDRESS.search(place) if place.startswith(f"{settings.CREDENTIAL_ORIGIN}/") else None
    if found is None or place != address(int(found[1])):
        return None
    try:
        listed = served(int(found[1]))
    except keys.NoKey:
        return None
    return listed.signed if listed is not None else None
